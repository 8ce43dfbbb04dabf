"""The demo town's mail and reminders: only those of the last days wait for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from sqlalchemy import select

from engine.calendar import Calendar
from engine.story import HELSINKI
from tasks.actor import Actor
from tasks.commands.letters import mark_sent
from tasks.commands.notices import mark_seen
from tasks.db import Database
from tasks.models import Outbox

MAIL_HOUR = time(14)
WAITS = 2
"""working days: what came since then has neither left nor been looked at"""


def post(database: Database, sender: Actor, case_id: int, at: datetime, now: datetime) -> None:
    """By `at` the case's letters have left with the afternoon mail; those of the last days before `now` wait."""
    written = select(Outbox.number, Outbox.created_at).where(
        Outbox.case_id == case_id, Outbox.state == "pending", Outbox.created_at < _since(now)
    )
    with database.read() as connection:
        rows = connection.execute(written.order_by(Outbox.created_at)).all()
    for row in rows:
        day = row.created_at.astimezone(HELSINKI).date()
        mailed = max(datetime.combine(day, MAIL_HOUR, HELSINKI), row.created_at + timedelta(minutes=30))
        if mailed <= at:
            mark_sent(database, sender, f"{case_id}-{row.number}", now=mailed)


def look(database: Database, people: Iterable[Actor], now: datetime) -> None:
    """These people have looked at their reminders but for those of the last days."""
    for actor in people:
        mark_seen(database, actor, until=_since(now), now=now)


def _since(now: datetime) -> datetime:
    day = Calendar().add_working_days(now.astimezone(HELSINKI).date(), -WAITS)
    return datetime.combine(day, time(0), HELSINKI)
