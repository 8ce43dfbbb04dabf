"""Running cases move to another version of their process: previewed without a lock, then one transaction per case.

A move is an order that stays: its rows tell what became of each case, the worker (or the command line) carries it on,
and a case that cannot be moved, or fails, never stops the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from engine.errors import EngineError, MappingError
from engine.moving.names import Names
from tasks import access, trail
from tasks.actor import Actor
from tasks.course import Course
from tasks.db import Database
from tasks.errors import DatabaseAway, InvalidValue, NotFound, TasksError, WrongState
from tasks.models import Case, Move, MovedCase
from tasks.moments import day, utc
from tasks.moving import CaseMove, carry_out, consider
from tasks.published import Published, published
from tasks.queries import reach

LOG = logging.getLogger("asiavirta.moves")
SLICE = 50
"""cases that a worker moves in one look"""


@dataclass(frozen=True, slots=True)
class Order:
    """Which cases are to move: a process, its two versions, and elements that were renamed: {old id: new id}."""

    process: str
    from_version: int
    to_version: int
    told: Mapping[str, str]


def preview(
    database: Database, actor: Actor, order: Order, *, now: datetime, cases: Sequence[int] | None = None
) -> Iterator[CaseMove]:
    """What a move would do to each open case (or to those given), in the order of their ids; nothing is locked.

    Raises NotFound for a version, Forbidden, InvalidValue for an order that cannot be.
    """
    now = utc(now)
    with database.read() as connection:
        _allow(connection, database, actor, order, now)
        chosen = _open_cases(connection, order, cases)
    for case_id in chosen:
        with database.read() as connection:
            try:
                course = Course.look(connection, database, actor, case_id, now)
                found = _considered(course, order)
            except DatabaseAway:
                raise
            except Exception as error:
                found = _failed(case_id, error)
        yield found


def _considered(course: Course, order: Order) -> CaseMove:
    if not _stands(course, order):
        return CaseMove(course.case["id"], course.case["number"], "gone")
    return consider(course, order.to_version, order.told)[1]


def _stands(course: Course, order: Order) -> bool:
    case = course.case
    place = (case["process"], case["version"], case["status"])
    return place == (order.process, order.from_version, "open")


def may_move(database: Database, actor: Actor, process: str, now: datetime) -> access.Verdict:
    """May the person move cases of a process: an operator, or a process owner of its area."""
    with database.read() as connection:
        versions = published(database).refresh(connection)
        return _verdict(connection, versions, actor, process, now)


def _verdict(connection: Connection, versions: Published, actor: Actor, process: str, now: datetime) -> access.Verdict:
    newest = versions.newest(process)
    if newest is None:
        raise NotFound("process", process)
    if actor.user_id is None:
        return access.Verdict(True, "house")
    area = versions.bundle(process, newest.number).manifest.area
    return access.move(reach.rights(connection, actor.user_id, day(now)), area)


def _allow(connection: Connection, database: Database, actor: Actor, order: Order, now: datetime) -> None:
    """Both versions are there and differ, the names fit, and the person may."""
    versions = published(database).refresh(connection)
    _verdict(connection, versions, actor, order.process, now).require()
    old = versions.row(order.process, order.from_version)
    new = versions.row(order.process, order.to_version)
    if old.number == new.number:
        raise InvalidValue("to", "same_version", f"{new.label}: expected another version than {old.label}")
    if new.kind != "process":
        raise InvalidValue("process", "kind", f"{order.process} is a {new.kind}; only cases of a process move")
    _check_names(versions, order)


def _check_names(versions: Published, order: Order) -> None:
    old = versions.definition(order.process, order.from_version)
    new = versions.definition(order.process, order.to_version)
    try:
        Names(old, new, order.told)
    except MappingError as error:
        raise InvalidValue("map", "unknown", str(error)) from error


def _open_cases(connection: Connection, order: Order, only: Sequence[int] | None) -> list[int]:
    there = select(Case.id).where(
        Case.process == order.process, Case.version == order.from_version, Case.status == "open"
    )
    if only is not None:
        there = there.where(Case.id.in_(only))
    return list(connection.execute(there.order_by(Case.id)).scalars())


def begin_move(
    database: Database, actor: Actor, order: Order, *, now: datetime, cases: Sequence[int] | None = None
) -> int:
    """Order a move of all open cases (or of those given); gives its id. Nothing is moved yet.

    Raises what `preview` raises; InvalidValue when no open case stands on the old version.
    """
    now = utc(now)
    with database.transaction() as connection:
        _allow(connection, database, actor, order, now)
        chosen = _open_cases(connection, order, cases)
        if not chosen:
            raise InvalidValue("cases", "none", f"no open case of {order.process} is on version {order.from_version}")
        values: dict[str, Any] = {
            "process": order.process, "from_version": order.from_version, "to_version": order.to_version,
            "told": dict(order.told), "state": "running", "user_id": actor.user_id, "user_name": actor.name,
            "via": actor.via, "started_at": now,
        }  # fmt: skip
        move_id = int(connection.execute(insert(Move).values(values).returning(Move.id)).scalar_one())
        connection.execute(
            insert(MovedCase), [{"move_id": move_id, "case_id": case, "state": "waiting"} for case in chosen]
        )
        told = {"process": order.process, "version": order.to_version, "cases": len(chosen), "move": move_id}
        trail.note(connection, actor, "move_ordered", now, old={"version": order.from_version}, new=told)
        return move_id


def stop_move(database: Database, actor: Actor, move_id: int, *, now: datetime) -> None:
    """Leave the cases of a move that have not been looked at where they are; NotFound, Forbidden, WrongState."""
    now = utc(now)
    with database.transaction() as connection:
        row = _row(connection, move_id)
        versions = published(database).refresh(connection)
        _verdict(connection, versions, actor, row.process, now).require()
        if row.state != "running":
            raise WrongState(f"move {move_id}", row.state, "running")
        left = update(MovedCase).where(MovedCase.move_id == move_id, MovedCase.state == "waiting")
        connection.execute(left.values(state="left", at=now))
        connection.execute(update(Move).where(Move.id == move_id).values(state="stopped", finished_at=now))
        trail.note(connection, actor, "move_stopped", now, new={"move": move_id, "process": row.process})


def _row(connection: Connection, move_id: int) -> Any:
    row = connection.execute(select(Move.__table__).where(Move.id == move_id)).one_or_none()
    if row is None:
        raise NotFound("move", move_id)
    return row


def carry_on(database: Database, now: datetime, limit: int = SLICE) -> int:
    """Move the next cases of the moves that run, the oldest move first; gives how many were looked at."""
    now = utc(now)
    with database.read() as connection:
        waiting = (
            select(MovedCase.move_id, MovedCase.case_id)
            .join(Move, Move.id == MovedCase.move_id)
            .where(Move.state == "running", MovedCase.state == "waiting")
            .order_by(MovedCase.move_id, MovedCase.case_id)
            .limit(limit)
        )
        found = [(row.move_id, row.case_id) for row in connection.execute(waiting)]
    for move_id, case_id in found:
        _carry_one(database, move_id, case_id, now)
    for move_id in dict.fromkeys(move_id for move_id, _ in found):
        _finish(database, move_id, now)
    return len(found)


def run_move(
    database: Database, move_id: int, now: datetime, told: Callable[[CaseMove], None] = lambda _: None
) -> None:
    """Carry one move to its end, case by case; `told` hears of each. A worker that helps is welcome."""
    now = utc(now)
    with database.read() as connection:
        waiting = select(MovedCase.case_id).where(MovedCase.move_id == move_id, MovedCase.state == "waiting")
        cases = list(connection.execute(waiting.order_by(MovedCase.case_id)).scalars())
    for case_id in cases:
        found = _carry_one(database, move_id, case_id, now)
        if found is not None:
            told(found)
    _finish(database, move_id, now)


def _carry_one(database: Database, move_id: int, case_id: int, now: datetime) -> CaseMove | None:
    """Move one case, or write down why not; None when somebody else has. Only a database that is away is raised."""
    try:
        with database.transaction() as connection:
            return _move_case(connection, database, move_id, case_id, now)
    except DatabaseAway:
        raise
    except Exception as error:
        failed = _failed(case_id, error)
    with database.transaction() as connection:
        return failed if _note(connection, move_id, failed, now) else None


def _failed(case_id: int, error: Exception) -> CaseMove:
    """A case that broke; what went wrong is told where it is a sentence of ours, else only its kind."""
    LOG.warning("case %s cannot be moved: %s", case_id, type(error).__name__)
    said = str(error) if isinstance(error, (EngineError, TasksError)) else type(error).__name__
    return CaseMove(case_id, "", "failed", error=said[:2000])


def _move_case(
    connection: Connection, database: Database, move_id: int, case_id: int, now: datetime
) -> CaseMove | None:
    row = _row(connection, move_id)
    actor = Actor(row.user_id, row.user_name, row.via)
    course = Course.open(connection, database, actor, case_id, now)
    order = Order(row.process, row.from_version, row.to_version, row.told)
    if not _stands(course, order):
        found = CaseMove(case_id, course.case["number"], "gone")
    else:
        move, found = consider(course, order.to_version, order.told)
        if found.state == "movable":
            found = replace(found, state="moved")
    if not _note(connection, move_id, found, now):
        return None
    if found.state == "moved":
        carry_out(course, order.to_version, move, found, move_id)
        course.save()
    return found


def _note(connection: Connection, move_id: int, found: CaseMove, now: datetime) -> bool:
    """Write down what became of a case; False when that is written already."""
    waiting = update(MovedCase).where(
        MovedCase.move_id == move_id, MovedCase.case_id == found.case_id, MovedCase.state == "waiting"
    )
    values = {"state": found.state, "found": found.found(), "error": found.error or None, "at": now}
    return bool(connection.execute(waiting.values(values)).rowcount)


def _finish(database: Database, move_id: int, now: datetime) -> None:
    with database.transaction() as connection:
        left = select(func.count()).where(MovedCase.move_id == move_id, MovedCase.state == "waiting")
        if connection.execute(left).scalar_one() == 0:
            done = update(Move).where(Move.id == move_id, Move.state == "running")
            connection.execute(done.values(state="finished", finished_at=now))
