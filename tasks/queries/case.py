"""The case page: the case, its parties, and what is open in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from tasks.models import Case, Customer, Deadline, Incident, Party, Subscription, Task, Unit, User
from tasks.queries.shape import columns, every, first


@dataclass(frozen=True, slots=True)
class Head:
    """A case without its state; `unit` is the unit's name by language."""

    id: int
    number: str
    process: str
    version: int
    area_id: int
    unit_id: int
    unit: Mapping[str, str]
    customer_id: int
    language: str
    message: str | None
    channel: str | None
    source: str | None
    status: str
    outcome: str | None
    arrived_on: date
    started_at: datetime
    closed_on: date | None
    legal_hold: bool
    raised_reason: str | None


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A customer's part in the case, with the representative's name."""

    number: int
    role: str
    principal: bool
    customer_id: int
    name: str
    kind: str
    protected: bool
    representative_id: int | None
    representative: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task of the case with the names of who has it and who completed it."""

    number: int
    process: str
    version: int
    path: str
    element: str
    role: str
    state: str
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
    completed_by: str | None


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A deadline with the trace that explains it; `shows` of tasks.project tells which elements show it."""

    number: int
    scope: str
    shown_on: Sequence[str]
    process: str
    name: str
    law_version: str
    law: str | None
    kind: str
    roll: str
    statute: str | None
    doubt: str | None
    event_on: date
    nominal_on: date
    legal_on: date
    target_on: date
    due_on: date
    paused_on: date | None
    remaining: int | None
    trace: Sequence[Mapping[str, Any]]
    state: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Wait:
    """A message that the case waits for."""

    number: int
    process: str
    path: str
    element: str
    message: str
    opened_at: datetime


def head(connection: Connection, case_id: int) -> Head | None:
    """The case, or None."""
    statement = columns(Head, Case, unit=Unit.name).join(Unit, Unit.id == Case.unit_id).where(Case.id == case_id)
    return first(Head, connection, statement)


def case_id(connection: Connection, number: str) -> int | None:
    """The id of the case with this number, or None."""
    return connection.execute(select(Case.id).where(Case.number == number)).scalar_one_or_none()


def parties(connection: Connection, case: int) -> tuple[PartyRow, ...]:
    """The parties, the principal customer first."""
    representative = aliased(Customer)
    statement = (
        columns(
            PartyRow, Party, name=Customer.name, kind=Customer.kind, protected=Customer.protected,
            representative=representative.name,
        )
        .join(Customer, Customer.id == Party.customer_id)
        .outerjoin(representative, representative.id == Party.representative_id)
        .where(Party.case_id == case)
        .order_by(Party.principal.desc(), Party.number)
    )  # fmt: skip
    return every(PartyRow, connection, statement)


def tasks(connection: Connection, case: int) -> tuple[TaskRow, ...]:
    """Every task of the case in the order they opened."""
    assignee, completer = aliased(User), aliased(User)
    statement = (
        columns(TaskRow, Task, assignee=assignee.full_name, completed_by=completer.full_name)
        .outerjoin(assignee, assignee.id == Task.assignee_id)
        .outerjoin(completer, completer.id == Task.completed_by)
        .where(Task.case_id == case)
        .order_by(Task.number)
    )
    return every(TaskRow, connection, statement)


def deadlines(connection: Connection, case: int) -> tuple[DeadlineRow, ...]:
    """Every deadline of the case: the open ones first, days to act by before ends of periods, by date."""
    statement = (
        columns(DeadlineRow, Deadline)
        .where(Deadline.case_id == case)
        .order_by((Deadline.state != "open"), (Deadline.roll == "period"), Deadline.due_on, Deadline.number)
    )
    return every(DeadlineRow, connection, statement)


def waits(connection: Connection, case: int) -> tuple[Wait, ...]:
    """The messages that the case waits for."""
    statement = columns(Wait, Subscription).where(Subscription.case_id == case).order_by(Subscription.number)
    return every(Wait, connection, statement)


def incidents(connection: Connection, case: int) -> tuple[str, ...]:
    """The kinds of what could not be done for the case and still cannot (tasks.incident)."""
    statement = select(Incident.kind).where(Incident.case_id == case, Incident.resolved_at.is_(None)).distinct()
    return tuple(sorted(connection.execute(statement).scalars()))
