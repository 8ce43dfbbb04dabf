"""Work done and work that stands: letters and steps of a period by kind, and open tasks by unit, role and person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, select

from tasks.casefile import in_force, read_json
from tasks.figures import conditions
from tasks.figures.conditions import Asked, Condition
from tasks.figures.parts import FREE, RUNS, Measure
from tasks.figures.sums import Sums
from tasks.models import Case, Setting, Task, Unit, User

PERSONS = "figures.persons"
"""The area's setting that switches figures of persons on; the staff must have been heard before (759/2004 21 §)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Letters of one kind that were sent in the period."""

    part: str
    version: str
    """one version that such letters were written by, "pay_subsidy@3\""""
    element: str
    n: int


@dataclass(frozen=True, slots=True)
class Load:
    """Open tasks of one role in one unit (and of one person, or nobody, where persons are asked for)."""

    unit_id: int
    role: str
    person_id: int | None
    person: str | None
    open: int
    late: int
    free: int
    """those that nobody has taken"""
    paused: int
    """those that wait: the clock stands or they are set aside"""


def read_letters(sums: Sums) -> tuple[Letter, ...]:
    """The letters of the period, the most frequent first."""
    period = sums.asked.period
    counts: Counter[tuple[str, str]] = Counter()
    versions: dict[tuple[str, str], str] = {}
    for (part, element, version), n in sums.of(Measure.SENT, ("about",), period.from_on, period.to_on):
        counts[part, element] += n
        versions[part, element] = max(version, versions.get((part, element), ""))
    found = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return tuple(Letter(part, versions[part, element], element, n) for (part, element), n in found)


def read_load(sums: Sums) -> tuple[Load, ...]:
    """The open work by unit and role."""
    today = sums.asked.today
    found: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for (unit_id, role, taken, clock), held, n in sums.of(Measure.LOAD, ("about", "days")):
        counts = found[int(unit_id), role]
        counts["open"] += n
        counts["free"] += n if taken == FREE else 0
        counts["paused"] += n if clock != RUNS or held > today.toordinal() else 0
    late = sums.of(Measure.LOAD, ("about", "days"), until=today - timedelta(days=1))
    for (unit_id, role, _, clock), held, n in late:
        found[int(unit_id), role]["late"] += n if clock == RUNS and held <= today.toordinal() else 0
    return tuple(
        Load(unit_id, role, None, None, counts["open"], counts["late"], counts["free"], counts["paused"])
        for (unit_id, role), counts in sorted(found.items())
    )


def read_load_of_persons(connection: Connection, within: Condition, asked: Asked) -> tuple[Load, ...]:
    """The same by person, from the open tasks themselves: sums of persons are not kept."""
    today = asked.today
    waits = conditions.waiting(today)
    late = and_(conditions.overdue(today), ~waits)
    by = (Task.unit_id, Task.role, Task.assignee_id, User.full_name)
    statement = (
        select(*by, func.count(), _sum(late), _sum(Task.assignee_id.is_(None)), _sum(waits))
        .join(Case, Case.id == Task.case_id)
        .outerjoin(User, User.id == Task.assignee_id)
        .where(within, conditions.narrowed(asked), Task.state == "open")
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(Load(*row[:4], *(int(n or 0) for n in row[4:])) for row in connection.execute(statement))


def _sum(condition: Condition) -> Any:
    return func.sum(case((condition, 1), else_=0))


def switched_on(connection: Connection, units: Sequence[int], on: date) -> list[int]:
    """The units whose area has switched figures of persons on."""
    rows = connection.execute(
        select(Unit.id, Setting.name, Setting.from_on, Setting.value)
        .join(Setting, Setting.area_id == Unit.area_id)
        .where(Unit.id.in_(units), Setting.name == PERSONS)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for unit, name, from_on, value in rows:
        found.setdefault(unit, []).append({"name": name, "from_on": str(from_on), "value": read_json(value)})
    return [unit for unit, settings in found.items() if in_force(settings, on.isoformat()).get(PERSONS) is True]
