"""How much waits in the whole house, counted for the machine that watches over it; nothing of it tells of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, select

from tasks.models import Case, Heartbeat, Incident, Job, Message, Outbox, Task, Timer, Unit
from tasks.moments import utc
from tasks.queries.worklist import Days

Labelled = Mapping[tuple[str, ...], int]
"""Counts by the values of their labels."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Counts at one moment; times in seconds, None where nothing has happened yet."""

    cases: Labelled
    """open cases by process"""
    tasks: Labelled
    """open tasks by process, unit and urgency (the groups of my tasks)"""
    timers_due: int
    timer_lag: float
    """how long the oldest due timer has waited; 0 when none is due"""
    outbox: Labelled
    """what waits to be sent, by kind"""
    calls: Labelled
    """calls out, by service and state"""
    incidents: Labelled
    """open incidents, by kind"""
    messages: Labelled
    """messages without a case, by state"""
    silence: float | None
    """since any worker last looked at the clock"""
    fired: int
    """timers fired by the workers that are known"""
    failed: int


def read(connection: Connection, days: Days, now: datetime) -> Reading:
    """Count everything once; a scrape costs the same whoever asks."""
    due = and_(Timer.state == "waiting", Timer.next_at <= utc(now))
    oldest, timers = connection.execute(select(func.min(Timer.next_at), func.count()).where(due)).one()
    beat, fired, failed = connection.execute(
        select(func.max(Heartbeat.at), func.sum(Heartbeat.fired), func.sum(Heartbeat.failed))
    ).one()
    return Reading(
        cases=_counted(connection, Case.process, where=Case.status == "open"),
        tasks=_tasks(connection, days),
        timers_due=int(timers),
        timer_lag=(now - oldest).total_seconds() if oldest is not None else 0.0,
        outbox=_counted(connection, Outbox.kind, where=Outbox.state == "pending"),
        calls=_counted(connection, Job.service, Job.state, where=Job.state.in_(("waiting", "failed"))),
        incidents=_counted(connection, Incident.kind, where=Incident.resolved_at.is_(None)),
        messages=_counted(connection, Message.state, where=Message.state.in_(("early", "unplaced"))),
        silence=(now - beat).total_seconds() if beat is not None else None,
        fired=int(fired or 0),
        failed=int(failed or 0),
    )


def _tasks(connection: Connection, days: Days) -> Labelled:
    """Open tasks by process of the case, unit and urgency, as the list of my tasks groups them (formats.md 13)."""
    urgency = case(
        (Task.hold_until > days.today, "held"),
        (Task.paused_on.is_not(None), "paused"),
        (Task.due_on.is_(None), "undated"),
        (and_(Task.due_on < days.today, Task.legal_on < days.today), "late"),
        (Task.due_on <= days.soon, "soon"),
        else_="later",
    ).label("urgency")
    rows = connection.execute(
        select(Case.process, Unit.code, urgency, func.count())
        .select_from(Task)
        .join(Case, Case.id == Task.case_id)
        .join(Unit, Unit.id == Task.unit_id)
        .where(Task.state == "open")
        .group_by(Case.process, Unit.code, urgency)
    )
    return {tuple(row[:-1]): int(row[-1]) for row in rows}


def _counted(connection: Connection, *labels: object, where: object) -> Labelled:
    rows = connection.execute(select(*labels, func.count()).where(where).group_by(*labels))  # type: ignore[call-overload]
    return {tuple(row[:-1]): int(row[-1]) for row in rows}
