"""Commands on messages from other systems: take one in, find its case later by the clock, or by a person."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from engine.errors import EngineError
from tasks import access, arrival, correlation, trail
from tasks.actor import Actor
from tasks.arrival import MARGIN, OPEN, Arrived, Held, Incoming
from tasks.commands.cases import Start
from tasks.commands.messages import waiting
from tasks.course import Course, checked_occurred
from tasks.db import Database
from tasks.errors import DatabaseAway, Forbidden, InvalidAnswers, InvalidValue, NotFound, TasksError, WrongState
from tasks.models import Message
from tasks.moments import day, utc
from tasks.published import published
from tasks.queries import reach

LOG = logging.getLogger("asiavirta.arrivals")


def deliver_message(database: Database, actor: Actor, incoming: Incoming, *, now: datetime) -> Arrived:
    """Take in a message from another system: deliver it, start a case with it, or keep it; each id has one effect.

    Raises SameId, InvalidValue (correlation, name, size), InvalidAnswers, Forbidden; then nothing is kept of it.
    """
    now = utc(now)
    occurred = checked_occurred(now, incoming.occurred_at)
    said = correlation.read(incoming.correlation)
    arrival.check(incoming)
    with database.transaction() as connection:
        source = incoming.source or actor.name
        id = arrival.claim(connection, actor, incoming, source, now, occurred)
        if id is None:
            return arrival.again(connection, incoming, source)
        held = Held(
            id, incoming.name, source, incoming.id, said, incoming.payload, incoming.channel, now, occurred
        )  # fmt: skip
        arrived = arrival.place(connection, database, actor, held, now)
        if arrived is None:
            arrived = arrival.keep(connection, database, actor, held, now)
        return arrival.settle(connection, held, arrived, actor, now, first=True)


def deliver_early(database: Database, now: datetime, limit: int = 100) -> int:
    """Deliver early messages whose cases wait by now, and hand those whose time is over to people; how many moved."""
    now = utc(now)
    with database.read() as connection:
        due = correlation.early(connection, now, limit)
    moved = 0
    for id in due:
        try:
            moved += _retry(database, id, now)
        except DatabaseAway:
            raise
        except (TasksError, EngineError) as error:
            LOG.warning("message %s was not delivered: %s", id, type(error).__name__)
            moved += _give_up(database, id, error, now)
    return moved


def _retry(database: Database, id: int, now: datetime) -> int:
    with database.transaction() as connection:
        row = arrival.row_of(connection, id, skip_locked=True)
        if row is None or row.state != "early":
            return 0
        held = arrival.held(row)
        sender = Actor(row.sent_by, row.source, "api" if row.sent_by is not None else "clock")
        arrived = arrival.place(connection, database, sender, held, now)
        if arrived is None and row.expires_at is not None and row.expires_at <= now:
            arrived = Arrived(id, "unplaced", "expired")
        if arrived is not None:
            arrival.settle(connection, held, arrived, sender, now)
        else:
            connection.execute(update(Message).where(Message.id == id).values(looked_at=now - MARGIN))
        return int(arrived is not None)


def _give_up(database: Database, id: int, error: Exception, now: datetime) -> int:
    reasons = {InvalidAnswers: "invalid", Forbidden: "forbidden"}
    reason = next((word for kind, word in reasons.items() if isinstance(error, kind)), "failed")
    with database.transaction() as connection:
        row = arrival.row_of(connection, id, skip_locked=True)
        if row is None or row.state != "early":
            return 0
        connection.execute(
            update(Message).where(Message.id == id).values(state="unplaced", reason=reason, looked_at=now - MARGIN)
        )
        return 1


def place_message(
    database: Database, actor: Actor, message_id: int, case_id: int, *, path: str | None = None,
    answers: Mapping[str, Any] | None = None, now: datetime,
) -> Arrived:  # fmt: skip
    """A person says which waiting case a message is for; `answers` instead of its payload where that did not fit.

    Raises NotFound, Forbidden, WrongState, NotWaiting, InvalidAnswers.
    """
    now = utc(now)
    with database.transaction() as connection:
        held = _sorted(connection, database, actor, message_id, now)
        course = Course.open(connection, database, actor, case_id, now, held.occurred_at)
        course.require_open()
        access.see(course.rights, course.place()).require()
        arrived = arrival.deliver(
            course, waiting(course, held.name, path), held, held.payload if answers is None else answers
        )
        return arrival.settle(connection, held, arrived, actor, now)


def start_from_message(
    database: Database, actor: Actor, message_id: int, *, process: str, parties: Mapping[str, int], unit_id: int,
    answers: Mapping[str, Any] | None = None, now: datetime,
) -> Arrived:  # fmt: skip
    """A person starts a case with a message; raises what `start_case` raises, and WrongState for one that is placed."""
    now = utc(now)
    with database.transaction() as connection:
        held = _sorted(connection, database, actor, message_id, now)
        given = held.payload if answers is None else answers
        start = Start(process, held.name, given, parties, unit_id, held.channel, held.source)
        return arrival.settle(
            connection, held, arrival.begin(connection, database, actor, held, start, now), actor, now
        )


def discard_message(database: Database, actor: Actor, message_id: int, *, reason: str, now: datetime) -> None:
    """A person says that a message belongs to no case; its content goes, the trail keeps who said so and why."""
    now = utc(now)
    with database.transaction() as connection:
        held = _sorted(connection, database, actor, message_id, now)
        if not reason.strip():
            raise InvalidValue("reason", "required", "say why the message is discarded")
        arrival.settle(connection, held, Arrived(held.id, "discarded"), actor, now)
        told = {"message": held.name, "source": held.source, "external_id": held.external_id}
        trail.note(connection, actor, "message_discarded", now, why=reason.strip(), old=told)


def _sorted(connection: Connection, database: Database, actor: Actor, message_id: int, now: datetime) -> Held:
    """The message, locked, that this person may find a place for; NotFound, Forbidden, WrongState."""
    row = arrival.row_of(connection, message_id)
    if row is None:
        raise NotFound("message", message_id)
    if row.state not in OPEN:
        raise WrongState(
            f"message {message_id}", row.state, "without a case", who=row.settled_by or "", when=row.settled_at
        )
    if actor.user_id is not None:
        versions = published(database).refresh(connection)
        areas = {versions.bundle(f.process, f.number).manifest.area for f in correlation.folders(versions, row.name)}
        access.sort(reach.rights(connection, actor.user_id, day(now)), row.unit_id, areas).require()
    return arrival.held(row)
