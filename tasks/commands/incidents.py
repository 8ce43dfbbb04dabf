"""What people do with an incident: try again, after what was wrong is put right."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from tasks import access, incident
from tasks.actor import Actor
from tasks.commands.jobs import retry_job
from tasks.course import Course
from tasks.db import Database
from tasks.errors import NotFound, WrongState
from tasks.models import Incident


def retry_incident(database: Database, actor: Actor, incident_id: int, *, now: datetime) -> None:
    """Try again what failed, at once: an operator anywhere, a supervisor in their units.

    Raises NotFound, Forbidden, WrongState for one that is resolved already.
    """
    with database.transaction() as connection:
        found = _incident(connection, incident_id)
        course = Course.open(connection, database, actor, found.case_id, now)
        operator = access.hold_role(course.rights, "operator")
        if not operator.allowed:
            access.supervise(course.rights, course.place()).require()
        found = _incident(connection, incident_id)  # as it is now that the case is ours
        if found.resolved_at is not None:
            raise WrongState(f"incident {incident_id}", "resolved", who=found.resolved_by or "", when=found.resolved_at)
        if found.kind == "call":
            retry_job(course, found.job_number)
        elif found.kind == "timer":
            course.changes.update("timers", found.timer_number, next_at=course.now)
        else:
            course.changes.insert(
                "timers", number=course.next_number(), kind="refresh", due_at=course.now, next_at=course.now
            )
        course.save()
        if found.kind == "call":
            incident.resolve(connection, found.case_id, "call", course.now, actor.name, job=found.job_number)


def _incident(connection: Connection, id: int) -> Any:
    table = Incident.__table__
    row = connection.execute(select(table).where(table.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("incident", id)
    return row
