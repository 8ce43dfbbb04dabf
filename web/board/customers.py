"""Cases by customers' groups, a quarter at a time, as they were told: what is held back is not there to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request

from tasks import area
from tasks.figures import groups
from tasks.figures.groups import FIGURES, TRAITS, Quarter, Told
from tasks.figures.holding import ALL
from web import current, sight, words
from web.board import asking, blueprint
from web.board.figure import days
from web.i18n import pick, t


@dataclass(frozen=True, slots=True)
class Row:
    """A group, or all of a table, in words."""

    name: str
    received: str
    completed: str
    mean: str
    hidden: bool
    """whether any of it is held back"""


@dataclass(frozen=True, slots=True)
class Table:
    """The groups of one trait, and all together."""

    trait: str
    rows: tuple[Row, ...]
    all: Row

    @property
    def hidden(self) -> bool:
        """Whether anything is held back."""
        return any(row.hidden for row in (*self.rows, self.all))


@blueprint.get("/customers")
def customers() -> Any:
    """One quarter of one employment area, of all processes or of one of them."""
    asking.ground()
    areas = _areas()
    chosen_area = request.args.get("area", type=int)
    place = chosen_area if chosen_area in areas else next(iter(areas), None)
    with current.database().read() as connection:
        quarters = groups.read_quarters(connection, place) if place is not None else ()
    asked = request.args.get("quarter", "")
    chosen = next((each for each in quarters if each.on.isoformat() == asked), quarters[0] if quarters else None)
    processes = _processes(chosen)
    process = request.args.get("process", "")
    process = process if process in processes else ALL
    return render_template(
        "board/customers.html", areas=areas, place=place, quarters=quarters, chosen=chosen, processes=processes,
        process=process, quarter_name=quarter_name, tables=_tables(chosen, process) if chosen else (),
        first=_first_telling(), settled=groups.SETTLED.days,
    )  # fmt: skip


def _areas() -> dict[int, str]:
    """The employment areas of the units that the person supervises."""
    units = {int(unit) for unit, _ in asking.units()}
    with current.database().read() as connection:
        found = area.places(connection)
    return {place.id: pick(place.name) for place in found if units & set(place.units)}


def _processes(chosen: Quarter | None) -> dict[str, str]:
    """The processes of the quarter that the person supervises, by name."""
    if chosen is None:
        return {}
    versions, limits = sight.published(), asking.supervised().limits
    named = {
        process: words.process(versions, process)
        for process in chosen.processes
        if any(processes is None or process in processes for _, processes in limits)
    }
    return dict(sorted(named.items(), key=lambda pair: pair[1].lower()))


def _first_telling() -> date:
    """When the quarter that has ended or will end next is told."""
    latest = next(groups.settled(current.today()))
    return groups.quarter(latest.after).after + groups.SETTLED


def quarter_name(on: date) -> str:
    """A quarter in words, by its first day."""
    return t("board.quarter", year=on.year, n=(on.month + 2) // groups.MONTHS)


def _tables(chosen: Quarter, process: str) -> tuple[Table, ...]:
    totals = {figure: chosen.totals[figure].get(process, Told(0)) for figure in FIGURES}
    found = {figure: chosen.groups[figure].get(process, {}) for figure in FIGURES}
    return tuple(
        Table(
            trait,
            tuple(
                _row(
                    t(f"board.group_{trait}_{group}"),
                    {figure: of.get(trait, {}).get(group, Told(0)) for figure, of in found.items()},
                )
                for group in names
            ),
            _row(t("board.together"), totals),
        )
        for trait, names in TRAITS.items()
    )


def _row(name: str, told: Mapping[str, Told]) -> Row:
    received, completed = told["received"], told["completed"]
    hidden = t("board.held_back")
    mean = hidden if completed.n is None else days(completed.days)
    return Row(
        name, hidden if received.n is None else str(received.n), hidden if completed.n is None else str(completed.n),
        mean, received.n is None or completed.n is None,
    )  # fmt: skip
