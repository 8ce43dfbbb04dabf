"""The organisation: areas, municipalities, units, people, their roles and delegations, disqualifications, settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from tasks import access, trail
from tasks.actor import Actor
from tasks.course import Course
from tasks.db import Database
from tasks.errors import Forbidden, InvalidValue, NotFound
from tasks.models import Area, Base, Delegation, Disqualification, Municipality, Session, Setting, Unit, User, UserRole
from tasks.moments import day, utc
from tasks.passwords import hash_password
from tasks.published import published
from tasks.queries import reach

ROLES = (
    "caseworker", "decision_maker", "payment_approver", "supervisor", "process_owner", "operator", "auditor",
    "integration",
)  # fmt: skip
"""The access roles of the contract; work roles come from process.toml."""
TOLD = ("name", "user_id", "role", "work_roles", "units", "areas", "process", "unit_id", "basis", "from_on", "to_on")
"""What the trail tells of a person's rights."""


def add_area(
    database: Database, actor: Actor, *, code: str, name: Mapping[str, str], now: datetime,
    contact: Mapping[str, str] | None = None,
) -> int:  # fmt: skip
    """Add an employment area; gives its id."""
    return _add(database, actor, Area, now, code=code, name=dict(name), contact=dict(contact) if contact else None)


def add_municipality(
    database: Database, actor: Actor, *, code: str, name: Mapping[str, str], area_id: int, now: datetime,
    responsible: bool = False,
) -> int:  # fmt: skip
    """Add a member municipality of an area; gives its id."""
    return _add(
        database, actor, Municipality, now, code=code, name=dict(name), area_id=area_id, responsible=responsible
    )


def add_unit(
    database: Database, actor: Actor, *, code: str, name: Mapping[str, str], area_id: int, now: datetime
) -> int:
    """Add a unit of an area; gives its id."""
    return _add(database, actor, Unit, now, code=code, name=dict(name), area_id=area_id)


def add_user(
    database: Database, actor: Actor, *, name: str, full_name: str, now: datetime, password: str | None = None,
    language: str = "fi", title: str | None = None, email: str | None = None,
) -> int:  # fmt: skip
    """Add a person who signs in as `name`; without a password nobody can. Gives the id."""
    return _add(
        database, actor, User, now, name=name, full_name=full_name, language=language, title=title, email=email,
        password_hash=hash_password(password) if password else None, active=True, created_at=utc(now),
    )  # fmt: skip


def add_role(
    database: Database, actor: Actor, *, user_id: int, role: str, now: datetime, work_roles: Sequence[str] = (),
    units: Sequence[int] | None = None, areas: Sequence[str] | None = None, from_on: date | None = None,
    to_on: date | None = None,
) -> int:  # fmt: skip
    """Give a person an access role over work roles, units and process areas (None: all of them); gives its id."""
    if role not in ROLES:
        raise InvalidValue("role", "unknown", f"{role!r}, expected one of {', '.join(ROLES)}")
    _of_another(actor, user_id)
    if role == "integration":
        _no_person(database, user_id)
    return _add(
        database, actor, UserRole, now, user_id=user_id, role=role, work_roles=list(work_roles),
        units=None if units is None else list(units), areas=None if areas is None else list(areas),
        from_on=from_on, to_on=to_on,
    )  # fmt: skip


def _no_person(database: Database, user_id: int) -> None:
    """An integration comes in with a token only: its rights reach cases without anybody behind the screen."""
    with database.read() as connection:
        known = select(User.password_hash).where(User.id == user_id)
        if connection.execute(known).scalar_one_or_none() is not None:
            raise InvalidValue("role", "person", "somebody who signs in with a password is no integration")


def _of_another(actor: Actor, user_id: int) -> None:
    """Nobody gives rights to themselves: that takes a second person; Forbidden."""
    if actor.user_id == user_id:
        raise Forbidden("own_rights")


