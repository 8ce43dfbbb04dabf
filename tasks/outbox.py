"""What leaves the house, after the commit that caused it: at least once, with the row's id as idempotency key."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from tasks.db import Database
from tasks.models import Outbox
from tasks.moments import utc

LOG = logging.getLogger("asiavirta.outbox")
LEASE = timedelta(minutes=5)
"""how long a worker keeps a row to itself while it sends"""
LONGEST_RETRY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to send; `id` is the same at every attempt."""

    id: str
    case_id: int
    kind: str
    payload: Mapping[str, Any]
    attempts: int


def deliver(database: Database, send: Callable[[Delivery], None], now: datetime, limit: int = 50) -> int:
    """Send what is pending; gives how many were delivered. What `send` raises is noted and tried again later."""
    now = utc(now)
    delivered = 0
    for item in _take(database, now, limit):
        try:
            send(item)
        except Exception as error:
            LOG.warning("delivery %s failed: %s", item.id, type(error).__name__)
            retry = now + min(LEASE * 2 ** min(item.attempts, 20), LONGEST_RETRY)
            _note(database, item, error=f"{type(error).__name__}: {error}"[:500], next_at=retry)
        else:
            delivered += 1
            _note(database, item, state="delivered", delivered_at=now, error=None)
    return delivered


def _take(database: Database, now: datetime, limit: int) -> list[Delivery]:
    """Lease pending rows: another worker does not see them until the lease ends."""
    pending = (
        select(Outbox.case_id, Outbox.number, Outbox.kind, Outbox.payload, Outbox.attempts)
        .where(Outbox.state == "pending", Outbox.next_at <= now)
        .order_by(Outbox.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with database.transaction() as connection:
        rows = connection.execute(pending).all()
        for row in rows:
            connection.execute(
                update(Outbox)
                .where(Outbox.case_id == row.case_id, Outbox.number == row.number)
                .values(next_at=now + LEASE, attempts=row.attempts + 1)
            )
    return [Delivery(f"{r.case_id}-{r.number}", r.case_id, r.kind, r.payload, r.attempts) for r in rows]


def _note(database: Database, item: Delivery, **values: Any) -> None:
    case_id, number = (int(part) for part in item.id.split("-"))
    with database.transaction() as connection:
        connection.execute(update(Outbox).where(Outbox.case_id == case_id, Outbox.number == number).values(**values))
