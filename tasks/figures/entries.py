"""What is behind a number that is not of cases: the work products, letters, deadlines and tasks, one row for each.

Each condition is what `parts` counts, said again of the rows: a test compares the two for every number of the board.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Date, Select, Text, and_, cast, null, select, union_all

from engine.register import MAKE, RENEW
from tasks.figures import conditions
from tasks.figures.conditions import Asked, Condition
from tasks.figures.period import Period
from tasks.models import Case, Customer, Deadline, Document, Moment, Task
from tasks.moments import day, start_of

MET = ("met",)
PASSED = ("missed", "lapsed")
"""the states of a deadline that was not met"""
Source = Select[*tuple[Any, ...]]
"""the rows that are counted, as `_tasks` selects them"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row behind a number, with its case."""

    case_id: int
    case_number: str
    process: str
    case_version: int
    unit_id: int
    status: str
    outcome: str | None
    customer_id: int
    customer: str
    part: str
    """the folder of the step, letter or deadline"""
    version: str
    """which version of it, "pay_subsidy@3\""""
    name: str
    """the step or the deadline"""
    task: int | None
    """the task's number in its case"""
    on: date | None
    """when it was made, sent, done or ended; the legal day of an open task or of a plan"""


def read(
    connection: Connection, within: Condition, asked: Asked, source: Any, *, limit: int, after: int = 0
) -> tuple[Entry, ...]:
    """The rows of a source in the cases within reach that were asked for: the newest first, open tasks by their day."""
    rows = source.subquery()
    statement = (
        select(
            Case.id.label("case_id"), Case.number.label("case_number"), Case.process.label("process"),
            Case.version.label("case_version"), Case.unit_id, Case.status, Case.outcome, Case.customer_id,
            Customer.name.label("customer"), rows.c.part, rows.c.version, rows.c.name, rows.c.task, rows.c.on,
            rows.c.at,
        )
        .join(rows, rows.c.case_id == Case.id)
        .join(Customer, Customer.id == Case.customer_id)
        .where(within, conditions.narrowed(asked))
        .order_by(rows.c.urgent.asc().nulls_last(), rows.c.at.desc().nulls_last(), Case.id.desc(), rows.c.row)
        .limit(limit)
        .offset(after)
    )  # fmt: skip
    return tuple(_entry(dict(row._mapping)) for row in connection.execute(statement))


def _entry(values: dict[str, Any]) -> Entry:
    at = values.pop("at")
    if values["on"] is None and at is not None:
        values["on"] = day(at)
    return Entry(**values)


def made(period: Period, kind: str, part: str = "", element: str = "") -> Any:
    """The products of a kind, of one step where it is given."""
    tasks = _tasks(Task.completed_at).where(_done(period), Task.product == kind)
    letters = _letters().where(Document.sent_on.between(period.from_on, period.to_on), Document.product == kind)
    if element:
        tasks = tasks.where(Task.process == part, Task.element == element)
        letters = letters.where(Document.process == part, Document.element == element)
    return union_all(tasks, letters)


def sent(period: Period, part: str, element: str) -> Source:
    """The letters of one step."""
    when = Document.sent_on.between(period.from_on, period.to_on)
    return _letters().where(when, Document.process == part, Document.element == element)


def kept(period: Period, part: str, name: str, states: tuple[str, ...]) -> Source:
    """The deadlines of one rule that ended so."""
    return _deadlines(ended=True).where(
        Deadline.closed_on.between(period.from_on, period.to_on), Deadline.process == part, Deadline.name == name,
        Deadline.state.in_(states),
    )  # fmt: skip


def plans(which: str, today: date) -> Source:
    """The open deadlines of customers' plans: current, outdated, missing, ahead, or the two of the debt together."""
    passed = and_(Deadline.paused_on.is_(None), Deadline.legal_on < today)
    limits = {
        "current": and_(Deadline.plan == RENEW, ~passed),
        "outdated": and_(Deadline.plan == RENEW, passed),
        "missing": and_(Deadline.plan == MAKE, passed),
        "ahead": and_(Deadline.plan == MAKE, ~passed),
        "debt": passed,
    }
    return _deadlines(ended=False).where(Deadline.state == "open", Deadline.plan.is_not(None), limits[which])


def done(period: Period, path: str) -> Source:
    """The tasks of one step, by its path in the case's process, that were completed in the period."""
    return _tasks(Task.completed_at).where(_done(period), Task.path == path)


def standing(path: str) -> Source:
    """The open tasks of one step."""
    return _tasks(None).where(Task.state == "open", Task.path == path)


def late(path: str, today: date) -> Source:
    """Those of them that are late while their clock runs."""
    return _tasks(None).where(conditions.overdue(today), Task.path == path)


def load(unit_id: int, role: str, which: str, today: date) -> Source:
    """Open tasks of a role in a unit: all (open), late, nobody's (free) or waiting, as `work.read_load` counts them."""
    waiting = conditions.waiting(today)
    limits = {
        "open": Task.state == "open",
        "late": and_(conditions.overdue(today), ~waiting),
        "free": Task.assignee_id.is_(None),
        "waiting": waiting,
    }
    return _tasks(None).where(Task.state == "open", Task.unit_id == unit_id, Task.role == role, limits[which])


def _done(period: Period) -> Condition:
    """Completed in the period, by the days of Finland."""
    since, until = start_of(period.from_on), start_of(period.to_on + timedelta(days=1))
    return and_(Task.state == "completed", Task.completed_at >= since, Task.completed_at < until)


def _tasks(at: Any) -> Source:
    """Tasks at a moment; without one, open ones by their legal day."""
    legal = Task.legal_on if at is None else cast(null(), Date)
    return select(
        Task.case_id, Task.number.label("row"), Task.process.label("part"),
        (Task.process + "@" + cast(Task.version, Text)).label("version"), Task.element.label("name"),
        Task.number.label("task"), legal.label("on"),
        (cast(null(), Moment()) if at is None else at).label("at"), legal.label("urgent"),
    )  # fmt: skip


def _deadlines(*, ended: bool) -> Source:
    """Deadlines by the moment when they ended, or open ones by their legal day."""
    on, at, urgent = (
        (Deadline.closed_on, Deadline.closed_at, cast(null(), Date)) if ended
        else (Deadline.legal_on, cast(null(), Moment()), Deadline.legal_on)
    )  # fmt: skip
    return select(
        Deadline.case_id, Deadline.number.label("row"), Deadline.process.label("part"),
        Deadline.law_version.label("version"), Deadline.name, cast(null(), Deadline.number.type).label("task"),
        on.label("on"), at.label("at"), urgent.label("urgent"),
    )  # fmt: skip


def _letters() -> Source:
    return select(
        Document.case_id, Document.number.label("row"), Document.process.label("part"), Document.version,
        Document.element.label("name"), cast(null(), Document.number.type).label("task"),
        Document.sent_on.label("on"), Document.created_at.label("at"), cast(null(), Date).label("urgent"),
    )  # fmt: skip