def remove_role(database: Database, actor: Actor, role_id: int, *, now: datetime) -> None:
    """Take an access role away; NotFound."""
    with database.transaction() as connection:
        require_role(connection, actor, now, "operator")
        if connection.execute(delete(UserRole).where(UserRole.id == role_id)).rowcount != 1:
            raise NotFound("role", role_id)
        trail.note(connection, actor, "rights_changed", now, old={"user_roles": role_id})


def set_active(database: Database, actor: Actor, user_id: int, *, active: bool, now: datetime) -> None:
    """Let a person sign in or not; the sessions of a person who may not end at once."""
    with database.transaction() as connection:
        require_role(connection, actor, now, "operator")
        if connection.execute(update(User).where(User.id == user_id).values(active=active)).rowcount != 1:
            raise NotFound("user", user_id)
        trail.note(connection, actor, "rights_changed", now, new={"users": user_id, "active": active})
        if not active:
            connection.execute(delete(Session).where(Session.user_id == user_id))


def grant_delegation(
    database: Database, actor: Actor, *, user_id: int, basis: str, from_on: date, now: datetime,
    to_on: date | None = None, process: str | None = None, unit_id: int | None = None,
) -> int:  # fmt: skip
    """Give a person the right to decide for a time, in a process and unit (None: any); gives its id.

    A supervisor grants within the units and process areas that they supervise. InvalidValue, Forbidden.
    """
    if to_on is not None and to_on < from_on:
        raise InvalidValue("to_on", "order", f"{to_on} is before {from_on}")
    _of_another(actor, user_id)
    with database.read() as connection:
        _govern(connection, database, actor, now, unit_id, process)
    return _add(
        database, actor, Delegation, now, user_id=user_id, process=process, unit_id=unit_id, basis=basis,
        from_on=from_on, to_on=to_on, granted_by=actor.user_id, granted_at=utc(now), roles=("operator", "supervisor"),
    )  # fmt: skip


def _govern(
    connection: Connection, database: Database, actor: Actor, now: datetime, unit_id: int | None, process: str | None
) -> None:
    """The unit and the process area lie within what the actor governs; Forbidden."""
    if actor.user_id is None:
        return
    versions = published(database).refresh(connection)
    newest = versions.newest(process) if process is not None else None
    area = versions.bundle(newest.process, newest.number).manifest.area if newest is not None else None
    units = None if unit_id is None else (unit_id,)
    access.govern(reach.rights(connection, actor.user_id, day(now)), units, area).require()


def end_delegation(database: Database, actor: Actor, delegation_id: int, *, on: date, now: datetime) -> None:
    """Let a delegation end on a day (its last), a supervisor within what they supervise; NotFound, Forbidden."""
    with database.transaction() as connection:
        require_role(connection, actor, now, "operator", "supervisor")
        asked = select(Delegation.unit_id, Delegation.process).where(Delegation.id == delegation_id)
        found = connection.execute(asked).one_or_none()
        if found is None:
            raise NotFound("delegation", delegation_id)
        _govern(connection, database, actor, now, found.unit_id, found.process)
        connection.execute(update(Delegation).where(Delegation.id == delegation_id).values(to_on=on))
        trail.note(connection, actor, "rights_changed", now, new={"delegations": delegation_id, "to_on": str(on)})


