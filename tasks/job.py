"""What a call to an outside system is told and what comes back: plain data, no network (web/outside.py has it)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks.errors import TasksError


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make; `id` is the same at every attempt, and the service must do its work once for it."""

    case_id: int
    number: int
    case_number: str
    service: str
    inputs: Mapping[str, Any]
    attempts: int

    @property
    def id(self) -> str:
        """The idempotency key."""
        return f"{self.case_id}-{self.number}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered: data for the step's form, or the code of an error that it declares."""

    data: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""


class CallFailed(TasksError):
    """A call got no usable answer; `final` when trying again by itself can not help."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        self.final = final
        super().__init__(message)


Caller = Callable[[Call], Answer]
"""Makes one call; raises CallFailed."""
