"""Which cases a figure counts, as conditions of SQL on `cases`: the figure counts them, its list shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, true

from engine.register import AUTHORITY
from tasks.figures.period import Period
from tasks.models import Case, Task

Condition = ColumnElement[bool]

AGES = (7, 14, 30, 60, 90, 180)
"""Ages of open cases are told up to these many calendar days, and above the last."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see: a period, and what narrows it."""

    period: Period
    today: date
    process: str = ""
    unit_id: int | None = None
    version: int | None = None


def narrowed(asked: Asked) -> Condition:
    """What was asked to narrow the figures to."""
    parts: list[Condition] = [true()]
    if asked.process:
        parts.append(Case.process == asked.process)
    if asked.unit_id is not None:
        parts.append(Case.unit_id == asked.unit_id)
    if asked.version is not None:
        parts.append(Case.version == asked.version)
    return and_(*parts)


def received(period: Period) -> Condition:
    """Cases that arrived in the period."""
    return Case.arrived_on.between(period.from_on, period.to_on)


def completed(period: Period) -> Condition:
    """Cases whose process came to its end in the period; cancelled ones are not counted as completed."""
    return and_(Case.status == "closed", Case.closed_on.between(period.from_on, period.to_on))


def ended_as(period: Period, outcome: str) -> Condition:
    """Cases that were completed in the period with this outcome."""
    return and_(completed(period), func.coalesce(Case.outcome, "") == outcome)


def standing_as(status: str, outcome: str) -> Condition:
    """Cases with this status, and with this outcome, empty where they have none."""
    return and_(Case.status == status, func.coalesce(Case.outcome, "") == outcome)


def cancelled(period: Period) -> Condition:
    """Cases that were cancelled in the period."""
    return and_(Case.status == "cancelled", Case.closed_on.between(period.from_on, period.to_on))


def standing() -> Condition:
    """Cases that are open now."""
    return Case.status == "open"


def overdue(today: date) -> Condition:
    """Open tasks whose legal day is over while the clock runs (formats.md 13); setting a task aside stops no clock."""
    return and_(
        Task.state == "open", Task.paused_on.is_(None), Task.due_on < today, Task.legal_on < today,
    )  # fmt: skip


def waiting(today: date) -> Condition:
    """Tasks that wait: the clock stands or they are set aside."""
    return or_(Task.paused_on.is_not(None), func.coalesce(Task.hold_until > today, False))


def late(today: date, kind: str = "") -> Condition:
    """Open cases with an overdue task; of one kind (statutory, agreed, target): by what binds the authority itself."""
    parts = [Task.case_id == Case.id, overdue(today)]
    if kind:
        parts += [Task.deadline_kind == kind, or_(Task.deadline_binds.is_(None), Task.deadline_binds == AUTHORITY)]
    return and_(standing(), exists().where(*parts))


def running(from_on: date, to_on: date) -> Condition:
    """Open tasks whose legal day falls within these days; those whose clock stands wait."""
    return and_(
        Task.state == "open", Task.paused_on.is_(None), Task.due_on <= to_on, Task.legal_on.between(from_on, to_on),
    )  # fmt: skip


def due(from_on: date, to_on: date) -> Condition:
    """Open cases with a task whose legal day falls within these days."""
    return and_(standing(), exists().where(Task.case_id == Case.id, running(from_on, to_on)))


def aged(bucket: int, today: date) -> Condition:
    """Open cases by the number of their age in `AGES` (the last one is what is older than all)."""
    parts = [standing()]
    if bucket < len(AGES):
        parts.append(Case.arrived_on >= today - timedelta(days=AGES[bucket]))
    if bucket > 0:
        parts.append(Case.arrived_on < today - timedelta(days=AGES[bucket - 1]))
    return and_(*parts)


def age_bucket(arrived_on: date, today: date) -> int:
    """The number of an open case's age in `AGES`."""
    age = (today - arrived_on).days
    return next((number for number, limit in enumerate(AGES) if age <= limit), len(AGES))


LISTS: Mapping[str, Callable[[Asked], Condition]] = {
    "received": lambda asked: received(asked.period),
    "completed": lambda asked: completed(asked.period),
    "cancelled": lambda asked: cancelled(asked.period),
    "open": lambda asked: standing(),
    "late": lambda asked: late(asked.today),
    "late_by_law": lambda asked: late(asked.today, "statutory"),
}
"""The figures whose cases can be listed, by name."""
