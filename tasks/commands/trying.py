"""A run by hand as it is kept: begun for a draft or a version, then written step by step by the person who tries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from tasks import access
from tasks.actor import Actor
from tasks.db import Database
from tasks.errors import Forbidden, InvalidValue, NotFound, Stale
from tasks.models import Draft, Tryout, User
from tasks.moments import day, utc
from tasks.published import published
from tasks.queries import reach

MOST_STEPS = 200
"""steps of one run"""


def begin(
    database: Database, actor: Actor, *, draft_id: int | None = None, process: str = "", version: int | None = None,
    now: datetime,
) -> int:  # fmt: skip
    """The actor's run of a draft, or of a published version, made when there is none yet; gives its id.

    NotFound, Forbidden for who reads no drafts.
    """
    with database.transaction() as connection:
        if actor.user_id is None:
            raise Forbidden("no_draft_person")
        # two pages opened at once make one run
        connection.execute(select(User.id).where(User.id == actor.user_id).with_for_update())
        access.read_drafts(reach.rights(connection, actor.user_id, day(now))).require()
        if draft_id is not None:
            found = connection.execute(select(Draft.process).where(Draft.id == draft_id)).scalar_one_or_none()
            if found is None:
                raise NotFound("draft", draft_id)
            process, version, own = found, None, Tryout.draft_id == draft_id
        else:
            published(database).refresh(connection).row(process, version or 0)
            own = (Tryout.process == process) & (Tryout.version == version)
        mine = select(Tryout.id).where(own, Tryout.user_id == actor.user_id)
        there = connection.execute(mine).scalar_one_or_none()
        if there is not None:
            return int(there)
        new = {"process": process, "draft_id": draft_id, "version": version, "user_id": actor.user_id}
        made = insert(Tryout).values(**new, told={}, revision=1, changed_at=utc(now)).returning(Tryout.id)
        return int(connection.execute(made).scalar_one())


def write(
    database: Database, actor: Actor, tryout_id: int, told: Mapping[str, Any], *, revision: int, now: datetime
) -> int:
    """Keep the story so far; gives the new revision. NotFound, Forbidden for another's, Stale, InvalidValue."""
    if len(told.get("steps", ())) > MOST_STEPS:
        raise InvalidValue("steps", "many", f"at most {MOST_STEPS} steps are kept", {"most": MOST_STEPS})
    with database.transaction() as connection:
        row = connection.execute(select(Tryout).where(Tryout.id == tryout_id).with_for_update()).one_or_none()
        if row is None:
            raise NotFound("tryout", tryout_id)
        if row.user_id != actor.user_id:
            raise Forbidden("own_tryout")
        if row.revision != revision:
            raise Stale(actor.name, row.changed_at, f"tryout {tryout_id}")
        new = {"told": dict(told), "revision": revision + 1, "changed_at": utc(now)}
        connection.execute(update(Tryout).where(Tryout.id == tryout_id).values(new))
        return revision + 1
