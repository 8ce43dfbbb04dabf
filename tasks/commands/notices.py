"""Reminders are marked as seen: by whom they were addressed to or who stands in, or by anybody of the role for all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from tasks.actor import Actor
from tasks.db import Database
from tasks.errors import Forbidden, NotFound
from tasks.models import Notice
from tasks.moments import day, utc
from tasks.published import published
from tasks.queries import substitutions
from tasks.queries.notices import Audience, audience, concerning
from tasks.queries.people import person


def mark_seen(
    database: Database, actor: Actor, *, only: tuple[int, int] | None = None, until: datetime | None = None,
    now: datetime,
) -> int:  # fmt: skip
    """Mark as seen the unseen notices that concern the actor; gives how many there were.

    `only` is one notice by (case id, number), NotFound when it does not concern the actor; `until` spares what came
    after the moment when the list was looked at. A case is not changed by it, so its row is not locked.
    """
    now = utc(now)
    with database.transaction() as connection:
        parts = concerning(_audience(connection, database, actor, now))
        if not parts:
            raise Forbidden("no_access_role")
        mine = [or_(*parts), Notice.at <= (until or now)]
        if only is not None:
            mine = [or_(*parts), Notice.case_id == only[0], Notice.number == only[1]]
            if connection.execute(select(Notice.number).where(*mine)).first() is None:
                raise NotFound("notice", f"{only[0]}-{only[1]}")
        unseen = update(Notice).where(*mine, Notice.seen_at.is_(None))
        return connection.execute(unseen.values(seen_at=now, seen_by=actor.user_id)).rowcount


def _audience(connection: Connection, database: Database, actor: Actor, now: datetime) -> Audience:
    found = None if actor.user_id is None else person(connection, actor.user_id, day(now))
    if found is None:
        raise Forbidden("no_person")
    limited = any(grant.areas is not None for grant in found.grants)
    areas = published(database).refresh(connection).areas if limited else {}
    return audience(found, areas, substitutions.standing_for(connection, found.id, day(now)))
