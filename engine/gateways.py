"""Gateways: where tokens part and meet."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock

from engine.elements import Boundary, Element
from engine.errors import EngineError
from engine.spiff import WAITING, Token


class Exclusive(Element, stock.ExclusiveGateway):  # type: ignore[misc]
    """Takes the first flow whose condition is true, else the default one."""

    branches: tuple[tuple[Any, Any], ...] = ()
    otherwise: Any = None

    def next_elements(self, token: Token) -> tuple[Any, ...]:
        """The one flow taken; EngineError when no condition is true and there is no default."""
        run = token.workflow.top_workflow.script_engine
        for condition, spec in self.branches:
            if condition is None or run.holds(token, condition):
                return (spec,)
        if self.otherwise is None:
            raise EngineError(f"{self.name}: no condition is true and there is no default flow")
        return (self.otherwise,)


class Parallel(Element, stock.ParallelGateway):  # type: ignore[misc]
    """Waits for one token on each incoming flow, then sends one along each outgoing flow."""

    def remember(self, source: Token) -> dict[str, Any]:
        """A token that waits here remembers which flow it came along."""
        return {"from": source.task_spec.name} if len(self._inputs) > 1 else {}

    def _update_hook(self, token: Token) -> bool:
        if len(self._inputs) > 1:
            token._set_state(WAITING)
            here = oldest_by_flow(token)
            if len(here) < len(self._inputs):
                return False
            for other in here.values():  # one token of each flow goes into the join; later ones keep waiting
                if other is not token:
                    other.drop()
        return Element._update_hook(self, token)


def oldest_by_flow(token: Token) -> dict[str, Token]:
    """The first waiting token on each incoming flow of a join."""
    found: dict[str, Token] = {}
    for other in token.workflow.tasks.values():
        if other.task_spec is token.task_spec and other._state == WAITING and "from" in other.internal_data:
            found.setdefault(other.internal_data["from"], other)
    return found


class Inclusive(Element, stock.InclusiveGateway):  # type: ignore[misc]
    """Splits along every flow whose condition is true; joins what can still come (BPMN 2.0.2, table 13.3)."""

    joins_late = True
    branches: tuple[tuple[Any, Any], ...] = ()
    otherwise: Any = None
    # element name -> the flows into this gateway that a token there could still arrive on
    reach: dict[str, frozenset[str]]

    def remember(self, source: Token) -> dict[str, Any]:
        """A token that waits here remembers which flow it came along."""
        return {"from": source.task_spec.name}

    def _update_hook(self, token: Token) -> bool:
        if len(self._inputs) < 2:
            return Element._update_hook(self, token)
        token._set_state(WAITING)  # settled when the token that brought us here is done
        return False

    def settle(self, token: Token) -> None:
        """Go on when no token elsewhere could still arrive on a flow that has none."""
        here = oldest_by_flow(token)
        if here.get(token.internal_data["from"]) is not token or self.awaits(token, here.keys()):
            return
        for other in here.values():
            if other is not token:
                other.drop()
        Element._update_hook(self, token)
        token._ready()

    def awaits(self, token: Token, have: Set[str]) -> bool:
        """Whether a token elsewhere could still arrive on a flow that has none, and on none that has one (13.3)."""
        for other in token.workflow.live():
            spec, waits = other.task_spec, other._state == WAITING
            if waits and (spec is self or isinstance(spec, Boundary)):
                continue  # no token stands on a border: the one of its host counts, which may leave by it
            ahead = self.following if spec is self else (spec,)  # one that is through already may come back
            possible = frozenset[str]().union(*(self.reach.get(each.name, frozenset()) for each in ahead))
            if possible - have and not possible & have:
                return True
        return False

    def next_elements(self, token: Token) -> tuple[Any, ...]:
        """Every flow whose condition is true, else the default one; EngineError when there is none."""
        run = token.workflow.top_workflow.script_engine
        taken = tuple(spec for condition, spec in self.branches if condition is None or run.holds(token, condition))
        if not taken and self.otherwise is None:
            raise EngineError(f"{self.name}: no condition is true and there is no default flow")
        return taken or (self.otherwise,)


class Race(Element, stock.ParallelGateway):  # type: ignore[misc]
    """An event-based gateway: waits at every event behind it; the first one that happens ends the others."""

    races = True

    def remember(self, source: Token) -> dict[str, Any]:
        """Nothing: a gateway of events does not join."""
        return {}


class Gather(Element, stock.NoneTask):  # type: ignore[misc]
    """Stands before an activity that begins with several tokens (`startQuantity`) and waits until they are there."""

    number = 1

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False

    def _update_hook(self, token: Token) -> bool:
        token._set_state(WAITING)
        here = [t for t in token.workflow.tasks.values() if t.task_spec is self and t._state == WAITING]
        if len(here) < self.number:
            return False
        for other in here[: self.number]:
            if other is not token:
                other.drop()
        return True
