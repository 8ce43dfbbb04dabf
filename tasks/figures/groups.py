"""Cases by their customers' groups, a whole quarter of a year at a time: kind and age, and language.

What is told of a quarter is counted once (tasks.commands.quarters) and then stands: a table that followed every case
would tell of each new one to which group its customer belongs. Quarters do not overlap, and a quarter is narrowed by
process alone, so that nobody finds a small group by asking twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from tasks.figures import conditions
from tasks.figures.holding import ALL, Cell, held_back, with_all
from tasks.figures.period import Period
from tasks.models import Case, Customer, FigureQuarter

TRAITS: Mapping[str, tuple[str, ...]] = {
    "customer": ("organisation", "under_25", "25_34", "35_44", "45_54", "over_54", "unknown"),
    "language": ("fi", "sv", "other"),
}
"""The groups of each trait: every case is in one of them. A person without an identity code is of unknown age."""
AGES = ((25, "under_25"), (35, "25_34"), (45, "35_44"), (55, "45_54"))
"""Below so many years, counted on the day when the case arrived."""
FIGURES = ("received", "completed")
CENTURIES = {"+": 1800} | dict.fromkeys("-UVWXY", 1900) | dict.fromkeys("ABCDEF", 2000)
MONTHS = 3
SETTLED = timedelta(days=14)
"""After its last day a quarter waits so long for what is recorded late."""
TOLD_BACK = 8
"""quarters that are told when a house begins to tell them"""


@dataclass(slots=True)
class Tally:
    """The cases of one group: how many, whose, and how many days they took together."""

    n: int = 0
    customers: set[int] = field(default_factory=set)
    days: int = 0

    def add(self, customer: int, days: int) -> None:
        """One more case."""
        self.n += 1
        self.customers.add(customer)
        self.days += days


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of some cases; None is held back."""

    n: int | None
    days: int | None = None
    """how many calendar days they took on average, of those completed"""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter as it was told: figure -> process ("" for all) -> trait -> group."""

    on: date
    """its first day"""
    told_on: date
    smallest: int
    totals: Mapping[str, Mapping[str, Told]]
    groups: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Told]]]]

    @property
    def period(self) -> Period:
        """Its days."""
        return quarter(self.on)

    @property
    def processes(self) -> frozenset[str]:
        """The processes that had any cases."""
        return frozenset(name for totals in self.totals.values() for name in totals) - {ALL}


def quarter(on: date) -> Period:
    """The quarter of a year in which a day lies."""
    first = date(on.year, MONTHS * ((on.month - 1) // MONTHS) + 1, 1)
    return Period(first, (first + timedelta(days=31 * MONTHS)).replace(day=1) - timedelta(days=1))


def settled(today: date) -> Iterator[Period]:
    """The last quarters that have settled, the newest first."""
    found = quarter(today - SETTLED)
    for _ in range(TOLD_BACK):
        found = quarter(found.from_on - timedelta(days=1))
        yield found


def age(identity_code: str, on: date) -> int | None:
    """Years on a day by a Finnish personal identity code; None when it gives no day of birth."""
    try:
        day, month, year = (int(identity_code[at : at + 2]) for at in (0, 2, 4))
        born = date(CENTURIES[identity_code[6:7]] + year, month, day)
    except (KeyError, ValueError):
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def groups_of(kind: str, identity_code: str | None, language: str, arrived_on: date) -> dict[str, str]:
    """The group of a case in each trait."""
    years = age(identity_code or "", arrived_on)
    customer = "organisation" if kind == "organisation" else "unknown"
    if kind != "organisation" and years is not None:
        customer = next((name for below, name in AGES if years < below), "over_54")
    return {"customer": customer, "language": language if language in ("fi", "sv") else "other"}


Counted = dict[str, dict[str, dict[str, dict[str, Tally]]]]
"""figure -> trait -> process -> group"""


def count(connection: Connection, area_id: int, period: Period) -> Counted:
    """The cases of an area that arrived or were completed in a period, every group of every process that had any."""
    counted: Counted = {figure: {trait: {} for trait in TRAITS} for figure in FIGURES}
    asked = {"received": conditions.received(period), "completed": conditions.completed(period)}
    for figure, condition in asked.items():
        for row in connection.execute(_CASES.where(Case.area_id == area_id, condition)):
            days = (row.closed_on - row.arrived_on).days if figure == "completed" else 0
            for trait, group in groups_of(row.kind, row.identity_code, row.language, row.arrived_on).items():
                of = counted[figure][trait].setdefault(row.process, {name: Tally() for name in TRAITS[trait]})
                of[group].add(row.customer_id, days)
    return counted


_CASES = select(
    Case.process, Case.customer_id, Case.language, Case.arrived_on, Case.closed_on, Customer.kind,
    Customer.identity_code,
).join(Customer, Customer.id == Case.customer_id)  # fmt: skip


def tell(counted: Counted, smallest: int) -> dict[str, Any]:
    """What is told of a quarter, as a row of `figure_quarters` holds it: nothing that is held back stands there."""
    return {
        figure: {
            "totals": _totals(next(iter(traits.values())), smallest, timed=figure == "completed"),
            "groups": {
                trait: _groups(rows, smallest, timed=figure == "completed") for trait, rows in traits.items()
            },
        }
        for figure, traits in counted.items()
    }  # fmt: skip


def _totals(rows: Mapping[str, Mapping[str, Tally]], smallest: int, *, timed: bool) -> dict[str, Any]:
    """How many cases there were of each process and of all; fewer than the smallest group are not told."""
    found = {row: _sum(groups.values()) for row, groups in rows.items()}
    found[ALL] = _sum(found.values())
    return {row: _told(tally, timed=timed) if tally.n >= smallest else None for row, tally in found.items()}


def _groups(rows: Mapping[str, Mapping[str, Tally]], smallest: int, *, timed: bool) -> dict[str, Any]:
    tallies: dict[Cell, Tally] = {
        (row, group): tally for row, groups in rows.items() for group, tally in groups.items()
    }
    for (_, group), tally in list(tallies.items()):
        tallies[ALL, group] = _sum((tallies.get((ALL, group), Tally()), tally))
    small = {cell for cell, tally in tallies.items() if 0 < len(tally.customers) < smallest}
    cells = with_all({row: {group: tally.n for group, tally in groups.items()} for row, groups in rows.items()})
    hidden = held_back(cells, small, smallest)
    found: dict[str, dict[str, Any]] = {}
    for cell, tally in tallies.items():
        found.setdefault(cell[0], {})[cell[1]] = None if cell in hidden else _told(tally, timed=timed)
    return found


def _sum(tallies: Any) -> Tally:
    together = Tally()
    for tally in tallies:
        together.n += tally.n
        together.days += tally.days
        together.customers |= tally.customers
    return together


def _told(tally: Tally, *, timed: bool) -> list[int | None]:
    """A mean and no median: a median is the time of one real case, which a list of cases would point out."""
    return [tally.n, round(tally.days / tally.n) if timed and tally.n else None]


def read_quarters(connection: Connection, area_id: int) -> tuple[Quarter, ...]:
    """The quarters of an area in which there were cases, the newest first."""
    rows = connection.execute(
        select(FigureQuarter.quarter_on, FigureQuarter.told_on, FigureQuarter.smallest, FigureQuarter.told)
        .where(FigureQuarter.area_id == area_id)
        .order_by(FigureQuarter.quarter_on.desc())
    )
    found = (_quarter(row.quarter_on, row.told_on, row.smallest, row.told) for row in rows)
    return tuple(each for each in found if each.processes)


def _quarter(on: date, told_on: date, smallest: int, told: Mapping[str, Any]) -> Quarter:
    groups: dict[str, dict[str, dict[str, dict[str, Told]]]] = {}
    for figure, of in told.items():
        rows: dict[str, dict[str, dict[str, Told]]] = {}
        for trait, table in of["groups"].items():
            for row, each in table.items():
                rows.setdefault(row, {})[trait] = {group: _read(value) for group, value in each.items()}
        groups[figure] = rows
    totals = {
        figure: {row: _read(value) for row, value in of["totals"].items()} for figure, of in told.items()
    }  # fmt: skip
    return Quarter(on, told_on, smallest, totals, groups)


def _read(value: list[int | None] | None) -> Told:
    return Told(None) if value is None else Told(*value)
