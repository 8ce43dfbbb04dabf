"""Finding cases by number or by a party's name or identifier, and the list of cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, or_, select

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
) -> tuple[CaseRow, ...]:
    """Cases within reach, newest first, narrowed by words (number or a party), process and status."""
    next_on = (
        select(func.min(Deadline.due_on))
        .where(
            Deadline.case_id == Case.id,
            Deadline.state == "open",
            Deadline.paused_on.is_(None),
            Deadline.roll != "period",
        )
        .scalar_subquery()
    )
    statement = (
        columns(CaseRow, Case, customer=Customer.name, next_on=next_on)
        .join(Customer, Customer.id == Case.customer_id)
        .where(reach)
        .order_by(Case.arrived_on.desc(), Case.id.desc())
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
