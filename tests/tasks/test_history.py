"""The chain of events: whole when untouched, and where it breaks when it was not."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tasks.history import verify


def played(town) -> int:
    started = town.start()
    town.complete("vilma", started.task_ids[0], {"complete": "true"})
    return started.case_id


def change(town, sql: str) -> None:
    with town.database.transaction() as connection:
        connection.execute(text(sql))


def test_an_untouched_history_verifies(town) -> None:
    played(town)
    result = verify(town.database)
    assert (result.cases, result.events, result.breaks) == (1, 6, ())


@pytest.mark.parametrize(
    ("sql", "event", "problem"),
    [
        ("UPDATE events SET payload = '{\"x\": 1}' WHERE number = 2", 2, "payload was changed"),
        ("UPDATE events SET actor = 'kalle' WHERE number = 4", 4, "does not follow"),
        ("UPDATE events SET occurred_at = '2026-02-01 00:00:00+00' WHERE number = 3", 3, "does not follow"),
        ("DELETE FROM events WHERE number = 3", 3, "missing"),
        ("DELETE FROM events WHERE number = 6", 6, "5 are left"),
        ("UPDATE answers SET data = '{\"complete\": false}' WHERE form = 'check'", 4, "answer"),
    ],
)
def test_what_was_changed_behind_the_house_is_found(town, sql, event, problem) -> None:
    played(town)
    change(town, sql)
    broken = verify(town.database).breaks
    assert broken[0].event == event
    assert problem in broken[0].problem


def test_an_erased_payload_keeps_the_chain_whole(town) -> None:
    played(town)
    change(town, "UPDATE events SET payload = NULL, salt = NULL WHERE number = 4")
    change(town, "DELETE FROM answers")
    assert verify(town.database).breaks == ()


def test_each_answer_keeps_who_gave_it_and_who_entered_it(town) -> None:
    played(town)
    rows = town.rows("SELECT form, kind, source, entered_by, via FROM answers ORDER BY number")
    vilma = town.user("vilma").user_id
    assert [tuple(row) for row in rows] == [
        ("application", "message", "applicant", vilma, "web"), ("check", "form", "authority", vilma, "web"),
    ]  # fmt: skip
