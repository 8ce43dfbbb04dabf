"""What is told of the coming events is what happens when time really passes, and telling it writes nothing."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.story import Story
from tasks.actor import Actor
from tasks.clock import run_until
from tasks.db import Database
from tasks.models import Base
from tasks.player import Player
from tasks.queries.foresight import MOST_EVENTS, Foresight, foresee
from tasks.stage import Stage, fresh
from tests.workflows.folders import stories

LOOKER = Actor(None, "looker", "story")
TOLD = (
    "pay_subsidy/supplement_without_reply", "pay_subsidy/paid_and_closed", "pay_subsidy/not_started",
    "pay_subsidy/refused_over_christmas", "pay_subsidy/transferred", "pay_subsidy/interruption_short",
    "supplement_request/" , "hearing/",
)  # fmt: skip
Picture = dict[str, list[str]]


def chosen() -> list[str]:
    """Stories of the process, and the first one of each part that waits for something."""
    return [next(name for name in stories() if name.startswith(told)) for told in TOLD]


def picture(database: Database, case: int) -> Picture:
    """What is open in the rows of a case."""
    with database.read() as connection:

        def column(sql: str) -> list[str]:
            return sorted(str(row[0]) for row in connection.execute(text(sql), {"case": case}))

        return {
            "tasks": column("SELECT path FROM tasks WHERE case_id = :case AND state = 'open'"),
            "waits": column("SELECT path FROM subscriptions WHERE case_id = :case"),
            "dates": column(
                "SELECT scope || '.' || name || ' ' || due_on FROM deadlines WHERE case_id = :case AND state = 'open'"
            ),
            "letters": column("SELECT path FROM documents WHERE case_id = :case"),
            "end": column("SELECT status || ' ' || coalesce(outcome, '') FROM cases WHERE id = :case"),
        }


def told(before: Picture, ahead: Foresight) -> Picture:
    """What should be open after the last event of a foresight."""
    tasks, waits, dates = list(before["tasks"]), list(before["waits"]), list(before["dates"])
    for event in ahead.events:
        for path in [step.path for step in event.withdrawn]:
            tasks.remove(path)
        tasks += [step.path for step in event.opened]
        for path in [wait.path for wait in event.waits_ended]:
            waits.remove(path)
        waits += [wait.path for wait in event.waits_begun]
        for use in (*event.dates_ended, *(old for old, _ in event.dates_moved)):
            dates.remove(f"{use.scope}.{use.name} {use.computed.due_on}")
        dates += [
            f"{u.scope}.{u.name} {u.computed.due_on}" for u in (*event.dates_begun, *(n for _, n in event.dates_moved))
        ]
    letters = before["letters"] + [letter.path for event in ahead.events for letter in event.letters]
    last = ahead.events[-1]
    end = f"closed {last.outcome}" if last.closed else "open "
    return {
        "tasks": sorted(tasks),
        "waits": sorted(waits),
        "dates": sorted(dates),
        "letters": sorted(letters),
        "end": [end],
    }


def contents(database: Database) -> str:
    """A hash of every row of every table."""
    with database.read() as connection:
        rows = [
            sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table.name}"'))))
            for table in Base.metadata.sorted_tables
        ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.mark.parametrize("name", chosen())
def test_what_is_told_is_what_happens(name: str, sqlite_stage: Stage) -> None:
    story = stories()[name]
    compared = sum(one_step(sqlite_stage, story, step) for step in range(0, len(story.steps), 2))
    assert compared


def one_step(stage: Stage, story: Story, last: int) -> int:
    """Play a story up to a step, look ahead, and let time pass event by event; gives how many events were compared."""
    with fresh(stage) as own:
        player = Player(own, story)
        for step in story.steps[: last + 1]:
            player._step(step)
        assert player.case_id is not None
        now, case, database = story.steps[last].at, player.case_id, own.database
        before, rows = picture(database, case), contents(database)
        every = foresee(database, LOOKER, case, now, MOST_EVENTS)
        assert contents(database) == rows
        expected = before
        for count, event in enumerate(every.events, 1):
            run_until(database, event.at - timedelta(seconds=1))
            assert picture(database, case) == expected, f"before {event.at}"
            run_until(database, event.at)
            expected = told(before, Foresight(every.events[:count], True, (), (), False))
            assert picture(database, case) == expected, f"at {event.at}"
        return len(every.events)


def test_a_date_in_the_past_limits_nothing_and_a_far_one_tells_no_more_than_the_most(sqlite_stage: Stage) -> None:
    story = stories()["pay_subsidy/paid_and_closed"]
    with fresh(sqlite_stage) as own:
        player = Player(own, story)
        for step in story.steps[:9]:
            player._step(step)
        now, case = story.steps[8].at, player.case_id or 0
        assert len(foresee(own.database, LOOKER, case, now, 1, now.date() - timedelta(days=9)).events) == 1
        assert len(foresee(own.database, LOOKER, case, now, 1, now.date().replace(year=2099)).events) <= MOST_EVENTS


def test_a_closed_case_has_nothing_ahead(sqlite_stage: Stage) -> None:
    story = stories()["pay_subsidy/paid_and_closed"]
    with fresh(sqlite_stage) as own:
        played = Player(own, story).play()
        ahead = foresee(own.database, LOOKER, played.case_id or 0, story.steps[-1].at)
    assert (ahead.events, ahead.closed) == ((), True)
