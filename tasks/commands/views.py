"""Recording who looked at whose data in a list: one row for each customer or case shown, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from tasks.actor import Actor
from tasks.db import Database
from tasks.models import Case, View
from tasks.moments import utc


def record_views(
    database: Database, actor: Actor, *, what: str, why: str, now: datetime,
    seen: Sequence[tuple[int | None, int | None]],
) -> None:  # fmt: skip
    """Record that a list showed these (customer id, case id) pairs, the customer of a case found here when None.

    Nothing is written for an empty list.
    """
    if not seen:
        return
    common: dict[str, Any] = {
        "user_id": actor.user_id,
        "user_name": actor.name,
        "via": actor.via,
        "what": what,
        "why": why,
    }
    with database.transaction() as connection:
        principals = _principals(connection, {case for customer, case in seen if customer is None and case is not None})
        rows = [
            common
            | {"customer_id": customer if customer is not None else principals.get(case or 0)}
            | {"case_id": case, "at": utc(now)}
            for customer, case in seen
        ]
        connection.execute(insert(View), rows)


def _principals(connection: Connection, cases: set[int]) -> Mapping[int, int]:
    """The principal customer of each case, for lists that know the case only."""
    if not cases:
        return {}
    found = connection.execute(select(Case.id, Case.customer_id).where(Case.id.in_(sorted(cases))))
    return {row.id: row.customer_id for row in found}
