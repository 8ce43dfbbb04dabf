"""Customers: the list, the page with their cases and coming dates, and finding one by an identifier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from tasks.models import Case, Customer, Deadline, Party
from tasks.queries.shape import columns, every, first

LONGEST_SEARCH = 200
"""characters that a search looks at: a database refuses a longer pattern"""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as lists show them: never the address."""

    id: int
    kind: str
    name: str
    identity_code: str | None
    business_id: str | None
    language: str
    protected: bool


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Everything recorded of a customer."""

    id: int
    kind: str
    name: str
    identity_code: str | None
    business_id: str | None
    language: str
    channel: str
    authority: bool
    email: str | None
    phone: str | None
    address: Mapping[str, str] | None
    protected: bool
    revision: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerCase:
    """One case of a customer, with the role in it."""

    id: int
    number: str
    process: str
    version: int
    status: str
    outcome: str | None
    arrived_on: date
    closed_on: date | None
    role: str


@dataclass(frozen=True, slots=True)
class ComingDate:
    """An open deadline in one of the customer's cases."""

    case_id: int
    case_number: str
    case_process: str
    law_version: str
    name: str
    kind: str
    roll: str
    due_on: date
    legal_on: date
    paused_on: date | None
    remaining: int | None


def page(connection: Connection, customer_id: int) -> CustomerPage | None:
    """One customer, or None."""
    return first(CustomerPage, connection, columns(CustomerPage, Customer).where(Customer.id == customer_id))


def by_code(connection: Connection, *, identity_code: str = "", business_id: str = "") -> int | None:
    """The id of the customer with this code, or None."""
    column, code = (Customer.identity_code, identity_code) if identity_code else (Customer.business_id, business_id)
    return connection.execute(select(Customer.id).where(column == code.strip().upper())).scalar_one_or_none()


def matching(words: str) -> ColumnElement[bool]:
    """The condition on `customers` that a search text sets: an identifier exactly, or every word in the name."""
    text = words.strip()[:LONGEST_SEARCH]
    code = text.upper().replace(" ", "")
    by_name = and_(*(_in_name(word) for word in text.split()[:6]))
    return or_(Customer.identity_code == code, Customer.business_id == code, by_name)


def _in_name(word: str) -> ColumnElement[bool]:
    """A word in a name whatever its case; SQLite's lower() knows only a–z, so Ä is also asked as it is written."""
    written = (Customer.name.contains(form, autoescape=True) for form in {word, word.capitalize(), word.lower()})
    return or_(func.lower(Customer.name).contains(word.lower(), autoescape=True), *written)


def found(connection: Connection, words: str, *, limit: int = 50) -> tuple[CustomerRow, ...]:
    """Customers by identity code, business id or words of the name, by name."""
    statement = columns(CustomerRow, Customer).where(matching(words)).order_by(Customer.name, Customer.id).limit(limit)
    return every(CustomerRow, connection, statement)


def with_cases(
    connection: Connection, reach: ColumnElement[bool], *, limit: int = 50, after: int = 0
) -> tuple[CustomerRow, ...]:
    """Customers who are parties of open cases within reach, by name; `after` skips that many."""
    theirs = (
        select(Party.customer_id)
        .join(Case, Case.id == Party.case_id)
        .where(Case.status == "open", Party.ended_at.is_(None), reach)
    )
    statement = (
        columns(CustomerRow, Customer)
        .where(Customer.id.in_(theirs))
        .order_by(Customer.name, Customer.id)
        .limit(limit)
        .offset(after)
    )
    return every(CustomerRow, connection, statement)


def cases(connection: Connection, customer_id: int, reach: ColumnElement[bool]) -> tuple[CustomerCase, ...]:
    """The customer's cases within reach, open ones first, newest first; not those of a part added in error."""
    statement = (
        columns(CustomerCase, Case, role=Party.role)
        .join(Party, Party.case_id == Case.id)
        .where(Party.customer_id == customer_id, Party.ended_at.is_(None), reach)
        .order_by((Case.status != "open"), Case.arrived_on.desc(), Case.id.desc())
    )
    return every(CustomerCase, connection, statement)


def case_count(connection: Connection, customer_id: int) -> int:
    """In how many cases the customer is, reached or not."""
    part = (Party.customer_id == customer_id, Party.ended_at.is_(None))
    counted = select(func.count(func.distinct(Party.case_id))).where(*part)
    return connection.execute(counted).scalar_one()


def coming(connection: Connection, customer_id: int, reach: ColumnElement[bool]) -> tuple[ComingDate, ...]:
    """The open deadlines of the customer's open cases within reach, by date."""
    theirs = select(Party.case_id).where(Party.customer_id == customer_id, Party.ended_at.is_(None))
    statement = (
        columns(ComingDate, Deadline, case_number=Case.number, case_process=Case.process)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.case_id.in_(theirs), Deadline.state == "open", Case.status == "open", reach)
        .order_by(Deadline.due_on, Deadline.case_id, Deadline.number)
    )
    return every(ComingDate, connection, statement)
