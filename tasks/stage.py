"""A throw-away database with a house in it: an area, a unit, people of every role and the published folders.

Every story finds the stage as it was prepared, so that none sees another's cases or published versions.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import delete, func, literal, make_url, select, text

from engine.alone import OFFICER
from engine.bundle import Bundle
from engine.manifest import CALLER
from tasks.actor import Actor
from tasks.commands.people import add_unit
from tasks.commands.publishing import publish
from tasks.db import Database
from tasks.keksila import FIRST_DAY, OPENED, employ, establish
from tasks.migrations import upgrade
from tasks.models import Base

HOUSE = Actor(None, "stage", "story")
EVERYONE = "everyone"
ACCESS = {"decision_maker": "decision_maker", "payment_approver": "payment_approver", "supervisor": "supervisor"}


@dataclass(frozen=True)
class Stage:
    """A prepared database: the ids of its area and unit, its people by name, and what was there at the beginning."""

    database: Database
    area_id: int
    unit_id: int
    people: Mapping[str, Actor]
    furnished: Mapping[str, int | None] = field(default_factory=dict)
    """tables that had rows when the stage was ready, with the newest id of each (None: it has no ids)"""


def work_roles(bundles: Iterable[Bundle]) -> list[str]:
    """The work roles that the lanes of these folders name; OFFICER where a part takes its caller's."""
    named = {lane.role for bundle in bundles for lane in bundle.manifest.lanes.values() if lane.role}
    return sorted({OFFICER if role == CALLER else role for role in named})


def prepare(database: Database, bundles: Iterable[Bundle]) -> Stage:
    """Migrate, furnish and publish; `<role>`, `<role>_2` hold one work role each, `everyone` holds all of them."""
    folders = list(bundles)
    upgrade(database)
    area = establish(database, HOUSE)
    unit = add_unit(
        database, HOUSE, code="keksila-1", area_id=area, now=OPENED,
        name={"fi": "Keksilän yksikkö", "sv": "Keksilä enhet", "en": "Keksilä unit"},
    )  # fmt: skip
    people = {EVERYONE: _person(database, EVERYONE, work_roles(folders), unit)}
    for role in work_roles(folders):
        for name in (role, f"{role}_2"):
            people[name] = _person(database, name, [role], unit)
    if folders:
        publish(
            database, HOUSE, folders, author=EVERYONE, approver=next(n for n in people if n != EVERYONE),
            from_on=FIRST_DAY, now=OPENED,
        )  # fmt: skip
    return Stage(database, area, unit, people, _inventory(database))


def _inventory(database: Database) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    with database.read() as connection:
        for table in Base.metadata.sorted_tables:
            if connection.execute(select(literal(1)).select_from(table).limit(1)).first():
                newest = select(func.max(table.c.id)) if "id" in table.c else None
                found[table.name] = connection.execute(newest).scalar() if newest is not None else None
    return found


def _person(database: Database, name: str, roles: list[str], unit: int) -> Actor:
    held: dict[str, list[str]] = {}
    for role in roles:
        held.setdefault(ACCESS.get(role, "caseworker"), []).append(role)
    full_name = name.replace("_", " ").capitalize()
    user = employ(database, HOUSE, name=name, full_name=full_name, roles=held or {"caseworker": []}, units=[unit])
    return Actor(user, name, "story")


@contextmanager
def throw_away(url: str | None) -> Iterator[Database]:
    """A database that is gone afterwards: SQLite in memory, or one with a random name on the server of `url`."""
    if url is None or make_url(url).get_backend_name() == "sqlite":
        database = Database("sqlite://")
        try:
            yield database
        finally:
            database.dispose()
        return
    with created(url) as name:
        database = Database(make_url(url).set(database=name).render_as_string(hide_password=False))
        try:
            with database.engine.begin() as connection:  # nobody needs it after a crash
                connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
            database.dispose()
            yield database
        finally:
            database.dispose()


@contextmanager
def fresh(stage: Stage) -> Iterator[Stage]:
    """The stage as it was prepared, for one story: a copy on SQLite, on PostgreSQL itself, swept afterwards."""
    if stage.database.dialect == "sqlite":
        with throw_away(None) as database:
            source: Any = stage.database.engine.raw_connection()
            target: Any = database.engine.raw_connection()
            source.driver_connection.backup(target.driver_connection)
            source.close()
            target.close()
            yield replace(stage, database=database)
        return
    database = Database(stage.database.url.render_as_string(hide_password=False))  # it knows no versions yet
    try:
        yield replace(stage, database=database)
    finally:
        database.dispose()
        _sweep(stage)


def _sweep(stage: Stage) -> None:
    """Remove what a story left: every row of the tables that were empty, and what is newer in the others."""
    with stage.database.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            newest = stage.furnished.get(table.name)
            if newest is not None:
                connection.execute(delete(table).where(table.c.id > newest))
            elif table.name not in stage.furnished:
                connection.execute(delete(table))


@contextmanager
def created(url: str, template: str | None = None) -> Iterator[str]:
    """A PostgreSQL database with a random name, dropped at the end; gives its name."""
    name = f"asiavirta_play_{secrets.token_hex(6)}"
    server = Database(url)
    with server.read():  # says so when the server is away
        pass
    origin = f' TEMPLATE "{template}"' if template else ""
    try:
        with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"{origin}'))
        yield name
    finally:
        with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        server.dispose()
