"""A supervisor writes to the owner of a process about what sticks; the owner answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from tasks import access
from tasks.access import Place
from tasks.actor import Actor
from tasks.db import Database
from tasks.errors import Forbidden, InvalidValue, NotFound, WrongState
from tasks.models import ProcessNote
from tasks.moments import day, utc
from tasks.published import Published, published
from tasks.queries import reach

LONGEST = 2000


def write_note(
    database: Database, actor: Actor, *, process: str, version: int, unit_id: int, text: str, now: datetime,
    path: str = "",
) -> int:  # fmt: skip
    """Write about a process or (`path`) a step of it, for a unit that one supervises; gives the note's id.

    InvalidValue, NotFound, Forbidden.
    """
    words = _checked(text)
    with database.transaction() as connection:
        versions = published(database).refresh(connection)
        if actor.user_id is None:
            raise Forbidden("no_person")
        place = Place(unit_id, versions.bundle(process, version).manifest.area, process)
        access.supervise(reach.rights(connection, actor.user_id, day(now)), place).require()
        note = insert(ProcessNote).values(
            process=process, version=version, path=path, unit_id=unit_id, text=words, author_id=actor.user_id,
            written_at=utc(now),
        )  # fmt: skip
        return int(connection.execute(note.returning(ProcessNote.id)).scalar_one())


def answer_note(database: Database, actor: Actor, note_id: int, *, text: str, now: datetime) -> None:
    """Answer a note on a process that one owns; it is then no longer open. InvalidValue, WrongState, Forbidden."""
    words = _checked(text)
    with database.transaction() as connection:
        versions = published(database).refresh(connection)
        asked = select(ProcessNote.process, ProcessNote.answered_at).where(ProcessNote.id == note_id).with_for_update()
        found = connection.execute(asked).one_or_none()
        if found is None:
            raise NotFound("note", note_id)
        access.own_processes(_rights(connection, actor, now), area_of(versions, found.process)).require()
        if found.answered_at is not None:
            raise WrongState(f"note {note_id}", "answered")
        connection.execute(
            update(ProcessNote)
            .where(ProcessNote.id == note_id)
            .values(answer=words, answered_by=actor.user_id, answered_at=utc(now))
        )


def area_of(versions: Published, process: str) -> str:
    """The process area of a process, by its newest version; NotFound."""
    newest = versions.newest(process)
    if newest is None:
        raise NotFound("process", process)
    return versions.bundle(newest.process, newest.number).manifest.area


def _rights(connection: Connection, actor: Actor, now: datetime) -> access.Rights:
    if actor.user_id is None:
        raise Forbidden("no_person")
    return reach.rights(connection, actor.user_id, day(now))


def _checked(text: str) -> str:
    words = text.strip()
    if not 0 < len(words) <= LONGEST:
        raise InvalidValue("text", "length", f"{len(words)} characters, expected 1 to {LONGEST}", {"longest": LONGEST})
    return words
