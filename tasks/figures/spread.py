"""How long things took: numbers of days with how often each occurred, and what is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil

BARS = (7, 14, 21, 30, 45, 60, 90, 120, 180, 365)
"""Upper ends, in days, of the bars of a distribution; the last bar has what took longer."""


ENOUGH = 10
"""From so many on a distribution is compared with another; fewer tell of single cases."""


@dataclass(slots=True)
class Spread:
    """A distribution of whole days. A share of it is told by nearest rank: always a number that really occurred."""

    counts: Counter[int] = field(default_factory=Counter)

    def add(self, days: int, times: int = 1) -> None:
        """One more case, or several alike."""
        self.counts[days] += times

    @property
    def n(self) -> int:
        """How many there are."""
        return self.counts.total()

    @property
    def enough(self) -> bool:
        """Whether there are enough to compare it with another."""
        return self.n >= ENOUGH

    def at(self, share: float) -> int | None:
        """The smallest number of days within which at least this share (0 < share <= 1) was done; None of nothing."""
        wanted, seen = ceil(round(share * self.n, 9)), 0
        for days in sorted(self.counts):
            seen += self.counts[days]
            if seen >= wanted:
                return days
        return None

    @property
    def median(self) -> int | None:
        """Half was done within so many days."""
        return self.at(0.5)

    @property
    def p90(self) -> int | None:
        """Nine in ten were done within so many days."""
        return self.at(0.9)

    def bars(self) -> tuple[int, ...]:
        """How many took up to each of `BARS`, and longer."""
        found = [0] * (len(BARS) + 1)
        for days, times in self.counts.items():
            found[next((number for number, end in enumerate(BARS) if days <= end), len(BARS))] += times
        return tuple(found)


def together(spreads: Iterable[Spread]) -> Spread:
    """Several distributions as one."""
    found = Spread()
    for spread in spreads:
        found.counts.update(spread.counts)
    return found
