"""Work products of a period beside those of the period before: decisions, statements, plans, interviews, payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.products import KINDS
from tasks.figures.parts import Measure
from tasks.figures.sums import Columns, Sums

Outcome = tuple[str, str, str]
"""process, status and outcome of the case; the outcome is empty until the case has one"""


@dataclass(slots=True)
class Count:
    """How many were made in the period, and in the period before."""

    now: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class Products:
    """How many of each kind were made, in the order of engine.products.KINDS, and the same by process."""

    kinds: Mapping[str, Count]
    processes: Mapping[str, Mapping[str, Count]]
    """by process and kind"""


@dataclass(frozen=True, slots=True)
class Detail:
    """Where the products of one kind come from."""

    steps: defaultdict[tuple[str, str], Count] = field(default_factory=lambda: defaultdict(Count))
    """by folder and element"""
    units: defaultdict[int, Count] = field(default_factory=lambda: defaultdict(Count))
    versions: defaultdict[tuple[str, int], Count] = field(default_factory=lambda: defaultdict(Count))
    """by the case's process and its version"""
    outcomes: defaultdict[Outcome, Count] = field(default_factory=lambda: defaultdict(Count))


def read_products(sums: Sums) -> Products:
    """Count what was asked, by kind and by process."""
    found: defaultdict[str, defaultdict[str, Count]] = defaultdict(lambda: defaultdict(Count))
    for (process, (kind, *_)), n, now in _read(sums, ("process", "about")):
        _add(found[process][kind], n, now)
    kinds = {kind: _together([counts.get(kind, Count()) for counts in found.values()]) for kind in KINDS}
    return Products(
        {kind: count for kind, count in kinds.items() if count.now or count.before},
        {process: dict(counts) for process, counts in found.items()},
    )


def read_detail(sums: Sums, kind: str) -> Detail:
    """Count the products of one kind by step, unit, version and outcome."""
    found = Detail()
    for (process, version, unit_id, about), n, now in _read(sums, ("process", "version", "unit_id", "about")):
        made, folder, element, status, outcome = about
        if made == kind:
            for count in (
                found.steps[folder, element], found.units[unit_id], found.versions[process, version],
                found.outcomes[process, status, outcome],
            ):  # fmt: skip
                _add(count, n, now)
    return found


def _read(sums: Sums, by: Columns) -> Iterator[tuple[tuple[Any, ...], int, bool]]:
    """(what it is told by, how many, whether in the period or in the one before)."""
    period = sums.asked.period
    for span, now in ((period, True), (period.before, False)):
        for *group, n in sums.of(Measure.MADE, by, span.from_on, span.to_on):
            yield tuple(group), n, now


def _add(count: Count, n: int, now: bool) -> None:
    if now:
        count.now += n
    else:
        count.before += n


def _together(counts: Iterable[Count]) -> Count:
    whole = Count()
    for count in counts:
        whole.now += count.now
        whole.before += count.before
    return whole
