"""When something happens next, in any case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from tasks.models import Timer


def next_at(connection: Connection, now: datetime) -> datetime | None:
    """The moment of the first timer after `now`, of whatever kind; None when none waits."""
    statement = select(func.min(Timer.next_at)).where(Timer.state == "waiting", Timer.next_at > now)
    return connection.execute(statement).scalar_one()
