"""The library of processes: how long closed cases took, and how often one process began a case of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import aliased

from tasks.models import Case, Link
from tasks.moments import start_of


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How long closed cases took from the day they arrived: the median in calendar days, of how many cases."""

    days: int
    cases: int


@dataclass(frozen=True, slots=True)
class Begun:
    """How many linked cases one process began of another, as what."""

    origin: str
    process: str
    kind: str
    cases: int


def lead_times(connection: Connection, since: date, reach: ColumnElement[bool]) -> Mapping[str, LeadTime]:
    """The lead time of each process from its cases that closed after a day."""
    grouped = (
        select(Case.process, Case.arrived_on, Case.closed_on, func.count())
        .where(Case.status == "closed", Case.closed_on > since, reach)
        .group_by(Case.process, Case.arrived_on, Case.closed_on)
    )
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for process, arrived_on, closed_on, cases in connection.execute(grouped):
        if closed_on is not None:
            found[process].append(((closed_on - arrived_on).days, cases))
    return {process: LeadTime(median(rows), sum(cases for _, cases in rows)) for process, rows in found.items()}


def median(counted: Sequence[tuple[int, int]]) -> int:
    """The middle of (days, how many) pairs; of an even number the lower of the two in the middle."""
    total, passed = sum(many for _, many in counted), 0
    for days, many in sorted(counted):
        passed += many
        if 2 * passed >= total:
            return days
    raise ValueError("no cases")


def begun(connection: Connection, since: date, reach: ColumnElement[bool]) -> tuple[Begun, ...]:
    """The linked cases that began after a day, counted; `reach` is asked of the case that began."""
    origin = aliased(Case)
    counted = (
        select(origin.process, Case.process, Link.kind, func.count())
        .select_from(Link)
        .join(Case, Case.id == Link.case_id)
        .join(origin, origin.id == Link.from_case_id)
        .where(Link.at > start_of(since), reach)
        .group_by(origin.process, Case.process, Link.kind)
        .order_by(origin.process, Case.process, Link.kind)
    )
    return tuple(Begun(*row) for row in connection.execute(counted))
