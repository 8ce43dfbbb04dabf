"""An area's own values: set from a day on, and taken back before that day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, select

from tasks import access, area, trail
from tasks.actor import Actor
from tasks.commands import people
from tasks.db import Database
from tasks.errors import InvalidValue, NotFound
from tasks.models import Setting, Unit
from tasks.moments import day
from tasks.published import published
from tasks.queries import reach


def set_value(
    database: Database, actor: Actor, *, area_id: int, name: str, typed: Mapping[str, str], from_on: date, now: datetime
) -> None:
    """Set a value of the catalogue (area.known) as it was typed; InvalidValue by field, NotFound, Forbidden.

    What was in force before today stays as it was: cases were handled by it.
    """
    with database.read() as connection:
        known = area.known(published(database).refresh(connection), day(now)).get(name)
        places = {place.id for place in area.places(connection)}
    if known is None:
        raise NotFound("setting", name)
    if area_id not in places:
        raise NotFound("area", area_id)
    value = area.read_value(known, typed)
    if from_on < day(now):
        raise InvalidValue("from_on", "past", f"{from_on} is over", {"day": from_on})
    people.set_setting(database, actor, area_id=area_id, name=name, value=value, from_on=from_on, now=now)


def take_back(database: Database, actor: Actor, *, area_id: int, name: str, from_on: date, now: datetime) -> None:
    """Remove a value that has not taken effect yet; NotFound, Forbidden, InvalidValue for one that has."""
    if from_on <= day(now):
        raise InvalidValue("from_on", "in_force", f"{from_on} has come")
    with database.transaction() as connection:
        units = connection.execute(select(Unit.id).where(Unit.area_id == area_id)).scalars().all()
        if actor.user_id is not None:
            access.govern(reach.rights(connection, actor.user_id, day(now)), units, None).require()
        same = (Setting.area_id == area_id, Setting.name == name, Setting.from_on == from_on)
        if connection.execute(delete(Setting).where(*same)).rowcount != 1:
            raise NotFound("setting", name)
        old = {"area": area_id, "name": name, "from_on": str(from_on)}
        trail.note(connection, actor, "setting_changed", now, old=old)
