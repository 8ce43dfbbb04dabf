"""A version is retired: no new case takes it, the cases on it go on; new ones take the version before it, if any."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from tasks import access, trail
from tasks.actor import Actor
from tasks.db import Database
from tasks.drafting import published_area
from tasks.errors import InvalidValue, WrongState
from tasks.models import Retirement
from tasks.moments import day, utc
from tasks.published import Published, published
from tasks.queries import reach

LONGEST_REASON = 500


def retire(database: Database, actor: Actor, process: str, number: int, *, why: str, now: datetime) -> None:
    """Let no new case take a version any more; NotFound, Forbidden, WrongState for one retired before.

    InvalidValue without a reason, and for a part or the law: those reach cases through the versions that call them.
    """
    why = why.strip()
    if not why or len(why) > LONGEST_REASON:
        raise InvalidValue("why", "required", f"{len(why)} characters, expected 1 to {LONGEST_REASON}")
    with database.transaction() as connection:
        versions = published(database).refresh(connection)
        may_retire(connection, versions, actor, process, now).require()
        edition = versions.row(process, number)
        if edition.kind != "process":
            raise InvalidValue("process", "kind", f"{process} is a {edition.kind}; only cases of a process start")
        if edition.retired:
            raise WrongState(f"version {edition.label}", "retired", "one that new cases take")
        values = {"process": process, "number": number, "at": utc(now), "user_id": actor.user_id, "why": why}
        connection.execute(insert(Retirement).values(**values, user_name=actor.name))
        trail.note(connection, actor, "version_retired", now, new={"process": process, "version": number}, why=why)


def may_retire(
    connection: Connection, versions: Published, actor: Actor, process: str, now: datetime
) -> access.Verdict:
    """May the person retire versions of a process: an operator, or a process owner of its area."""
    if actor.user_id is None:
        return access.Verdict(True, "house")
    rights = reach.rights(connection, actor.user_id, day(now))
    anywhere = access.hold_role(rights, "operator")
    return anywhere if anywhere.allowed else access.own_processes(rights, *published_area(versions, process))
