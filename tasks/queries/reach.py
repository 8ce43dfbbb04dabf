"""What a person's roles reach: their rights read without a lock, and the same rule as a condition of SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, TextClause, and_, exists, false, or_, select, text, true

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


@dataclass(frozen=True, slots=True)
class Reach:
    """What `access.see` asks of one row, for many: by unit and process, without the cases that one is barred from."""

    limits: tuple[tuple[frozenset[int] | None, frozenset[str] | None], ...] = ((None, None),)
    """units and processes of each role that reaches cases; None stands for all of them"""
    barred_for: int | None = None
    """the person whose disqualifications keep cases out of sight"""

    def cases(self) -> Condition:
        """As a condition on `cases`."""
        reached = self.groups(Case.unit_id, Case.process)
        return reached if self.barred_for is None else and_(reached, ~exists().where(*self._barred(Case.id)))

    def groups(self, unit_id: ColumnElement[int] | Any, process: ColumnElement[str] | Any) -> Condition:
        """As a condition on a unit and a process, for sums of cases; those that one is barred from are still in it."""
        reached = []
        for units, processes in self.limits:
            both: list[Condition] = [true()]
            if units is not None:
                both.append(unit_id.in_(sorted(units)))
            if processes is not None:
                both.append(process.in_(sorted(processes)))
            reached.append(and_(*both))
        return or_(false(), *reached)

    def barred(self, connection: Connection) -> list[int]:
        """The cases that one is barred from."""
        if self.barred_for is None:
            return []
        cases = select(Disqualification.case_id).where(*self._barred(Disqualification.case_id)).distinct()
        return list(connection.execute(cases).scalars())

    def has(self, unit_id: int, process: str) -> bool:
        """Whether a unit's cases of a process are within it."""
        return any(
            (units is None or unit_id in units) and (processes is None or process in processes)
            for units, processes in self.limits
        )

    def _barred(self, case_id: ColumnElement[int] | Any) -> tuple[Condition, ...]:
        return (
            Disqualification.case_id == case_id, Disqualification.user_id == self.barred_for,
            Disqualification.ended_at.is_(None),
        )  # fmt: skip


def of(who: Rights, areas: Mapping[str, str]) -> Reach:
    """What a person's roles reach; `areas` gives each process its process area."""
    if who.user_id is None:
        return Reach()
    if not who.active:
        return Reach(())
    limits = []
    for role in who.roles:
        if role.role in REACHING:
            own = None if role.areas is None else frozenset(p for p, area in areas.items() if area in role.areas)
            limits.append((None if role.units is None else frozenset(role.units), own))
    return Reach(tuple(limits), who.user_id)


def within(who: Rights, areas: Mapping[str, str]) -> Condition:
    """The same as a condition on `cases`."""
    return of(who, areas).cases()


def everything() -> Condition:
    """The condition that every case fulfils: for numbers, which tell of nobody."""
    return true()


def exactly(case_id: int) -> Condition:
    """The condition that names one case, for who has been let in to it already."""
    return Case.id == case_id
