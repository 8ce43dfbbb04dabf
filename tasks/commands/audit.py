"""Reading the access log, which is recorded too, and letting an operator into one case on a reason that is reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from tasks import access, trail
from tasks.actor import Actor
from tasks.commands.people import require_role
from tasks.course import Course
from tasks.db import Database
from tasks.errors import Forbidden, InvalidValue, NotFound
from tasks.models import Case, EmergencyAccess, View
from tasks.moments import utc

EMERGENCY_LASTS = timedelta(hours=1)
SHORTEST_REASON = 10
"""characters"""


def record_reading(
    database: Database, actor: Actor, *, asked: Mapping[str, Any], customer_id: int | None, now: datetime,
    rows: Sequence[int],
) -> None:  # fmt: skip
    """Record that an auditor read the log: what was asked for, and which rows were shown. Forbidden for others."""
    with database.transaction() as connection:
        require_role(connection, actor, now, "auditor")
        told = {name: str(value) for name, value in asked.items() if value}
        span = {"rows": len(rows), "first": max(rows, default=None), "last": min(rows, default=None)}
        trail.note(connection, actor, "access_log_read", now, customer_id=customer_id, new=told | span)
        if customer_id is not None:
            connection.execute(
                insert(View).values(
                    user_id=actor.user_id, user_name=actor.name, via=actor.via, customer_id=customer_id,
                    what="access_log", why="audit", at=utc(now),
                )
            )  # fmt: skip


def open_in_emergency(database: Database, actor: Actor, *, number: str, reason: str, now: datetime) -> int:
    """Let an operator read one case for an hour; gives its id. It stands in the case's history and in the trail.

    Raises Forbidden for others and for who is disqualified, InvalidValue without a reason, NotFound.
    """
    why = reason.strip()
    if actor.user_id is None:
        raise Forbidden("no_person")
    with database.transaction() as connection:
        require_role(connection, actor, now, "operator")
        if not SHORTEST_REASON <= len(why) <= 500:
            raise InvalidValue("reason", "length", f"expected {SHORTEST_REASON} to 500 characters")
        case_id = connection.execute(select(Case.id).where(Case.number == number.strip().upper())).scalar_one_or_none()
        if case_id is None:
            raise NotFound("case", number[:100])
        course = Course.open(connection, database, actor, case_id, now)
        if course.rights.disqualified:
            access.see(course.rights, course.place()).require()
        connection.execute(
            insert(EmergencyAccess).values(
                user_id=actor.user_id,
                case_id=case_id,
                reason=why,
                from_at=utc(now),
                until_at=utc(now) + EMERGENCY_LASTS,
            )
        )
        trail.note(
            connection, actor, "emergency_access", now, customer_id=course.case["customer_id"], case_id=case_id, why=why
        )
        course.chain.add("emergency_access", {"reason": why})
        course.save()
        return int(case_id)
