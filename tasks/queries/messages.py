"""Messages of other systems that have no case: kept for one that has yet to wait, or for a person to place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from tasks import access, correlation
from tasks.access import Rights
from tasks.errors import InvalidValue
from tasks.models import Message
from tasks.published import Published
from tasks.queries.shape import columns, every

LONGEST = 200


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message without a case, with what its sender says of it."""

    id: int
    source: str
    external_id: str
    name: str
    process: str | None
    unit_id: int | None
    case_id: int | None
    """the case that its sender names"""
    correlation: Mapping[str, Any]
    payload: Mapping[str, Any]
    channel: str | None
    state: str
    reason: str | None
    received_at: datetime
    occurred_at: datetime
    expires_at: datetime | None


def unplaced(connection: Connection, versions: Published, rights: Rights, only: int = 0) -> tuple[MessageRow, ...]:
    """The messages without a case that these rights may sort, those for a person first, then the oldest.

    With `only` just the one of this id.
    """
    found = columns(MessageRow, Message).where(Message.state.in_(("early", "unplaced")))
    if only:
        found = found.where(Message.id == only)
    rows = every(MessageRow, connection, found.order_by(Message.state.desc(), Message.received_at).limit(LONGEST))
    return tuple(row for row in rows if access.sort(rights, row.unit_id, areas(versions, row.name)).allowed)


def areas(versions: Published, name: str) -> frozenset[str]:
    """The process areas that a message's name concerns."""
    rows = correlation.folders(versions, name)
    return frozenset(versions.bundle(row.process, row.number).manifest.area for row in rows)


def could_be_for(connection: Connection, versions: Published, row: MessageRow) -> tuple[correlation.Waiting, ...]:
    """The waits that the message could be for now; none where what its sender says leads nowhere."""
    try:
        return correlation.waiting(connection, versions, row.name, correlation.read(row.correlation), row.payload)
    except InvalidValue:
        return ()


def concerned(connection: Connection, row: MessageRow) -> list[tuple[int | None, int | None]]:
    """(customer id, case id) of those whose data the message holds, for the record of views."""
    found = correlation.customers(connection, correlation.read(row.correlation))
    people: list[tuple[int | None, int | None]] = [(customer, None) for customer in found.values() if customer]
    return [*people, (None, row.case_id)] if row.case_id else people


def counts(connection: Connection) -> Mapping[str, int]:
    """How many messages have no case, by state."""
    found = select(Message.state, func.count()).where(Message.state.in_(("early", "unplaced")))
    return {state: int(number) for state, number in connection.execute(found.group_by(Message.state))}
