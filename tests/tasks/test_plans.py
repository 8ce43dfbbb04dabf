"""Customers' plans: made, renewed, late; and how that was before, against a plain reading of the history."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import true

from engine.calendar import Calendar
from tasks.commands.summing import add_up
from tasks.figures import entries
from tasks.figures.checking import differences
from tasks.figures.conditions import Asked
from tasks.figures.period import Period
from tasks.figures.plans import Found, Plans, read_plans
from tasks.figures.sums import Sums
from tasks.moments import day
from tasks.queries.reach import Reach
from tests.conftest import Templates
from tests.tasks.conftest import Town, prepare
from tests.tasks.plain import Rows
from tests.tasks.planned import RULES, begun, done, lived, published

CALENDAR = Calendar()
CASES = {"sqlite": 1000, "postgresql": 100}
"""the definitions are held against many; that the other server reads the same needs few"""
DAYS = 240


def asked(town: Town, back: int = 27, **narrowed: Any) -> Asked:
    """From so many days ago until today."""
    today = day(town.now)
    return Asked(Period(today - timedelta(days=back), today), today, **narrowed)


def read(town: Town, question: Asked) -> Found:
    """The plans of what was asked."""
    with town.database.snapshot() as connection:
        return read_plans(Sums(connection, Reach(), question, CALENDAR))


def states(town: Town, case_id: int) -> list[tuple[str, str]]:
    """The deadlines of a case and how they stand, in their order."""
    rows = town.rows("SELECT name, state FROM deadlines WHERE case_id = :c ORDER BY number", c=case_id)
    return [(row.name, row.state) for row in rows]


@pytest.fixture
def few(town: Town) -> Town:
    """Five cases, hand-counted: one plan is renewed in time, one is past its day, one is not made, one is not yet due,
    and one ended."""
    published(town)
    in_time, past, _missing = begun(town), begun(town), begun(town, "south")
    ended = begun(town)
    in_time, past, ended = done(town, in_time), done(town, past), done(town, ended)
    town.pass_time(days=25)
    in_time = done(town, in_time)
    done(town, ended, "ends")
    town.pass_time(days=10)
    begun(town)
    return town


def test_a_plan_is_up_to_date_past_its_day_not_made_or_still_to_be_made(few: Town) -> None:
    found = read(few, asked(few))
    assert found.all == Plans(current=1, outdated=1, missing=1, ahead=1)
    assert (found.all.debt, found.all.share) == (2, 1 / 3)
    assert found.units == {few.unit("north"): Plans(1, 1, 0, 1), few.unit("south"): Plans(0, 0, 1, 0)}
    assert found.processes == {"example": found.all}


def test_how_it_stood_is_told_backwards_from_now(few: Town) -> None:
    """27 days ago three plans had been made eight days before, and one was still within its ten days."""
    assert read(few, asked(few)).before == Plans(current=3, outdated=0, missing=0, ahead=1)
    assert read(few, asked(few, back=20)).before == Plans(current=3, outdated=0, missing=1, ahead=0)
    assert read(few, asked(few, back=3)).before == Plans(current=1, outdated=1, missing=1, ahead=0)
    assert read(few, asked(few, back=40)).before == Plans()
    weeks = read(few, asked(few)).weeks
    assert [plans.debt for _, plans in weeks[-6:]] == [0, 1, 1, 1, 2, 2]  # from 20.2. and from 12.3. on
    assert weeks[-1][0] <= day(few.now) < weeks[-1][0] + timedelta(days=7)


def test_each_renewal_is_a_deadline_of_its_own(town: Town) -> None:
    published(town)
    task = done(town, begun(town))
    case = int(task.split("-")[0])
    town.pass_time(days=20)
    task = done(town, task)
    assert states(town, case) == [("plan_made", "met"), ("plan_renewed", "met"), ("plan_renewed", "open")]
    town.pass_time(days=31)
    done(town, task)
    assert states(town, case)[2:] == [("plan_renewed", "missed"), ("plan_renewed", "open")]
    due = town.value("SELECT legal_on FROM deadlines WHERE case_id = :c AND state = 'open'", c=case)
    assert str(due) == str(day(town.now) + timedelta(days=30))


def test_a_plan_that_is_renewed_on_the_very_day_keeps_its_deadline(town: Town) -> None:
    published(town)
    task = done(town, done(town, begun(town)))
    assert states(town, int(task.split("-")[0])) == [("plan_made", "met"), ("plan_renewed", "open")]
    assert read(town, asked(town)).all == Plans(current=1)


def test_a_deadline_that_is_not_said_to_renew_goes_on_with_its_new_date(town: Town) -> None:
    published(town, RULES.replace('renews_at = ["renew"]\nplan = "renew"\n', ""))
    task = done(town, begun(town))
    town.pass_time(days=20)
    task = done(town, task)
    assert states(town, int(task.split("-")[0])) == [("plan_made", "met"), ("plan_renewed", "open")]


def test_a_clock_that_stands_makes_no_plan_late(town: Town) -> None:
    pauses = 'plan = "make"\npauses = "[{from: case.arrived_on, to: null, reason: \\"x\\"}]"\n'
    published(town, RULES.replace('plan = "make"\n', pauses))
    begun(town)
    town.pass_time(days=40)
    assert read(town, asked(town)).all == Plans(ahead=1)


def test_a_version_that_says_so_first_is_followed_when_the_case_goes_on(town: Town) -> None:
    published(town, RULES.replace('plan = "renew"\n', "").replace('plan = "make"\n', ""))
    task = done(town, begun(town))
    assert read(town, asked(town)).all == Plans()
    town.pass_time(days=3)
    published(town)
    done(town, task)
    assert read(town, asked(town)).all == Plans(current=1)


def test_every_number_leads_to_as_many_plans_the_most_urgent_first(few: Town) -> None:
    question = asked(few)
    found = read(few, question)
    with few.database.read() as connection:
        for which in ("current", "outdated", "missing", "ahead", "debt"):
            rows = entries.read(connection, true(), question, entries.plans(which, question.today), limit=9)
            assert len(rows) == getattr(found.all, which), which
        rows = entries.read(connection, true(), question, entries.plans("debt", question.today), limit=9)
    assert [row.name for row in rows] == ["plan_made", "plan_renewed"]
    assert [row.on for row in rows] == sorted(row.on or date.max for row in rows)


# many, by chance


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def many(request: pytest.FixtureRequest, templates: Templates) -> Iterator[tuple[Town, Rows]]:
    """Lived once for all tests: they only read. The sums are kept some weeks before the end."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql")
    with templates.copy(request.param, "town", prepare) as database:
        town = Town(database)
        lived(town, CASES[request.param], DAYS)
        rows = Rows(town)
        rows.events.sort(key=lambda event: (event["case_id"], event["number"]))
        yield town, rows


