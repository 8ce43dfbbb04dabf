"""Alerts as their owners see them: how many are new, the list, and one with its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, or_, select

from tasks.models import Alert, AlertEvent, Case, Disqualification, Task, Unit, Watch
from tasks.queries.people import Person
from tasks.queries.shape import columns, every, first

STATES = ("new", "acknowledged", "snoozed", "closed")
PAGE = 50
MOST_COUNTED = 99
LONGEST_LIST = 2000
"""how far back the list goes"""


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert with the case and the step that it is about."""

    id: int
    kind: str
    unit_id: int
    unit: Mapping[str, str]
    process: str
    case_id: int | None
    case_number: str | None
    task_number: int | None
    task_process: str | None
    task_version: int | None
    element: str | None
    told: Mapping[str, Any]
    state: str
    snoozed_until: date | None
    opened_at: datetime
    closed_at: datetime | None
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertHappening:
    """What happened to an alert."""

    kind: str
    at: datetime
    user_id: int | None
    user_name: str
    note: str
    until_on: date | None


def owned(person: Person, areas: Mapping[str, str]) -> ColumnElement[bool]:
    """The condition on `alerts` of what a supervisor owns; `areas` gives each process its process area."""
    parts = []
    for grant in person.grants:
        if grant.role != "supervisor":
            continue
        limits = [] if grant.units is None else [Alert.unit_id.in_(grant.units)]
        if grant.areas is not None:
            limits.append(Alert.process.in_([process for process, area in areas.items() if area in grant.areas]))
        parts.append(and_(Alert.role == grant.role, *limits))
    barred = exists().where(
        Disqualification.case_id == Alert.case_id, Disqualification.user_id == person.id,
        Disqualification.ended_at.is_(None),
    )  # fmt: skip
    return and_(or_(false(), *parts), ~barred)


def new_count(connection: Connection, mine: ColumnElement[bool]) -> int:
    """How many are new, at most `MOST_COUNTED` + 1 told (then there are more)."""
    found = select(Alert.id).where(mine, Alert.state == "new").limit(MOST_COUNTED + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(found)).scalar_one())


def counts(connection: Connection, mine: ColumnElement[bool]) -> Mapping[str, int]:
    """How many there are in each state but closed."""
    counted = select(Alert.state, func.count()).where(mine, Alert.state.in_(STATES[:-1])).group_by(Alert.state)
    return {state: int(n) for state, n in connection.execute(counted)}


def page(
    connection: Connection, mine: ColumnElement[bool], *, state: str, kind: str = "", size: int = PAGE, after: int = 0
) -> tuple[AlertRow, ...]:
    """The alerts in one state (and of one kind), the newest first, beginning after so many."""
    where = and_(mine, Alert.state == state, *([Alert.kind == kind] if kind else []))
    found = _rows().where(where).order_by(Alert.opened_at.desc(), Alert.id.desc())
    return every(AlertRow, connection, found.limit(size).offset(min(after, LONGEST_LIST)))


def one(connection: Connection, mine: ColumnElement[bool], alert_id: int) -> AlertRow | None:
    """One of them, or None."""
    return first(AlertRow, connection, _rows().where(mine, Alert.id == alert_id))


def history(connection: Connection, alert_id: int) -> tuple[AlertHappening, ...]:
    """What happened to an alert, the oldest first."""
    found = columns(AlertHappening, AlertEvent).where(AlertEvent.alert_id == alert_id).order_by(AlertEvent.id)
    return every(AlertHappening, connection, found)


def looked_at(connection: Connection) -> datetime | None:
    """When causes were last looked for."""
    return connection.execute(select(Watch.at).where(Watch.name == "alerts")).scalar_one()


def _rows() -> Select[Any]:
    return (
        columns(
            AlertRow, Alert, unit=Unit.name, case_number=Case.number, task_process=Task.process,
            task_version=Task.version, element=Task.element,
        )
        .join(Unit, Unit.id == Alert.unit_id).outerjoin(Case, Case.id == Alert.case_id)
        .outerjoin(Task, and_(Task.case_id == Alert.case_id, Task.number == Alert.task_number))
    )  # fmt: skip
