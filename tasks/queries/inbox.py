"""My tasks: open work in order of urgency, one page at a time, and how much there is of each kind.

A page reads each queue through its index (unit, role, due day) and stops as soon as it is full, so its cost does not
grow with the queue. Counts stop at `MOST_COUNTED`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Date,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union_all,
)  # fmt: skip

from tasks.models import Case, Customer, Task, User
from tasks.queries.worklist import GROUPS, Absent, Days, Filter, Pairs, Queue, Reach

PAGE = 50
MOST_COUNTED = 500
LONGEST_ROLL = timedelta(days=31)
REMEMBERED = 256
"""statements kept: putting one together takes longer than running it, and those with the same roles share them"""

OPEN = literal("open", literal_execute=True)
ME = bindparam("me", type_=BigInteger)
TODAY, SOON, LOWEST = (bindparam(name, type_=Date) for name in ("today", "soon", "lowest"))
MOST = bindparam("most", type_=Integer)
ASSIGNEE = bindparam("assignee", type_=BigInteger)
PROCESS, ELEMENT = (bindparam(name, type_=Text) for name in ("folder", "element"))


@dataclass(frozen=True, slots=True)
class Line:
    """One task of the list."""

    group: str
    case_id: int
    number: int
    revision: int
    process: str
    version: int
    element: str
    role: str
    unit_id: int
    case_number: str
    case_process: str
    customer: str
    assignee_id: int | None
    assignee: str | None
    drafted: bool
    hold_until: date | None
    hold_reason: str | None
    deadline: str | None
    deadline_kind: str | None
    due_on: date | None
    legal_on: date | None
    paused_on: date | None
    remaining: int | None
    opened_at: datetime
    raised_reason: str | None

    @property
    def id(self) -> str:
        """The public id of the task."""
        return f"{self.case_id}-{self.number}"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: after this task of this group."""

    group: str
    due_on: date | None
    case_id: int
    number: int

    def text(self) -> str:
        """The cursor as it stands in an address."""
        return f"{self.group}.{self.due_on.isoformat() if self.due_on else ''}.{self.case_id}.{self.number}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """A cursor out of an address; None when it is not one."""
        try:
            group, due_on, case_id, number = text.split(".")
            found = cls(group, date.fromisoformat(due_on) if due_on else None, int(case_id), int(number))
        except ValueError:
            return None
        return found if group in GROUPS else None


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines in order, and the cursor of the next page if there is one."""

    lines: tuple[Line, ...]
    after: str | None


def page(
    connection: Connection, queue: Queue, wanted: Filter, days: Days, after: Cursor | None = None, size: int = PAGE
) -> Page:
    """One page of the list, most urgent first; groups are read one by one until the page is full."""
    lines: list[Line] = []
    for group in GROUPS[GROUPS.index(after.group) if after else 0 :]:
        if wanted.group not in ("", group):
            continue
        start = after if after and after.group == group else None
        lines += _lines(connection, queue, wanted, days, group, start, size + 1 - len(lines))
        if len(lines) > size:
            last = lines[size - 1]
            return Page(tuple(lines[:size]), Cursor(last.group, last.due_on, last.case_id, last.number).text())
    return Page(tuple(lines), None)


def counts(connection: Connection, queue: Queue, wanted: Filter, days: Days) -> dict[str, int]:
    """How many tasks each group has, at most `MOST_COUNTED` + 1 told (then there are more)."""
    found = dict.fromkeys(GROUPS, 0)
    statement = _counting(queue.pairs, queue.watched, queue.stands_for, wanted.shape)
    if statement is not None:
        for row in connection.execute(statement, _bound(queue, days) | wanted.bound):
            found[row.name] = int(row.n)
    return found


def first_free(
    connection: Connection, queue: Queue, wanted: Filter, days: Days, skip: Sequence[str] = ()
) -> Line | None:
    """The most urgent task to take next; held and paused ones are left out.

    First one's own, then what one stands in for and what is nobody's, by haste.
    """
    for who in ("mine", "next"):
        mine = replace(wanted, who=who, assignee_id=None, group="")
        for group in ("first", "late", "soon", "later", "undated"):
            for line in _lines(connection, queue, mine, days, group, None, 1 + len(skip)):
                if line.id not in skip:
                    return line
    return None


def _bound(queue: Queue, days: Days) -> dict[str, Any]:
    """What the remembered statements leave open: the person and the days."""
    return {"me": queue.user_id, "today": days.today, "soon": days.soon, "lowest": days.today - LONGEST_ROLL}


