"""What an auditor reads: who looked at whose data, and what was changed outside the cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from tasks.models import Audit, Case, Customer, EmergencyAccess, Party, Unit, User, View
from tasks.queries.shape import columns, every


@dataclass(frozen=True, slots=True)
class Asked:
    """What an auditor asks for: a customer, a person, a case number, a time; empty values do not limit."""

    customer_id: int | None = None
    user: str = ""
    case: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    """goes on below this row"""


@dataclass(frozen=True, slots=True)
class Viewed:
    """Somebody looked at something: who, how, whose, what, why, when."""

    id: int
    at: datetime
    user_name: str
    via: str
    customer_id: int | None
    customer: str | None
    case_id: int | None
    case_number: str | None
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that belongs to no case's history."""

    id: int
    at: datetime
    user_name: str
    via: str
    kind: str
    customer_id: int | None
    customer: str | None
    case_number: str | None
    why: str
    old: Any
    new: Any


def viewed(connection: Connection, asked: Asked, limit: int) -> tuple[Viewed, ...]:
    """Rows of the access log, the newest first; a view of a case is one of every customer who was a party then."""
    statement = columns(Viewed, View, customer=Customer.name, case_number=Case.number)
    statement = statement.outerjoin(Customer, Customer.id == View.customer_id).outerjoin(Case, Case.id == View.case_id)
    if asked.customer_id is not None:
        party = aliased(Party)
        as_party = exists().where(
            and_(party.case_id == View.case_id, party.customer_id == asked.customer_id, party.added_at <= View.at)
        )
        statement = statement.where(or_(View.customer_id == asked.customer_id, as_party))
    return every(Viewed, connection, _narrowed(statement, View, asked).limit(limit))


def changed(connection: Connection, asked: Asked, limit: int) -> tuple[Changed, ...]:
    """Rows of the trail, the newest first."""
    statement = columns(Changed, Audit, customer=Customer.name, case_number=Case.number)
    statement = statement.outerjoin(Customer, Customer.id == Audit.customer_id)
    statement = statement.outerjoin(Case, Case.id == Audit.case_id)
    if asked.customer_id is not None:
        statement = statement.where(Audit.customer_id == asked.customer_id)
    return every(Changed, connection, _narrowed(statement, Audit, asked).limit(limit))


def users(connection: Connection) -> Mapping[int, str]:
    """The full name of every user, also of those who have left: old changes name them by id."""
    return {row.id: row.full_name for row in connection.execute(select(User.id, User.full_name))}


def units(connection: Connection) -> Mapping[int, Any]:
    """The names of every unit, by language."""
    return {row.id: row.name for row in connection.execute(select(Unit.id, Unit.name))}


def _narrowed(statement: Select[Any], table: Any, asked: Asked) -> Select[Any]:
    if asked.user:
        statement = statement.where(table.user_name.contains(asked.user[:200], autoescape=True))
    if asked.case:
        statement = statement.where(Case.number == asked.case[:100].upper())
    if asked.since is not None:
        statement = statement.where(table.at >= asked.since)
    if asked.until is not None:
        statement = statement.where(table.at < asked.until)
    if asked.before is not None:
        statement = statement.where(table.id < asked.before)
    return statement.order_by(table.id.desc())


def in_emergency(connection: Connection, user_id: int, case_id: int, now: datetime) -> bool:
    """Whether the person has been let into this case and the time has not run out."""
    found = select(EmergencyAccess.id).where(
        EmergencyAccess.user_id == user_id, EmergencyAccess.case_id == case_id, EmergencyAccess.until_at > now
    )
    return connection.execute(found.limit(1)).scalar_one_or_none() is not None
