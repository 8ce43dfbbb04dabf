"""The causes of alerts as they stand now: late tasks, work without anybody, stuck cases and sudden deviations.

A cause has a name that stays the same while it stands ("overdue:12-3"), so that it is told once. Everything is read
from task, case, event and deadline rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import mean, stdev
from typing import Any

from sqlalchemy import Connection, Text, and_, cast, exists, func, or_, select

from engine.register import AUTHORITY
from tasks import access
from tasks.access import Place, Rights, Role
from tasks.casefile import in_force, read_json
from tasks.models import Case, Deadline, Event, Incident, Setting, Task, Timer, User, UserRole
from tasks.moments import day, start_of
from tasks.published import Published
from tasks.queries import inbox

KINDS = ("overdue", "orphan", "stuck", "deviation")
STUCK_DAYS = 30
"""days without an event after which a case is stuck, unless the area's setting STUCK_SETTING says otherwise"""
STUCK_SETTING = "alerts.stuck_days"
WEEKS = 8
"""weeks that the latest one is compared with"""
SPREAD = 3
"""standard deviations"""
LEAST_SPREAD = 1.0
"""cases; weeks that were all alike make no alert of one case more"""
FEWEST = 10
"""cases a week; of fewer nothing is said"""


@dataclass(frozen=True, slots=True)
class Cause:
    """What an alert is about: in which unit and process, on which case and task, and its figures."""

    name: str
    kind: str
    unit_id: int
    process: str
    told: Mapping[str, Any] = field(default_factory=dict)
    case_id: int | None = None
    task_number: int | None = None


def causes(connection: Connection, versions: Published, now: datetime) -> dict[str, Cause]:
    """Every cause that stands now, by its name."""
    today = day(now)
    found = (
        *overdue(connection, today), *orphans(connection, versions, today), *stuck(connection, today),
        *deviations(connection, today),
    )  # fmt: skip
    return {cause.name: cause for cause in found}


def overdue(connection: Connection, today: date) -> Iterator[Cause]:
    """Open tasks of the list's group "late": their legal day has passed and they neither wait nor are set aside."""
    rows = connection.execute(
        select(Task.case_id, Task.number, Task.unit_id, Task.legal_on, Case.process)
        .join(Case, Case.id == Task.case_id).where(Task.state == "open", inbox.groups()["late"]),
        {"today": today},
    )  # fmt: skip
    for row in rows:
        yield Cause(
            f"overdue:{row.case_id}-{row.number}", "overdue", row.unit_id, row.process,
            {"legal_on": row.legal_on.isoformat()}, row.case_id, row.number,
        )  # fmt: skip


def orphans(connection: Connection, versions: Published, today: date) -> Iterator[Cause]:
    """Open tasks that nobody in the unit may do, and those of a person who may not (any more)."""
    people = _people(connection, today)
    areas = versions.areas
    rows = connection.execute(
        select(Task.unit_id, Task.role, Case.process, Task.assignee_id, func.count().label("n"))
        .join(Case, Case.id == Task.case_id).where(Task.state == "open")
        .group_by(Task.unit_id, Task.role, Case.process, Task.assignee_id)
    )  # fmt: skip
    nobody, holders = Counter[tuple[int, str, str]](), Counter[tuple[int, int, str]]()
    for row in rows:
        place = Place(row.unit_id, areas.get(row.process, ""), row.process, "", row.role)
        if row.assignee_id is None:
            if not any(access.work(rights, place).allowed for rights in people.values()):
                nobody[(row.unit_id, row.role, row.process)] += row.n
        elif not access.work(people.get(row.assignee_id, Rights(row.assignee_id, active=False)), place).allowed:
            holders[(row.unit_id, row.assignee_id, row.process)] += row.n
    for (unit, role, process), n in nobody.items():
        yield Cause(f"orphan:{unit}:{role}:{process}", "orphan", unit, process, {"role": role, "tasks": n})
    for (unit, user, process), n in holders.items():
        yield Cause(f"orphan:{unit}:{user}:{process}", "orphan", unit, process, {"user": user, "tasks": n})


def _people(connection: Connection, today: date) -> dict[int, Rights]:
    """What each active person may do on a day; an integration is nobody who does tasks."""
    roles: dict[int, list[Role]] = {}
    rows = connection.execute(
        select(UserRole.user_id, UserRole.role, UserRole.work_roles, UserRole.units, UserRole.areas)
        .join(User, User.id == UserRole.user_id)
        .where(
            User.active, UserRole.role.in_(sorted(access.CASEWORK)),
            or_(UserRole.from_on.is_(None), UserRole.from_on <= today),
            or_(UserRole.to_on.is_(None), UserRole.to_on >= today),
        )
    )  # fmt: skip
    for row in rows:
        units, areas = (None if each is None else frozenset(each) for each in (row.units, row.areas))
        roles.setdefault(row.user_id, []).append(Role(row.role, frozenset(row.work_roles or ()), units, areas))
    return {user: Rights(user, True, tuple(held)) for user, held in roles.items()}


