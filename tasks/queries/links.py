"""The cases that a case came from and those that came from it, as far as the person may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, literal

from tasks.models import Case, Link
from tasks.queries.shape import columns, every


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A linked case: what the later one is to the earlier one, and whether this row is the earlier one."""

    id: int
    number: str
    process: str
    version: int
    status: str
    outcome: str | None
    closed_on: date | None
    kind: str
    at: datetime
    origin: bool


def of_case(connection: Connection, case_id: int, within: ColumnElement[bool]) -> tuple[LinkRow, ...]:
    """Both directions, the cases that it came from first; `within` is the reach of the person (queries.reach)."""
    shape = {"kind": Link.kind, "at": Link.at}
    came = columns(LinkRow, Case, origin=literal(True), **shape).join(Link, Link.from_case_id == Case.id)
    went = columns(LinkRow, Case, origin=literal(False), **shape).join(Link, Link.case_id == Case.id)
    return (
        *every(LinkRow, connection, came.where(Link.case_id == case_id, within).order_by(Link.number)),
        *every(LinkRow, connection, went.where(Link.from_case_id == case_id, within).order_by(Case.id)),
    )
