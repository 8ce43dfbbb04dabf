"""What keeps the house running: published versions, settings, number series, outbox, notices, incidents, heartbeats."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, json, key, row_id


class Version(Base):
    """A published process folder: never changed after publishing."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("process", "number"),)
    id: Mapped[row_id]
    process: Mapped[str]
    number: Mapped[int]
    kind: Mapped[str]
    """process | part | law"""
    from_on: Mapped[date]
    hash: Mapped[str]
    parts: Mapped[json]
    """the parts it calls, resolved when it was published: {process: number}"""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    author: Mapped[str]
    approver: Mapped[str]
    published_at: Mapped[datetime]


class Setting(Base):
    """A dated value of an area: acts, four-eyes switches, local parameters ("parameter.<process>.<name>")."""

    __tablename__ = "settings"
    __table_args__ = (UniqueConstraint("area_id", "name", "from_on"),)
    id: Mapped[row_id]
    area_id: Mapped[key] = mapped_column(ForeignKey("areas.id"))
    name: Mapped[str]
    from_on: Mapped[date]
    value: Mapped[json]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class NumberSeries(Base):
    """The last case number given for a prefix in a year."""

    __tablename__ = "number_series"
    prefix: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


PENDING = text("state = 'pending'")


class Outbox(Base):
    """What must leave the house after commit: letters, notices, webhooks; delivered at least once by its id."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_pending", "next_at", postgresql_where=PENDING, sqlite_where=PENDING),)
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    """letter | notice"""
    payload: Mapped[json]
    state: Mapped[str] = mapped_column(default="pending")
    """pending | delivered"""
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None]
    error: Mapped[str | None]


UNSEEN = text("seen_at IS NULL")


class Notice(Base):
    """A reminder or escalation shown in the product, to a person or to a role of a unit."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_unseen", "unit_id", "role", "at", postgresql_where=UNSEEN, sqlite_where=UNSEEN),
        Index("ix_notices_user", "user_id", "at", postgresql_where=UNSEEN, sqlite_where=UNSEEN),
        Index("ix_notices_role_at", "unit_id", "role", "at"),
        Index("ix_notices_user_at", "user_id", "at"),
    )
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    """reminder | escalation | hold_end"""
    unit_id: Mapped[key] = mapped_column(ForeignKey("units.id"))
    role: Mapped[str]
    user_id: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    task_number: Mapped[int | None]
    deadline_number: Mapped[int | None]
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))


class Incident(Base):
    """What could not be done for a case: retried until it works or somebody resolves it."""

    __tablename__ = "incidents"
    __table_args__ = (Index("ix_incidents_open", "case_id", postgresql_where=text("resolved_at IS NULL")),)
    id: Mapped[row_id]
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"))
    timer_number: Mapped[int | None]
    job_number: Mapped[int | None]
    kind: Mapped[str]
    """timer | deadline | call (tasks.incident)"""
    error: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]


class Heartbeat(Base):
    """When a worker last looked at the clock."""

    __tablename__ = "heartbeats"
    worker: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    at: Mapped[datetime]
    fired: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
