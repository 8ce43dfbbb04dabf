"""What one case adds to the figures: the only place that says so.

A part is one countable thing on one day: a case that arrived, a deadline that was met, a step that took so many days.
The figures are sums of parts. `sums` adds up those that the database keeps and those of the cases that have changed
since; `tasks.commands.summing` keeps them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, and_, or_, select

from engine.calendar import Calendar
from engine.register import AUTHORITY
from tasks.figures.forecast import days_left, rule
from tasks.models import Case, Deadline, Document, Task
from tasks.moments import day

NEVER = date.max
"""the day of what has none: an open task without a deadline"""
FREE, RUNS = "free", "runs"
IN_TIME, LATE = "in_time", "late"
"""how a deadline of a plan stands"""
ENDED = ("met", "missed", "lapsed")
"""the states of a deadline that was kept or not"""


class Measure(IntEnum):
    """What is counted. The numbers stand in the database and never change their meaning; 9 is taken no more."""

    ARRIVED = 1
    """a case, on the day when it arrived"""
    OPEN = 2
    """a case that is open, on the day when it arrived"""
    ENDED = 3
    """a case that ended, on that day: status, outcome; days and working days from arrival (0 for a cancelled one)"""
    LATE = 4
    """an open case, on the first legal day of a running open task: it is late from the day after"""
    LATE_BY_LAW = 5
    """the same by deadlines of law alone"""
    KEPT = 6
    """a deadline that was met or missed, on that day: folder, name, kind, state; days from its event"""
    SENT = 7
    """a letter, on the day when it was sent: folder, element, version of its template"""
    DONE = 8
    """a completed task, on that day: path, folder, version, element; days since it opened"""
    DUE = 10
    """an open task whose clock runs, on its legal day: unit"""
    STOOD_FROM = 11
    """a deadline, in the month of its legal day: folder, name, rule, path of a step where its case stood meanwhile or
    nothing for the whole time, state; days: how many were left when the step opened. Of the whole house."""
    STOOD_TO = 12
    """the same, of a step that was done; days: how many were left then"""
    MADE = 13
    """a work product, on the day when its step was completed or its letter sent: kind, folder, element, and the status
    and outcome of its case"""
    AT_STEP = 14
    """an open task, on its legal day: path, folder, version, element, its clock (runs, stands)"""
    LOAD = 15
    """an open task, on its legal day: unit, role, who has it (free, taken), its clock; days: the ordinal of the day
    until which it is on hold"""
    PLAN = 16
    """an open deadline of a customer's plan, on its legal day: make or renew; it is late from the day after"""
    PLAN_FROM = 17
    """such a deadline, on the day from which it was so: make or renew, in_time or late"""
    PLAN_UNTIL = 18
    """the same, on the first day on which it no longer was so"""


MONTHLY = frozenset(
    {
        Measure.ARRIVED, Measure.ENDED, Measure.KEPT, Measure.SENT, Measure.DONE, Measure.MADE, Measure.PLAN_FROM,
        Measure.PLAN_UNTIL,
    }
)  # fmt: skip
"""what periods are asked of: also summed by whole months"""


HOUSE = frozenset({Measure.STOOD_FROM, Measure.STOOD_TO})
"""what is counted of the whole house: estimates alone ask for it"""


class Key(NamedTuple):
    """What parts have in common that are summed together."""

    measure: Measure
    process: str
    version: int
    unit_id: int
    about: tuple[str, ...]

    @property
    def told(self) -> str:
        """`about` as the database holds it."""
        return json.dumps(self.about, ensure_ascii=False)


class Part(NamedTuple):
    """One countable thing."""

    key: Key
    on: date
    days: int = 0
    working: int = 0


Parts = Counter[Part]


@lru_cache(maxsize=65536)
def about(told: str) -> tuple[str, ...]:
    """`Key.about` as the database holds it."""
    return tuple(json.loads(told))


def beginning(first: str) -> str:
    """How the database holds every `Key.about` that begins with this text."""
    return json.dumps([first], ensure_ascii=False)[:-1]


def month(on: date) -> date:
    """The first day of its month."""
    return on.replace(day=1)


