"""How likely an open deadline is to be missed, and on what that is based: how like cases went from here.

Like cases are those whose deadline of the same name and rule had its legal day in the last year and which, with as many
days left as this one has, stood at the same step. The share of them that were late is the estimate; it is always told
with its two numbers. Where there are fewer than `FEWEST` at the same step, those at any step are taken; where there are
fewer still, nothing is said. Nothing about a customer goes into it: no trait, only days and steps.

What counts is when the legal day was, not when the case went on. By then it is known of every deadline whether it was
met, of those that still stand as well. Counted by the day on which they ended, the late ones are those that one has not
heard of yet, and the estimate is too low whenever there is more work or less time than before (decision 0036).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

FEWEST = 10
"""like cases that an estimate needs"""
SPAN = 366
"""days of history that it looks at"""


@dataclass(frozen=True, slots=True)
class Past:
    """A deadline that ended, and one step that its case stood at meanwhile (days are counted towards the legal day)."""

    part: str
    name: str
    rule: str
    """`rule` of the deadline: another length is another deadline"""
    step: str
    """the path of the step; "" for the whole time of the deadline"""
    opened: int
    """days left when the step opened"""
    left: int
    """days left when the step was done; negative after the legal day"""
    missed: bool
    n: int = 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """So many of so many like cases were late."""

    late: int
    like: int
    at_step: bool
    """whether the like cases stood at the same step; otherwise anywhere"""

    @property
    def share(self) -> float:
        """The estimate, 0 to 1."""
        return self.late / self.like


Where = tuple[str, str, str, str]
"""(folder, name, rule, path of the step); an empty path for the whole time of the deadline"""


def rule(kind: str, length: object, unit: object) -> str:
    """What makes deadlines of one name alike: their kind and length, such as "statutory 21 days"."""
    return f"{kind} {length} {unit}"


class Experience:
    """What is remembered of how deadlines ended: how many stood somewhere from, and until, so many days were left.

    Those that stood there with n days left had opened with n or more, and were not done with more than n.
    """

    def __init__(self, past: Iterable[Past] = ()) -> None:
        self._opened: defaultdict[tuple[Where, bool], Counter[int]] = defaultdict(Counter)
        self._done: defaultdict[tuple[Where, bool], Counter[int]] = defaultdict(Counter)
        self._found: dict[tuple[Where, int], tuple[int, int]] = {}
        for row in past:
            where = (row.part, row.name, row.rule, row.step)
            self.opened(where, row.opened, missed=row.missed, n=row.n)
            self.done(where, row.left, missed=row.missed, n=row.n)

    def opened(self, where: Where, left: int, *, missed: bool, n: int) -> None:
        """So many steps opened with so many days left, of deadlines that were missed or not."""
        self._opened[where, missed][left] += n

    def done(self, where: Where, left: int, *, missed: bool, n: int) -> None:
        """So many of them were done with so many days left."""
        self._done[where, missed][left] += n

    def estimate(self, part: str, name: str, rule: str, step: str, left: int) -> Estimate | None:
        """The estimate for a deadline with so many days left whose case stands at a step; None without enough."""
        for path in (step, "") if step else ("",):
            late, like = self._like((part, name, rule, path), left)
            if like >= FEWEST:
                return Estimate(late, like, at_step=bool(path))
        return None

    def _like(self, where: Where, left: int) -> tuple[int, int]:
        """(late, all) of those that stood there with so many days left."""
        found = self._found.get((where, left))
        if found is None:
            late, in_time = (self._stood(where, missed, left) for missed in (True, False))
            found = self._found[where, left] = (late, late + in_time)
        return found

    def _stood(self, where: Where, missed: bool, left: int) -> int:
        opened = self._opened.get((where, missed), Counter[int]())
        done = self._done.get((where, missed), Counter[int]())
        came = sum(n for days, n in opened.items() if days >= left)
        return came - sum(n for days, n in done.items() if days > left)


def days_left(on: date, legal_on: date) -> int:
    """Days from a day to the legal day; negative after it."""
    return (legal_on - on).days
