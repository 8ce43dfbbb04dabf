"""What was ordered and goes on in the background: a rehearsal, a move; how far it has come, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from web.i18n import t


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order has come: its state in words, how many are done, and how many there are of each end."""

    title: str
    words: str
    done: int
    total: int
    told: Sequence[tuple[str, int]]
    under_way: bool


def progress(
    title: str, done_of: str, state_words: str, counts: Mapping[str, int], order: Sequence[str], *, under_way: bool
) -> Progress:
    """The progress of an order from its counts by state; `done_of` and `state_words` are ids of texts."""
    total = sum(counts.values())
    done = total - counts.get("waiting", 0)
    told = [(t(f"{state_words}{state}"), counts[state]) for state in order if counts.get(state)]
    return Progress(title, t(done_of, done=done, total=total), done, total, told, under_way)
