"""Outgoing mail: the letters that nobody has sent yet, the oldest first, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from tasks.models import Case, Customer, Document, Outbox
from tasks.queries.shape import every

PAGE = 100


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter that waits to leave. `address` is None when it is protected; `error` is of a sender that failed."""

    case_id: int
    number: int
    case_number: str
    case_process: str
    case_version: int
    process: str
    path: str
    channel: str
    recipient_id: int | None
    recipient: str | None
    protected: bool
    address: Mapping[str, Any] | None
    created_at: datetime
    sent_on: date
    error: str | None

    @property
    def id(self) -> str:
        """The letter's public id."""
        return f"{self.case_id}-{self.number}"


def waiting(
    connection: Connection, within: ColumnElement[bool], now: datetime, *, limit: int = PAGE, after: int = 0
) -> tuple[LetterRow, ...]:
    """Letters of the cases within reach; one that a sender holds at this moment is left out."""
    hidden = func.coalesce(Customer.protected, False)
    chosen: Any = (
        select(
            Outbox.case_id, Outbox.number, Case.number.label("case_number"), Case.process.label("case_process"),
            Case.version.label("case_version"), Document.process, Document.path, Document.channel,
            Document.recipient_id, Customer.name.label("recipient"), hidden.label("protected"), Customer.address,
            Outbox.created_at, Document.sent_on, Outbox.error,
        )
        .join(Document, and_(Document.case_id == Outbox.case_id, Document.number == Outbox.number))
        .join(Case, Case.id == Outbox.case_id)
        .outerjoin(Customer, Customer.id == Document.recipient_id)
        .where(
            Outbox.state == "pending", Outbox.kind == "letter", within,
            or_(Outbox.next_at <= now, Outbox.error.is_not(None)),
        )
        .order_by(Outbox.created_at, Outbox.case_id, Outbox.number)
        .limit(limit)
        .offset(after)
    )  # fmt: skip
    return tuple(_guarded(row) for row in every(LetterRow, connection, chosen))


def _guarded(row: LetterRow) -> LetterRow:
    """Without the address where it is protected: it does not even reach the page."""
    return replace(row, address=None) if row.protected else row
