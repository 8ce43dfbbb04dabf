"""Drafts as pages show them: the lists, one draft with its files and history, what a person has typed, rehearsals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from tasks.drafting import OPEN
from tasks.models import (
    Case,
    Draft,
    DraftEvent,
    DraftFile,
    DraftText,
    Rehearsal,
    RehearsedStory,
    Retirement,
    User,
)  # fmt: skip
from tasks.queries.shape import columns, every, first


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft: of which process, from which version, in which state, and whose."""

    id: int
    process: str
    area: str
    title: str
    base_version: int | None
    state: str
    revision: int
    hash: str | None
    owner_id: int
    owner: str
    approver_id: int | None
    version: int | None
    created_at: datetime
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a draft without its content."""

    path: str
    hash: str
    size: int
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of a draft's history."""

    number: int
    kind: str
    at: datetime
    user_name: str
    told: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class TypedRow:
    """What a person has typed into a file and not saved, and the hash of the content that it was typed over."""

    path: str
    text: str
    base: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RehearsalRow:
    """An order to play every story, and how far it has come."""

    id: int
    draft_id: int
    hash: str
    state: str
    user_name: str
    ordered_at: datetime
    finished_at: datetime | None
    coverage: Sequence[Mapping[str, Any]] | None
    error: str | None


@dataclass(frozen=True, slots=True)
class StoryRow:
    """How one story of a rehearsal went."""

    story: str
    state: str
    failures: Sequence[Mapping[str, str]] | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class RetiredRow:
    """A version that no new case takes: who said so, when and why."""

    number: int
    at: datetime
    user_name: str
    why: str


def draft(connection: Connection, draft_id: int) -> DraftRow | None:
    """One draft, or None."""
    return first(DraftRow, connection, _drafts().where(Draft.id == draft_id))


def of_process(connection: Connection, process: str, limit: int = 50) -> tuple[DraftRow, ...]:
    """The drafts of a process, the newest first."""
    return every(DraftRow, connection, _drafts().where(Draft.process == process).order_by(Draft.id.desc()).limit(limit))


def under_way(connection: Connection) -> tuple[DraftRow, ...]:
    """The drafts that are not done with, those that wait for somebody first, then the newest."""
    order = (Draft.state == "draft", Draft.changed_at.desc(), Draft.id)
    return every(DraftRow, connection, _drafts().where(Draft.state.in_(OPEN)).order_by(*order))


def _drafts() -> Any:
    return columns(DraftRow, Draft, owner=User.full_name).join(User, User.id == Draft.owner_id)


def files(connection: Connection, draft_id: int) -> tuple[FileRow, ...]:
    """The files of a draft by path."""
    statement = columns(FileRow, DraftFile, size=func.length(DraftFile.content))
    return every(FileRow, connection, statement.where(DraftFile.draft_id == draft_id).order_by(DraftFile.path))


def content(connection: Connection, draft_id: int, path: str) -> bytes | None:
    """The bytes of a file, or None."""
    here = (DraftFile.draft_id == draft_id, DraftFile.path == path)
    found = connection.execute(select(DraftFile.content).where(*here)).scalar_one_or_none()
    return None if found is None else bytes(found)


def history(connection: Connection, draft_id: int, limit: int = 200) -> tuple[EventRow, ...]:
    """What happened to a draft, the newest first."""
    statement = columns(EventRow, DraftEvent).where(DraftEvent.draft_id == draft_id)
    return every(EventRow, connection, statement.order_by(DraftEvent.number.desc()).limit(limit))


def typed(connection: Connection, draft_id: int, path: str, user_id: int) -> TypedRow | None:
    """What a person has typed into a file and not saved, or None."""
    own = (DraftText.draft_id == draft_id, DraftText.path == path, DraftText.user_id == user_id)
    return first(TypedRow, connection, columns(TypedRow, DraftText).where(*own))


def all_typed(connection: Connection, draft_id: int, user_id: int) -> tuple[TypedRow, ...]:
    """Everything that a person has typed into files of a draft and not saved."""
    own = (DraftText.draft_id == draft_id, DraftText.user_id == user_id)
    return every(TypedRow, connection, columns(TypedRow, DraftText).where(*own).order_by(DraftText.path))


def rehearsal(connection: Connection, rehearsal_id: int) -> RehearsalRow | None:
    """One rehearsal, or None."""
    return first(RehearsalRow, connection, columns(RehearsalRow, Rehearsal).where(Rehearsal.id == rehearsal_id))


def rehearsals(connection: Connection, draft_id: int) -> tuple[RehearsalRow, ...]:
    """The rehearsals of a draft, the newest first."""
    statement = columns(RehearsalRow, Rehearsal).where(Rehearsal.draft_id == draft_id)
    return every(RehearsalRow, connection, statement.order_by(Rehearsal.id.desc()))


def stories(connection: Connection, rehearsal_id: int) -> tuple[StoryRow, ...]:
    """The stories of a rehearsal by name."""
    statement = columns(StoryRow, RehearsedStory).where(RehearsedStory.rehearsal_id == rehearsal_id)
    return every(StoryRow, connection, statement.order_by(RehearsedStory.story))


def counts(connection: Connection, rehearsal_id: int) -> dict[str, int]:
    """How many stories of a rehearsal are in each state."""
    counted = select(RehearsedStory.state, func.count()).where(RehearsedStory.rehearsal_id == rehearsal_id)
    return {row[0]: row[1] for row in connection.execute(counted.group_by(RehearsedStory.state))}


def retirements(connection: Connection, process: str) -> dict[int, RetiredRow]:
    """The retired versions of a process by number."""
    rows = every(RetiredRow, connection, columns(RetiredRow, Retirement).where(Retirement.process == process))
    return {row.number: row for row in rows}


def open_cases(connection: Connection, pinned: Sequence[tuple[str, int]]) -> int:
    """How many open cases run on these versions of processes."""
    total = 0
    for process, number in pinned:
        counted = select(func.count()).where(Case.process == process, Case.version == number, Case.status == "open")
        total += int(connection.execute(counted).scalar_one())
    return total
