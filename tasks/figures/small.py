"""Small groups: what is told of groups of people to those who may not open their cases, so as to single out nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")

FEWEST = 5
"""A group with fewer, but not none, is not told."""


def too_small(groups: Mapping[K, int], smallest: int = FEWEST) -> frozenset[K]:
    """The groups that are hidden: those below `smallest`, and as many others that nobody finds them by subtraction.

    What is hidden together must be at least two groups and at least `smallest`, as far as there are others to hide.
    """
    rising = sorted(groups, key=lambda group: (groups[group], str(group)))
    hidden = [group for group in rising if groups[group] < smallest]
    if not hidden:
        return frozenset()
    for group in rising[len(hidden) :]:
        if len(hidden) > 1 and sum(groups[each] for each in hidden) >= smallest:
            break
        hidden.append(group)
    return frozenset(hidden)


def told(groups: Mapping[K, int]) -> dict[K, int | None]:
    """The groups of a table whose total is known, None for those held back; an empty group is told."""
    hidden = too_small({key: n for key, n in groups.items() if n})
    return {key: None if key in hidden else n for key, n in groups.items()}


def total(n: int) -> int | None:
    """A sum; None when it is that of a small group itself."""
    return None if 0 < n < FEWEST else n
