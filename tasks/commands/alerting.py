"""Alerts: the house looks for their causes by the hour; supervisors acknowledge, snooze and close them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from tasks import access
from tasks.access import Place
from tasks.actor import CLOCK, Actor
from tasks.db import Database
from tasks.errors import InvalidValue, NotFound, WrongState
from tasks.models import Alert, AlertEvent, Watch
from tasks.moments import day, utc
from tasks.published import published
from tasks.queries import reach
from tasks.queries.causes import Cause, causes

EVERY = timedelta(hours=1)
LONGEST_SNOOZE = 92
"""days"""
LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Watched:
    """How many alerts opened, came back from their snooze, and closed because their cause was gone."""

    opened: int = 0
    returned: int = 0
    gone: int = 0


def watch_by_the_hour(database: Database, now: datetime) -> Watched | None:
    """Look for causes when the last look is an hour old; None when it is not."""
    with database.read() as connection:
        last = connection.execute(select(Watch.at).where(Watch.name == "alerts")).scalar_one()
    return watch(database, now) if last is None or not last <= now < last + EVERY else None


def watch(database: Database, now: datetime) -> Watched:
    """Look for causes: one alert for each new one, and what is gone closes itself.

    An alert that a supervisor closed stays closed while its cause stands; if the cause goes and comes, it is a new one.
    """
    now = utc(now)
    with database.read() as connection:
        found = causes(connection, published(database).refresh(connection), now)
    with database.transaction() as connection:
        # whoever looks at the same time waits here, and then sees what the first one opened
        connection.execute(update(Watch).where(Watch.name == "alerts").values(at=now))
        table = Alert.__table__
        columns = (table.c.id, table.c.cause, table.c.state, table.c.snoozed_until, table.c.told)
        standing = {row.cause: row for row in connection.execute(select(*columns).where(table.c.gone_at.is_(None)))}
        opened = _open(connection, (cause for name, cause in found.items() if name not in standing), now)
        gone = _close_gone(connection, [row for name, row in standing.items() if name not in found], now)
        stays = [(row, found[name].told) for name, row in standing.items() if name in found]
        return Watched(opened, _carry_on(connection, stays, now), gone)


def acknowledge(database: Database, actor: Actor, alert_id: int, *, note: str = "", now: datetime) -> None:
    """Say that one takes care of it. NotFound, Forbidden, WrongState when it is closed."""
    _change(database, actor, alert_id, "acknowledged", note, now)


def snooze(database: Database, actor: Actor, alert_id: int, *, until: date, note: str = "", now: datetime) -> None:
    """Set it aside until a day on which it is new again if its cause still stands; InvalidValue."""
    if not 0 < (until - day(now)).days <= LONGEST_SNOOZE:
        message = f"{until} is not a day after {day(now)} and within {LONGEST_SNOOZE} days"
        raise InvalidValue("until", "range", message, {"days": LONGEST_SNOOZE})
    _change(database, actor, alert_id, "snoozed", note, now, until)


def close(database: Database, actor: Actor, alert_id: int, *, note: str, now: datetime) -> None:
    """Close it with a note that says why; it does not come back while its cause stands. InvalidValue."""
    if not note.strip():
        raise InvalidValue("note", "required", "say why the alert is closed")
    _change(database, actor, alert_id, "closed", note, now)


def _change(
    database: Database, actor: Actor, alert_id: int, state: str, note: str, now: datetime, until: date | None = None
) -> None:
    now, note = utc(now), note.strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidValue("note", "long", f"a note of {len(note)} characters, at most {LONGEST_NOTE}")
    table = Alert.__table__
    with database.transaction() as connection:
        row = connection.execute(select(table).where(table.c.id == alert_id).with_for_update()).one_or_none()
        if row is None:
            raise NotFound("alert", alert_id)
        _supervise(connection, database, actor, row, now)
        if row.state == "closed":
            raise WrongState(f"alert {alert_id}", "closed", "one that is not closed", when=row.closed_at)
        closed_at = now if state == "closed" else None
        new = {"state": state, "snoozed_until": until, "closed_at": closed_at}
        connection.execute(update(Alert).where(Alert.id == alert_id).values(**new))
        _tell(connection, [alert_id], state, now, actor, note=note, until_on=until)


def _supervise(connection: Connection, database: Database, actor: Actor, row: Any, now: datetime) -> None:
    if actor.user_id is None:
        return
    area = published(database).refresh(connection).areas.get(row.process, "")
    rights = reach.rights(connection, actor.user_id, day(now), row.case_id)
    access.supervise(rights, Place(row.unit_id, area, row.process)).require()


def _open(connection: Connection, new: Iterable[Cause], now: datetime) -> int:
    rows = [
        {
            "cause": cause.name, "kind": cause.kind, "unit_id": cause.unit_id, "role": "supervisor", "state": "new",
            "process": cause.process, "case_id": cause.case_id, "task_number": cause.task_number,
            "told": dict(cause.told), "opened_at": now,
        }
        for cause in new
    ]  # fmt: skip
    if rows:
        ids = connection.execute(insert(Alert).returning(Alert.id), rows).scalars().all()
        _tell(connection, ids, "opened", now)
    return len(rows)


def _close_gone(connection: Connection, rows: list[Any], now: datetime) -> int:
    """The causes are gone: what nobody has closed yet is closed."""
    for row in rows:
        closing = {"state": "closed", "closed_at": now} if row.state != "closed" else {}
        connection.execute(update(Alert).where(Alert.id == row.id).values(gone_at=now, snoozed_until=None, **closing))
    _tell(connection, [row.id for row in rows if row.state != "closed"], "gone", now)
    return len(rows)


def _carry_on(connection: Connection, stays: list[tuple[Any, Mapping[str, Any]]], now: datetime) -> int:
    """The causes stand: their figures are renewed, and who was set aside until today is new again."""
    back = []
    for row, told in stays:
        new: dict[str, Any] = {"told": dict(told)} if row.told != told else {}
        if row.state == "snoozed" and row.snoozed_until <= day(now):
            new |= {"state": "new", "snoozed_until": None}
            back.append(row.id)
        if new:
            connection.execute(update(Alert).where(Alert.id == row.id).values(**new))
    _tell(connection, back, "returned", now)
    return len(back)


def _tell(
    connection: Connection, alerts: Iterable[int], kind: str, now: datetime, actor: Actor = CLOCK, *, note: str = "",
    until_on: date | None = None,
) -> None:  # fmt: skip
    rows = [
        {"alert_id": id, "kind": kind, "at": now, "user_id": actor.user_id, "user_name": actor.name, "note": note,
         "until_on": until_on}
        for id in alerts
    ]  # fmt: skip
    if rows:
        connection.execute(insert(AlertEvent), rows)
