"""What would happen if nobody did anything: the case's own timers, fired in memory on a copy of its state.

Nothing is written. Each timer is fired at its own due moment, as the clock does (tasks.clock), in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from engine import runner
from engine.deadline import escalation_on
from engine.result import Alarm, DeadlineUse, Letter, Result, Step, Wait
from tasks.actor import Actor
from tasks.course import Course
from tasks.db import Database
from tasks.moments import day, start_of

K = TypeVar("K")
V = TypeVar("V")

MOST_EVENTS = 12
"""How far one may look ahead."""
MOST_ASKED = 400
"""Moments: a condition that reads the day is asked at each midnight, and may never become true."""
MOST_FIRINGS = 100
"""Timers of one moment: a case that sets timers in the past for ever must not hold a page."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A date that nothing in the process waits for: it goes by and the work is late. `told_on`: the escalation."""

    use: DeadlineUse
    told_on: date | None
    told_to: str


@dataclass(frozen=True, slots=True)
class Event:
    """What happens at one moment: timers that fire, and the difference between the case before and after them."""

    at: datetime
    fired: tuple[Alarm, ...]
    passed: tuple[Passed, ...]
    opened: tuple[Step, ...]
    withdrawn: tuple[Step, ...]
    letters: tuple[Letter, ...]
    waits_ended: tuple[Wait, ...]
    waits_begun: tuple[Wait, ...]
    dates_begun: tuple[DeadlineUse, ...]
    dates_moved: tuple[tuple[DeadlineUse, DeadlineUse], ...]
    dates_ended: tuple[DeadlineUse, ...]
    closed: bool
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Foresight:
    """The coming events in order, whether more follow them, and what is open after the last one."""

    events: tuple[Event, ...]
    more: bool
    steps: tuple[Step, ...]
    waits: tuple[Wait, ...]
    closed: bool


def foresee(
    database: Database, actor: Actor, case_id: int, now: datetime, count: int = 1, until: date | None = None
) -> Foresight:
    """The next `count` events of an open case, and those on days up to `until`, at most MOST_EVENTS. NotFound."""
    with database.read() as connection:
        course = Course.look(connection, database, actor, case_id, now)
        if course.case["status"] != "open" or course.file.state is None:
            return Foresight((), False, (), (), True)
        ahead = _Ahead(course)
        events: list[Event] = []
        asked = 0
        while (at := ahead.next_at()) is not None and len(events) < MOST_EVENTS:
            if len(events) >= count and (until is None or day(at) > until):
                break
            event, asked = ahead.go(at), asked + 1
            if ahead.happened or event.passed:
                events.append(event)
            if asked > MOST_ASKED:
                break
        now_open = ahead.result
        return Foresight(tuple(events), at is not None, now_open.steps, now_open.waits, now_open.closed)


class _Ahead:
    """A copy of the case that time passes in."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.result = runner.refresh(course.definition, course.file.state or b"", course.situation())
        rows = sorted((row for row in course.file.timers if row["kind"] == "engine"), key=lambda row: row["number"])
        self.order = {str(row["engine_id"]): place for place, row in enumerate(rows)}
        self.happened = False
        self.late = {_key(use) for use in self.result.deadlines if _late(use, day(course.now))}

    def next_at(self) -> datetime | None:
        """The moment of the next timer or of the next date that goes by; None when nothing is ahead."""
        if self.result.closed:
            return None
        moments = [alarm.due_at for alarm in self.result.alarms]
        moments += [_over(use) for use in self.result.deadlines if _runs(use) and _key(use) not in self.late]
        return max(min(moments), self.course.now) if moments else None

    def go(self, at: datetime) -> Event:
        """Let everything happen that is due by the moment."""
        before = self.result
        fired: list[Alarm] = []
        letters: list[Letter] = []
        self.course.now, self.happened = at, False
        while len(fired) < MOST_FIRINGS and (alarm := self._due(at)) is not None:
            fired.append(alarm)
            self.course.occurred_at = min(alarm.due_at, at)
            self.result = runner.fire(
                self.course.definition, self.result.state, self.course.situation(), alarm.id
            )  # fmt: skip
            letters += self.result.letters
            self.happened = self.happened or bool(self.result.visited)
        passed = [use for use in self.result.deadlines if _late(use, day(at)) and _key(use) not in self.late]
        self.late |= {_key(use) for use in passed}
        return _event(at, fired, [self._passed(use) for use in passed], letters, before, self.result)

    def _due(self, at: datetime) -> Alarm | None:
        for alarm in self.result.alarms:
            self.order.setdefault(alarm.id, len(self.order))
        due = [alarm for alarm in self.result.alarms if alarm.due_at <= at]
        return min(due, key=lambda alarm: (alarm.due_at, self.order[alarm.id]), default=None)

    def _passed(self, use: DeadlineUse) -> Passed:
        told_on = escalation_on(use.computed, use.definition.escalation or None, self.course.published.law.calendar)
        return Passed(use, told_on, use.definition.escalate_to if told_on else "")


def _event(
    at: datetime, fired: list[Alarm], passed: list[Passed], letters: list[Letter], before: Result, after: Result
) -> Event:
    old_steps, new_steps = ({step.id: step for step in result.steps} for result in (before, after))
    old_waits, new_waits = ({wait.id: wait for wait in result.waits} for result in (before, after))
    old, new = ({_key(use): use for use in result.deadlines} for result in (before, after))
    return Event(
        at=at, fired=tuple(fired), passed=tuple(passed), letters=tuple(letters),
        opened=_only(new_steps, old_steps), withdrawn=_only(old_steps, new_steps),
        waits_begun=_only(new_waits, old_waits), waits_ended=_only(old_waits, new_waits),
        dates_begun=_only(new, old), dates_ended=_only(old, new),
        dates_moved=tuple(
            (old[key], use) for key, use in new.items() if key in old and _dates(old[key]) != _dates(use)
        ),
        closed=after.closed, outcome=after.outcome,
    )  # fmt: skip


def _only(mine: Mapping[K, V], other: Iterable[K]) -> tuple[V, ...]:
    known = set(other)
    return tuple(value for key, value in mine.items() if key not in known)


def _key(use: DeadlineUse) -> tuple[str, str, str]:
    return use.scope, use.process, use.name


def _dates(use: DeadlineUse) -> tuple[date, date | None]:
    return use.computed.due_on, use.computed.paused_on


def _runs(use: DeadlineUse) -> bool:
    """Can it be missed? The end of a period cannot (law.md 2.2), nor can a date while its clock stands still."""
    return use.row.roll != "period" and use.computed.paused_on is None


def _over(use: DeadlineUse) -> datetime:
    return start_of(use.computed.legal_on + timedelta(days=1))


def _late(use: DeadlineUse, today: date) -> bool:
    return _runs(use) and today > use.computed.legal_on
