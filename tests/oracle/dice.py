"""Where a drawing's choices come from: a seed, hypothesis (which shrinks them), or a list of choices made before."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Gives numbers below a bound, from `roll`; 0 is always the plainest choice."""

    def __init__(self, roll: Callable[[int], int]) -> None:
        self._roll = roll
        self.rolled: list[int] = []

    @classmethod
    def of_seed(cls, seed: int | str) -> Dice:
        """The same choices for the same seed."""
        return cls(random.Random(seed).randrange)

    @classmethod
    def of_list(cls, choices: Sequence[int]) -> Dice:
        """Choices made before; the plainest ones when they run out."""
        left = iter(choices)
        return cls(lambda most: min(next(left, 0), most - 1))

    def below(self, most: int) -> int:
        """A number from 0 to most - 1."""
        number = self._roll(most)
        self.rolled.append(number)
        return number

    def pick(self, things: Sequence[T]) -> T:
        """One of several things."""
        return things[self.below(len(things))]

    def chance(self, percent: int) -> bool:
        """True about so often."""
        return self.below(100) >= 100 - percent
