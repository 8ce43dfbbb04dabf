"""What a person's roles reach: their rights read without a lock, and the same rule as a condition of SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, TextClause, and_, exists, false, or_, text, true

from tasks.access import REACHING, Rights, read_rights
from tasks.casefile import read_json, rights_sql
from tasks.models import Case, Disqualification


@lru_cache(maxsize=4)
def _rights(dialect: str, on_case: bool) -> TextClause:
    return text(f"SELECT {rights_sql(dialect, ':case' if on_case else None)} AS found")


def rights(connection: Connection, user_id: int, on: date, case_id: int | None = None) -> Rights:
    """The rights of a person on a day; with a case also the disqualification and what was completed on it."""
    values: dict[str, Any] = {"actor": user_id} | ({"case": case_id} if case_id is not None else {})
    found = connection.execute(_rights(connection.dialect.name, case_id is not None), values).scalar_one()
    return read_rights(user_id, read_json(found), on)


Condition = ColumnElement[bool]
"""a condition on `cases`"""


def within(who: Rights, areas: Mapping[str, str]) -> Condition:
    """The condition on `cases` that `access.see` asks of one row; `areas` gives each process its process area."""
    if who.user_id is None:
        return true()
    if not who.active:
        return false()
    reached = []
    for role in who.roles:
        if role.role not in REACHING:
            continue
        limits: list[ColumnElement[bool]] = [true()]
        if role.units is not None:
            limits.append(Case.unit_id.in_(sorted(role.units)))
        if role.areas is not None:
            limits.append(Case.process.in_(sorted(p for p, area in areas.items() if area in role.areas)))
        reached.append(and_(*limits))
    barred = exists().where(
        Disqualification.case_id == Case.id,
        Disqualification.user_id == who.user_id,
        Disqualification.ended_at.is_(None),
    )
    return and_(or_(false(), *reached), ~barred)


def exactly(case_id: int) -> Condition:
    """The condition that names one case, for who has been let in to it already."""
    return Case.id == case_id