def read(connection: Connection, case_ids: Iterable[int], calendar: Calendar) -> Iterator[Counted]:
    """These cases with their parts, in the order of their ids.

    The case rows are read first: when a command comes between the statements, the revision is the older one, and the
    case counts as changed.
    """
    ids = sorted(case_ids)
    cases = connection.execute(_CASES.where(Case.id.in_(ids)).order_by(Case.id)).all() if ids else []
    if not cases:
        return
    tasks = _by_case(connection, _TASKS.where(Task.case_id.in_(ids)))
    deadlines = _by_case(connection, _DEADLINES.where(Deadline.case_id.in_(ids)))
    documents = _by_case(connection, _DOCUMENTS.where(Document.case_id.in_(ids)))
    for case in cases:
        yield Counted(case, tasks.get(case.id, ()), deadlines.get(case.id, ()), documents.get(case.id, ()), calendar)


_CASES = select(
    Case.id, Case.revision, Case.process, Case.version, Case.unit_id, Case.status, Case.outcome, Case.arrived_on,
    Case.closed_on,
)  # fmt: skip
_TASKS = select(
    Task.case_id, Task.process, Task.version, Task.path, Task.element, Task.role, Task.unit_id, Task.state,
    Task.assignee_id, Task.hold_until, Task.opened_on, Task.completed_at, Task.deadline_kind, Task.deadline_binds,
    Task.legal_on, Task.paused_on, Task.product,
).where(Task.state.in_(("open", "completed")))  # fmt: skip
LENGTH = Deadline.trace[(0, "length")].as_string().label("length")
LENGTH_UNIT = Deadline.trace[(0, "unit")].as_string().label("length_unit")
"""the length of a deadline, as its explanation begins with it"""
_DEADLINES = select(
    Deadline.case_id, Deadline.process, Deadline.name, Deadline.kind, LENGTH, LENGTH_UNIT, Deadline.state,
    Deadline.event_on, Deadline.legal_on, Deadline.paused_on, Deadline.plan, Deadline.opened_at, Deadline.closed_on,
).where(
    or_(
        and_(Deadline.state.in_(ENDED), Deadline.closed_on.is_not(None)),
        and_(Deadline.state == "open", Deadline.paused_on.is_(None)),
        Deadline.plan.is_not(None),
    )
)  # fmt: skip
_DOCUMENTS = select(
    Document.case_id, Document.process, Document.element, Document.version, Document.sent_on,
    Document.product,
)  # fmt: skip


def _by_case(connection: Connection, statement: Select[*tuple[Any, ...]]) -> dict[int, list[Row[*tuple[Any, ...]]]]:
    found: dict[int, list[Row[*tuple[Any, ...]]]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.case_id, []).append(row)
    return found


class Counted:
    """One case and what it adds, counted when it is asked for."""

    def __init__(
        self, row: Any, tasks: Sequence[Any], deadlines: Sequence[Any], documents: Sequence[Any], calendar: Calendar
    ) -> None:
        self.row = row
        self.id: int = row.id
        self.revision: int = row.revision
        self._tasks = tasks
        self._deadlines = deadlines
        self._documents = documents
        self._calendar = calendar

    @cached_property
    def own(self) -> Parts:
        """What its unit and process are told by."""
        counting = _Own(self.row)
        counting.case(self._calendar)
        counting.tasks(self._tasks)
        counting.deadlines(self._deadlines)
        counting.documents(self._documents)
        return counting.parts

    @cached_property
    def house(self) -> Parts:
        """What is of the whole house (`HOUSE`): some two thirds of all."""
        return _house(self._deadlines, self._tasks)

    @property
    def parts(self) -> Parts:
        """Everything that it adds."""
        return self.own + self.house


