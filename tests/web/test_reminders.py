from __future__ import annotations

import pytest

from tasks import clock
from tests.tasks.conftest import Town
from tests.web.conftest import Browser, make_app
from web.i18n import LANGUAGES

NEW = {"fi": "1 uusi", "sv": "1 ny", "en": "1 new one"}
LATE = {"fi": "Määräaika on ylittynyt", "sv": "Tidsfristen har överskridits", "en": "Deadline has passed"}


def remind(town: Town, days: int = 11) -> str:
    """A case whose time to check is near (or, from 16 days on, has passed); gives its task."""
    task = town.start().task_ids[0]
    town.pass_time(days=days)
    clock.run_until(town.database, town.now)
    return str(task)


def test_a_reminder_stands_with_its_task_customer_case_and_date(town: Town, vilma: Browser) -> None:
    task = remind(town)
    page = vilma.get("/reminders/")
    for words in (f'href="/tasks/{task}"', ">Muistutus:<", "Sami Esimerkki", "LU/1/2026", "1 työpäivä"):
        assert words in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_tells_how_many_are_new_in_words_too(town: Town, vilma: Browser, language: str) -> None:
    remind(town)
    vilma.post("/language", language=language)
    page = vilma.get("/tasks/")
    assert '<span class="new" aria-hidden="true">1</span>' in page
    assert f'<span class="unseen">, {NEW[language]}</span>' in page


def test_the_menu_tells_nothing_when_nothing_is_new(vilma: Browser) -> None:
    assert 'class="new"' not in vilma.get("/tasks/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_supervisor_reads_of_late_work(town: Town, language: str) -> None:
    remind(town, 16)
    esko = Browser(town, "esko")
    esko.post("/language", language=language)
    assert LATE[language] in esko.get("/reminders/")


def test_one_is_marked_as_seen_and_stays_among_all_with_its_seer(town: Town, vilma: Browser) -> None:
    remind(town)
    case_id, number = town.rows("SELECT case_id, number FROM notices")[0]
    page = vilma.post(f"/reminders/{case_id}/{number}/seen")
    assert "Muistutus on merkitty nähdyksi" in page
    assert "Ei uusia muistutuksia" in page
    assert "Nähty 20.2.2026 10.00, Vilma" in vilma.get("/reminders/?show=all")


def test_all_are_marked_as_seen_but_not_what_came_later(town: Town, vilma: Browser) -> None:
    remind(town)
    looked = town.now.isoformat()
    remind(town, 13)
    assert "Muistutus on merkitty nähdyksi" in vilma.post("/reminders/seen", until=looked)
    assert ">1</span>" in vilma.get("/tasks/")


def test_a_reminder_of_a_done_task_leads_to_the_case(town: Town, vilma: Browser) -> None:
    task = remind(town)
    town.complete("vilma", task, {"complete": "true"})
    page = vilma.get("/reminders/?show=all")
    assert "hoidettu" in page
    assert f'<a class="what" href="/cases/{task.split("-")[0]}">' in page


def test_looking_is_recorded(town: Town, vilma: Browser) -> None:
    remind(town)
    vilma.get("/reminders/")
    assert town.value("SELECT count(*) FROM views WHERE what = 'reminders' AND customer_id IS NOT NULL") == 1


def test_another_unit_neither_sees_nor_marks(town: Town) -> None:
    remind(town)
    case_id, number = town.rows("SELECT case_id, number FROM notices")[0]
    saara = Browser(town, "saara")
    assert "Sami Esimerkki" not in saara.get("/reminders/?show=all")
    saara.post(f"/reminders/{case_id}/{number}/seen", status=404)


def test_the_page_is_for_caseworkers(town: Town) -> None:
    olga = Browser(town, "olga")
    olga.get("/reminders/", status=403)
    assert "/reminders/" not in olga.get("/settings/")


def test_marking_needs_the_token_of_our_own_page(town: Town, vilma: Browser) -> None:
    remind(town)
    app = make_app(town.database, demo=True)
    app.config["WTF_CSRF_ENABLED"] = True
    assert app.test_client().post("/reminders/seen").status_code in (400, 401)
    vilma.client.application.config["WTF_CSRF_ENABLED"] = True
    assert vilma.client.post("/reminders/seen").status_code == 400
    assert town.value("SELECT count(*) FROM notices WHERE seen_at IS NULL") == 1
