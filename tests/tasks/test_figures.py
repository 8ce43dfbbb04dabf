"""The figures of supervisors: counted by SQL, and again by reading every row and following the definitions in words."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, cast

import pytest
from sqlalchemy import true

from engine.calendar import Calendar
from tasks.clock import run_until
from tasks.commands import cases
from tasks.commands.summing import add_up
from tasks.db import Database
from tasks.figures import conditions, entries, period
from tasks.figures.board import Board, _Counter, read_board
from tasks.figures.coming import last_day, read_due, read_risks
from tasks.figures.conditions import AGES, Asked
from tasks.figures.duties import duties
from tasks.figures.forecast import FEWEST, Experience, Past
from tasks.figures.parts import Measure
from tasks.figures.period import Period
from tasks.figures.products import read_products
from tasks.figures.spread import Spread, together
from tasks.figures.steps import read_steps
from tasks.figures.sums import Sums
from tasks.figures.work import read_letters, read_load, read_load_of_persons
from tasks.moments import day
from tasks.published import published
from tasks.queries import search
from tasks.queries.reach import Reach
from tests.conftest import Templates
from tests.tasks.conftest import NOW, Town, prepare
from tests.tasks.plain import table

CALENDAR = Calendar()


def test_a_period_is_compared_with_as_many_days_before_it() -> None:
    today = date(2026, 3, 11)  # a Wednesday
    assert period.named("weeks4", today) == Period(date(2026, 2, 12), today)
    assert period.named("week", today) == Period(date(2026, 3, 9), today)
    assert period.named("last_week", today) == Period(date(2026, 3, 2), date(2026, 3, 8))
    assert period.named("last_month", today) == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert period.named("quarter", today).from_on == period.named("year", today).from_on == date(2026, 1, 1)
    assert Period(date(2026, 2, 1), date(2026, 2, 28)).before == Period(date(2026, 1, 4), date(2026, 1, 31))


@pytest.mark.parametrize("to_on", [date(2026, 1, 1), date(2029, 1, 8)])
def test_a_period_has_at_least_a_day_and_at_most_three_years(to_on: date) -> None:
    with pytest.raises(ValueError, match="is not a period"):
        Period(date(2026, 1, 2), to_on)


def test_a_share_of_a_spread_is_a_number_that_occurred() -> None:
    spread = Spread(Counter({1: 2, 3: 1, 10: 7}))
    assert (spread.n, spread.at(0.2), spread.at(0.3), spread.median, spread.p90) == (10, 1, 3, 10, 10)
    assert Spread().median is None
    assert together([spread, Spread(Counter({1: 9}))]).median == 1
    assert spread.bars()[:2] == (3, 7)
    assert Spread(Counter({365: 1, 366: 2})).bars()[-2:] == (1, 2)


# a town where much has happened


@dataclass
class Lived:
    """The town after some weeks, and what was asked of it."""

    town: Town
    asked: Asked


LIVED_DAYS = 91


@pytest.fixture(params=["never", "days ago", "now"])
def lived(request: pytest.FixtureRequest, backend: str, templates: Templates) -> Iterator[Lived]:
    """Forty applications in both units over three months: some handled, some late, some cancelled, some standing.

    The sums were never kept, kept some days before the end, or at the end: every figure must be the same.
    """
    preparation = partial(live, kept_on={"days ago": LIVED_DAYS - 9, "now": LIVED_DAYS}.get(request.param))
    with templates.copy(backend, f"months, kept {request.param}", preparation) as database:
        town = Town(database, NOW + timedelta(days=LIVED_DAYS))
        today = day(town.now)
        yield Lived(town, Asked(Period(today - timedelta(days=29), today), today))


def live(database: Database, kept_on: int | None) -> None:
    """Let the time pass, once per database; on one of the days the sums are kept."""
    prepare(database)
    town, chance = Town(database), random.Random(7)
    waiting: list[tuple[int, str, str]] = []
    for on in sorted(chance.randrange(90) for _ in range(40)):
        if kept_on is not None and on >= kept_on:
            add_up(database, town.now, batch=7)
            kept_on = LIVED_DAYS if kept_on == LIVED_DAYS else None
        _work_until(town, NOW + timedelta(days=on), waiting, chance)
        unit, who = ("north", "vilma") if chance.random() < 0.6 else ("south", "saara")
        started = town.start(unit_id=town.unit(unit), actor=town.user(who))
        waiting.append((started.case_id, started.task_ids[0], "check"))
    _work_until(town, NOW + timedelta(days=LIVED_DAYS), waiting, chance)
    if kept_on is not None:
        add_up(database, town.now)


def _work_until(town: Town, until: datetime, waiting: list[tuple[int, str, str]], chance: random.Random) -> None:
    while town.now < until:
        town.pass_time(days=1)
        run_until(town.database, town.now)
        for item in list(waiting):
            if chance.random() < 0.07:
                waiting.remove(item)
                _go_on(town, item, waiting, chance)


def _go_on(town: Town, item: tuple[int, str, str], waiting: list[tuple[int, str, str]], chance: random.Random) -> None:
    case_id, task, step = item
    north = town.value("SELECT unit_id FROM cases WHERE id = :c", c=case_id) == town.unit("north")
    if not north:
        if chance.random() < 0.5:
            cases.cancel_case(town.database, town.user("saara"), case_id, reason="Peruttu", now=town.now)
        else:
            town.complete("saara", task, {"complete": "true"})
        return
    if step == "check":
        opened = town.complete("vilma", task, {"complete": "true"}).opened
        waiting.append((case_id, opened[0], "decide"))
    else:
        town.complete("paula", task, {"approved": "true"})


def board(lived: Lived, **narrowed: Any) -> Board:
    """The board of everything."""
    asked = Asked(lived.asked.period, lived.asked.today, **narrowed)
    with lived.town.database.snapshot() as connection:
        own = duties(published(lived.town.database).refresh(connection))
        return read_board(Sums(connection, Reach(), asked, CALENDAR), own)


@contextmanager
def sums(lived: Lived, process: str = "") -> Iterator[Sums]:
    """The sums of everything."""
    with lived.town.database.snapshot() as connection:
        yield Sums(connection, Reach(), replace(lived.asked, process=process), CALENDAR)


def test_the_board_is_what_a_plain_reading_of_all_rows_counts(lived: Lived) -> None:
    found, when, today = board(lived), lived.asked.period, lived.asked.today
    rows, tasks = table(lived.town, "cases"), table(lived.town, "tasks")
    closed = [row for row in rows if row["status"] == "closed" and row["closed_on"] in when]
    late = {
        task["case_id"] for task in tasks
        if task["state"] == "open" and task["paused_on"] is None and task["legal_on"] and task["legal_on"] < today
    }  # fmt: skip
    standing = [row for row in rows if row["status"] == "open"]
    assert found.all.received == sum(row["arrived_on"] in when for row in rows) > 3
    assert found.all.completed == len(closed) > 3
    assert found.all.cancelled == sum(row["status"] == "cancelled" and row["closed_on"] in when for row in rows) > 0
    assert found.all.open == len(standing) > 3
    assert found.all.late == len(late) > 1
    assert found.all.late_by_law == 0  # the permit's only deadline of a task is a target
    days = sorted((row["closed_on"] - row["arrived_on"]).days for row in closed)
    assert found.all.lead.median == days[(len(days) - 1) // 2]
    working = sorted(CALENDAR.working_days_between(row["arrived_on"], row["closed_on"]) for row in closed)
    assert found.all.working.median == working[(len(working) - 1) // 2]
    before = when.before
    assert found.before.received == sum(row["arrived_on"] in before for row in rows)
    assert found.before.completed == sum(row["status"] == "closed" and row["closed_on"] in before for row in rows)
    opened_before = [row for row in rows if row["arrived_on"] < when.from_on]
    assert found.open_before == sum(
        row["closed_on"] is None or row["closed_on"] >= when.from_on for row in opened_before
    )
    for week in found.weeks:
        span = Period(week.monday, week.monday + timedelta(days=6))
        assert week.received == sum(row["arrived_on"] in span for row in rows)
        assert week.completed == sum(row["status"] == "closed" and row["closed_on"] in span for row in rows)
    assert len(found.weeks) == 13


def test_ages_and_breakdowns_add_up_to_the_whole(lived: Lived) -> None:
    found, today = board(lived), lived.asked.today
    standing = [row for row in table(lived.town, "cases") if row["status"] == "open"]
    ages = Counter(next((i for i, end in enumerate(AGES) if (today - row["arrived_on"]).days <= end), len(AGES))
                   for row in standing)  # fmt: skip
    assert found.ages == tuple(ages[number] for number in range(len(AGES) + 1))
    for name in ("received", "completed", "cancelled", "open", "late"):
        whole = getattr(found.all, name)
        assert sum(getattr(line, name) for line in found.units.values()) == whole
        assert sum(getattr(line, name) for line in found.processes.values()) == whole
    assert sum(found.outcomes.values()) == found.all.completed == sum(v.completed for v in found.versions.values())
    north = board(lived, unit_id=lived.town.unit("north"))
    assert north.all.received == found.units[lived.town.unit("north")].received


def test_deadlines_kept_are_told_by_rule_and_counted_as_the_authoritys_own_by_law(lived: Lived) -> None:
    found, when = board(lived), lived.asked.period
    ended = [
        row for row in table(lived.town, "deadlines") if row["state"] in ("met", "missed") and row["closed_on"] in when
    ]
    rule = found.rules["permit", "check"]
    assert (rule.met, rule.missed) == tuple(
        sum(row["name"] == "check" and row["state"] == state for row in ended) for state in ("met", "missed")
    )
    assert rule.met > 0
    assert rule.missed > 0
    assert found.all.in_time is None  # a target is not a deadline of law
    with lived.town.database.read() as connection:
        own = duties(published(lived.town.database).refresh(connection))
    assert ("permit", "check") in own
    assert ("permit", "reply_time") not in own  # the applicant's own time


def test_every_number_leads_to_as_many_cases(lived: Lived) -> None:
    found = board(lived)
    with lived.town.database.read() as connection:
        for name, condition in conditions.LISTS.items():
            listed = search.cases(connection, condition(lived.asked), limit=500)
            assert len(listed) == getattr(found.all, name), name
        for bucket, n in enumerate(found.ages):
            assert len(search.cases(connection, conditions.aged(bucket, lived.asked.today), limit=500)) == n


def test_a_deadline_that_ended_before_its_event_took_no_days(lived: Lived) -> None:
    class Early:
        """Sums in which one deadline ended a hundred days before its event, and another four days after it."""

        def of(self, measure: Measure, by: object, *_: object) -> list[tuple[object, ...]]:
            about = ("permit", "reply", "agreed", "met")
            return [(about, -100, 2), (about, 4, 1)] if measure == Measure.KEPT and by == ("about", "days") else []

    counted = _Counter(cast(Sums, Early()), frozenset())
    counted.count(lived.asked.period)
    spread = counted.rules["permit", "reply"].spread
    assert (spread.n, spread.median, spread.p90) == (3, 0, 4)


def test_steps_tell_what_stands_there_and_how_long_it_took(lived: Lived) -> None:
    with sums(lived, "permit") as read:
        found = read_steps(read)
    tasks, when = table(lived.town, "tasks"), lived.asked.period
    done = [row for row in tasks if (row["element"], row["state"]) == ("check", "completed")]
    done = [row for row in done if day(row["completed_at"]) in when]
    days = sorted((day(row["completed_at"]) - row["opened_on"]).days for row in done)
    assert found["check"].done == len(done) > 3
    assert found["check"].spread.median == days[(len(days) - 1) // 2]
    assert found["check"].open == sum(row["element"] == "check" and row["state"] == "open" for row in tasks)
    assert found["check"].late > 0


def test_what_is_coming_and_what_is_likely_late_come_from_open_tasks(lived: Lived) -> None:
    today = lived.asked.today
    ahead = Period(today, last_day(today))
    with sums(lived) as read:
        dues, risks = read_due(read), read_risks(read)
    open_tasks = [row for row in table(lived.town, "tasks") if row["state"] == "open" and row["paused_on"] is None]
    expected = Counter(
        (row["legal_on"], row["unit_id"]) for row in open_tasks if row["legal_on"] and row["legal_on"] in ahead
    )
    assert {(due.on, due.unit_id): due.n for due in dues} == expected != {}
    assert {(risk.case_id, risk.task_number) for risk in risks} == {
        (row["case_id"], row["number"]) for row in open_tasks if row["legal_on"] and row["legal_on"] in ahead
    }
    shares = [risk.estimate.share if risk.estimate else -1 for risk in risks]
    assert shares == sorted(shares, reverse=True)


def test_load_and_letters_are_counted(lived: Lived) -> None:
    with sums(lived) as read:
        load, products = read_load(read), read_letters(read)
        each = read_load_of_persons(read.connection, true(), lived.asked)
    tasks = [row for row in table(lived.town, "tasks") if row["state"] == "open"]
    assert {(row.unit_id, row.role): row.open for row in load} == Counter((t["unit_id"], t["role"]) for t in tasks)
    assert sum(row.open for row in each) == len(tasks) == sum(row.free for row in load)
    for figure in ("late", "free", "paused"):
        assert sum(getattr(row, figure) for row in each) == sum(getattr(row, figure) for row in load), figure
    letters = [row for row in table(lived.town, "documents") if row["sent_on"] in lived.asked.period]
    assert {(p.part, p.element): p.n for p in products} == Counter((d["process"], d["element"]) for d in letters) != {}


def test_products_are_what_a_plain_reading_of_tasks_and_letters_counts(lived: Lived) -> None:
    with sums(lived) as read:
        found = read_products(read)
    when = lived.asked.period
    made = [(row["product"], day(row["completed_at"])) for row in table(lived.town, "tasks") if row["product"]]
    made += [(row["product"], row["sent_on"]) for row in table(lived.town, "documents") if row["product"]]
    assert {kind: (count.now, count.before) for kind, count in found.kinds.items()} == {
        kind: (sum(on in when for each, on in made if each == kind),
               sum(on in when.before for each, on in made if each == kind))
        for kind in ("decision", "interview")
    }  # fmt: skip
    assert all(count.now > 1 for count in found.kinds.values())


def test_every_number_of_products_letters_deadlines_steps_and_load_leads_to_as_many_rows(lived: Lived) -> None:
    period, today = lived.asked.period, lived.asked.today
    with sums(lived) as read:
        wanted = {
            entries.made(span, kind): n
            for kind, count in read_products(read).kinds.items()
            for span, n in ((period, count.now), (period.before, count.before))
        }
        wanted |= {entries.sent(period, it.part, it.element): it.n for it in read_letters(read)}
        wanted |= {
            entries.load(row.unit_id, row.role, which, today): n
            for row in read_load(read)
            for which, n in (("open", row.open), ("late", row.late), ("free", row.free), ("waiting", row.paused))
        }
    for (part, name), rule in board(lived).rules.items():
        wanted[entries.kept(period, part, name, entries.MET)] = rule.met
        wanted[entries.kept(period, part, name, entries.PASSED)] = rule.missed
    with sums(lived, "permit") as read:
        for path, step in read_steps(read).items():
            wanted |= {entries.done(period, path): step.done, entries.standing(path): step.open}
            wanted[entries.late(path, today)] = step.late
    with lived.town.database.read() as connection:
        for source, n in wanted.items():
            assert len(entries.read(connection, true(), lived.asked, source, limit=500)) == n, str(source)
    assert len(wanted) > 15
    assert sum(n > 0 for n in wanted.values()) > 10


# the estimate


def _lives(chance: random.Random, n: int) -> Iterator[tuple[str, int, int]]:
    """Steps, days when they were opened and when done (towards the legal day), of deadlines of 30 days."""
    for _ in range(n):
        step = chance.choice(["quick", "slow"])
        opened = 30 - chance.randrange(5)
        took = max(0, round(chance.gauss(12, 6) if step == "quick" else chance.expovariate(1 / 24)))
        yield step, opened, opened - took


def test_estimates_are_right_within_five_points_on_cases_that_they_have_not_seen() -> None:
    chance = random.Random(11)
    past = [Past("p", "d", "r", step, opened, left, left < 0) for step, opened, left in _lives(chance, 6000)]
    experience = Experience(past)
    told: dict[int, list[tuple[float, bool]]] = {}
    unsaid = 0
    for step, opened, left in _lives(chance, 6000):
        asked = chance.randint(0, 25)
        if not left <= asked <= opened:
            continue
        estimate = experience.estimate("p", "d", "r", step, asked)
        if estimate is None or not estimate.at_step:
            unsaid += 1
            continue
        told.setdefault(min(int(estimate.share * 5), 4), []).append((estimate.share, left < 0))
    assert unsaid < sum(map(len, told.values())) / 50
    assert len(told) > 3
    for rows in told.values():
        if len(rows) >= 200:
            expected, seen = sum(share for share, _ in rows) / len(rows), sum(late for _, late in rows) / len(rows)
            assert abs(expected - seen) < 0.05


def test_without_enough_like_cases_at_the_step_all_are_taken_and_without_enough_nothing_is_said() -> None:
    whole = [Past("p", "d", "r", "", 30, -1, True, n=FEWEST)]
    assert Experience(whole).estimate("p", "d", "r", "step", 3) == Experience(whole).estimate("p", "d", "r", "", 3)
    few = [*whole, *[Past("p", "d", "r", "step", 10, 5, False)] * (FEWEST - 1)]
    at_any = Experience(few).estimate("p", "d", "r", "step", 7)
    assert at_any is not None
    assert (at_any.at_step, at_any.share) == (False, 1.0)
    enough = Experience([*few, Past("p", "d", "r", "step", 10, 5, False)]).estimate("p", "d", "r", "step", 7)
    assert enough is not None
    assert (enough.at_step, enough.share, enough.like) == (True, 0.0, FEWEST)
    assert Experience(few).estimate("p", "other", "r", "step", 7) is None
    assert Experience([Past("p", "d", "r", "", 30, -1, True, n=FEWEST - 1)]).estimate("p", "d", "r", "", 3) is None