class _Own:
    """Counts what one case adds to its unit and process."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self.parts: Parts = Counter()

    def add(self, measure: Measure, on: date, *about: str, days: int = 0, working: int = 0) -> None:
        row = self.row
        self.parts[Part(Key(measure, row.process, row.version, row.unit_id, about), on, days, working)] += 1

    def case(self, calendar: Calendar) -> None:
        row = self.row
        self.add(Measure.ARRIVED, row.arrived_on)
        if row.status == "open":
            self.add(Measure.OPEN, row.arrived_on)
        elif row.closed_on is not None:
            days, working = 0, 0
            if row.status == "closed":
                days = (row.closed_on - row.arrived_on).days
                working = calendar.working_days_between(row.arrived_on, row.closed_on)
            self.add(Measure.ENDED, row.closed_on, row.status, row.outcome or "", days=days, working=working)

    def tasks(self, tasks: Iterable[Any]) -> None:
        running = []
        for task in tasks:
            step = (task.path, task.process, str(task.version), task.element)
            if task.state == "completed":
                done_on = day(task.completed_at)
                self.add(Measure.DONE, done_on, *step, days=(done_on - task.opened_on).days)
                self._made(task, done_on)
                continue
            on, clock = task.legal_on or NEVER, RUNS if task.paused_on is None else "stands"
            self.add(Measure.AT_STEP, on, *step, clock)
            self.add(
                Measure.LOAD, on, str(task.unit_id), task.role, FREE if task.assignee_id is None else "taken", clock,
                days=task.hold_until.toordinal() if task.hold_until else 0,
            )  # fmt: skip
            if task.legal_on is not None and task.paused_on is None:
                self.add(Measure.DUE, task.legal_on, str(task.unit_id))
                running.append(task)
        if self.row.status == "open" and running:
            self.add(Measure.LATE, min(task.legal_on for task in running))
            by_law = [
                task.legal_on for task in running
                if task.deadline_kind == "statutory" and task.deadline_binds in (None, AUTHORITY)
            ]  # fmt: skip
            if by_law:
                self.add(Measure.LATE_BY_LAW, min(by_law))

    def deadlines(self, deadlines: Iterable[Any]) -> None:
        for row in deadlines:
            if row.plan is not None:
                self._plan(row)
            if row.closed_on is not None and row.state in ENDED:
                taken = (row.closed_on - row.event_on).days
                self.add(Measure.KEPT, row.closed_on, row.process, row.name, row.kind, row.state, days=taken)

    def _plan(self, row: Any) -> None:
        """One that stands still, or stood still when it ended, is never late."""
        late_on = None if row.paused_on is not None else row.legal_on + timedelta(days=1)
        if row.state == "open":
            self.add(Measure.PLAN, NEVER if late_on is None else row.legal_on, row.plan)
        opened_on = day(row.opened_at)
        self._plan_was(row.plan, IN_TIME, opened_on, _first(late_on, row.closed_on))
        if late_on is not None:
            self._plan_was(row.plan, LATE, max(opened_on, late_on), row.closed_on)

    def _plan_was(self, plan: str, how: str, from_on: date, until: date | None) -> None:
        if until is not None and until <= from_on:
            return
        self.add(Measure.PLAN_FROM, from_on, plan, how)
        if until is not None:
            self.add(Measure.PLAN_UNTIL, until, plan, how)

    def documents(self, documents: Iterable[Any]) -> None:
        for row in documents:
            self.add(Measure.SENT, row.sent_on, row.process, row.element, row.version)
            self._made(row, row.sent_on)

    def _made(self, row: Any, on: date) -> None:
        if row.product is not None:
            case = self.row
            self.add(Measure.MADE, on, row.product, row.process, row.element, case.status, case.outcome or "")


def _house(deadlines: Iterable[Any], tasks: Iterable[Any]) -> Parts:
    """How the deadlines of a case ended, by where it stood while they ran."""
    found: Parts = Counter()
    stood = [(task.path, task.opened_on, task.completed_at and day(task.completed_at)) for task in tasks]
    for row in deadlines:
        if row.state not in ENDED and (row.state != "open" or row.paused_on is not None):
            continue  # read for its plan alone
        _stood(found, row, "", row.event_on, row.closed_on)
        for path, opened_on, done_on in stood:
            if row.event_on <= opened_on and (row.closed_on is None or opened_on <= row.closed_on):
                _stood(found, row, path, opened_on, _first(done_on, row.closed_on))
    return found


def _stood(found: Parts, row: Any, path: str, from_on: date, to_on: date | None) -> None:
    """Its case stood somewhere while the deadline ran; a deadline whose event was still to come tells nothing."""
    if to_on is not None and to_on < from_on:
        return
    about = (row.process, row.name, rule(row.kind, row.length, row.length_unit), path, row.state)
    for measure, on in ((Measure.STOOD_FROM, from_on), (Measure.STOOD_TO, to_on)):
        if on is not None:
            found[Part(Key(measure, "", 0, 0, about), month(row.legal_on), days_left(on, row.legal_on))] += 1


def _first(*days: date | None) -> date | None:
    """The first of those that there are."""
    return min((on for on in days if on is not None), default=None)