def _own(wanted: Filter) -> ColumnElement[bool]:
    """One's own work, by assignee."""
    own = [Task.state == OPEN, Task.assignee_id == ME]
    if wanted.unit_id is not None:
        own.append(Task.unit_id == wanted.unit_id)
    if wanted.role:
        own.append(Task.role == wanted.role)
    if wanted.process:
        own.append(_of_processes((wanted.process,)))
    if wanted.assignee_id is not None:
        own.append(ME == ASSIGNEE)
    return and_(*own, *_step(wanted))


def _step(wanted: Filter) -> list[ColumnElement[bool]]:
    """The step asked for; of a part, whose own process the task names, with the part."""
    if not wanted.element:
        return []
    return [Task.element == ELEMENT, *([Task.process == PROCESS] if wanted.element == "/" else [])]


def _reaches(pairs: Pairs, watched: Pairs, wanted: Filter) -> list[Reach]:
    """The queues of others' work that are wanted."""
    if wanted.who == "mine":
        return []
    return [
        reach
        for reach in (pairs if wanted.who != "all" else dict.fromkeys((*pairs, *watched)))
        if wanted.unit_id in (None, reach.unit_id)
        and wanted.role in ("", reach.role)
        and (not wanted.process or reach.processes is None or wanted.process in reach.processes)
    ]


def _others(reach: Reach, roles: tuple[str, ...], wanted: Filter, absent: int | None = None) -> ColumnElement[bool]:
    """The open tasks of a unit and some roles that are nobody's, or (all) not one's own, or an absent person's."""
    parts = [
        Task.state == OPEN,
        Task.unit_id == reach.unit_id,
        Task.role == roles[0] if len(roles) == 1 else Task.role.in_(roles),
    ]
    if wanted.process or reach.processes is not None:
        parts.append(_of_processes((wanted.process,) if wanted.process else reach.processes or ()))
    parts += _step(wanted)
    if absent is not None:
        return and_(*parts, Task.assignee_id == literal(absent))
    if wanted.assignee_id is not None:
        return and_(*parts, Task.assignee_id == ASSIGNEE, Task.assignee_id != ME)
    free = Task.assignee_id.is_(None)
    return and_(*parts, free if wanted.who != "all" else or_(free, Task.assignee_id != ME))


def _in_order(pairs: Pairs, watched: Pairs, absent: Absent, wanted: Filter) -> list[ColumnElement[bool]]:
    """One condition per range of the index that keeps the order: one's own work, and each queue of others'."""
    own = [] if wanted.who in ("free", "next") else [_own(wanted)]
    queues = [_others(reach, (reach.role,), wanted) for reach in _reaches(pairs, watched, wanted)]
    return own + _substituted(pairs, absent, wanted) + queues


def _to_count(pairs: Pairs, watched: Pairs, absent: Absent, wanted: Filter) -> list[ColumnElement[bool]]:
    """The same rows in fewer conditions, since counting needs no order: the roles of a unit together."""
    own = [] if wanted.who == "free" else [_own(wanted)]
    queues = [_others(reach, roles, wanted) for reach, roles in _together(_reaches(pairs, watched, wanted))]
    return own + _substituted(pairs, absent, wanted) + queues


def _substituted(pairs: Pairs, absent: Absent, wanted: Filter) -> list[ColumnElement[bool]]:
    """What the absent have taken, as far as one's own roles reach; in the list of all it is there anyway."""
    if wanted.who not in ("open", "next"):
        return []
    queues = _together(_reaches(pairs, (), wanted))
    return [_others(r, roles, wanted, user) for user, unit in absent for r, roles in queues if r.unit_id == unit]


def _together(reaches: list[Reach]) -> list[tuple[Reach, tuple[str, ...]]]:
    """The queues of a unit and the same processes as one, with their roles."""
    found: dict[tuple[int, tuple[str, ...] | None], list[Reach]] = {}
    for reach in reaches:
        found.setdefault((reach.unit_id, reach.processes), []).append(reach)
    return [(each[0], tuple(r.role for r in each)) for each in found.values()]


def _of_processes(names: tuple[str, ...]) -> ColumnElement[bool]:
    """The task's case is of one of these processes (the task's own process may be a part's)."""
    return exists().where(Case.id == Task.case_id, Case.process.in_(names))


