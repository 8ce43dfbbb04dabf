"""The sums behind the figures: after whatever happened, whenever they were kept, they are what the cases say."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from engine.calendar import Calendar, ClosedDay
from tasks.clock import Worker, run_until
from tasks.commands import cases, people, summing, work
from tasks.commands.summing import add_up
from tasks.db import Database
from tasks.errors import TasksError
from tasks.figures import kept, parts
from tasks.figures.board import Board, read_board
from tasks.figures.checking import differences
from tasks.figures.conditions import LISTS, Asked
from tasks.figures.parts import MONTHLY, Measure
from tasks.figures.period import Period
from tasks.figures.sums import Sums, whole_months
from tasks.models import FigureKey
from tasks.moments import day
from tasks.queries import reach, search
from tasks.queries.reach import Reach
from tests.bench.copies import multiply
from tests.tasks.conftest import Town

CALENDAR = Calendar()
EVERYTHING = ("process", "version", "unit_id", "about", "on", "days", "working")
TOTAL = ("process", "version", "unit_id", "about", "days", "working")


def asked(town: Town, days: int = 27, **narrowed: Any) -> Asked:
    """Some days until today."""
    today = day(town.now)
    return Asked(Period(today - timedelta(days=days), today), today, **narrowed)


def board(town: Town, days: int = 27, within: Reach | None = None, calendar: Calendar = CALENDAR) -> Board:
    """The board as the sums tell it."""
    with town.database.snapshot() as connection:
        own = frozenset({("permit", "check")})
        return read_board(Sums(connection, within or Reach(), asked(town, days), calendar), own)


def check(town: Town) -> None:
    """Every measure, by day and by months, is what all cases say when they are counted one by one."""
    with town.database.snapshot() as connection:
        ids = [id for (id,) in connection.execute(text("SELECT id FROM cases"))]
        every: parts.Parts = Counter()
        for case in parts.read(connection, ids, CALENDAR):
            every.update(case.parts)
        sums = Sums(connection, Reach(), asked(town), CALENDAR)
        since, until = day(town.now) - timedelta(days=80), day(town.now) - timedelta(days=3)
        for measure in Measure:
            by_day = {row[:-1]: row[-1] for row in sums.of(measure, EVERYTHING)}
            assert by_day == {
                (*part.key[1:], part.on, part.days, part.working): n
                for part, n in every.items()
                if part.key.measure is measure
            }, measure
            if measure in MONTHLY:
                together: Counter[Any] = Counter()
                for part, n in every.items():
                    if part.key.measure is measure and since <= part.on <= until:
                        together[*part.key[1:], part.days, part.working] += n
                assert {row[:-1]: row[-1] for row in sums.of(measure, TOTAL, since, until)} == together, measure
        assert differences(connection, CALENDAR) == []


class Office:
    """People who do whatever can be done, at random."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.chance = random.Random(seed)

    def act(self) -> None:
        """One thing happens; what the house forbids does not."""
        things = (self.start, self.complete, self.complete, self.complete, self.complete, self.claim, self.hold,
                  self.cancel, self.pause)  # fmt: skip
        with suppress(TasksError):
            self.chance.choice(things)()

    def start(self) -> None:
        unit, who = self.chance.choice([("north", "vilma"), ("south", "saara")])
        back = timedelta(days=self.chance.randrange(5))
        self.town.start(unit_id=self.town.unit(unit), actor=self.town.user(who), occurred_at=self.town.now - back)

    def complete(self) -> None:
        task, element, north = self._task()
        if element == "decide":
            self.town.complete("paula", task, {"approved": self.chance.choice(["true", "false"])})
        else:
            answer = {"complete": self.chance.choice(["true", "true", "false"])}
            self.town.complete("vilma" if north else "saara", task, answer)

    def claim(self) -> None:
        work.claim(self.town.database, self.town.user("vilma"), self._task()[0], now=self.town.now)

    def hold(self) -> None:
        until = day(self.town.now) + timedelta(days=self.chance.randrange(1, 9))
        vilma = self.town.user("vilma")
        work.hold(self.town.database, vilma, self._task()[0], until=until, reason="Odottaa", now=self.town.now)

    def cancel(self) -> None:
        ids = [row.id for row in self.town.rows("SELECT id FROM cases WHERE status = 'open' ORDER BY id")]
        if ids:
            case = self.chance.choice(ids)
            cases.cancel_case(self.town.database, self.town.user("vilma"), case, reason="Peruttu", now=self.town.now)

    def pause(self) -> None:
        self.town.pass_time(hours=self.chance.randrange(1, 90))
        run_until(self.town.database, self.town.now)

    def _task(self) -> tuple[str, str, bool]:
        """An open task, its step, and whether it is in the north; decisions are liked."""
        rows = self.town.rows("SELECT case_id, number, element, unit_id FROM tasks WHERE state = 'open' ORDER BY 1, 2")
        if not rows:
            self.start()
            return self._task()
        decisions = [row for row in rows if row.element == "decide"]
        row = self.chance.choice(decisions if decisions and self.chance.random() < 0.4 else rows)
        return f"{row.case_id}-{row.number}", row.element, row.unit_id == self.town.unit("north")


