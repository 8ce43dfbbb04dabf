"""What the health check reads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from tasks.models import Heartbeat


def last_beat(connection: Connection) -> datetime | None:
    """When any worker last looked at the clock; None when none ever did."""
    return connection.execute(select(func.max(Heartbeat.at))).scalar_one()
