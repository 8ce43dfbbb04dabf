"""Whether the sums are what a plain recomputation of every case says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from engine.calendar import Calendar
from tasks.figures import kept, parts
from tasks.figures.kept import Packed
from tasks.figures.parts import MONTHLY, Measure
from tasks.models import FigureCase, FigureSum

BATCH = 2000
"""cases that are looked at together"""
Totals = Counter[tuple[int, int, int]]
"""(measure, span, key) -> how many"""


def differences(connection: Connection, calendar: Calendar) -> list[str]:
    """What is wrong, one sentence each; cases that have changed since they were added are not looked at.

    The connection comes from `Database.snapshot`.
    """
    names = kept.every_key(connection)
    measures = {id: key.measure for key, id in names.items()}
    ids = list(connection.execute(select(FigureCase.case_id).order_by(FigureCase.case_id)).scalars())
    changed = set(kept.changed(connection, None))
    found: list[str] = []
    totals: Totals = Counter()
    for some in (ids[at : at + BATCH] for at in range(0, len(ids), BATCH)):
        before = kept.added(connection, some)
        for packed in before.values():
            _count(totals, packed, measures)
        for case in parts.read(connection, set(some) - changed, calendar):
            wanted = {
                (names.get(part.key, 0), part.on.toordinal(), part.days, part.working): n
                for part, n in case.parts.items()
            }
            if wanted != before[case.id]:
                found.append(f"case {case.id} has added something else than what it is")
    return found + list(_wrong(connection, totals))


def _count(totals: Totals, packed: Packed, measures: dict[int, Measure]) -> None:
    for (key, _, _, _), n in packed.items():
        measure = measures[key]
        totals[int(measure), 0, key] += n
        if measure in MONTHLY:
            totals[int(measure), 1, key] += n


def _wrong(connection: Connection, totals: Totals) -> Iterator[str]:
    by = (FigureSum.measure, FigureSum.span, FigureSum.key_id)
    rows = connection.execute(select(*by, func.sum(FigureSum.n)).group_by(*by))
    summed = {(measure, span, key): int(n) for measure, span, key, n in rows}
    for at in sorted(totals.keys() | summed.keys()):
        if totals[at] != summed.get(at, 0):
            yield f"key {at[2]}, span {at[1]}: the sum is {summed.get(at, 0)}, the cases have added {totals[at]}"