@pytest.mark.parametrize("seed", range(3))
def test_after_whatever_happened_and_whenever_they_were_kept_the_sums_are_what_the_cases_say(town, seed) -> None:
    office = Office(town, seed)
    for number in range(160):
        office.act()
        if office.chance.random() < 0.12:
            add_up(town.database, town.now, batch=office.chance.choice([1, 3, 100]))
        if number % 20 == 19:
            check(town)
    assert board(town, 200).all.completed > 1
    before = board(town)
    add_up(town.database, town.now)
    assert board(town) == before
    assert summing.rebuild(town.database, town.now) == town.value("SELECT count(*) FROM cases")
    assert board(town) == before
    check(town)


CHANGES = {
    "another unit": "UPDATE cases SET unit_id = (SELECT max(id) FROM units), revision = revision + 1 WHERE id = :c",
    "another version": "UPDATE cases SET version = 2, revision = revision + 1 WHERE id = :c",
    "open again": "UPDATE cases SET status = 'open', closed_on = NULL, revision = revision + 1 WHERE id = :c",
    "another day": "UPDATE cases SET arrived_on = '2026-02-03', revision = revision + 1 WHERE id = :c",
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_change_that_no_event_tells_of_is_found_the_day_after(town, change) -> None:
    started = town.start()
    town.start()
    decided = town.complete("vilma", started.task_ids[0], {"complete": "true"}).opened[0]
    town.complete("paula", decided, {"approved": "true"})
    add_up(town.database, town.now)
    with town.database.transaction() as connection:
        connection.execute(text(CHANGES[change]), {"c": started.case_id})
    same_day = add_up(town.database, town.now)
    # PostgreSQL looks at the last events again while somebody else's transaction runs on the server
    assert same_day == 0 or town.database.dialect == "postgresql"
    town.pass_time(days=1)
    assert same_day + add_up(town.database, town.now) == 1
    check(town)


def test_a_stop_in_the_middle_leaves_everything_as_it_was(town, monkeypatch) -> None:
    for _ in range(4):
        town.start()
    add_up(town.database, town.now, batch=1)
    kept_before = town.rows("SELECT * FROM figure_sums ORDER BY 1, 2, 3, 4, 5, 6")
    for _ in range(3):
        town.start()
    before = board(town)

    def stop(*_: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(kept, "pack", stop)
        with pytest.raises(KeyboardInterrupt):
            add_up(town.database, town.now)
    sums = summing._change_sums
    with monkeypatch.context() as patch:
        patch.setattr(summing, "_change_sums", lambda *given: (sums(*given), stop()))
        with pytest.raises(KeyboardInterrupt):
            add_up(town.database, town.now)
    assert town.rows("SELECT * FROM figure_sums ORDER BY 1, 2, 3, 4, 5, 6") == kept_before
    assert board(town) == before
    assert add_up(town.database, town.now) == 3
    check(town)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_command_that_commits_late_is_not_passed_over(town, monkeypatch) -> None:
    first, second = town.start(), town.start()
    add_up(town.database, town.now)
    with town.database.transaction() as late:
        _touch(late, first.case_id)  # its transaction has its number, and waits
        town.complete("vilma", second.task_ids[0], {"complete": "true"})
        assert add_up(town.database, town.now) == 1
        check(town)
    check(town)
    assert add_up(town.database, town.now) == 1
    assert add_up(town.database, town.now) == 0


def _touch(connection: Any, case_id: int) -> None:
    """What a command leaves: an event more, a revision more; here, another unit."""
    connection.execute(
        text("INSERT INTO events (case_id, number, kind, at, occurred_at, actor, via, digest, hash)"
             " SELECT case_id, number + 1000, kind, at, occurred_at, actor, via, digest, hash FROM events"
             " WHERE case_id = :c AND number = 1"), {"c": case_id},
    )  # fmt: skip
    connection.execute(text(CHANGES["another unit"]), {"c": case_id})


def test_sums_that_came_from_another_server_are_compared_with_all_cases(town) -> None:
    town.start()
    add_up(town.database, town.now)
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE figure_marks SET position = 9000000000000"))
        connection.execute(text("UPDATE events SET recorded_in = 9000000000001 WHERE recorded_in IS NOT NULL"))
    town.start()
    check(town)
    assert add_up(town.database, town.now) == 1
    assert add_up(town.database, town.now) == 0
    check(town)
    town.start()
    check(town)
    assert add_up(town.database, town.now) == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_only_one_worker_adds_at_a_time(town) -> None:
    town.start()
    with town.database.transaction() as connection:
        kept.hold_mark(connection)
        assert add_up(town.database, town.now) == 0
    assert add_up(town.database, town.now) == 1


def test_the_worker_keeps_the_sums_and_waits_for_a_database_that_is_away(town, tmp_path) -> None:
    town.start()
    assert Worker(town.database, read_clock=lambda: town.now).add_up() == 1
    assert Worker(Database(f"sqlite:///{tmp_path}/no/such.db")).add_up() == 0


def test_another_calendar_counts_the_working_days_anew(town, monkeypatch) -> None:
    started = town.start()
    town.pass_time(days=3)
    decided = town.complete("vilma", started.task_ids[0], {"complete": "true"}).opened[0]
    town.complete("paula", decided, {"approved": "true"})
    for _ in range(4):
        town.start()
    add_up(town.database, town.now)
    assert board(town).all.working.median == 3
    closed = Calendar((ClosedDay(date(2026, 2, 11)),))
    monkeypatch.setattr(summing, "_calendar", lambda _: closed)
    add_up(town.database, town.now, batch=2)
    assert board(town, calendar=closed).all.working.median == 2
    with town.database.snapshot() as connection:
        assert differences(connection, closed) == []


def test_a_case_that_one_is_barred_from_is_in_no_number(town) -> None:
    ids = [town.start().case_id for _ in range(3)]
    add_up(town.database, town.now)
    esko = town.user("esko")
    people.declare_disqualification(
        town.database, esko, user_id=esko.user_id, case_id=ids[0], reason="Veli", now=town.now
    )
    with town.database.read() as connection:
        within = reach.of(reach.rights(connection, esko.user_id or 0, day(town.now)), {"permit": "permits"})
        listed = {name: len(search.cases(connection, within.cases() & condition(asked(town))))
                  for name, condition in LISTS.items()}  # fmt: skip
    assert listed["open"] == 2
    for kept_first in (False, True):
        if kept_first:
            add_up(town.database, town.now)
        found = board(town, within=within)
        assert {name: getattr(found.all, name) for name in LISTS} == listed
        assert (found.units[town.unit("north")].open, sum(found.ages)) == (2, 2)
    assert board(town).all.open == 3


def test_what_the_board_reads_does_not_grow_with_cases_and_events(town) -> None:
    started = town.start()
    decided = town.complete("vilma", started.task_ids[0], {"complete": "true"}).opened[0]
    town.complete("paula", decided, {"approved": "true"})
    other = town.start().case_id
    add_up(town.database, town.now)
    few = _read(town)
    with town.database.transaction() as connection:
        for number, case_id in enumerate((started.case_id, other)):
            multiply(connection, case_id, 1000 * (number + 1), 300)
    add_up(town.database, town.now)
    assert board(town).all.received == 602
    assert _read(town) == few


def _read(town: Town) -> tuple[int, int]:
    """(statements, rows) that the board reads, of whatever table."""
    statements: list[str] = []
    rows: list[int] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(town.database.engine, "after_cursor_execute", note)
    try:
        with town.database.snapshot() as connection:
            sums = Sums(connection, Reach(), asked(town), CALENDAR)
            of: Callable[..., Any] = sums.of
            sums.of = lambda *given, **more: _counted(list(of(*given, **more)), rows)  # type: ignore[method-assign]
            read_board(sums, frozenset())
    finally:
        event.remove(town.database.engine, "after_cursor_execute", note)
    assert not [statement for statement in statements if "FROM tasks" in statement or "FROM deadlines" in statement]
    return len(statements), sum(rows)


def _counted(found: list[Any], rows: list[int]) -> list[Any]:
    rows.append(len(found))
    return found


@pytest.mark.parametrize(
    ("from_on", "to_on", "months"),
    [
        (date(2026, 1, 1), date(2026, 1, 31), (date(2026, 1, 1), date(2026, 1, 31))),
        (date(2026, 1, 2), date(2026, 1, 31), None),
        (date(2026, 1, 1), date(2026, 1, 30), None),
        (date(2025, 12, 31), date(2026, 3, 1), (date(2026, 1, 1), date(2026, 2, 28))),
        (date(2025, 12, 1), date(2026, 12, 31), (date(2025, 12, 1), date(2026, 12, 31))),
        (date(2026, 1, 30), date(2026, 2, 2), None),
    ],
)  # fmt: skip
def test_the_whole_months_of_a_period(from_on: date, to_on: date, months: tuple[date, date] | None) -> None:
    assert whole_months(Period(from_on, to_on)) == (Period(*months) if months else None)


def test_a_wrong_sum_and_a_wrong_case_are_told(town) -> None:
    case_id = town.start().case_id
    add_up(town.database, town.now)
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE figure_sums SET n = 7 WHERE measure = 1 AND span = 0"))
        connection.execute(text("UPDATE cases SET arrived_on = '2026-01-05' WHERE id = :c"), {"c": case_id})
    with town.database.snapshot() as connection:
        found = differences(connection, CALENDAR)
    assert found[0] == f"case {case_id} has added something else than what it is"
    assert "the sum is 7, the cases have added 1" in found[1]
    assert summing.rebuild(town.database, town.now) == 1
    check(town)


def test_keys_outlive_their_sums_and_those_of_a_measure_taken_no_more_are_passed_over(town) -> None:
    town.start()
    add_up(town.database, town.now)
    before = town.rows("SELECT id, measure, about FROM figure_keys ORDER BY id")
    old = {"id": 1000, "measure": 9, "process": "permit", "version": 1, "unit_id": 1, "about": '["1"]'}
    with town.database.transaction() as connection:
        connection.execute(insert(FigureKey), [old])
    town.start()
    assert summing.rebuild(town.database, town.now) == 2
    assert set(before) <= set(town.rows("SELECT id, measure, about FROM figure_keys"))
    assert board(town).all.open == 2
    check(town)
