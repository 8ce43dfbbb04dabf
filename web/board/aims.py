"""Targets of the board in words."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.figures.targets import TARGETS, Target
from web import formats
from web.i18n import t

AIMS = {aim.figure: aim for aim in TARGETS}


@dataclass(frozen=True, slots=True)
class Told:
    """A target beside its figure: in words, whether it is met, and where it comes from."""

    words: str
    met: bool | None
    source: str
    borrowed: bool


def at(figure: str, number: int) -> str:
    """How much, in words: `enintään 30 päivää`, `vähintään 95 %`."""
    return t(f"board.target_{AIMS[figure].unit}", n=formats.number(number))


def told(target: Target | None, now: int | None) -> Told | None:
    """A target beside the figure as it is now; None where there is none."""
    if target is None:
        return None
    return Told(at(target.aim.figure, target.at), target.met(now), target.source, target.borrowed)
