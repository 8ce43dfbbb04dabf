"""Customers' plans: how many are up to date, how many should have been made or renewed by now, and how that was before.

A plan is told by its deadlines (decision 0039): until one is due to be made, and until it is due to be renewed. Plan
debt (suunnitelmavelka) is what is past its day. What was is told backwards from now, by what began and ended since.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.register import MAKE, RENEW
from tasks.figures.board import mondays
from tasks.figures.parts import IN_TIME, LATE, Measure
from tasks.figures.sums import Sums

State = tuple[str, str]
"""make or renew, and in_time or late"""
DAY = timedelta(days=1)


@dataclass(slots=True)
class Plans:
    """How the plans of some cases stand."""

    current: int = 0
    """made, and renewed in time"""
    outdated: int = 0
    """made, but not renewed by the day"""
    missing: int = 0
    """not made by the day"""
    ahead: int = 0
    """not made yet, and the day is to come"""

    @property
    def debt(self) -> int:
        """Plans that should have been made or renewed by now."""
        return self.outdated + self.missing

    @property
    def share(self) -> float | None:
        """The share (0 to 1) of plans up to date, of those that there should be; None where there should be none."""
        due = self.current + self.debt
        return self.current / due if due else None

    @property
    def n(self) -> int:
        """How many deadlines of plans there are."""
        return self.current + self.debt + self.ahead

    @classmethod
    def of(cls, counts: Mapping[State, int]) -> Plans:
        """Out of the numbers by state."""
        return cls(counts[RENEW, IN_TIME], counts[RENEW, LATE], counts[MAKE, LATE], counts[MAKE, IN_TIME])


@dataclass(frozen=True, slots=True)
class Found:
    """Plans now, when the period began, at the end of each week, and now by process and unit."""

    all: Plans
    before: Plans
    weeks: tuple[tuple[date, Plans], ...]
    """by Monday: how it stood when the week ended, or today"""
    processes: Mapping[str, Plans]
    units: Mapping[int, Plans]


def read_plans(sums: Sums) -> Found:
    """Count the plans of what was asked."""
    asked = sums.asked
    everywhere: Counter[State] = Counter()
    processes: defaultdict[str, Counter[State]] = defaultdict(Counter)
    units: defaultdict[int, Counter[State]] = defaultdict(Counter)
    late: Counter[tuple[str, int, str]] = Counter()
    by = ("process", "unit_id", "about")
    for process, unit_id, (plan,), n in sums.of(Measure.PLAN, by, until=asked.today - DAY):
        late[process, unit_id, plan] = n
    for process, unit_id, (plan,), n in sums.of(Measure.PLAN, by):
        passed = late[process, unit_id, plan]
        for counts in (everywhere, processes[process], units[unit_id]):
            counts[plan, IN_TIME] += n - passed
            counts[plan, LATE] += passed
    return Found(
        Plans.of(everywhere), Plans.of(_began(sums, everywhere)), tuple(_weeks(sums, everywhere)),
        {process: Plans.of(counts) for process, counts in processes.items()},
        {unit: Plans.of(counts) for unit, counts in units.items()},
    )  # fmt: skip


def _began(sums: Sums, now: Counter[State]) -> Counter[State]:
    """How it stood in the evening before the period."""
    days, found = (sums.asked.period.from_on, sums.asked.today), Counter(now)
    for measure, sign in _BACK:
        for (plan, how), n in sums.of(measure, ("about",), *days):
            found[plan, how] += sign * n
    return found


def _weeks(sums: Sums, now: Counter[State]) -> Iterable[tuple[date, Plans]]:
    """How it stood in the evening of each Sunday, or of the last day so far."""
    today, weeks = sums.asked.today, mondays(sums.asked.period)
    changes: defaultdict[date, Counter[State]] = defaultdict(Counter)
    for measure, sign in _BACK:
        for on, (plan, how), n in sums.of(measure, ("on", "about"), weeks[0], today):
            changes[on][plan, how] += sign * n
    found, at, told = Counter(now), today, []
    for monday in reversed(weeks):
        while at > monday + 6 * DAY:
            found.update(changes.get(at, {}))
            at -= DAY
        told.append((monday, Plans.of(found)))
    return reversed(told)


_BACK = ((Measure.PLAN_FROM, -1), (Measure.PLAN_UNTIL, 1))
"""what is taken away and what is added when one goes back over a day"""
