"""Which cases an export holds, and the units that it does not name because too few cases would stand behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, func, select

from tasks.figures import small
from tasks.models import Case
from tasks.queries.reach import Condition

SMALLEST_GROUP = 5
"""cases; fewer are not told apart from others, unless an area has set more"""
SMALLEST_GROUP_SETTING = "exports.smallest_group"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: cases of a process and a unit that arrived within these days; empty values do not limit."""

    process: str = ""
    unit_id: int | None = None
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """What an export holds: what was asked for within `reach`, up to the last case there was when it was ordered."""

    asked: Asked
    reach: Condition
    last_case: int
    smallest_group: int = SMALLEST_GROUP
    """0 where the person may open every case of the export"""
    plain: bool = False
    """whether cases, customers and people keep their own numbers and user names"""

    @property
    def condition(self) -> Condition:
        """The condition on `cases`."""
        asked = self.asked
        limits: list[ColumnElement[bool]] = [self.reach, Case.id <= self.last_case]
        if asked.process:
            limits.append(Case.process == asked.process)
        if asked.unit_id is not None:
            limits.append(Case.unit_id == asked.unit_id)
        if asked.from_on is not None:
            limits.append(Case.arrived_on >= asked.from_on)
        if asked.to_on is not None:
            limits.append(Case.arrived_on <= asked.to_on)
        return and_(*limits)

    def hidden(self, connection: Connection) -> frozenset[tuple[str, int]]:
        """The (process, unit) pairs of the export whose unit is not named."""
        if not self.smallest_group:
            return frozenset()
        counted = (
            select(Case.process, Case.unit_id, func.count())
            .where(self.condition)
            .group_by(Case.process, Case.unit_id)
            .order_by(Case.process, Case.unit_id)
        )
        groups: dict[str, dict[int, int]] = {}
        for process, unit, cases in connection.execute(counted):
            groups.setdefault(process, {})[unit] = cases
        return frozenset(
            (process, unit) for process, units in groups.items() for unit in small.too_small(units, self.smallest_group)
        )
