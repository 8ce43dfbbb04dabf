"""What happened and what was written: events, answers, documents, attachments, comments and views of personal data."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import FetchedValue, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, json, key, row_id

RECORDED = text("recorded_in IS NOT NULL")


class Event(Base):
    """What happened, when and by whom; never changed, chained by hash within the case."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_actor", "actor_id", "at"),
        Index("ix_events_kind", "kind", "at"),
        Index("ix_events_recorded_in", "recorded_in", postgresql_where=RECORDED, sqlite_where=RECORDED),
    )
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    at: Mapped[datetime]
    occurred_at: Mapped[datetime]
    actor_id: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    actor: Mapped[str]
    via: Mapped[str]
    path: Mapped[str | None]
    task_number: Mapped[int | None]
    payload: Mapped[json | None]
    """{"old": …, "new": …} and what else the kind tells; null after erasure"""
    salt: Mapped[str | None]
    digest: Mapped[str]
    hash: Mapped[str]
    recorded_in: Mapped[key | None] = mapped_column(server_default=FetchedValue())
    """the transaction that wrote it, given by PostgreSQL itself; null on SQLite, where rows stand in their order"""


class Answer(Base):
    """The answers of one form or message as given once: who, from whom, when."""

    __tablename__ = "answers"
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    """form | message"""
    form: Mapped[str]
    process: Mapped[str]
    path: Mapped[str | None]
    task_number: Mapped[int | None]
    data: Mapped[json]
    source: Mapped[str]
    """who the information comes from: a party role, "authority" or the name of a system"""
    channel: Mapped[str | None]
    entered_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    via: Mapped[str]
    at: Mapped[datetime]
    occurred_at: Mapped[datetime]


class Document(Base):
    """A letter or decision, rendered once and frozen."""

    __tablename__ = "documents"
    __table_args__ = (Index("ix_documents_sent", "sent_on"),)
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    process: Mapped[str]
    version: Mapped[str]
    """the template's version, "pay_subsidy@3\""""
    element: Mapped[str]
    path: Mapped[str]
    name: Mapped[str]
    language: Mapped[str]
    recipient_role: Mapped[str]
    recipient_id: Mapped[key | None] = mapped_column(ForeignKey("customers.id"), index=True)
    html: Mapped[str]
    sha256: Mapped[str]
    channel: Mapped[str]
    created_at: Mapped[datetime]
    sent_on: Mapped[date]
    received_on: Mapped[date | None]
    product: Mapped[str | None]
    """the kind of work product that it is (engine.products)"""


class Attachment(Base):
    """A file on a case: its type is told by its first bytes, not by its name."""

    __tablename__ = "attachments"
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    added_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
    task_number: Mapped[int | None]


class Comment(Base):
    """A note that the authority's people write to each other on a case."""

    __tablename__ = "comments"
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    author_id: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    author: Mapped[str]
    at: Mapped[datetime]
    task_number: Mapped[int | None]


class View(Base):
    """Somebody looked at somebody's data: who, whose, what, when and why."""

    __tablename__ = "views"
    __table_args__ = (Index("ix_views_customer", "customer_id", "at"), Index("ix_views_user", "user_id", "at"))
    id: Mapped[row_id]
    user_id: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    user_name: Mapped[str]
    via: Mapped[str]
    customer_id: Mapped[key | None] = mapped_column(ForeignKey("customers.id"))
    case_id: Mapped[key | None] = mapped_column(ForeignKey("cases.id"), index=True)
    what: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]
