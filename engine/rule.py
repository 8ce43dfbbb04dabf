"""What a date is computed from and what comes out: Rule, Pause, Computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.errors import DeadlineError
from engine.said import say

KINDS = ("statutory", "agreed", "target")
UNITS = ("days", "working days", "weeks", "months", "years")
DIRECTIONS = ("after", "before")
ROLLS = ("forward", "target", "backward", "period")
# A century in days: longer is a slip of the pen, and would make a trace that nobody reads.
LONGEST = 36_600

TraceStep = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One deadline rule in the version that holds on the event date.

    DeadlineError for a value that is not in the lists above. `version` reads "pay_subsidy@3", or "" for a rule of no
    published version; `length` counts in `unit`.
    """

    name: str
    length: int
    unit: str = "days"
    roll: str = "forward"
    direction: str = "after"
    inclusive: bool = False
    kind: str = "statutory"
    process: str = ""
    version: str = ""
    law: str = ""
    statute: str = ""
    doubt: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        _one_of("kind", self.kind, KINDS)
        _one_of("unit", self.unit, UNITS)
        _one_of("direction", self.direction, DIRECTIONS)
        _one_of("roll", self.roll, ROLLS)
        if type(self.length) is not int or not 0 <= self.length <= LONGEST:
            raise DeadlineError(
                say(
                    "length {length!r} of {name!r}: expected a whole number from 0 to {most}",
                    length=self.length,
                    name=self.name,
                    most=LONGEST,
                )
            )

    @property
    def before(self) -> bool:
        """Whether the count goes back from the event; `backward` always does (formats.md 16)."""
        return self.direction == "before" or self.roll == "backward"

    def to_step(self) -> TraceStep:
        """The rule as the trace's step `rule`."""
        return {
            "step": "rule",
            "name": self.name,
            "process": self.process,
            "version": self.version,
            "law": self.law,
            "kind": self.kind,
            "length": self.length,
            "unit": self.unit,
            "direction": self.direction,
            "roll": self.roll,
            "inclusive": self.inclusive,
            "statute": self.statute,
            "doubt": self.doubt,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
        }

    @classmethod
    def from_step(cls, step: Mapping[str, Any]) -> Rule:
        """The rule that `to_step` wrote."""
        facts = {name: step[name] for name in step if name not in ("step", "valid_from", "valid_to")}
        return cls(**facts, valid_from=_day(step.get("valid_from")), valid_to=_day(step.get("valid_to")))


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not run: from a day until the day it resumes, or None while it stands still."""

    from_on: date
    to_on: date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.to_on is not None and self.to_on < self.from_on:
            raise DeadlineError(
                say("a pause from {from_on} cannot end before it, on {to_on}", from_on=self.from_on, to_on=self.to_on)
            )


@dataclass(frozen=True, slots=True)
class Computed:
    """A date and why it is that date.

    `legal_on` is what late, escalation and figures go by, `target_on` what lists sort and remind by (formats.md 13).
    While a pause is open, `paused_on` is its day and `remaining` what was left then: working days for a rule in working
    days, days for every other; the dates are those of a resumption on the same day.
    """

    event_on: date
    nominal_on: date
    legal_on: date
    target_on: date
    paused_on: date | None
    remaining: int | None
    trace: tuple[TraceStep, ...]

    @property
    def due_on(self) -> date:
        """The day that people see: the target of an authority's duty, else the legal day (they are then the same)."""
        return self.target_on

    def answer(self) -> dict[str, Any]:
        """The JSON object of `asiavirta date`: from, nominal, due, trace."""
        return {
            "from": self.event_on.isoformat(),
            "nominal": self.nominal_on.isoformat(),
            "due": self.due_on.isoformat(),
            "trace": list(self.trace),
        }


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise DeadlineError(
            say(
                "{what} {value!r} is not known, expected one of: {names}",
                what=what,
                value=value,
                names=", ".join(allowed),
            )
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
