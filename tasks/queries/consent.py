"""Consents: those of a case, and those of a customer in cases within reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, or_

from tasks.models import Case, Consent, Customer, User
from tasks.queries.shape import columns, every


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent: whose, in which case, what it covers (`fields` of letters or only words), for whom, and its dates."""

    id: int
    customer_id: int
    customer: str
    case_id: int | None
    case_number: str | None
    process: str | None
    version: int | None
    scope: str
    fields: Sequence[str] | None
    purpose: str | None
    recipient: str | None
    from_on: date
    to_on: date | None
    recorded_by: str | None


def of_case(connection: Connection, case_id: int) -> tuple[ConsentRow, ...]:
    """The consents given for a case, the newest first."""
    return every(ConsentRow, connection, _rows().where(Consent.case_id == case_id))


def of_customer(connection: Connection, customer_id: int, reach: ColumnElement[bool]) -> tuple[ConsentRow, ...]:
    """A customer's consents for cases within reach and for no case in particular, the newest first."""
    within = or_(Consent.case_id.is_(None), reach)
    return every(ConsentRow, connection, _rows().where(Consent.customer_id == customer_id, within))


def _rows() -> Select[Any]:
    return (
        columns(
            ConsentRow, Consent, customer=Customer.name, case_number=Case.number, process=Case.process,
            version=Case.version, recorded_by=User.full_name,
        )
        .join(Customer, Customer.id == Consent.customer_id)
        .outerjoin(Case, Case.id == Consent.case_id)
        .outerjoin(User, User.id == Consent.recorded_by)
        .order_by(Consent.from_on.desc(), Consent.id.desc())
    )  # fmt: skip
