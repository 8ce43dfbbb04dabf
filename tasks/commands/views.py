"""Recording who looked at whose data in a list: one row for each customer or case shown, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

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
    at = utc(now)
    found = [case for customer, case in seen if customer is None and case is not None]
    named = [
        common | {"customer_id": customer, "case_id": case, "at": at}
        for customer, case in seen
        if customer is not None or case is None
    ]
    with database.transaction() as connection:
        if found:
            columns = [*common, "at", "case_id", "customer_id"]
            theirs = select(*(bindparam(name, type_=getattr(View, name).type) for name in columns[:-2]),
                            Case.id, Case.customer_id).where(Case.id.in_(found)).order_by(Case.id)  # fmt: skip
            connection.execute(insert(View).from_select(columns, theirs), common | {"at": at})
        if named:
            connection.execute(insert(View), named)
