"""The event log as it is read: a few cases at a time, each with its events in the order in which they happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, and_, select

from tasks.exporting.extent import Extent
from tasks.exporting.keys import Keys
from tasks.exporting.kinds import TRANSITIONS
from tasks.models import Case, Deadline, Document, Event, Task, Unit

CASES_AT_ONCE = 200


class CaseRow(NamedTuple):
    """One case of the log."""

    id: int
    number: str
    process: str
    version: int
    unit_id: int
    customer_id: int
    status: str
    outcome: str | None
    arrived_on: date


class Step(NamedTuple):
    """One event as its row has it; `subject` is the id of the deadline, letter or message that it tells of."""

    case_id: int
    number: int
    kind: str
    at: datetime
    occurred_at: datetime
    via: str
    actor_id: int | None
    path: str | None
    task: int | None
    deadline: int | None
    document: int | None
    name: str | None
    message: str | None
    to: str | None

    @property
    def subject(self) -> str:
        """The id of the deadline, letter or message."""
        return self.message or self.name or ""


class Place(NamedTuple):
    """Where in a process something happened: the folder, its version, the element (empty: in the case as a whole)."""

    process: str
    version: int
    element: str


class Names(Protocol):
    """What the published folders call things; the pages and the log share their words."""

    def place(self, case: CaseRow, path: str | None) -> Place:
        """Where an element path of a case leads."""

    def activity(self, step: Step, place: Place, deadline_of: str) -> str:
        """What happened, in words; `deadline_of` is the folder of the deadline that it tells of."""


class Happening(NamedTuple):
    """One event of the log: nothing in it was typed by anybody. Millions are made: a dataclass takes longer."""

    number: int
    activity: str
    transition: str
    kind: str
    place: Place
    occurred_at: datetime
    at: datetime
    via: str
    person: str
    role: str
    task: int | None
    deadline: int | None
    document: int | None
    to: str
    due_on: date | None
    legal_on: date | None


@dataclass(frozen=True, slots=True)
class Trail:
    """One case by its key, with what happened in it."""

    key: str
    row: CaseRow
    customer: str
    unit: str
    """its code; empty where too few cases would stand behind it"""
    happenings: tuple[Happening, ...] = ()


@dataclass(slots=True)
class EventLog:
    """An export in the making: read within one transaction that sees one moment (`Database.snapshot`)."""

    connection: Connection
    extent: Extent
    keys: Keys
    names: Names
    heard: Callable[[int, int], None] = lambda cases, events: None
    """told how many cases and events are written"""
    cases: int = 0
    events: int = 0
    units: Mapping[int, str] = field(init=False)
    _hidden: frozenset[tuple[str, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.units = {row.id: row.code for row in self.connection.execute(select(Unit.id, Unit.code))}
        self._hidden = self.extent.hidden(self.connection)

    def batches(self) -> Iterator[list[Trail]]:
        """The cases without their events, oldest first, a few at a time."""
        after = 0
        chosen = [getattr(Case, name) for name in CaseRow._fields]
        statement = select(*chosen).where(self.extent.condition).order_by(Case.id).limit(CASES_AT_ONCE)
        while rows := [CaseRow(*row) for row in self.connection.execute(statement.where(Case.id > after))]:
            yield [self._trail(row) for row in rows]
            after = rows[-1].id

    def _trail(self, row: CaseRow) -> Trail:
        named = (row.process, row.unit_id) not in self._hidden
        unit = self.units[row.unit_id] if named else ""
        return Trail(self.keys.case(row.id, row.number), row, self.keys.customer(row.customer_id), unit)

    def trails(self) -> Iterator[Trail]:
        """The cases with their events."""
        for batch in self.trail_batches():
            yield from batch

    def trail_batches(self) -> Iterator[list[Trail]]:
        """The same, a few cases at a time, for who reads more of them."""
        for batch in self.batches():
            found = self._happenings({trail.row.id: trail.row for trail in batch})
            full = [replace(trail, happenings=_in_order(found.get(trail.row.id, ()))) for trail in batch]
            self.cases, self.events = self.cases + len(full), self.events + sum(len(each.happenings) for each in full)
            yield full
            self.heard(self.cases, self.events)

    def _happenings(self, cases: Mapping[int, CaseRow]) -> Mapping[int, list[Happening]]:
        ids = list(cases)
        tasks = self._children(
            ids, Task.case_id, Task.number, Task.process, Task.version, Task.element, Task.role, Task.due_on,
            Task.legal_on,
        )  # fmt: skip
        deadlines = self._children(
            ids, Deadline.case_id, Deadline.number, Deadline.process, Deadline.due_on, Deadline.legal_on
        )
        letters = self._children(ids, Document.case_id, Document.number)
        found: dict[int, list[Happening]] = {}
        for row in self.connection.execute(_steps(ids)):
            step = Step(*row)
            if step.document is not None and (step.case_id, step.document) not in letters:
                step = step._replace(document=None)  # erased since
            task = tasks.get((step.case_id, step.task))
            deadline = deadlines.get((step.case_id, step.deadline))
            found.setdefault(step.case_id, []).append(self._happening(cases[step.case_id], step, task, deadline))
        return found

    def _children(self, ids: Sequence[int], *chosen: Any) -> Mapping[tuple[int, int | None], Any]:
        rows = self.connection.execute(select(*chosen).where(chosen[0].in_(ids)))
        return {(row.case_id, row.number): row for row in rows}

    def _happening(self, case: CaseRow, step: Step, task: Any, deadline: Any) -> Happening:
        place = Place(task.process, task.version, task.element) if task else self.names.place(case, step.path)
        dated = deadline if deadline is not None else task
        return Happening(
            number=step.number,
            activity=self.names.activity(step, place, deadline.process if deadline else place.process),
            transition=TRANSITIONS[step.kind],
            kind=step.kind,
            place=place,
            occurred_at=step.occurred_at,
            at=step.at,
            via=step.via,
            person=self.keys.person(step.actor_id) if step.actor_id is not None else "",
            role=task.role if task else "",
            task=step.task if task else None,
            deadline=step.deadline if deadline else None,
            document=step.document,
            to=step.to or "",
            due_on=dated.due_on if dated else None,
            legal_on=dated.legal_on if dated else None,
        )


def _in_order(happenings: Iterable[Happening]) -> tuple[Happening, ...]:
    """By when it happened; what happened at once in the order in which it was recorded."""
    return tuple(sorted(happenings, key=lambda each: (each.occurred_at, each.number)))


def _steps(ids: Sequence[int]) -> Any:
    """Events of these cases; of the payload only numbers of rows and ids out of the folder."""
    told = Event.payload
    return (
        select(
            Event.case_id, Event.number, Event.kind, Event.at, Event.occurred_at, Event.via, Event.actor_id,
            Event.path, Event.task_number, told["deadline"].as_integer(), told["document"].as_integer(),
            told["name"].as_string(), told["message"].as_string(), told["to"].as_string(),
        )
        .where(and_(Event.case_id.in_(ids), Event.kind.in_(list(TRANSITIONS))))
        .order_by(Event.case_id, Event.number)
    )  # fmt: skip
