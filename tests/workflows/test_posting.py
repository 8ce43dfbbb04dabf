"""A letter of a real case leaves some days late: the dates that count from its receipt move with it, and only they."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from tasks import history
from tasks.clock import run_until
from tasks.commands.letters import mark_sent
from tasks.player import Player
from tasks.stage import EVERYONE, Stage, fresh
from tests.workflows.folders import stories

STORY, LETTER = "pay_subsidy/supplement_without_reply", "send_request"
WRITTEN = text("SELECT number FROM documents WHERE element = :element")
LATE = timedelta(days=3)


@pytest.fixture
def waiting(stage: Stage) -> Iterator[tuple[Stage, str]]:
    """A case whose supplement request has been written and has not left."""
    with fresh(stage) as played:
        player = Player(played, stories()[STORY])
        for step in player.story.steps:
            run_until(played.database, step.at)
            if step.action and not step.refused:
                player._act(step)
            with played.database.read() as connection:
                found = connection.execute(
                    text("SELECT number FROM documents WHERE element = :e"), {"e": LETTER}
                ).scalar()
            if found is not None:
                yield played, f"{player.case_id}-{found}"
                return
        raise AssertionError(f"the story writes no {LETTER}")


def rows(stage: Stage, sql: str) -> list[tuple[str, ...]]:
    with stage.database.read() as connection:
        return [tuple(map(str, row)) for row in connection.execute(text(sql))]


DATES = "SELECT name, legal_on FROM deadlines WHERE state = 'open' ORDER BY name"
DOCUMENT = f"SELECT sent_on, received_on FROM documents WHERE element = '{LETTER}'"
TIMERS = "SELECT path, due_at FROM timers WHERE kind = 'engine' ORDER BY path"


def post(stage: Stage, letter: str) -> None:
    (at,) = rows(stage, "SELECT max(at) FROM events WHERE kind = 'letter_written'")[0]
    mark_sent(stage.database, stage.people[EVERYONE], letter, now=datetime.fromisoformat(at) + LATE)


def test_the_reply_day_moves_by_as_many_days_and_nothing_else_does(waiting: tuple[Stage, str]) -> None:
    stage, letter = waiting
    before, timers = dict(rows(stage, DATES)), dict(rows(stage, TIMERS))
    post(stage, letter)
    moved = {name for name, day in rows(stage, DATES) if before[name] != day}
    assert moved == {"supplement_reply"}
    assert {path for path, due in rows(stage, TIMERS) if timers[path] != due} == {
        "supplement_request/reply_time_passed"
    }


def test_the_document_the_history_and_the_chain_tell_of_it(waiting: tuple[Stage, str]) -> None:
    stage, letter = waiting
    (old,) = rows(stage, DOCUMENT)
    post(stage, letter)
    (new,) = rows(stage, DOCUMENT)
    assert all(was < now for was, now in zip(old, new, strict=True))
    kinds = [kind for (kind,) in rows(stage, "SELECT kind FROM events ORDER BY number")][-3:]
    assert kinds == ["letter_sent", "receipt_corrected", "deadline_changed"]
    assert history.verify(stage.database).breaks == ()
