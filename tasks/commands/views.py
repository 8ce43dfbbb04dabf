"""Recording who looked at whose data in a list: one row for each customer or case shown, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from tasks.actor import Actor
from tasks.db import Database
from tasks.models import View
from tasks.moments import utc


def record_views(
    database: Database, actor: Actor, *, what: str, why: str, now: datetime,
    seen: Sequence[tuple[int | None, int | None]],
) -> None:  # fmt: skip
    """Record that a list showed these (customer id, case id) pairs; nothing is written for an empty list."""
    if not seen:
        return
    common: dict[str, Any] = {
        "user_id": actor.user_id,
        "user_name": actor.name,
        "via": actor.via,
        "what": what,
        "why": why,
    }
    rows = [common | {"customer_id": customer, "case_id": case, "at": utc(now)} for customer, case in seen]
    with database.transaction() as connection:
        connection.execute(insert(View), rows)