def declare_disqualification(
    database: Database, actor: Actor, case_id: int, *, user_id: int, reason: str, now: datetime
) -> None:
    """Declare a person, oneself or as a supervisor another, disqualified on a case; their tasks go back."""
    with database.transaction() as connection:
        course = Course.open(connection, database, actor, case_id, now)
        # who does not see the case cannot write into its history either, nor learn that it is there
        access.see(course.rights, course.place()).require()
        if user_id != actor.user_id:
            access.supervise(course.rights, course.place()).require()
        if not reason.strip():
            raise InvalidValue("reason", "required", "say why")
        connection.execute(
            insert(Disqualification).values(
                case_id=case_id,
                user_id=user_id,
                reason=reason.strip(),
                declared_by=actor.user_id,
                declared_at=course.now,
            )
        )
        for task in course.file.open_tasks:
            if task["assignee_id"] == user_id:
                course.changes.update(
                    "tasks", task["number"], assignee_id=None, claimed_at=None, revision=task["revision"] + 1,
                    changed_by=actor.name, changed_at=course.now,
                )  # fmt: skip
        course.chain.add("disqualification_declared", {"user": user_id, "reason": reason.strip()})
        course.save()


def end_disqualification(database: Database, actor: Actor, case_id: int, *, user_id: int, now: datetime) -> None:
    """End a disqualification that was declared in error; a supervisor's act, and never one's own."""
    with database.transaction() as connection:
        course = Course.open(connection, database, actor, case_id, now)
        if user_id == actor.user_id:
            raise Forbidden("own_disqualification")
        access.supervise(course.rights, course.place()).require()
        connection.execute(
            update(Disqualification)
            .where(Disqualification.case_id == case_id, Disqualification.user_id == user_id)
            .where(Disqualification.ended_at.is_(None))
            .values(ended_at=course.now)
        )
        course.chain.add("disqualification_ended", {"user": user_id})
        course.save()


def set_setting(
    database: Database, actor: Actor, *, area_id: int, name: str, value: Any, from_on: date, now: datetime
) -> None:
    """Set an area's value from a day on: "acts.decision", "four_eyes.<id>", "parameter.<name>".

    It holds in every unit of the area and in every process: a supervisor must supervise them all. Forbidden.
    """
    with database.transaction() as connection:
        require_role(connection, actor, now, "operator", "supervisor")
        units = connection.execute(select(Unit.id).where(Unit.area_id == area_id)).scalars().all()
        if actor.user_id is not None:
            access.govern(reach.rights(connection, actor.user_id, day(now)), units, None).require()
        same = (Setting.area_id == area_id, Setting.name == name, Setting.from_on == from_on)
        trail.note(
            connection, actor, "setting_changed", now,
            new={"area": area_id, "name": name, "from_on": str(from_on), "value": value},
        )  # fmt: skip
        connection.execute(delete(Setting).where(*same))
        connection.execute(
            insert(Setting).values(
                area_id=area_id, name=name, from_on=from_on, value=value, set_by=actor.name, set_at=utc(now)
            )
        )


def find_user(database: Database, name: str) -> Actor:
    """The active person who signs in as `name`, as an actor of the command line; NotFound."""
    with database.read() as connection:
        row = connection.execute(select(User.id, User.full_name).where(User.name == name, User.active)).one_or_none()
    if row is None:
        raise NotFound("user", name)
    return Actor(row.id, row.full_name, "cli")


def _add(
    database: Database,
    actor: Actor,
    model: type[Base],
    now: datetime,
    roles: Sequence[str] = ("operator",),
    **values: Any,
) -> int:
    table = Base.metadata.tables[model.__tablename__]
    try:
        with database.transaction() as connection:
            require_role(connection, actor, now, *roles)
            row = int(connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())
            if model in (User, UserRole, Delegation):
                told = {name: str(values[name]) for name in TOLD if values.get(name) is not None}
                trail.note(connection, actor, "rights_changed", now, new={model.__tablename__: row} | told)
            return row
    except IntegrityError as error:
        what = values.get("code") or values.get("name") or values.get("user_id")
        raise InvalidValue(model.__tablename__, "taken", f"{what!r} is there already, or names what is not") from error


def require_role(connection: Connection, actor: Actor, now: datetime, *roles: str) -> None:
    """The actor holds one of these access roles, or is the house itself; Forbidden."""
    if actor.user_id is not None:
        access.hold_role(reach.rights(connection, actor.user_id, day(now)), *roles).require()
