"""The complex gateway: opens when its condition is true, then takes what still comes and opens a second time (13.4.5).

While it waits to be reset, a token of its own stands on it that remembers which flows were used (`used`); it is the one
that goes on at the reset.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from engine.elements import Element
from engine.errors import EngineError
from engine.gateways import Inclusive, oldest_by_flow
from engine.spiff import WAITING, Token


class Complex(Inclusive):
    """Two phases, each with its own conditions on the flows that leave it; they may ask for `waitingForStart`."""

    activates = True
    activation: Any = None
    # the element in front of each flow in -> the flow's id
    entries: dict[str, str]

    def _update_hook(self, token: Token) -> bool:
        token._set_state(WAITING)
        return False

    def settle(self, token: Token) -> None:
        """Open when the condition is true; be reset when nothing is expected on the flows that were not used."""
        here = [t for t in token.workflow.tasks.values() if t.task_spec is self and t._state == WAITING]
        reset = next((other for other in here if "used" in other.internal_data), None)
        if reset is token:
            self._reset(token)
        elif reset is None and here[0] is token and self._active(token, here):
            self._open(token)

    def _active(self, token: Token, here: list[Token]) -> bool:
        counts = Counter(other.internal_data["from"] for other in here)
        names: dict[str, Any] = {id: Decimal(counts[source]) for source, id in self.entries.items()}
        names["activationCount"] = Decimal(len(here))
        run = token.workflow.top_workflow.script_engine
        return self.activation is None or bool(run.holds(token, self.activation, names))

    def _open(self, token: Token) -> None:
        used = oldest_by_flow(token)
        for other in used.values():
            if other is not token:
                other.drop()
        token.internal_data = {"phase": "start"}
        Token(token.workflow, self, None, WAITING).internal_data["used"] = list(used)
        Element._update_hook(self, token)
        token._ready()

    def _reset(self, token: Token) -> None:
        used = set(token.internal_data["used"])
        here = {source: other for source, other in oldest_by_flow(token).items() if source not in used}
        if self.awaits(token, used | here.keys()):
            return
        for other in here.values():
            other.drop()
        token.internal_data = {"phase": "reset"}
        Element._update_hook(self, token)
        token._ready()

    def next_elements(self, token: Token) -> tuple[Any, ...]:
        """Every flow whose condition is true, else the default one; EngineError when there is none at the opening."""
        run = token.workflow.top_workflow.script_engine
        start = token.internal_data["phase"] == "start"
        names = {"waitingForStart": start}
        taken = tuple(s for condition, s in self.branches if condition is None or run.holds(token, condition, names))
        if taken or self.otherwise is not None:
            return taken or (self.otherwise,)
        if start:
            raise EngineError(f"{self.name}: no condition is true and there is no default flow")
        return ()
