"""Finding cases by number or by a party's name or identifier, and the list of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Subquery, func, or_, select

from tasks.models import Case, Customer, Deadline, Party
from tasks.queries.customer import LONGEST_SEARCH, matching
from tasks.queries.shape import columns, every


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as lists show it, with its principal customer and its next date."""

    id: int
    number: str
    process: str
    version: int
    status: str
    outcome: str | None
    arrived_on: date
    closed_on: date | None
    customer_id: int
    customer: str
    next_on: date | None
    """the earliest open deadline"""


def cases(
    connection: Connection,
    reach: ColumnElement[bool],
    *,
    words: str = "",
    process: str = "",
    status: str = "",
    limit: int = 50,
    after: int = 0,
    urgent: bool = False,
) -> tuple[CaseRow, ...]:
    """Cases within reach, narrowed by words (number or a party), process and status.

    The newest first, or (urgent) those with the earliest next date.
    """
    dates = _dates() if urgent else None  # to sort by it each case needs its own: counted together; else for a page
    next_on = _next_on() if dates is None else dates.c.next_on
    statement = columns(CaseRow, Case, customer=Customer.name, next_on=next_on)
    statement = statement.join(Customer, Customer.id == Case.customer_id)
    if dates is not None:
        statement = statement.outerjoin(dates, dates.c.case_id == Case.id)
    statement = (
        statement.where(reach)
        .order_by(*((next_on.asc().nulls_last(),) if urgent else ()), Case.arrived_on.desc(), Case.id.desc())
        .limit(limit)
        .offset(after)
    )
    if words.strip():
        of_party = select(Party.case_id).where(Party.customer_id.in_(select(Customer.id).where(matching(words))))
        number = func.lower(Case.number).contains(words.strip()[:LONGEST_SEARCH].lower(), autoescape=True)
        statement = statement.where(or_(number, Case.id.in_(of_party)))
    if process:
        statement = statement.where(Case.process == process)
    if status:
        statement = statement.where(Case.status == status)
    return every(CaseRow, connection, statement)


def _next_on() -> ScalarSelect[date]:
    """The earliest date that a case waits for."""
    return select(func.min(Deadline.due_on)).where(Deadline.case_id == Case.id, *_waited_for()).scalar_subquery()


def _dates() -> Subquery:
    """The same for every case that waits for one."""
    found = select(Deadline.case_id, func.min(Deadline.due_on).label("next_on")).where(*_waited_for())
    return found.group_by(Deadline.case_id).subquery()


def _waited_for() -> tuple[ColumnElement[bool], ...]:
    """Deadlines that run out; periods and clocks that stand do not."""
    return (Deadline.state == "open", Deadline.paused_on.is_(None), Deadline.roll != "period")
