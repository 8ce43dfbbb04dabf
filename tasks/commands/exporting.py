"""Letting an event log leave the house: who may, which cases, and the record of it. The writing itself only reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, func, insert, literal, select, true

from tasks import access, trail
from tasks.access import Rights
from tasks.actor import Actor
from tasks.casefile import in_force
from tasks.commands.audit import SHORTEST_REASON
from tasks.db import Database
from tasks.errors import Forbidden, InvalidValue, NotFound
from tasks.exporting.extent import SMALLEST_GROUP, SMALLEST_GROUP_SETTING, Asked, Extent
from tasks.models import Case, Setting, Unit, View
from tasks.moments import day, utc
from tasks.published import Published, published
from tasks.queries import reach
from tasks.queries.reach import Condition

LONGEST_PURPOSE = 500


def record_export(
    database: Database, actor: Actor, asked: Asked, *, format: str, plain: bool = False, purpose: str = "",
    now: datetime,
) -> Extent:  # fmt: skip
    """Record an export before it is written; gives what it may hold.

    A supervisor's holds the cases that they supervise, an auditor's and the house's all. With `plain` cases, customers
    and people keep their numbers and user names: an auditor's act with a purpose, and every case is recorded as seen.
    Forbidden, InvalidValue for a missing purpose, NotFound for a process or unit that is not there.
    """
    with database.transaction() as connection:
        versions = published(database).refresh(connection)
        _there(connection, versions, asked)
        rights = Rights(None) if actor.user_id is None else reach.rights(connection, actor.user_id, day(now))
        within, every = _reach(rights, versions)
        why = purpose.strip()
        if plain:
            _may_be_plain(rights, why)
        last = connection.execute(select(func.max(Case.id))).scalar_one() or 0
        smallest = 0 if plain or not every else _smallest_group(connection, now)
        extent = Extent(asked, within, last, smallest, plain)
        told = _told(asked) | {"format": format, "plain": plain}
        trail.note(connection, actor, "events_exported", now, why=why, new=told)
        if plain:
            _record_views(connection, actor, extent, why, now)
        return extent


def _there(connection: Connection, versions: Published, asked: Asked) -> None:
    if asked.process and asked.process not in versions.areas:
        raise NotFound("process", asked.process)
    if asked.unit_id is not None:
        found = connection.execute(select(Unit.id).where(Unit.id == asked.unit_id)).scalar_one_or_none()
        if found is None:
            raise NotFound("unit", asked.unit_id)


def _reach(rights: Rights, versions: Published) -> tuple[Condition, bool]:
    """The cases that the person may export, and whether these are more than they may open."""
    access.hold_role(rights, "supervisor", "auditor").require()
    if rights.house or access.hold_role(rights, "auditor").allowed:
        return true(), True
    own = rights._replace(roles=tuple(role for role in rights.roles if role.role == "supervisor"))
    return reach.within(own, versions.areas), False


def _may_be_plain(rights: Rights, why: str) -> None:
    if rights.house:
        raise Forbidden("no_person")
    access.hold_role(rights, "auditor").require()
    if not SHORTEST_REASON <= len(why) <= LONGEST_PURPOSE:
        raise InvalidValue("purpose", "length", f"expected {SHORTEST_REASON} to {LONGEST_PURPOSE} characters")


def _smallest_group(connection: Connection, now: datetime) -> int:
    """The largest that any area has set, never below what the house asks."""
    value = cast(Setting.value, Text)  # SQLite keeps a number in a JSON column as a number
    asked = select(Setting.area_id, Setting.from_on, value.label("value")).where(Setting.name == SMALLEST_GROUP_SETTING)
    rows = [
        {"name": row.area_id, "from_on": row.from_on.isoformat(), "value": row.value}
        for row in connection.execute(asked)
    ]
    set_now = in_force(rows, day(now).isoformat()).values()
    return max([SMALLEST_GROUP, *(int(number) for number in set_now if number.isdigit())])


def _told(asked: Asked) -> dict[str, Any]:
    values = {
        "process": asked.process, "unit_id": asked.unit_id, "from_on": asked.from_on, "to_on": asked.to_on,
    }  # fmt: skip
    return {name: str(value) for name, value in values.items() if value}


def _record_views(connection: Connection, actor: Actor, extent: Extent, why: str, now: datetime) -> None:
    values = {
        "user_id": actor.user_id, "user_name": actor.name, "via": actor.via, "what": "events_export", "why": why,
        "at": utc(now),
    }  # fmt: skip
    columns = [literal(value, getattr(View, name).type) for name, value in values.items()]
    seen = select(*columns, Case.customer_id, Case.id).where(extent.condition).order_by(Case.id)
    connection.execute(insert(View).from_select([*values, "customer_id", "case_id"], seen))
