"""Moves of running cases to another version: who ordered one, and what became of each of its cases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, json, key, row_id

RUNNING = text("state = 'running'")
WAITING = text("state = 'waiting'")


class Move(Base):
    """An order to move cases of one process from one version to another."""

    __tablename__ = "moves"
    __table_args__ = (
        Index("ix_moves_process", "process", "started_at"),
        Index("ix_moves_running", "id", postgresql_where=RUNNING, sqlite_where=RUNNING),
    )
    id: Mapped[row_id]
    process: Mapped[str]
    from_version: Mapped[int]
    to_version: Mapped[int]
    told: Mapped[json]
    """elements that were renamed, as the person said: {old id: new id}"""
    state: Mapped[str] = mapped_column(default="running")
    """running | finished | stopped"""
    user_id: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    user_name: Mapped[str]
    via: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class MovedCase(Base):
    """One case of a move: what became of it, and why."""

    __tablename__ = "moved_cases"
    __table_args__ = (Index("ix_moved_cases_waiting", "move_id", postgresql_where=WAITING, sqlite_where=WAITING),)
    move_id: Mapped[key] = mapped_column(ForeignKey("moves.id"), primary_key=True)
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting | moved | blocked | gone (closed, or on another version meanwhile) | failed | left (stopped before)"""
    found: Mapped[json | None]
    """{reasons, effects, dates} as they were found when it was moved or not"""
    error: Mapped[str | None]
    at: Mapped[datetime | None]
