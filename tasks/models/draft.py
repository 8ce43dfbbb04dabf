"""Drafts of process folders: their files, what people have typed and not saved, their history, and played stories."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, OrderedJson, json, key, row_id

WAITING = text("state IN ('waiting', 'running')")


class Draft(Base):
    """A process folder in the making: one that becomes the next version of a process, or its first."""

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_process", "process", "state"),)
    id: Mapped[row_id]
    process: Mapped[str]
    area: Mapped[str]
    """the process area that its process.toml names"""
    title: Mapped[str]
    base_version: Mapped[int | None]
    """the version that it was begun from; null for a new process"""
    state: Mapped[str] = mapped_column(default="draft")
    """draft | proposed | approved | published | withdrawn | rejected"""
    revision: Mapped[int] = mapped_column(default=1)
    hash: Mapped[str | None]
    """the content hash as it was proposed; null while it is being written"""
    owner_id: Mapped[key] = mapped_column(ForeignKey("users.id"))
    approver_id: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int | None]
    """the number under which it was published"""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class DraftFile(Base):
    """One file of a draft, with the sha256 of its bytes."""

    __tablename__ = "draft_files"
    draft_id: Mapped[key] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class DraftContent(Base):
    """What a file of a draft held in one of its states; kept once, however many states have it."""

    __tablename__ = "draft_contents"
    draft_id: Mapped[key] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DraftState(Base):
    """A draft's folder after one saved change; never changed itself."""

    __tablename__ = "draft_states"
    draft_id: Mapped[key] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user_name: Mapped[str]
    files: Mapped[json]
    """{path: hash}"""
    base_version: Mapped[int | None]
    back_to: Mapped[int | None]
    """the earlier state that it brought back; null for a change of its own"""
    undone: Mapped[json]
    """states that were undone to come here and can be brought again, the last undone last"""


class DraftText(Base):
    """What one person has typed into a file of a draft and not saved."""

    __tablename__ = "draft_texts"
    draft_id: Mapped[key] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[key] = mapped_column(ForeignKey("users.id"), primary_key=True)
    text: Mapped[str]
    base: Mapped[str]
    """the hash of the file that it was typed over; empty for a new file"""
    at: Mapped[datetime]


class DraftEvent(Base):
    """What happened to a draft, when and by whom; never changed."""

    __tablename__ = "draft_events"
    draft_id: Mapped[key] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    """tasks/drafting.py names them"""
    at: Mapped[datetime]
    user_id: Mapped[key] = mapped_column(ForeignKey("users.id"))
    user_name: Mapped[str]
    via: Mapped[str]
    told: Mapped[json | None]


class Retirement(Base):
    """A published version that no new case takes any more; the cases on it go on."""

    __tablename__ = "retirements"
    process: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user_id: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    user_name: Mapped[str]
    why: Mapped[str]


class Rehearsal(Base):
    """An order to play every story of a draft as its content was then; the worker carries it out."""

    __tablename__ = "rehearsals"
    __table_args__ = (
        Index("ix_rehearsals_draft", "draft_id", "id"),
        Index("ix_rehearsals_waiting", "id", postgresql_where=WAITING, sqlite_where=WAITING),
    )
    id: Mapped[row_id]
    draft_id: Mapped[key] = mapped_column(ForeignKey("drafts.id"))
    hash: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """the folder as a zip, until it has been played"""
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting | running | finished | stopped | failed"""
    user_id: Mapped[key] = mapped_column(ForeignKey("users.id"))
    user_name: Mapped[str]
    ordered_at: Mapped[datetime]
    beat_at: Mapped[datetime | None]
    """when a worker last told that it plays"""
    finished_at: Mapped[datetime | None]
    coverage: Mapped[json | None]
    """[{process, elements, visited, missed}]"""
    error: Mapped[str | None]


class RehearsedStory(Base):
    """One story of a rehearsal: how it went."""

    __tablename__ = "rehearsed_stories"
    rehearsal_id: Mapped[key] = mapped_column(ForeignKey("rehearsals.id"), primary_key=True)
    story: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting | passed | failed | late (took too long) | left (the rehearsal was stopped before)"""
    failures: Mapped[json | None]
    """[{at, expected, got}]"""
    at: Mapped[datetime | None]


class Tryout(Base):
    """A run by hand of a draft, or of a published version, as a story in the making: one for each person."""

    __tablename__ = "tryouts"
    __table_args__ = (
        UniqueConstraint("draft_id", "user_id", name="uq_tryouts_draft_id"),
        UniqueConstraint("process", "version", "user_id", name="uq_tryouts_process"),
    )
    id: Mapped[row_id]
    process: Mapped[str]
    draft_id: Mapped[key | None] = mapped_column(ForeignKey("drafts.id"))
    version: Mapped[int | None]
    """the published version; null for a draft"""
    user_id: Mapped[key] = mapped_column(ForeignKey("users.id"))
    told: Mapped[dict[str, Any]] = mapped_column(OrderedJson)
    """the story so far; without steps until the run begins"""
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
