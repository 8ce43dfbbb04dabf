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
    """A call got no usable answer: a reason of REASONS and its detail, never data of a case or an answer.

    `final` when trying again by itself can not help.
    """

    def __init__(self, reason: str, detail: object = "", *, final: bool = False) -> None:
        self.reason = reason
        self.final = final
        super().__init__(f"{reason}: {detail}")


REASONS = (
    "no_service", "certificates", "no_answer", "status", "redirect", "no_json", "too_large", "no_code", "form",
    "uncaught", "program",
)  # fmt: skip
"""Why a call failed; web/translations/calls.toml puts each in words."""

Caller = Callable[[Call], Answer]
"""Makes one call; raises CallFailed."""
