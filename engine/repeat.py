"""Repeated activities: over the items of a collection, together or one after the other, or round by round."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock

from engine.elements import Element, throw, throw_from
from engine.spiff import LIVE, READY, STARTED, Token


class Repeat(Element, stock.ParallelMultiInstanceTask):  # type: ignore[misc]
    """A multi-instance activity: one token of its inner element for each item, together or one after the other."""

    inner: Any = None
    # What is thrown when an instance is done: ("each", "first" or "when", a condition, the kind, the code).
    throws: tuple[tuple[str, Any, str, str], ...] = ()

    def _update_hook(self, token: Token) -> bool:
        Element._update_hook(self, token)
        multi = self.node.multi
        assert multi is not None
        items = token.workflow.top_workflow.script_engine.items(token)
        if not items:
            return True
        token._set_state(STARTED)
        now, later = (items[:1], items[1:]) if multi.sequential else (items, [])
        token.internal_data |= {"rest": later, "n": len(items)}
        for item in now:
            self._start(token, item)
        return False

    def _start(self, token: Token, item: dict[str, Any]) -> None:
        child = Token(token.workflow, self.inner, token)
        child.internal_data["item"] = item
        self.inner._update(child)

    def item_done(self, token: Token, child: Token) -> None:
        """One item is done: start the next, or go on when all are done or the completion condition is true."""
        run = token.workflow.top_workflow.script_engine
        rest = token.internal_data["rest"]
        left = [other for other in token.children if "item" in other.internal_data]
        names = _numbers(token, len(left), len(rest)) if self.throws or self.until is not None else {}
        for when, condition, kind, code in self.throws:
            due = names["numberOfCompletedInstances"] == 1 if when == "first" else when == "each"
            if due or (condition is not None and run.holds(child, condition, names)):
                (throw if kind == "signal" else throw_from)(token, kind, code)
        if not token._state & LIVE:  # what was thrown has ended it
            return
        left = [other for other in left if other._state & LIVE]
        if self.until is not None and run.holds(child, self.until, names):
            for other in left:
                other.cancel()
        elif rest:
            token.internal_data["rest"] = rest[1:]
            self._start(token, rest[0])
            return
        elif left:
            return
        if token._state != READY:
            token._resume()


def _numbers(token: Token, active: int, waiting: int) -> dict[str, Decimal]:
    """The counts of BPMN 2.0.2, table 10.30; of states kept before the number was noted, what is left counts."""
    total = int(token.internal_data.get("n", active + waiting + 1))
    counts = {"numberOfInstances": total, "numberOfActiveInstances": active}
    counts |= {"numberOfCompletedInstances": total - active - waiting, "numberOfTerminatedInstances": 0}
    return {name: Decimal(count) for name, count in counts.items()}


class Loop(Element, stock.ParallelMultiInstanceTask):  # type: ignore[misc]
    """An activity with a loop marker: one token of its inner element at a time, while the condition is true."""

    inner: Any = None
    condition: Any = None

    def _update_hook(self, token: Token) -> bool:
        Element._update_hook(self, token)
        loop = self.node.loop
        assert loop is not None
        if loop.before and not self._again(token, 0):
            return True
        token._set_state(STARTED)
        self._round(token, 1)
        return False

    def _again(self, token: Token, rounds: int) -> bool:
        loop = self.node.loop
        assert loop is not None
        if loop.maximum is not None and rounds >= loop.maximum:
            return False
        return self.condition is None or bool(token.workflow.top_workflow.script_engine.holds(token, self.condition))

    def _round(self, token: Token, number: int) -> None:
        child = Token(token.workflow, self.inner, token)
        child.internal_data["round"] = number
        self.inner._update(child)

    def item_done(self, token: Token, child: Token) -> None:
        """A round is done: begin the next, or go on when the condition is no longer true or the maximum is reached."""
        number = child.internal_data["round"]
        if self._again(token, number):
            self._round(token, number + 1)
        else:
            token._resume()
