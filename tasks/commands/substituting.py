"""Substitution for an absence: for a time somebody also sees and may complete what a colleague has taken in a unit.

It gives no right to decide: work role, delegation, four eyes and disqualification are asked of the substitute.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from tasks import access, trail
from tasks.actor import Actor
from tasks.db import Database
from tasks.errors import InvalidValue, NotFound, WrongState
from tasks.models import Substitution
from tasks.moments import day, utc
from tasks.queries import people, reach

LONGEST = timedelta(days=366)


def substitute(
    database: Database, actor: Actor, *, user_id: int, substitute_id: int, unit_id: int, from_on: date, to_on: date,
    now: datetime,
) -> int:  # fmt: skip
    """Let `substitute_id` stand in for `user_id` in a unit, both days included; gives the substitution's id.

    Forbidden but for a supervisor of the unit and an operator; InvalidValue names the field that is wrong.
    """
    with database.transaction() as connection:
        _govern(connection, actor, unit_id, now)
        _check_days(from_on, to_on, day(now))
        _check_people(connection, user_id, substitute_id, unit_id, day(now))
        _check_overlap(connection, user_id, unit_id, from_on, to_on)
        values = {"user_id": user_id, "substitute_id": substitute_id, "unit_id": unit_id}
        made = insert(Substitution).values(
            **values, from_on=from_on, to_on=to_on, made_by=actor.user_id, made_at=utc(now)
        )
        row = int(connection.execute(made.returning(Substitution.id)).scalar_one())
        told = values | {"from_on": str(from_on), "to_on": str(to_on)}
        trail.note(connection, actor, "substitution_made", now, new={"substitutions": row} | told)
        return row


def end_substitution(database: Database, actor: Actor, substitution_id: int, *, now: datetime) -> None:
    """End a substitution at once, also one that has not begun; NotFound, Forbidden, WrongState when it is over."""
    table = Substitution.__table__
    with database.transaction() as connection:
        row = connection.execute(select(table).where(table.c.id == substitution_id)).one_or_none()
        if row is None:
            raise NotFound("substitution", substitution_id)
        _govern(connection, actor, row.unit_id, now)
        over = WrongState(f"substitution {substitution_id}", "over", "one that is or will be in force")
        if row.to_on < day(now):
            raise over
        ending = update(Substitution).where(Substitution.id == substitution_id, Substitution.ended_at.is_(None))
        if connection.execute(ending.values(ended_at=utc(now), ended_by=actor.user_id)).rowcount != 1:
            raise over
        told = {"user_id": row.user_id, "substitute_id": row.substitute_id, "unit_id": row.unit_id}
        trail.note(connection, actor, "substitution_ended", now, old={"substitutions": row.id} | told)


def _govern(connection: Connection, actor: Actor, unit_id: int, now: datetime) -> None:
    if actor.user_id is not None:
        access.govern(reach.rights(connection, actor.user_id, day(now)), (unit_id,), None).require()


def _check_days(from_on: date, to_on: date, today: date) -> None:
    if to_on < from_on:
        raise InvalidValue("to_on", "order", f"{to_on} is before {from_on}")
    if to_on < today:
        raise InvalidValue("to_on", "past", f"{to_on} has passed")
    if to_on - from_on > LONGEST:
        raise InvalidValue("to_on", "long", f"{to_on} is more than {LONGEST.days} days from {from_on}")


def _check_people(connection: Connection, user_id: int, substitute_id: int, unit_id: int, today: date) -> None:
    """Both do casework in the unit, and they are two."""
    if user_id == substitute_id:
        raise InvalidValue("substitute_id", "same", "nobody stands in for themselves")
    here = {each.id for each in people.workers(connection, (unit_id,), today)}
    for field, person in (("user_id", user_id), ("substitute_id", substitute_id)):
        if person not in here:
            raise InvalidValue(field, "unit", f"user {person} has no work role in unit {unit_id}")


def _check_overlap(connection: Connection, user_id: int, unit_id: int, from_on: date, to_on: date) -> None:
    """One substitute at a time for one person in one unit."""
    same = select(Substitution.id).where(
        Substitution.user_id == user_id, Substitution.unit_id == unit_id, Substitution.ended_at.is_(None),
        Substitution.from_on <= to_on, Substitution.to_on >= from_on,
    )  # fmt: skip
    if connection.execute(same.limit(1)).first() is not None:
        raise InvalidValue("from_on", "overlap", f"there is a substitute in unit {unit_id} on some of these days")
