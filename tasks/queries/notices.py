"""Reminders, escalations and ended holds that concern a person: how many are unseen, and the list, newest first.

A notice is addressed to one person (who had the task when it was given) or to everybody who holds a work role in a
unit. What is addressed to an absent person concerns their substitute too, as far as the substitute's own work roles
reach. It is over when its date no longer runs or, without a date, when its task is no longer open; what is over is not
counted. Every queue is read through its index and at most `MOST_READ` rows deep, so the count in the menu costs the
same however much has been left unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)  # fmt: skip
from sqlalchemy.orm import aliased

from tasks import access
from tasks.models import Case, Customer, Deadline, Disqualification, Notice, Task, User
from tasks.queries.inbox import REMEMBERED
from tasks.queries.people import Person
from tasks.queries.worklist import Absent, Pairs, Reach

PAGE = 50
MOST_COUNTED = 99
MOST_READ = 500
"""unseen rows read of one queue, the newest ones"""
LONGEST_LIST = 2000
"""how far back the list goes"""
ANYBODY = ""
"""the role of a notice about a date that no task shows: it concerns everybody who works with the unit's cases"""


Units = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom notices concern: the person, the units they do casework in, and the roles they hold there."""

    user_id: int
    units: Units
    reaches: Pairs
    stands_for: Absent = ()
    """for whom the person stands in"""


@dataclass(frozen=True, slots=True)
class Line:
    """One notice with the task, date and case it is about; `over` when there is nothing left to do about it."""

    case_id: int
    number: int
    kind: str
    at: datetime
    user_id: int | None
    user: str | None
    """to whom it is addressed"""
    seen_at: datetime | None
    seen_by: str | None
    over: bool
    case_number: str
    case_process: str
    customer_id: int
    customer: str
    task_number: int | None
    task_state: str | None
    process: str | None
    version: int | None
    element: str | None
    deadline_process: str | None
    deadline: str | None
    deadline_kind: str | None
    deadline_state: str | None
    event_on: date | None
    due_on: date | None
    legal_on: date | None
    paused_on: date | None
    remaining: int | None
    closed_on: date | None


def audience(person: Person, areas: Mapping[str, str], stands_for: Absent = ()) -> Audience:
    """What concerns a person by their grants in force, and for whom they stand in.

    `areas` gives each process its process area.
    """
    reaches: dict[Reach, None] = {}
    units: dict[int, None] = {}
    for grant in person.grants:
        if grant.role not in access.CASEWORK:
            continue
        limits = None if grant.areas is None else tuple(sorted(p for p, area in areas.items() if area in grant.areas))
        own = ("supervisor",) if grant.role == "supervisor" else ()
        fitting = (r for r in grant.work_roles if grant.role in access.ACCESS_OF_WORK.get(r, access.CASEWORK))
        roles = dict.fromkeys((ANYBODY, *fitting, *own))
        for unit in person.units if grant.units is None else grant.units:
            units[unit] = None
            reaches |= {Reach(unit, role, limits): None for role in roles}
    return Audience(person.id, tuple(units), tuple(reaches), stands_for)


def concerning(whom: Audience) -> list[ColumnElement[bool]]:
    """One condition on `notices` per index range: addressed to the person, to the absent, to each role in each unit."""
    return _concerning(whom.units, whom.reaches, whom.stands_for, literal(whom.user_id))


def _concerning(units: Units, reaches: Pairs, absent: Absent, me: ColumnElement[int]) -> list[ColumnElement[bool]]:
    barred = exists().where(
        Disqualification.case_id == Notice.case_id,
        Disqualification.user_id == me,
        Disqualification.ended_at.is_(None),
    )
    own = and_(Notice.user_id == me, Notice.unit_id.in_(units), ~barred)
    theirs = [
        and_(_to_role(reach, user), ~barred)
        for user, unit in absent
        for reach in reaches
        if reach.unit_id == unit and reach.role != ANYBODY
    ]
    return [own, *theirs, *(and_(_to_role(reach), ~barred) for reach in reaches)] if units else []


def _to_role(reach: Reach, user_id: int | None = None) -> ColumnElement[bool]:
    """Addressed to a role in a unit, or to one person about a task of this role."""
    to = Notice.user_id.is_(None) if user_id is None else Notice.user_id == literal(user_id)
    parts = [Notice.unit_id == reach.unit_id, Notice.role == reach.role, to]
    if reach.processes is not None:
        parts.append(exists().where(Case.id == Notice.case_id, Case.process.in_(reach.processes)))
    return and_(*parts)


def unseen_count(connection: Connection, whom: Audience) -> int:
    """How many unseen notices are not over, at most `MOST_COUNTED` + 1 told (then there are more)."""
    statement = _counting(whom.units, whom.reaches, whom.stands_for)
    return 0 if statement is None else int(connection.execute(statement, {"me": whom.user_id}).scalar_one())


@lru_cache(maxsize=REMEMBERED)
def _counting(units: Units, reaches: Pairs, absent: Absent) -> Select[int] | None:
    """The statement that counts; it stands in every page's menu, and those with the same roles share it."""
    me = bindparam("me", type_=BigInteger)
    keys = _keys(_concerning(units, reaches, absent, me), unseen=True, most=MOST_READ)
    if keys is None:
        return None
    found = keys.subquery()
    alive = select(found.c.case_id).where(_alive(found.c)).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(alive)


