"""The drawing as a map: what stands at each step of a process, what of it is late, and how long the step took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tasks.figures.parts import RUNS, Measure
from tasks.figures.spread import Spread
from tasks.figures.sums import Sums


@dataclass(slots=True)
class Step:
    """The figures of one step, by its path in the case's process."""

    part: str
    """the folder whose drawing has the step"""
    version: int
    element: str
    open: int = 0
    late: int = 0
    done: int = 0
    """completed in the period"""
    spread: Spread = field(default_factory=Spread)
    """calendar days from the opening of those to their completion"""


def read_steps(sums: Sums) -> Mapping[str, Step]:
    """The steps of one process (of one version of it when asked) that have anything to tell, by path."""
    found: dict[str, Step] = {}
    asked = sums.asked
    for (*place, _), n in sums.of(Measure.AT_STEP, ("about",)):
        _step(found, place).open += n
    for (*place, clock), n in sums.of(Measure.AT_STEP, ("about",), until=asked.today - timedelta(days=1)):
        _step(found, place).late += n if clock == RUNS else 0
    period = asked.period
    for place, took, n in sums.of(Measure.DONE, ("about", "days"), period.from_on, period.to_on):
        step = _step(found, place)
        step.done += n
        step.spread.add(took, n)
    return found


def _step(found: dict[str, Step], place: Sequence[str]) -> Step:
    """The step of a path, folder, version and element."""
    path, part, version, element = place
    return found.setdefault(path, Step(part, int(version), element))
