"""What supervisors write to the owners of processes, and what the owners answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, key, row_id


class ProcessNote(Base):
    """A note on a process, on one of its steps or on the whole; open until it is answered."""

    __tablename__ = "process_notes"
    __table_args__ = (Index("ix_process_notes_process", "process", "answered_at"),)
    id: Mapped[row_id]
    process: Mapped[str]
    version: Mapped[int]
    """the version that the writer looked at"""
    path: Mapped[str]
    """the step, as the map of the process shows it; empty for the whole process"""
    unit_id: Mapped[key] = mapped_column(ForeignKey("units.id"))
    text: Mapped[str]
    author_id: Mapped[key] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
