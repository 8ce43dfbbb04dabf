"""The trail of changes that belong to no case's history: who changed what, when, why, from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from tasks.actor import Actor
from tasks.models import Audit
from tasks.moments import utc

WHEREABOUTS = ("address", "email", "phone")
"""What tells where a person with a protected address can be reached."""
HIDDEN = {"hidden": True}
"""Stands in old and new for a value that nobody may read there."""


def note(
    connection: Connection, actor: Actor, kind: str, now: datetime, *, customer_id: int | None = None,
    case_id: int | None = None, why: str = "", old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Add one row within the transaction that makes the change."""
    connection.execute(
        insert(Audit).values(
            at=utc(now), user_id=actor.user_id, user_name=actor.name, via=actor.via, kind=kind,
            customer_id=customer_id, case_id=case_id, why=why[:500],
            old=None if old is None else dict(old), new=None if new is None else dict(new),
        )
    )  # fmt: skip


def customer_changed(
    connection: Connection, actor: Actor, customer_id: int, before: Mapping[str, Any], after: Mapping[str, Any],
    now: datetime, why: str = "",
) -> None:  # fmt: skip
    """Note what changed in a customer; whereabouts that are or were protected are said to have changed, never told.

    `before` and `after` are all changeable values. Protection also hides what earlier rows of the customer told.
    """
    names = [name for name in after if before.get(name) != after[name]]
    hide = bool(before.get("protected") or after.get("protected"))
    old, new = ({name: _told(name, values.get(name), hide) for name in names} for values in (before, after))
    note(connection, actor, "customer_changed", now, customer_id=customer_id, why=why, old=old, new=new)
    if after.get("protected") and not before.get("protected"):
        _hide_earlier(connection, customer_id)


def _told(name: str, value: Any, hide: bool) -> Any:
    return HIDDEN if hide and name in WHEREABOUTS and value is not None else value


def _hide_earlier(connection: Connection, customer_id: int) -> None:
    rows = connection.execute(
        Audit.__table__.select().where(Audit.customer_id == customer_id, Audit.kind == "customer_changed")
    ).all()
    for row in rows:
        hidden = [
            None if values is None else {name: _told(name, value, True) for name, value in values.items()}
            for values in (row.old, row.new)
        ]
        if hidden != [row.old, row.new]:
            connection.execute(update(Audit).where(Audit.id == row.id).values(old=hidden[0], new=hidden[1]))