def plain(rows: Rows, question: Asked, on: date) -> Plans:
    """How the plans stood in the evening of a day, by the history and the days of law alone."""
    stood: dict[tuple[int, int], None] = {}
    for event in rows.events:
        if not event["kind"].startswith("deadline_") or event["on"] > on:
            continue
        where = (event["case_id"], event["payload"]["deadline"])
        if event["kind"] == "deadline_opened":
            stood[where] = None
        elif event["kind"] != "deadline_changed":
            stood.pop(where)
    found: Counter[tuple[str, bool]] = Counter()
    for where in stood:
        row, case = rows.deadlines[where], rows.cases[where[0]]
        if question.process in ("", case["process"]) and question.unit_id in (None, case["unit_id"]):
            found[row["name"], row["legal_on"] < on] += 1
    return Plans(
        found["plan_renewed", False], found["plan_renewed", True], found["plan_made", True], found["plan_made", False]
    )


def questions(town: Town) -> Iterator[Asked]:
    """Periods of every length until today, of everything and of parts."""
    chance = random.Random(2)
    for narrowed in ({}, {"process": "example"}, {"unit_id": town.unit("south")}, {"process": "nothing"}):
        for back in (0, 27, *(chance.randrange(DAYS + 20) for _ in range(6))):
            yield asked(town, back, **narrowed)
    today = day(town.now)
    yield replace(asked(town), period=Period(today - timedelta(days=100), today - timedelta(days=60)))


@pytest.mark.parametrize("kept", [False, True])
def test_plans_are_what_a_plain_reading_of_the_history_says(many: tuple[Town, Rows], kept: bool) -> None:
    town, rows = many
    if kept:
        add_up(town.database, town.now)
    told = 0
    for question in questions(town):
        found = read(town, question)
        assert found.all == plain(rows, question, question.today), question
        assert found.before == plain(rows, question, question.period.from_on - timedelta(days=1)), question
        for monday, plans in found.weeks:
            assert plans == plain(rows, question, min(monday + timedelta(days=6), question.today)), (question, monday)
        for unit, plans in found.units.items():
            if question.unit_id is None:
                assert plans == plain(rows, replace(question, unit_id=unit), question.today)
        told += found.all.n
    assert told > CASES["postgresql"]
    with town.database.snapshot() as connection:
        assert not kept or list(differences(connection, CALENDAR)) == []