def stuck(connection: Connection, today: date) -> Iterator[Cause]:
    """Open cases with an open incident, and those without an event for long and without a timer ahead."""
    cases: dict[int, Cause] = {}
    longest = _stuck_days(connection, today)
    waits = exists().where(Timer.case_id == Case.id, Timer.state == "waiting")
    quiet = connection.execute(
        select(Case.id, Case.unit_id, Case.process, Case.area_id, Event.at)
        .join(Event, and_(Event.case_id == Case.id, Event.number == Case.event_count))
        .where(Case.status == "open", ~waits, Event.at < start_of(today - timedelta(min(longest.values()) - 1)))
    )  # fmt: skip
    for row in quiet:
        days = (today - day(row.at)).days
        if days >= longest.get(row.area_id, longest[0]):
            cases[row.id] = _stuck(row, {"since": day(row.at).isoformat()})
    failed = connection.execute(
        select(Case.id, Case.unit_id, Case.process, func.min(Incident.first_at).label("at"))
        .join(Incident, Incident.case_id == Case.id)
        .where(Case.status == "open", Incident.resolved_at.is_(None))
        .group_by(Case.id, Case.unit_id, Case.process)
    )  # fmt: skip
    for each in failed:
        cases[each.id] = _stuck(each, {"since": day(each.at).isoformat(), "incident": True})
    yield from cases.values()


def _stuck(row: Any, told: Mapping[str, Any]) -> Cause:
    return Cause(f"stuck:{row.id}", "stuck", row.unit_id, row.process, told, row.id)


def _stuck_days(connection: Connection, today: date) -> dict[int, int]:
    """The longest silence by area, and under 0 that of areas that say nothing."""
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in connection.execute(
        # as text: SQLite keeps a bare number in a JSON column as a number
        select(Setting.area_id, Setting.name, Setting.from_on, cast(Setting.value, Text).label("value")).where(
            Setting.name == STUCK_SETTING
        )
    ):
        told = {"name": row.name, "from_on": row.from_on.isoformat(), "value": read_json(row.value)}
        found.setdefault(row.area_id, []).append(told)
    own = {area: in_force(rows, today.isoformat()).get(STUCK_SETTING, STUCK_DAYS) for area, rows in found.items()}
    return {0: STUCK_DAYS} | {area: max(1, int(days)) for area, days in own.items()}


def deviations(connection: Connection, today: date) -> Iterator[Cause]:
    """Units and processes whose last seven whole days are far from the eight weeks before them.

    Counted are cases received and cases in which a date passed that binds the authority.
    A unit that has not worked for so long is not judged.
    """
    first = today - timedelta(7 * (WEEKS + 1))
    known = set(connection.execute(select(Case.unit_id).where(Case.arrived_on < first).distinct()).scalars())
    received = (
        select(Case.unit_id, Case.process, Case.arrived_on.label("on"), func.count().label("n"))
        .where(Case.arrived_on >= first, Case.arrived_on < today)
        .group_by(Case.unit_id, Case.process, Case.arrived_on)
    )
    passed = or_(Deadline.state == "missed", and_(Deadline.state == "open", Deadline.paused_on.is_(None)))
    ours = or_(Deadline.binds.is_(None), Deadline.binds == AUTHORITY)
    late = (
        select(
            Case.unit_id, Case.process, Deadline.legal_on.label("on"),
            func.count(Deadline.case_id.distinct()).label("n"),
        )
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.legal_on >= first, Deadline.legal_on < today, passed, ours)
        .group_by(Case.unit_id, Case.process, Deadline.legal_on)
    )  # fmt: skip
    for measure, statement in (("received", received), ("late", late)):
        weeks: dict[tuple[int, str], list[int]] = {}
        for row in connection.execute(statement):
            counts = weeks.setdefault((row.unit_id, row.process), [0] * (WEEKS + 1))
            counts[((today - row.on).days - 1) // 7] += row.n
        for (unit, process), counts in weeks.items():
            told = deviation(counts) if unit in known else None
            if told:
                told |= {"measure": measure, "from": (today - timedelta(7)).isoformat()}
                yield Cause(f"deviation:{measure}:{unit}:{process}", "deviation", unit, process, told)


def deviation(weeks: list[int]) -> dict[str, Any] | None:
    """What is told of weekly counts, the latest first, when that one is out of what the others allow; else None."""
    now, before = weeks[0], weeks[1:]
    middle, spread = mean(before), max(stdev(before), LEAST_SPREAD)
    if abs(now - middle) <= SPREAD * spread or max(now, middle) < FEWEST:
        return None
    low, high = max(0.0, middle - SPREAD * spread), middle + SPREAD * spread
    return {"now": now, "mean": round(middle, 1), "low": round(low, 1), "high": round(high, 1)}
