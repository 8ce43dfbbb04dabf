"""Long lists of cases and tasks a page at a time, in an order that does not move while somebody reads on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select
from sqlalchemy.orm import aliased

from tasks.models import Case, Customer, Event, Party, Task, User
from tasks.queries.papers import EventRow
from tasks.queries.shape import columns, every


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case with its principal customer."""

    id: int
    number: str
    process: str
    version: int
    status: str
    outcome: str | None
    unit_id: int
    customer_id: int
    customer: str
    arrived_on: date
    started_at: datetime
    closed_on: date | None
    revision: int


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task with its case's number and principal customer; `revision` is the version that changes must name."""

    case_id: int
    number: int
    revision: int
    case_number: str
    case_process: str
    customer_id: int
    process: str
    version: int
    path: str
    element: str
    role: str
    unit_id: int
    state: str
    assignee_id: int | None
    assignee: str | None
    hold_until: date | None
    deadline: str | None
    deadline_kind: str | None
    due_on: date | None
    legal_on: date | None
    paused_on: date | None
    remaining: int | None
    opened_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CasesWanted:
    """Which cases; None does not limit. `customer_id` finds them by any party."""

    process: str | None = None
    status: str | None = None
    number: str | None = None
    unit_id: int | None = None
    customer_id: int | None = None
    arrived_from: date | None = None
    arrived_to: date | None = None


@dataclass(frozen=True, slots=True)
class TasksWanted:
    """Which tasks; None does not limit. `process` is that of the case, `due_before` leaves undated ones out."""

    state: str | None = None
    process: str | None = None
    element: str | None = None
    role: str | None = None
    assignee_id: int | None = None
    unit_id: int | None = None
    case_id: int | None = None
    due_before: date | None = None


def cases(
    connection: Connection, reach: ColumnElement[bool], wanted: CasesWanted, *, size: int, after: int | None = None
) -> tuple[CaseLine, ...]:
    """Cases within reach by id, the newest first; `after` goes on from an id."""
    limits = [
        Case.process == wanted.process if wanted.process else None,
        Case.status == wanted.status if wanted.status else None,
        Case.number == wanted.number if wanted.number else None,
        Case.unit_id == wanted.unit_id if wanted.unit_id is not None else None,
        Case.arrived_on >= wanted.arrived_from if wanted.arrived_from else None,
        Case.arrived_on <= wanted.arrived_to if wanted.arrived_to else None,
        Case.id < after if after is not None else None,
    ]
    if wanted.customer_id is not None:
        theirs = select(Party.case_id).where(Party.customer_id == wanted.customer_id, Party.ended_at.is_(None))
        limits.append(Case.id.in_(theirs))
    statement = columns(CaseLine, Case, customer=Customer.name).join(Customer, Customer.id == Case.customer_id)
    statement = _limited(statement, [reach, *limits]).order_by(Case.id.desc()).limit(size)
    return every(CaseLine, connection, statement)


def tasks(
    connection: Connection, reach: ColumnElement[bool], wanted: TasksWanted, *, size: int,
    after: tuple[int, int] | None = None,
) -> tuple[TaskLine, ...]:  # fmt: skip
    """Tasks of cases within reach by (case, number); `after` goes on from such a pair."""
    limits = [
        Task.state == wanted.state if wanted.state else None,
        Case.process == wanted.process if wanted.process else None,
        Task.element == wanted.element if wanted.element else None,
        Task.role == wanted.role if wanted.role else None,
        Task.assignee_id == wanted.assignee_id if wanted.assignee_id is not None else None,
        Task.unit_id == wanted.unit_id if wanted.unit_id is not None else None,
        Task.case_id == wanted.case_id if wanted.case_id is not None else None,
        Task.due_on < wanted.due_before if wanted.due_before else None,
    ]
    if after is not None:
        case_id, number = after
        limits.append(or_(Task.case_id > case_id, and_(Task.case_id == case_id, Task.number > number)))
    assignee = aliased(User)
    statement = (
        columns(
            TaskLine, Task, case_number=Case.number, case_process=Case.process, customer_id=Case.customer_id,
            assignee=assignee.full_name,
        )
        .join(Case, Case.id == Task.case_id)
        .outerjoin(assignee, assignee.id == Task.assignee_id)
    )  # fmt: skip
    statement = _limited(statement, [reach, *limits]).order_by(Task.case_id, Task.number).limit(size)
    return every(TaskLine, connection, statement)


def events(connection: Connection, case: int, *, size: int, after: int = 0) -> tuple[EventRow, ...]:
    """The events of a case in the order they happened; `after` goes on from an event's number."""
    statement = columns(EventRow, Event).where(Event.case_id == case, Event.number > after)
    return every(EventRow, connection, statement.order_by(Event.number).limit(size))


def _limited(statement: Select[Any], limits: Sequence[ColumnElement[bool] | None]) -> Select[Any]:
    return statement.where(*(limit for limit in limits if limit is not None))
