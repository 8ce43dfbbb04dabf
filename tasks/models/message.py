"""Messages that other systems sent: each once, with what became of it, and those that wait for their case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, json, key, row_id

EARLY = text("state = 'early'")
UNPLACED = text("state IN ('early', 'unplaced')")


class Message(Base):
    """One message by its sender's id: what it said until it has its case, and what its sender was answered."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("ix_messages_early", "name", "expires_at", postgresql_where=EARLY, sqlite_where=EARLY),
        Index("ix_messages_unplaced", "received_at", postgresql_where=UNPLACED, sqlite_where=UNPLACED),
        Index("ix_messages_case_id", "case_id"),
    )
    id: Mapped[row_id]
    source: Mapped[str]
    """the name of the integration that sent it"""
    external_id: Mapped[str]
    name: Mapped[str]
    salt: Mapped[str]
    digest: Mapped[str]
    """sha256 of the salted content: the same id with another content is refused"""
    process: Mapped[str | None]
    """the process whose case it is for, when its sender or its name tells"""
    unit_id: Mapped[key | None] = mapped_column(ForeignKey("units.id"))
    correlation: Mapped[json | None]
    """what its sender says of the case; null once it has its case, like the payload: the case holds it then"""
    payload: Mapped[json | None]
    channel: Mapped[str | None]
    state: Mapped[str]
    """early | unplaced (a person decides) | delivered | started | discarded"""
    reason: Mapped[str | None]
    """why it has no case: no_case, several, expired, closed, no_customer, no_unit, invalid"""
    received_at: Mapped[datetime]
    occurred_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    """when an early one last looked for its case"""
    sent_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    case_id: Mapped[key | None] = mapped_column(ForeignKey("cases.id"))
    answer: Mapped[json | None]
    """what its sender was answered, and is answered again"""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
