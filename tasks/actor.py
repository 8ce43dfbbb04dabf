"""Who does a command: a person, or the house itself."""

from __future__ import annotations

from dataclasses import dataclass

PERSONAL = frozenset(("web", "api"))
"""Ways in where a person always stands behind a command: the house itself never comes through them."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person by id and name, and the way in: web, cli, clock, story or api; without an id it is the house itself."""

    user_id: int | None
    name: str
    via: str = "web"

    def __post_init__(self) -> None:
        if self.user_id is None and self.via in PERSONAL:
            raise ValueError(f"nobody acts through {self.via} without being a person")

    @property
    def house(self) -> bool:
        """Whether no person stands behind the command (the clock, the first set-up)."""
        return self.user_id is None


CLOCK = Actor(None, "clock", "clock")
