"""A draft as a command sees it: locked, in a state that allows the command, by somebody who may, with its history."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from tasks import access, draftstates, trail
from tasks.actor import Actor
from tasks.db import Database
from tasks.errors import Forbidden, NotFound, Stale, WrongState
from tasks.models import Draft, DraftEvent, DraftFile
from tasks.moments import day, utc
from tasks.published import Published, published
from tasks.queries import reach

WRITING = ("started", "saved", "removed", "renamed", "replaced", "brought_up", "restored")
"""Events that put content into a draft: who made one is an author of it."""
KINDS = (
    *WRITING, "titled", "proposed", "taken_back", "returned", "approved", "rejected", "withdrawn", "published",
    "rehearsed",
)  # fmt: skip
"""Every kind of event of a draft."""
TRAILED = frozenset({"started", "proposed", "taken_back", "returned", "approved", "rejected", "withdrawn", "published"})
"""Events that also stand in the trail of the house, as draft_<kind>."""
OPEN = ("draft", "proposed", "approved")
"""States of a draft that is not done with."""


def digest(content: bytes) -> str:
    """The hash of one file: sha256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@dataclass
class Drafting:
    """One draft in one transaction."""

    connection: Connection
    actor: Actor
    versions: Published
    row: Any
    now: datetime

    @classmethod
    def open(
        cls, connection: Connection, database: Database, actor: Actor, draft_id: int, now: datetime, *,
        states: tuple[str, ...] = ("draft",), revision: int | None = None,
    ) -> Drafting:  # fmt: skip
        """Lock the draft; NotFound, Forbidden, WrongState for another state, Stale for another revision."""
        row = connection.execute(select(Draft.__table__).where(Draft.id == draft_id).with_for_update()).one_or_none()
        if row is None:
            raise NotFound("draft", draft_id)
        found = cls(connection, actor, published(database).refresh(connection), row, utc(now))
        found.allow(row.area, *published_area(found.versions, row.process))
        if revision is not None and revision != row.revision:
            raise Stale(row.changed_by, row.changed_at, f"draft {draft_id}")
        if row.state not in states:
            wanted = " or ".join(states)
            raise WrongState(f"draft {draft_id}", row.state, wanted, who=row.changed_by, when=row.changed_at)
        return found

    def allow(self, *areas: str) -> None:
        """The actor is a process owner of these process areas; Forbidden."""
        owner(self.connection, self.actor, self.now, *areas)

    def files(self) -> dict[str, bytes]:
        """Every file by its path."""
        return read_files(self.connection, self.row.id)

    def authors(self) -> dict[int, str]:
        """Who has put content into the draft, the first first: {user id: name}."""
        return authors(self.connection, self.row.id)

    def require_other(self) -> None:
        """The actor has written nothing of the draft: nobody judges their own work; Forbidden."""
        if self.actor.user_id in self.authors():
            raise Forbidden("own_draft", {"who": self.actor.name})

    def note(self, kind: str, **told: Any) -> None:
        """Write into the history of the draft, and into the trail of the house what is told there."""
        last = select(func.max(DraftEvent.number)).where(DraftEvent.draft_id == self.row.id)
        number = (self.connection.execute(last).scalar_one() or 0) + 1
        self.connection.execute(
            insert(DraftEvent).values(
                draft_id=self.row.id, number=number, kind=kind, at=self.now, user_id=self.actor.user_id,
                user_name=self.actor.name, via=self.actor.via, told=told or None,
            )
        )  # fmt: skip
        if kind in TRAILED:
            about = {"process": self.row.process, "draft": self.row.id}
            why = str(told.pop("why", ""))
            trail.note(self.connection, self.actor, f"draft_{kind}", self.now, new=about | told, why=why)

    def keep(self, base_version: int | None, back_to: int | None = None, undone: Sequence[int] = ()) -> None:
        """Keep the files as they stand now among the saved states."""
        draftstates.record(
            self.connection, self.row.id, self.now, self.actor.name, base_version=base_version, back_to=back_to,
            undone=undone,
        )  # fmt: skip

    def change(self, **values: Any) -> int:
        """Write the draft's own columns, and keep its files where they have changed; gives the new revision."""
        self.keep(values.get("base_version", self.row.base_version))
        revision = int(self.row.revision) + 1
        changed: Mapping[str, Any] = {"revision": revision, "changed_at": self.now, "changed_by": self.actor.name}
        self.connection.execute(update(Draft).where(Draft.id == self.row.id).values({**changed, **values}))
        return revision


def owner(connection: Connection, actor: Actor, now: datetime, *areas: str) -> None:
    """The actor is a person, and a process owner of these process areas; Forbidden."""
    if actor.user_id is None:
        raise Forbidden("no_draft_person")
    access.own_processes(reach.rights(connection, actor.user_id, day(now)), *areas).require()


def published_area(versions: Published, process: str) -> tuple[str, ...]:
    """The process area of a process that is published; none for a new one."""
    newest = versions.newest(process)
    return (versions.bundle(process, newest.number).manifest.area,) if newest is not None else ()


def read_files(connection: Connection, draft_id: int) -> dict[str, bytes]:
    """Every file of a draft by its path."""
    rows = select(DraftFile.path, DraftFile.content).where(DraftFile.draft_id == draft_id).order_by(DraftFile.path)
    return {row.path: bytes(row.content) for row in connection.execute(rows)}


def authors(connection: Connection, draft_id: int) -> dict[int, str]:
    """Who has put content into a draft, the first first: {user id: name}."""
    rows = (
        select(DraftEvent.user_id, DraftEvent.user_name)
        .where(DraftEvent.draft_id == draft_id, DraftEvent.kind.in_(WRITING))
        .order_by(DraftEvent.number)
    )
    found: dict[int, str] = {}
    for row in connection.execute(rows):
        found.setdefault(row.user_id, row.user_name)
    return found
