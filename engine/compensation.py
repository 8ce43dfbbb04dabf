"""Compensation: what was completed is undone, the latest first, as the drawing says (BPMN 2.0.2, 10.7 and 13.5.5).

A level remembers the completed activities that can be undone. Undoing runs in a level of its own, made of the same
elements, under the event that asked for it; there it takes one record after the other. A record is `t` (the token that
did it: later ones began later), `e` (its element), for a sub-process `in` (what it remembered inside) and for one of
several `item` (what it was for). The data of an embedded sub-process is the case's own: nothing else has to be kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engine.elements import End, Inside, Throw
from engine.spiff import STARTED, Level, Token

Record = dict[str, Any]


class Undoing(Level):
    """A level in which completed activities are undone, one after the other; the last of `plan` is under way."""

    undoing = True

    def __init__(self, spec: Any, host: Token, scope: str, prefix: str) -> None:
        super().__init__(spec, host, scope, prefix)
        self.plan: list[Record] = []

    def stops(self, token: Token) -> bool:
        """What undoes is joined by associations, not by flows."""
        return True

    def _task_completed_notify(self, task: Token) -> None:
        if self.completed or any(not token.task_spec.listens for token in self.live()):
            return
        if self.plan:
            self.plan.pop()
        if self.plan:
            self.go_on()
        else:
            super()._task_completed_notify(task)

    def go_on(self) -> None:
        """Undo the last record of the plan: by its own undoing, else whatever was completed inside it."""
        record = self.plan[-1]
        spec = self.spec.task_specs[record["e"]]
        if "in" not in record:
            spec.undo._update(Token(self, spec.undo))
        elif spec.inner is not None:  # a repeated one: each of its instances in turn
            self.plan[-1:] = _in_order(record["in"])
            self.go_on()
        else:
            self._go_inside(spec, record)

    def _go_inside(self, spec: Any, record: Record) -> None:
        host = Token(self, spec, None, STARTED)
        if "item" in record:
            host.internal_data["item"] = record["item"]
        inner = Undoing(self.top_workflow.subprocess_specs[spec.spec], host, self.scope, self.prefix)
        if inner.spec.undoer is not None:  # it says itself how it is undone, and may ask for what is in it
            inner.undo = record["in"]
            inner.spec.undoer._update(Token(inner, inner.spec.undoer))
        else:
            inner.plan = _in_order(record["in"])
            inner.go_on()


def _in_order(records: Iterable[Record]) -> list[Record]:
    """By when they began: whatever depends on another began after it (13.5.5)."""
    return sorted(records, key=lambda record: int(record["t"]))


def begin(host: Token, level: Any, records: list[Record]) -> None:
    """Undo records of a level under a token, which goes on when all is done."""
    host._set_state(STARTED)
    undoing = Undoing(level.spec, host, level.scope, level.prefix)
    undoing.plan = _in_order(records)
    undoing.go_on()


def visible(level: Any) -> list[Any]:
    """The levels that compensation asked for in a level concerns: its own, and the one around an event sub-process."""
    found = [level]
    while level.host is not None and level.host.task_spec.node.event_triggered:
        level = level.host.workflow
        found.append(level)
    return found


class _Undo:
    """An event that asks for compensation, of one activity or of all that are visible."""

    def _update_hook(self, token: Token) -> bool:
        super()._update_hook(token)  # type: ignore[misc]
        event = self.node.event  # type: ignore[attr-defined]
        then = []
        for up, level in enumerate(visible(token.workflow)):
            taken = [record for record in level.undo if event.ref in ("", record["e"])]
            level.undo = [record for record in level.undo if event.ref not in ("", record["e"])]
            if taken:
                then.append([up, taken])
        if not then:
            return True
        host = token
        if not event.waits:  # the event passes, and what is undone keeps its level open
            host = Token(token.workflow, self, None, STARTED)
            host.internal_data["aside"] = 1
        host.internal_data["then"] = then
        self._next(host)
        return not event.waits

    def _next(self, token: Token) -> None:
        up, records = token.internal_data["then"][0]
        begin(token, visible(token.workflow)[up], records)

    def emptied(self, token: Token) -> None:
        """What one level remembered is undone: go on with the one around it, or with the flow."""
        token.internal_data["then"].pop(0)
        if token.internal_data["then"]:
            self._next(token)
        else:
            token._resume()

    def _run_hook(self, token: Token) -> bool:
        return "aside" in token.internal_data or bool(super()._run_hook(token))  # type: ignore[misc]

    def next_elements(self, token: Token) -> tuple[Any, ...]:
        """Nothing follows what runs aside."""
        return () if "aside" in token.internal_data else super().next_elements(token)  # type: ignore[misc]


class UndoThrow(_Undo, Throw):
    """An intermediate event that asks for compensation."""


class UndoEnd(_Undo, End):
    """An end event that asks for compensation."""


class Transaction(Inside):
    """A sub-process that may be cancelled: then everything completed in it is undone, and it is left by that border."""

    def emptied(self, token: Token) -> None:
        """All inside is done, or undone."""
        if "cancelled" not in token.internal_data:
            super().emptied(token)
            return
        event = next(child for child in token.children if child.task_spec.node.event.kind == "cancel")
        event.task_spec.fire(event)


class CancelEnd(End):
    """An end event that cancels the transaction around it (10.3.5, 13.3.3)."""

    def _run_hook(self, token: Token) -> bool:
        level = token.workflow
        while not isinstance(level.host.task_spec, Transaction):
            level = level.host.workflow
        host, records = level.host, gathered(level)
        for child in host.children:
            if child.task_spec.node.event.kind != "cancel":
                child.cancel()
        level.abandon()
        level.top_workflow.subprocesses.pop(host.id, None)
        host.internal_data["cancelled"] = 1
        if records:
            begin(host, level, records)
        else:
            host.task_spec.emptied(host)
        return True


def gathered(level: Any) -> list[Record]:
    """All that was completed in a level and can be undone, however deep, also inside what is under way."""
    records = list(level.undo) + list(_owed(level, level))
    under_way = level.plan[-1:] if level.undoing else []
    for token in level.live():
        inner = level.top_workflow.subprocesses.get(token.id)
        if "then" in token.internal_data or (inner is not None and inner.called):
            continue  # counted already; what a called part did is undone by what undoes the call
        inside = token.internal_data.get("undo", []) if inner is None else gathered(inner)
        if inside:
            record = {"t": token.id, "e": token.task_spec.name, "in": inside}
            records.append(record | {k: token.internal_data[k] for k in ("item",) if k in token.internal_data})
            under_way = [] if inner is not None and inner.undoing else under_way
    return records + (level.plan[:-1] + under_way if level.undoing else [])


def _owed(level: Any, target: Any) -> Iterator[Record]:
    """What events of a level, or of handlers in it, have taken from another one to undo and have not undone yet."""
    for token in level.live():
        inner = level.top_workflow.subprocesses.get(token.id)
        if "then" in token.internal_data:
            for place, (up, records) in enumerate(token.internal_data["then"]):
                if visible(level)[up] is target:  # the first of them is under way
                    yield from records if place else gathered(inner)
        elif inner is not None and token.task_spec.node.event_triggered:
            yield from _owed(inner, target)
