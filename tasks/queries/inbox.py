"""My tasks: open work in order of urgency, one page at a time, and how much there is of each kind.

A page reads each queue through its index (unit, role, due day) and stops as soon as it is full, so its cost does not
grow with the queue. Counts stop at `MOST_COUNTED`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, or_, select, union_all

from tasks.models import Case, Customer, Task, User

PAGE = 50
MOST_COUNTED = 500
GROUPS = ("late", "soon", "later", "undated", "paused", "held")
"""The order of the list."""
LONGEST_ROLL = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Reach:
    """One queue: a unit and a work role, in some processes or (None) in all."""

    unit_id: int
    role: str
    processes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """Whose work: the person, and the queues that their roles reach."""

    user_id: int
    pairs: tuple[Reach, ...]
    """what the person may do"""
    watched: tuple[Reach, ...] = ()
    """what the person supervises, beside the former"""


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show: `who` is open (mine and nobody's), mine, free or all; empty values do not limit."""

    who: str = "open"
    unit_id: int | None = None
    process: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """The days that part the groups: today, and the last day that counts as soon."""

    today: date
    soon: date


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
        start = after if after and after.group == group else None
        lines += _lines(connection, queue, wanted, days, group, start, size + 1 - len(lines))
        if len(lines) > size:
            last = lines[size - 1]
            return Page(tuple(lines[:size]), Cursor(last.group, last.due_on, last.case_id, last.number).text())
    return Page(tuple(lines), None)


def counts(connection: Connection, queue: Queue, wanted: Filter, days: Days) -> dict[str, int]:
    """How many tasks each group has, at most `MOST_COUNTED` + 1 told (then there are more)."""
    found = dict.fromkeys(GROUPS, 0)
    queues = _queues(queue, wanted)
    if not queues:
        return found
    parts = []
    for group, within in _groups(days).items():
        keys = [_keys(and_(part, within)).limit(MOST_COUNTED + 1).subquery() for part in queues]
        rows = union_all(*(select(part) for part in keys)).subquery()
        parts.append(select(literal(group).label("name"), func.count().label("n")).select_from(rows))
    for row in connection.execute(union_all(*parts)):
        found[row.name] = min(int(row.n), MOST_COUNTED + 1)
    return found


def first_free(
    connection: Connection, queue: Queue, wanted: Filter, days: Days, skip: Sequence[str] = ()
) -> Line | None:
    """The most urgent task to take next: first one's own, then nobody's; held and paused ones are left out."""
    for who in ("mine", "free"):
        mine = Filter(who, wanted.unit_id, wanted.process, wanted.role)
        for group in ("late", "soon", "later", "undated"):
            for line in _lines(connection, queue, mine, days, group, None, 1 + len(skip)):
                if line.id not in skip:
                    return line
    return None


def _queues(queue: Queue, wanted: Filter) -> list[ColumnElement[bool]]:
    """One condition per index range: each queue of others' work, and one's own by assignee."""
    own = [Task.state == "open", Task.assignee_id == queue.user_id]
    if wanted.unit_id is not None:
        own.append(Task.unit_id == wanted.unit_id)
    if wanted.role:
        own.append(Task.role == wanted.role)
    if wanted.process:
        own.append(_of_processes((wanted.process,)))
    mine = [] if wanted.who == "free" else [and_(*own)]
    if wanted.who == "mine":
        return mine
    free = Task.assignee_id.is_(None)
    others = free if wanted.who != "all" else or_(free, Task.assignee_id != queue.user_id)
    reached = queue.pairs if wanted.who != "all" else dict.fromkeys((*queue.pairs, *queue.watched))
    return mine + [and_(_reached(reach, wanted.process), others) for reach in reached if _within(reach, wanted)]


def _within(reach: Reach, wanted: Filter) -> bool:
    return (
        wanted.unit_id in (None, reach.unit_id)
        and wanted.role in ("", reach.role)
        and (not wanted.process or reach.processes is None or wanted.process in reach.processes)
    )


