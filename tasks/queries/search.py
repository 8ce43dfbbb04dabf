"""Finding cases by number or by a party's name or identifier, and the list of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

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

    The newest first, or (urgent) those with the earliest next date; those that wait for none come last.
    """
    statement = columns(CaseRow, Case, customer=Customer.name, next_on=_next_on())
    statement = statement.join(Customer, Customer.id == Case.customer_id).where(reach)
    if words.strip():
        of_party = select(Party.case_id).where(Party.customer_id.in_(select(Customer.id).where(matching(words))))
        number = func.lower(Case.number).contains(words.strip()[:LONGEST_SEARCH].lower(), autoescape=True)
        statement = statement.where(or_(number, Case.id.in_(of_party)))
    if process:
        statement = statement.where(Case.process == process)
    if status:
        statement = statement.where(Case.status == status)
    if urgent:
        return _by_date(connection, statement, limit, after)
    return every(CaseRow, connection, _newest(statement).limit(limit).offset(after))


def _by_date(connection: Connection, statement: Select[Any], limit: int, after: int) -> tuple[CaseRow, ...]:
    """From the earliest date on, as the index of dates has them: a page looks at its own cases and a few beside."""
    dated = statement.join(Deadline, and_(Deadline.case_id == Case.id, *_waited_for(Deadline), _first()))
    found = every(CaseRow, connection, _newest(dated, Deadline.due_on).limit(limit).offset(after))
    if len(found) == limit:
        return found
    skipped = 0 if found else after - _count(connection, dated)
    waiting = exists().where(Deadline.case_id == Case.id, *_waited_for(Deadline))
    rest = _newest(statement.where(~waiting)).limit(limit - len(found)).offset(max(0, skipped))
    return found + every(CaseRow, connection, rest)


def _count(connection: Connection, statement: Select[Any]) -> int:
    return int(connection.execute(select(func.count()).select_from(statement.subquery())).scalar_one())


def _newest(statement: Select[Any], *by: Any) -> Select[Any]:
    return statement.order_by(*by, Case.arrived_on.desc(), Case.id.desc())


def _next_on() -> ScalarSelect[date]:
    """The earliest date that a case waits for."""
    other = aliased(Deadline)
    return select(func.min(other.due_on)).where(other.case_id == Case.id, *_waited_for(other)).scalar_subquery()


def _first() -> ColumnElement[bool]:
    """The deadline that a case waits for first."""
    other = aliased(Deadline)
    before = or_(other.due_on < Deadline.due_on, and_(other.due_on == Deadline.due_on, other.number < Deadline.number))
    return ~exists().where(other.case_id == Case.id, *_waited_for(other), before)


def _waited_for(deadline: type[Deadline]) -> tuple[ColumnElement[bool], ...]:
    """Deadlines that run out; periods and clocks that stand do not."""
    return (deadline.state == "open", deadline.paused_on.is_(None), deadline.roll != "period")
