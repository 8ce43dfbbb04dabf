"""Notes to the owners of processes, as supervisors and owners see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from tasks.models import ProcessNote, Unit, User
from tasks.queries.people import Person
from tasks.queries.shape import columns, every, first

MOST = 200
"""of the latest on a page"""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note with its answer; who wrote them by their full names."""

    id: int
    process: str
    version: int
    path: str
    unit: Mapping[str, str]
    text: str
    author: str
    written_at: datetime
    answer: str | None
    answerer: str | None
    answered_at: datetime | None


def owned(person: Person, areas: Mapping[str, str]) -> ColumnElement[bool]:
    """The condition of the notes that a process owner answers; `areas` gives each process its process area."""
    return _of_roles(person, areas, "process_owner")


def visible(person: Person, areas: Mapping[str, str]) -> ColumnElement[bool]:
    """The condition of the notes that a person reads: one's own processes' and one's own units'."""
    return or_(owned(person, areas), _of_roles(person, areas, "supervisor"))


def _of_roles(person: Person, areas: Mapping[str, str], role: str) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [false()]
    for grant in person.grants:
        if grant.role != role:
            continue
        limits: list[ColumnElement[bool]] = [ProcessNote.process.in_(areas)]
        if grant.areas is not None:
            limits = [ProcessNote.process.in_([name for name, area in areas.items() if area in grant.areas])]
        if role == "supervisor" and grant.units is not None:
            limits.append(ProcessNote.unit_id.in_(grant.units))
        parts.append(and_(*limits))
    return or_(*parts)


def listed(connection: Connection, within: ColumnElement[bool], process: str = "") -> tuple[NoteRow, ...]:
    """The notes, those without an answer first and then the latest first."""
    where = and_(within, ProcessNote.process == process) if process else within
    statement = (
        _rows().where(where)
        .order_by(ProcessNote.answered_at.is_not(None), ProcessNote.written_at.desc(), ProcessNote.id.desc())
        .limit(MOST)
    )  # fmt: skip
    return every(NoteRow, connection, statement)


def one(connection: Connection, within: ColumnElement[bool], note_id: int) -> NoteRow | None:
    """One of them, or None."""
    return first(NoteRow, connection, _rows().where(within, ProcessNote.id == note_id))


def open_count(connection: Connection, within: ColumnElement[bool]) -> int:
    """How many wait for an answer."""
    counted = select(func.count()).select_from(ProcessNote).where(within, ProcessNote.answered_at.is_(None))
    return int(connection.execute(counted).scalar_one())


def _rows() -> Any:
    author, answerer = aliased(User), aliased(User)
    return (
        columns(
            NoteRow, ProcessNote, unit=Unit.name, author=author.full_name, answerer=answerer.full_name,
        )
        .join(Unit, Unit.id == ProcessNote.unit_id)
        .join(author, author.id == ProcessNote.author_id)
        .outerjoin(answerer, answerer.id == ProcessNote.answered_by)
    )  # fmt: skip