def _reached(reach: Reach, process: str) -> ColumnElement[bool]:
    parts = [Task.state == "open", Task.unit_id == reach.unit_id, Task.role == reach.role]
    if process or reach.processes is not None:
        parts.append(_of_processes((process,) if process else reach.processes or ()))
    return and_(*parts)


def _of_processes(names: tuple[str, ...]) -> ColumnElement[bool]:
    """The task's case is of one of these processes (the task's own process may be a part's)."""
    return exists().where(Case.id == Task.case_id, Case.process.in_(names))


def _groups(days: Days) -> dict[str, ColumnElement[bool]]:
    """The rows of each group: late by the legal day, soon by the due day (formats.md 13)."""
    awake = or_(Task.hold_until.is_(None), Task.hold_until <= days.today)
    runs = and_(awake, Task.paused_on.is_(None))
    return {
        "late": and_(runs, Task.due_on < days.today, Task.legal_on < days.today),
        # the legal day is at most a long holiday behind the due day; the lower bound spares the index the late ones
        "soon": and_(runs, Task.due_on.between(days.today - LONGEST_ROLL, days.soon), Task.legal_on >= days.today),
        "later": and_(runs, Task.due_on > days.soon),
        "undated": and_(runs, Task.due_on.is_(None)),
        "paused": and_(awake, Task.paused_on.is_not(None)),
        "held": Task.hold_until > days.today,
    }


def _keys(where: ColumnElement[bool]) -> Select[Any, Any, Any]:
    return select(Task.due_on, Task.case_id, Task.number).where(where)


def _lines(
    connection: Connection, queue: Queue, wanted: Filter, days: Days, group: str, after: Cursor | None, most: int
) -> list[Line]:
    """The first `most` lines of a group: each queue gives its own first ones by index, then they are merged."""
    parts = []
    within = _groups(days)[group]
    for part in _queues(queue, wanted):
        where = and_(part, within)
        if after is not None:
            where = and_(where, _behind(after))
        parts.append(_keys(where).order_by(*_order()).limit(most).subquery())
    if not parts:
        return []
    keys = union_all(*(select(part) for part in parts)).subquery()
    assignee = User.__table__.alias("assignee")
    rows = connection.execute(
        select(
            literal(group).label("group"), Task.case_id, Task.number, Task.revision, Task.process, Task.version,
            Task.element, Task.role, Task.unit_id, Case.number.label("case_number"),
            Case.process.label("case_process"), Customer.name.label("customer"), Task.assignee_id,
            assignee.c.full_name.label("assignee"), Task.draft_at.is_not(None).label("drafted"), Task.hold_until,
            Task.hold_reason, Task.deadline, Task.deadline_kind, Task.due_on, Task.legal_on, Task.paused_on,
            Task.remaining, Task.opened_at,
        )
        .join(keys, and_(keys.c.case_id == Task.case_id, keys.c.number == Task.number))
        .join(Case, Case.id == Task.case_id).join(Customer, Customer.id == Case.customer_id)
        .outerjoin(assignee, assignee.c.id == Task.assignee_id)
        .order_by(*_order()).limit(most)
    )  # fmt: skip
    return [Line(**row._mapping) for row in rows]


def _behind(after: Cursor) -> ColumnElement[bool]:
    """What comes after the cursor in the order of the list; tasks without a day come last."""
    later = or_(Task.case_id > after.case_id, and_(Task.case_id == after.case_id, Task.number > after.number))
    if after.due_on is None:
        return and_(Task.due_on.is_(None), later)
    return or_(Task.due_on > after.due_on, Task.due_on.is_(None), and_(Task.due_on == after.due_on, later))


def _order() -> tuple[Any, ...]:
    return (Task.due_on.asc().nulls_last(), Task.case_id, Task.number)
