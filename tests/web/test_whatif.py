"""The page of what would happen if a date passed: in words, in three languages, and nothing changes."""

from __future__ import annotations

import pytest

from tests.tasks.conftest import Town
from tests.web.conftest import Browser


def rows(town: Town) -> list[int]:
    """How many rows the tables of a case hold."""
    tables = ("events", "tasks", "deadlines", "timers", "subscriptions", "documents", "answers")
    return [int(town.value(f"SELECT count(*) FROM {table}")) for table in tables]


def test_the_case_page_and_the_task_page_ask_what_happens_if_the_date_passes(vilma: Browser) -> None:
    started = vilma.town.start()
    case, task = vilma.get(f"/cases/{started.case_id}"), vilma.get(f"/tasks/{started.task_ids[0]}")
    for page in (case, task):
        assert "Mitä tapahtuu, jos päivä menee ohi?" in page
        assert f"/cases/{started.case_id}/what-if?until=" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", "jos kukaan ei tekisi mitään"), ("sv", "om ingen gjorde något"), ("en", "if nobody did anything")],
)
def test_the_page_tells_it_in_each_language(vilma: Browser, language: str, words: str) -> None:
    started = vilma.town.start()
    vilma.post("/language", language=language)
    page = vilma.get(f"/cases/{started.case_id}/what-if?events=12")
    assert words in page
    assert 'id="event-1"' in page


def test_looking_changes_nothing_but_is_recorded(vilma: Browser) -> None:
    started = vilma.town.start()
    before = rows(vilma.town)
    vilma.get(f"/cases/{started.case_id}/what-if?events=12")
    assert rows(vilma.town) == before
    assert vilma.town.value("SELECT count(*) FROM views WHERE what = 'what_if'") == 1


def test_one_looks_further_event_by_event_and_never_beyond_the_limit(vilma: Browser) -> None:
    started = vilma.town.start()
    first = vilma.get(f"/cases/{started.case_id}/what-if")
    assert first.count('<section class="sheet" id="event-') == 1
    for odd in ("events=999", "events=x", "events=-3", "until=x", "until=9999-12-31"):
        assert vilma.get(f"/cases/{started.case_id}/what-if?{odd}").count('<section class="sheet" id="event-') <= 12


def test_others_do_not_see_it(town: Town) -> None:
    started = town.start()
    Browser(town, "saara").get(f"/cases/{started.case_id}/what-if", status=403)
