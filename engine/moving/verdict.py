"""What moving a case would do: the reasons why it cannot be, or the new state and what changes in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.result import Result

REASONS = (
    "element_lost", "element_kind", "element_moved", "event_kind", "called_other", "repetition", "no_items",
    "completed_lost", "completed_kind", "join_flow", "join_starved", "join_full", "not_together",
    "race_lost", "data_type", "party_lost", "undo_lost", "undoing", "refused",
)  # fmt: skip
EFFECTS = (
    "renamed", "armed", "disarmed", "entered", "left", "repeated", "role", "form", "draft", "never_asked",
    "date_unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a case cannot be moved: one of REASONS, the element's path in the old version, and what was found."""

    code: str
    path: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """What else changes for a case that is moved: one of EFFECTS, the element's path in the new version, and facts."""

    code: str
    path: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """A move of one case: its result on the new version, or None with the reasons; scopes that have another id now.

    `calls` are the paths of service tasks whose answer is awaited, by the ids of their jobs.
    """

    result: Result | None
    reasons: tuple[Reason, ...] = ()
    effects: tuple[Effect, ...] = ()
    scopes: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, str] = field(default_factory=dict)

    @property
    def possible(self) -> bool:
        """Whether nothing speaks against it."""
        return self.result is not None and not self.reasons