def page(connection: Connection, whom: Audience, *, unseen: bool, size: int = PAGE, after: int = 0) -> tuple[Line, ...]:
    """Notices, the newest first, beginning after so many: those unseen and not over, or all of them."""
    keys = _keys(concerning(whom), unseen=unseen, most=MOST_READ if unseen else min(after + size, LONGEST_LIST))
    if keys is None:
        return ()
    found = keys.subquery()
    newest = select(found.c.case_id, found.c.number).order_by(found.c.at.desc(), found.c.case_id, found.c.number)
    if unseen:
        newest = newest.where(_alive(found.c))
    chosen = newest.limit(size).offset(after).subquery()
    rows = connection.execute(_lines(chosen).order_by(Notice.at.desc(), Notice.case_id, Notice.number))
    return tuple(Line(**row._mapping) for row in rows)


def _keys(concerned: Sequence[ColumnElement[bool]], *, unseen: bool, most: int) -> Select[Any] | None:
    """The newest notices of each queue together; None without any queue."""
    parts = []
    for where in concerned:
        own = select(Notice.case_id, Notice.number, Notice.task_number, Notice.deadline_number, Notice.at).where(where)
        if unseen:
            own = own.where(Notice.seen_at.is_(None))
        parts.append(select(own.order_by(Notice.at.desc()).limit(most).subquery()))
    return select(union_all(*parts).subquery()) if parts else None


def _alive(notice: Any) -> ColumnElement[bool]:
    """The date of the notice still runs; without a date, its task is still open."""
    dated, task = aliased(Deadline), aliased(Task)
    runs = exists().where(
        dated.case_id == notice.case_id, dated.number == notice.deadline_number, dated.state == "open"
    )
    stands = exists().where(task.case_id == notice.case_id, task.number == notice.task_number, task.state == "open")
    return or_(runs, and_(notice.deadline_number.is_(None), stands))


def _lines(chosen: Any) -> Select[*tuple[Any, ...]]:
    """The chosen notices with all that their rows tell; a notice without a date shows that of its task."""
    seer, addressee = aliased(User), aliased(User)
    dated = Notice.deadline_number.is_not(None)

    def either(name: str) -> ColumnElement[Any]:
        return case((dated, getattr(Deadline, name)), else_=getattr(Task, name)).label(name)

    return (
        select(
            Notice.case_id, Notice.number, Notice.kind, Notice.at, Notice.user_id,
            addressee.full_name.label("user"), Notice.seen_at, seer.full_name.label("seen_by"),
            (~_alive(Notice)).label("over"), Case.number.label("case_number"),
            Case.process.label("case_process"), Case.customer_id, Customer.name.label("customer"), Notice.task_number,
            Task.state.label("task_state"), Task.process, Task.version, Task.element,
            Deadline.process.label("deadline_process"), Deadline.name.label("deadline"),
            case((dated, Deadline.kind), else_=Task.deadline_kind).label("deadline_kind"),
            Deadline.state.label("deadline_state"), Deadline.event_on,
            *(either(name) for name in ("due_on", "legal_on", "paused_on", "remaining")), Deadline.closed_on,
        )
        .join(chosen, and_(chosen.c.case_id == Notice.case_id, chosen.c.number == Notice.number))
        .join(Case, Case.id == Notice.case_id).join(Customer, Customer.id == Case.customer_id)
        .outerjoin(Task, and_(Task.case_id == Notice.case_id, Task.number == Notice.task_number))
        .outerjoin(Deadline, and_(Deadline.case_id == Notice.case_id, Deadline.number == Notice.deadline_number))
        .outerjoin(seer, seer.id == Notice.seen_by)
        .outerjoin(addressee, addressee.id == Notice.user_id)
    )  # fmt: skip
