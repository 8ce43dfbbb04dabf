"""Targets beside the figures of the board: what an area aims at, and where it got the number from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.errors import InvalidValue

LONGEST_SOURCE = 200


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure that may have a target."""

    figure: str
    unit: str
    """days, percent, cases or plans"""
    at_most: bool
    """whether less is better"""
    least: int = 0

    def setting(self, process: str = "") -> str:
        """The name of the area's setting, for one process or for all of them."""
        return f"targets.{self.figure}.{process}" if process else f"targets.{self.figure}"


TARGETS = (
    Aim("in_time", "percent", at_most=False),
    Aim("median", "days", at_most=True, least=1),
    Aim("p90", "days", at_most=True, least=1),
    Aim("late", "cases", at_most=True),
    Aim("plan_share", "percent", at_most=False),
    Aim("plan_debt", "plans", at_most=True),
)
"""Late by law has none: the law itself says none."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an area aims at with one figure."""

    aim: Aim
    at: int
    source: str
    """where the number was decided"""
    borrowed: bool
    """whether it was decided for somebody else, and is only compared with"""

    def met(self, now: int | float | None) -> bool | None:
        """Whether a figure (days, cases or percent) reaches it; None where there is no figure."""
        if now is None:
            return None
        return now <= self.at if self.aim.at_most else now >= self.at

    @staticmethod
    def kept(at: int, typed: Mapping[str, str]) -> dict[str, Any]:
        """A target as it is kept in a setting; InvalidValue when its source is missing or too long."""
        source = typed.get("source", "").strip()
        if not source:
            raise InvalidValue("source", "missing", "a target needs its source")
        if len(source) > LONGEST_SOURCE:
            raise InvalidValue(
                "source", "length", f"expected at most {LONGEST_SOURCE} characters", {"n": LONGEST_SOURCE}
            )
        return {"at": at, "source": source, "borrowed": typed.get("borrowed") == "yes"}


def of(areas: Sequence[Mapping[str, Any]], process: str = "") -> dict[str, Target]:
    """The targets by figure out of what is in force in each area of a view; a process's own goes before that of all.

    Where areas seen together aim at different things there is no common target.
    """
    found = {}
    for aim in TARGETS:
        each = [_of_one(values, aim, process) for values in areas]
        if each and each[0] is not None and all(target == each[0] for target in each):
            found[aim.figure] = each[0]
    return found


def _of_one(values: Mapping[str, Any], aim: Aim, process: str) -> Target | None:
    own = values.get(aim.setting(process)) if process else None
    kept = own or values.get(aim.setting())
    return Target(aim, kept["at"], kept["source"], kept["borrowed"]) if kept else None
