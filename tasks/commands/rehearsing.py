"""Rehearsals: somebody orders all stories of a draft to be played; a worker plays them and writes down each result."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from engine import bundle as bundles
from tasks.actor import Actor
from tasks.db import Database
from tasks.drafting import OPEN, Drafting, read_files
from tasks.errors import InvalidValue, NotFound, NotPublishable, WrongState
from tasks.models import Draft, Rehearsal, RehearsedStory
from tasks.moments import utc
from tasks.published import Published, published
from tasks.rehearsal import Told, rehearse
from tasks.workbench import Examined, beside, examine

LOG = logging.getLogger("asiavirta.rehearsals")
LEASE = timedelta(minutes=5)
"""A rehearsal of which nothing was told for so long has lost its worker: another one begins it anew."""
LONGEST = timedelta(minutes=30)
KEPT = 10
"""rehearsals of a draft that are kept with their results"""


@dataclass(frozen=True, slots=True)
class _Mine:
    """A rehearsal that this worker carries out."""

    id: int
    process: str
    content: bytes
    stories: tuple[str, ...]


def order(database: Database, actor: Actor, draft_id: int, *, now: datetime) -> int:
    """Have every story of a draft played as it stands now; gives the rehearsal's id.

    One that waits or runs for the same content is given again. NotPublishable for a folder with errors, InvalidValue
    where there is no story, NotFound, Forbidden, WrongState.
    """
    with database.read() as connection:
        examined, seen = _examined(connection, published(database).refresh(connection), draft_id)
    if examined.errors:
        raise NotPublishable(examined.errors)
    if not examined.bundle.stories:
        raise InvalidValue("stories", "none", "the folder has no story; stories lie in stories/<name>.toml")
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now, states=OPEN, revision=seen)
        same = (Rehearsal.draft_id == draft_id, Rehearsal.hash == examined.bundle.hash)
        under_way = select(Rehearsal.id).where(*same, Rehearsal.state.in_(("waiting", "running")))
        if (there := connection.execute(under_way).scalars().first()) is not None:
            return int(there)
        values = {
            "draft_id": draft_id, "hash": examined.bundle.hash, "content": examined.bundle.to_zip(),
            "state": "waiting", "user_id": actor.user_id, "user_name": actor.name, "ordered_at": drafting.now,
        }  # fmt: skip
        id = int(connection.execute(insert(Rehearsal).values(values).returning(Rehearsal.id)).scalar_one())
        rows = [{"rehearsal_id": id, "story": story, "state": "waiting"} for story in sorted(examined.bundle.stories)]
        connection.execute(insert(RehearsedStory), rows)
        _sweep(connection, draft_id)
        drafting.note("rehearsed", rehearsal=id, stories=len(rows))
        return id


def _examined(connection: Connection, versions: Published, draft_id: int) -> tuple[Examined, int]:
    row = connection.execute(select(Draft.process, Draft.revision).where(Draft.id == draft_id)).one_or_none()
    if row is None:
        raise NotFound("draft", draft_id)
    return examine(row.process, read_files(connection, draft_id), versions), row.revision


def _sweep(connection: Connection, draft_id: int) -> None:
    """Forget the oldest rehearsals of a draft; their order stays in its history."""
    ended = select(Rehearsal.id).where(Rehearsal.draft_id == draft_id, Rehearsal.state.not_in(("waiting", "running")))
    old = list(connection.execute(ended.order_by(Rehearsal.id.desc()).offset(KEPT)).scalars())
    connection.execute(delete(RehearsedStory).where(RehearsedStory.rehearsal_id.in_(old)))
    connection.execute(delete(Rehearsal).where(Rehearsal.id.in_(old)))


def stop(database: Database, actor: Actor, rehearsal_id: int, *, now: datetime) -> None:
    """Leave the stories that have not been played unplayed; NotFound, Forbidden, WrongState."""
    with database.transaction() as connection:
        row = connection.execute(
            select(Rehearsal.draft_id, Rehearsal.state).where(Rehearsal.id == rehearsal_id)
        ).one_or_none()
        if row is None:
            raise NotFound("rehearsal", rehearsal_id)
        any_state = (*OPEN, "withdrawn", "rejected", "published")
        Drafting.open(connection, database, actor, row.draft_id, now, states=any_state)
        if row.state not in ("waiting", "running"):
            raise WrongState(f"rehearsal {rehearsal_id}", row.state, "waiting or running")
        _end(connection, rehearsal_id, "stopped", utc(now))


def carry_on(
    database: Database, read_clock: Callable[[], datetime], stopping: Callable[[], bool] = lambda: False,
    **limits: float,
) -> int:  # fmt: skip
    """Play the rehearsals that wait, the oldest first, each to its end; gives how many.

    Any number of workers may: each takes one that no other has. When `stopping` says so, the one under way waits
    again. `limits` are those of tasks.rehearsal.rehearse.
    """
    played = 0
    while not stopping() and (mine := _take(database, utc(read_clock()))) is not None:
        try:
            _play(database, mine, read_clock, stopping, limits)
        except Exception as error:
            LOG.warning("rehearsal %s failed: %s", mine.id, type(error).__name__)
            with database.transaction() as connection:
                _end(connection, mine.id, "failed", utc(read_clock()), error=type(error).__name__)
        played += 1
    return played


def _take(database: Database, now: datetime) -> _Mine | None:
    """The oldest rehearsal that waits, or whose worker is gone; it is ours from here on."""
    lost = and_(Rehearsal.state == "running", Rehearsal.beat_at < now - LEASE)
    free = or_(Rehearsal.state == "waiting", lost)
    with database.read() as connection:
        if connection.execute(select(Rehearsal.id).where(free).limit(1)).first() is None:
            return None  # nothing is written while nothing waits
    with database.transaction() as connection:
        waiting = select(Rehearsal.__table__).where(free).order_by(Rehearsal.id).limit(1)
        row = connection.execute(waiting.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        mine = Rehearsal.id == row.id
        connection.execute(update(Rehearsal).where(mine).values(state="running", beat_at=now))
        again = update(RehearsedStory).where(RehearsedStory.rehearsal_id == row.id)
        connection.execute(again.values(state="waiting", failures=None, at=None))
        stories = select(RehearsedStory.story).where(RehearsedStory.rehearsal_id == row.id)
        process = select(Draft.process).where(Draft.id == row.draft_id)
        return _Mine(
            row.id, connection.execute(process).scalar_one(), bytes(row.content or b""),
            tuple(sorted(connection.execute(stories).scalars())),
        )  # fmt: skip


def _play(
    database: Database, mine: _Mine, read_clock: Callable[[], datetime], stopping: Callable[[], bool],
    limits: dict[str, float],
) -> None:  # fmt: skip
    with database.read() as connection:
        versions = published(database).refresh(connection)
    folders = beside(mine.process, versions) | {mine.process: bundles.inspect(mine.content)}
    told = rehearse(mine.process, folders, mine.stories, stopping, **limits)
    try:
        _write_down(database, mine, told, read_clock, utc(read_clock()) + LONGEST)
    finally:
        told.close()  # ends the playing process too
    if stopping():
        with database.transaction() as connection:
            running = (Rehearsal.id == mine.id, Rehearsal.state == "running")
            connection.execute(update(Rehearsal).where(*running).values(state="waiting"))


def _write_down(
    database: Database, mine: _Mine, told: Iterable[Told], read_clock: Callable[[], datetime], last: datetime
) -> None:
    for one in told:
        now = utc(read_clock())
        with database.transaction() as connection:
            state = connection.execute(select(Rehearsal.state).where(Rehearsal.id == mine.id)).scalar_one_or_none()
            if state != "running":
                return  # stopped meanwhile
            if one.story:
                _result(connection, mine.id, one, now)
            if one.error:
                _end(connection, mine.id, "failed", now, error=one.error)
            elif one.coverage is not None:
                _end(connection, mine.id, "finished", now, coverage=list(one.coverage))
            elif now > last:
                _end(connection, mine.id, "stopped", now)
                return  # the time for all stories is over


def _result(connection: Connection, rehearsal_id: int, one: Told, now: datetime) -> None:
    story = (RehearsedStory.rehearsal_id == rehearsal_id, RehearsedStory.story == one.story)
    values: dict[str, Any] = {"state": one.state, "failures": list(one.failures) or None, "at": now}
    connection.execute(update(RehearsedStory).where(*story).values(values))
    connection.execute(update(Rehearsal).where(Rehearsal.id == rehearsal_id).values(beat_at=now))


def _end(connection: Connection, rehearsal_id: int, state: str, now: datetime, **values: Any) -> None:
    left = and_(RehearsedStory.rehearsal_id == rehearsal_id, RehearsedStory.state == "waiting")
    connection.execute(update(RehearsedStory).where(left).values(state="left", at=now))
    ended = {"state": state, "finished_at": now, "content": None, **values}
    connection.execute(update(Rehearsal).where(Rehearsal.id == rehearsal_id).values(ended))
