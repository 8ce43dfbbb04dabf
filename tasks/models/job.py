"""Calls to outside systems that cases ordered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, json, key

DUE = text("state = 'waiting'")


class Job(Base):
    """One call: made by a worker after the command that ordered it, at least once, by its id as idempotency key."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_next", "next_at", postgresql_where=DUE, sqlite_where=DUE),)
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """the id of the token that waits for the answer, which the case never gives again"""
    service: Mapped[str]
    process: Mapped[str]
    """the folder that the step comes from"""
    path: Mapped[str]
    element: Mapped[str]
    request: Mapped[json | None]
    """the inputs; null when the call is over: the case's own data stays"""
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting | failed (an incident) | answered | refused (a declared error) | called_off"""
    ordered_at: Mapped[datetime]
    next_at: Mapped[datetime]
    """when a worker calls next; while one calls, when another may try again"""
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    late_at: Mapped[datetime | None]
    """when an answer came that nobody waited for any more"""