def groups() -> dict[str, ColumnElement[bool]]:
    """The rows of each group: what is put first, late by the legal day, soon by the due day (formats.md 13)."""
    awake = or_(Task.hold_until.is_(None), Task.hold_until <= TODAY)
    active = and_(awake, Task.paused_on.is_(None))
    runs = and_(active, not_(Task.raised))
    return {
        "first": and_(active, Task.raised),
        "late": and_(runs, Task.due_on < TODAY, Task.legal_on < TODAY),
        # the legal day is at most a long holiday behind the due day; the lower bound spares the index the late ones
        "soon": and_(runs, Task.due_on.between(LOWEST, SOON), Task.legal_on >= TODAY),
        "later": and_(runs, Task.due_on > SOON),
        "undated": and_(runs, Task.due_on.is_(None)),
        "paused": and_(awake, Task.paused_on.is_not(None)),
        "held": Task.hold_until > TODAY,
    }


def _keys(where: ColumnElement[bool]) -> Select[Any, Any, Any]:
    return select(Task.due_on, Task.case_id, Task.number).where(where)


@lru_cache(maxsize=REMEMBERED)
def _counting(pairs: Pairs, watched: Pairs, absent: Absent, wanted: Filter) -> CompoundSelect[Any, Any] | None:
    """The statement that counts every group; None when nothing is reached."""
    queues = _to_count(pairs, watched, absent, wanted)
    if not queues:
        return None
    parts = []
    for group, within in groups().items():
        # the database stops at the limit, so what has to be looked for among late tasks comes last
        ranges = (Task.due_on >= TODAY, Task.due_on < TODAY) if group == "soon" else (true(),)
        keys = [
            _keys(and_(part, within, each)).limit(MOST_COUNTED + 1).subquery() for each in ranges for part in queues
        ]
        rows = union_all(*(select(part) for part in keys)).limit(MOST_COUNTED + 1).subquery()
        parts.append(select(literal(group).label("name"), func.count().label("n")).select_from(rows))
    return union_all(*parts)


def _lines(
    connection: Connection, queue: Queue, wanted: Filter, days: Days, group: str, after: Cursor | None, most: int
) -> list[Line]:
    """The first `most` lines of a group, after the cursor."""
    behind = "" if after is None else "undated" if after.due_on is None else "dated"
    statement = _listing(queue.pairs, queue.watched, queue.stands_for, wanted.shape, group, behind)
    if statement is None:
        return []
    values = _bound(queue, days) | wanted.bound | {"most": most}
    if after is not None:
        values |= {"after_due": after.due_on, "after_case": after.case_id, "after_number": after.number}
    return [Line(**row._mapping) for row in connection.execute(statement, values)]


@lru_cache(maxsize=REMEMBERED)
def _listing(
    pairs: Pairs, watched: Pairs, absent: Absent, wanted: Filter, group: str, behind: str
) -> Select[*tuple[Any, ...]] | None:
    """The statement of a group's lines: each queue gives its own first ones by index, then they are merged."""
    parts = []
    within = groups()[group]
    for part in _in_order(pairs, watched, absent, wanted):
        where = and_(part, within, *([_behind(behind)] if behind else []))
        parts.append(_keys(where).order_by(*_order()).limit(MOST).subquery())
    if not parts:
        return None
    keys = union_all(*(select(part) for part in parts)).subquery()
    assignee = User.__table__.alias("assignee")
    return (
        select(
            literal(group).label("group"), Task.case_id, Task.number, Task.revision, Task.process, Task.version,
            Task.element, Task.role, Task.unit_id, Case.number.label("case_number"),
            Case.process.label("case_process"), Customer.name.label("customer"), Task.assignee_id,
            assignee.c.full_name.label("assignee"), Task.draft_at.is_not(None).label("drafted"), Task.hold_until,
            Task.hold_reason, Task.deadline, Task.deadline_kind, Task.due_on, Task.legal_on, Task.paused_on,
            Task.remaining, Task.opened_at, Case.raised_reason,
        )
        .join(keys, and_(keys.c.case_id == Task.case_id, keys.c.number == Task.number))
        .join(Case, Case.id == Task.case_id).join(Customer, Customer.id == Case.customer_id)
        .outerjoin(assignee, assignee.c.id == Task.assignee_id)
        .order_by(*_order()).limit(MOST)
    )  # fmt: skip


def _behind(cursor: str) -> ColumnElement[bool]:
    """What comes after a dated or undated cursor in the order of the list; tasks without a day come last."""
    due, case_id = bindparam("after_due", type_=Date), bindparam("after_case", type_=BigInteger)
    number = bindparam("after_number", type_=Integer)
    later = or_(Task.case_id > case_id, and_(Task.case_id == case_id, Task.number > number))
    if cursor == "undated":
        return and_(Task.due_on.is_(None), later)
    return or_(Task.due_on > due, Task.due_on.is_(None), and_(Task.due_on == due, later))


def _order() -> tuple[Any, ...]:
    return (Task.due_on.asc().nulls_last(), Task.case_id, Task.number)
