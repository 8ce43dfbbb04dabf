"""Who does a command: a person, or the house itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person by id and name, and the way in: web, cli, clock, story or api; without an id it is the house itself."""

    user_id: int | None
    name: str
    via: str = "web"

    @property
    def house(self) -> bool:
        """Whether no person stands behind the command (the clock, the first set-up)."""
        return self.user_id is None


CLOCK = Actor(None, "clock", "clock")
