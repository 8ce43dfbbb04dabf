"""Who is signed in, what they may do, and who their colleagues are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select

from tasks.models import Session, Unit, User, UserRole


@dataclass(frozen=True, slots=True)
class Grant:
    """One access role of a person and what it covers; None means all units or process areas."""

    role: str
    work_roles: tuple[str, ...]
    units: tuple[int, ...] | None
    areas: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Person:
    """A person who works here, with the grants in force on the day asked."""

    id: int
    name: str
    full_name: str
    title: str
    language: str
    grants: tuple[Grant, ...]
    units: Mapping[int, Mapping[str, str]]
    """the units of the grants: id -> name by language; every unit for a grant without limits"""

    @property
    def roles(self) -> frozenset[str]:
        """The access roles held."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def work_roles(self) -> frozenset[str]:
        """The work roles held in any unit."""
        return frozenset(role for grant in self.grants for role in grant.work_roles)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person that work can be given to."""

    id: int
    name: str
    full_name: str
    title: str
    units: frozenset[int] = frozenset()
    """the units asked about in which the person has a work role"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session in force: its id (hash of the cookie), its person, and when it was last used."""

    id: str
    person: Person
    seen_at: datetime


def signed_in(
    connection: Connection, session_id: str, now: datetime, on: date, idle_since: datetime
) -> SignedIn | None:
    """The person of a session that has neither expired nor been idle since `idle_since`; None otherwise."""
    row = connection.execute(
        _person().add_columns(Session.seen_at)
        .join(Session, Session.user_id == User.id)
        .where(Session.id == session_id, Session.expires_at > now, Session.seen_at > idle_since, User.active)
    ).one_or_none()  # fmt: skip
    return SignedIn(session_id, _read(connection, row, on), row.seen_at) if row else None


def person(connection: Connection, user_id: int, on: date) -> Person | None:
    """The active person with this id, with the grants in force on `on`."""
    row = connection.execute(_person().where(User.id == user_id, User.active)).one_or_none()
    return _read(connection, row, on) if row else None


def colleagues(connection: Connection, unit_id: int, work_role: str, on: date) -> tuple[Colleague, ...]:
    """The active people who may do tasks of this work role in this unit, by name."""
    found = {
        row.id: Colleague(row.id, row.name, row.full_name, row.title or "")
        for row in connection.execute(_skilled(on))
        if work_role in (row.work_roles or ()) and (row.units is None or unit_id in row.units)
    }
    return tuple(found.values())


def unit_id(connection: Connection, code: str) -> int | None:
    """The id of the unit with this code, or None."""
    return connection.execute(select(Unit.id).where(Unit.code == code)).scalar_one_or_none()


def user_id(connection: Connection, name: str) -> int | None:
    """The id of the active person who signs in as `name`, or None."""
    return connection.execute(select(User.id).where(User.name == name, User.active)).scalar_one_or_none()


def full_name(connection: Connection, user_id: int) -> str | None:
    """The name of a person, active or not."""
    return connection.execute(select(User.full_name).where(User.id == user_id)).scalar_one_or_none()


def workers(connection: Connection, unit_ids: Collection[int], on: date) -> tuple[Colleague, ...]:
    """The active people who have some work role in one of these units, by name."""
    found: dict[int, Colleague] = {}
    for row in connection.execute(_skilled(on)):
        units = frozenset(unit_ids if row.units is None else row.units) & frozenset(unit_ids)
        if row.work_roles and units:
            before = found[row.id].units if row.id in found else frozenset()
            found[row.id] = Colleague(row.id, row.name, row.full_name, row.title or "", before | units)
    return tuple(found.values())


def _skilled(on: date) -> Select[Any]:
    """Every active person once for each role in force, by name."""
    return (
        _person().add_columns(UserRole.work_roles, UserRole.units)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.active, *_in_force(on)).order_by(User.full_name, User.id)
    )  # fmt: skip


def everyone(connection: Connection, on: date) -> tuple[Person, ...]:
    """All active people in the order they were added; for the demo's switch-user list."""
    return tuple(
        _read(connection, row, on) for row in connection.execute(_person().where(User.active).order_by(User.id)).all()
    )


def names(connection: Connection) -> dict[str, str]:
    """What everyone is called by their user name, those who have left too."""
    return {row.name: row.full_name for row in connection.execute(select(User.name, User.full_name))}


def _person() -> Select[int, str, str, str | None, str]:
    return select(User.id, User.name, User.full_name, User.title, User.language)


def _in_force(on: date) -> tuple[Any, ...]:
    return (
        or_(UserRole.from_on.is_(None), UserRole.from_on <= on),
        or_(UserRole.to_on.is_(None), UserRole.to_on >= on),
    )


def _read(connection: Connection, row: Row[*tuple[Any, ...]], on: date) -> Person:
    grants = tuple(
        Grant(grant.role, tuple(grant.work_roles or ()), _tuple(grant.units), _tuple(grant.areas))
        for grant in connection.execute(
            select(UserRole.role, UserRole.work_roles, UserRole.units, UserRole.areas)
            .where(UserRole.user_id == row.id, *_in_force(on)).order_by(UserRole.id)
        )
    )  # fmt: skip
    units = select(Unit.id, Unit.name).order_by(Unit.id)
    if all(grant.units is not None for grant in grants):
        units = units.where(Unit.id.in_({unit for grant in grants for unit in grant.units or ()}))
    names = {unit.id: unit.name for unit in connection.execute(units)}
    return Person(row.id, row.name, row.full_name, row.title or "", row.language, grants, names)


def _tuple(value: Any) -> Any:
    return None if value is None else tuple(value)
