"""The demo's stray messages: what another system sent for cases that cannot be told, or that do not wait for it yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from tasks.actor import Actor
from tasks.arrival import Incoming
from tasks.commands.arrivals import deliver_message
from tasks.db import Database
from tasks.published import published

SENDER = Actor(None, "asiointipalvelu", "cli")
_OPEN = text(
    "SELECT c.id, c.number, c.process, c.version, u.code FROM cases c JOIN units u ON u.id = c.unit_id"
    " WHERE c.status = 'open' ORDER BY c.id"
)
_AWAITED = text("SELECT message FROM subscriptions WHERE case_id = :case")


def send_strays(database: Database, now: datetime) -> None:
    """A message for a case that nobody knows, and one for a case that has yet to wait for it."""
    with database.read() as connection:
        versions = published(database).refresh(connection)
        for row in connection.execute(_OPEN).all():
            definition = versions.definition(row.process, row.version)
            awaited = set(connection.execute(_AWAITED, {"case": row.id}).scalars())
            forms = versions.bundle(row.process, row.version).forms
            later = sorted(set(definition.messages) - awaited - set(definition.start_messages))
            known = [(name, forms[name]["x-example"]) for name in later if "x-example" in forms.get(name, {})]
            if known:
                break
        else:
            return
    name, example = known[0]
    _send(database, name, "stray-1", example, {"case": "PT/0/2025", "unit": row.code}, now - timedelta(hours=20))
    _send(database, name, "stray-2", example, {"case": row.number}, now - timedelta(hours=3))


def _send(
    database: Database, name: str, id: str, payload: Mapping[str, Any], correlation: Mapping[str, Any], at: datetime
) -> None:
    deliver_message(database, SENDER, Incoming(name, id, payload, correlation, channel="e_service"), now=at)
