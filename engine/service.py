"""Service tasks: the engine orders a call and waits; a worker makes it and brings the answer back (tasks/jobs.py)."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock

from engine.elements import Element, repeated, throw_from
from engine.errors import StepError
from engine.spiff import WAITING, Token


class Service(Element, stock.ServiceTask):  # type: ignore[misc]
    """A call to an outside system: ordered when a token arrives, done when its answer does."""

    calls = True

    def _update_hook(self, token: Token) -> bool:
        Element._update_hook(self, token)
        token._set_state(WAITING)
        token.workflow.top_workflow.script_engine.order(token)
        return False


def awaited(token: Token | None, id: str) -> Token:
    """The token that waits for the answer of a call; StepError when the call is over."""
    if token is None or token._state != WAITING or not token.task_spec.calls:
        raise StepError(f"no call waits for an answer at {id}")
    return token


def fail(token: Token, code: str) -> None:
    """The call ended in an error that its service declares: thrown at the step; EngineError when nothing catches it."""
    holder: Any = token.parent if repeated(token) else token
    throw_from(holder, "error", code)
