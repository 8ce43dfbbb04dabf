"""A BPMN drawing as plain data: nodes, flows, lanes and messages, independent of any file and of any engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from engine.notation import ACTIVITIES, LEVELS
from engine.said import Said

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Event:
    """What an event reacts to or throws: its kind, the id it refers to, and a timer's or a condition's expression.

    One that asks for compensation `waits` until all is undone, unless the drawing says otherwise.
    """

    kind: str
    ref: str = ""
    timer: str = ""
    text: str = ""
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Multi:
    """How a task is repeated over a collection: FEEL for the collection or the number, the item's name, the order.

    `throws` are the events thrown when an instance is done: ("each", "first" or "when", FEEL, the event).
    """

    collection: str
    cardinality: str
    item: str
    sequential: bool
    until: str
    throws: tuple[tuple[str, str, Event], ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """How an activity is repeated round by round: while FEEL is true, at most so often, asked first or after."""

    condition: str
    maximum: int | None
    before: bool


@dataclass(frozen=True, slots=True)
class AdHoc:
    """How an ad-hoc sub-process goes: one step at a time or not, FEEL for its end, what the end does to the rest."""

    sequential: bool
    until: str
    cancels: bool


@dataclass(frozen=True, slots=True)
class Node:
    """One element of the flow; `parent` is the sub-process it lies in, "" at the main level."""

    id: str
    kind: str
    name: str = ""
    parent: str = ""
    line: int | None = None
    lane: str = ""
    events: tuple[Event, ...] = ()
    attached_to: str = ""
    interrupting: bool = True
    default: str = ""
    multi: Multi | None = None
    loop: Loop | None = None
    ad_hoc: AdHoc | None = None
    activation: str = ""
    quantities: tuple[int, int] = (1, 1)
    event_triggered: bool = False
    undoes: bool = False
    script: str = ""
    called: str = ""
    message: str = ""
    documentation: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[tuple[str, str], ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()
    foreign: tuple[str, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def event(self) -> Event | None:
        """The single event definition, if there is one."""
        return self.events[0] if self.events else None

    @property
    def result(self) -> str:
        """The name under which it keeps what it gives, "" for one that sets names itself or gives nothing."""
        if self.kind in ("userTask", "serviceTask"):
            return self.attributes.get("form") or self.id
        if self.kind == "businessRuleTask":
            return self.attributes.get("decision", "")
        if self.kind in ("callActivity", "sendTask"):
            return self.id
        return self.message or (self.events[0].ref if self.about("message") else "")

    def about(self, kind: str) -> bool:
        """Whether it is an event of a kind."""
        return bool(self.events) and self.events[0].kind == kind


@dataclass(frozen=True, slots=True)
class Flow:
    """One sequence flow with its FEEL condition ("" when unconditional)."""

    id: str
    source: str
    target: str
    condition: str = ""
    line: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Diagram:
    """One process drawing: elements by id in document order, flows, lanes, messages, and what could not be placed."""

    process: str
    name: str
    file: str
    executable: bool
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    lanes: Mapping[str, str]
    messages: Mapping[str, str]
    codes: Mapping[str, str]
    oddities: tuple[tuple[str, Said, int | None], ...] = ()
    drawn_only: tuple[tuple[str, str], ...] = ()
    asides: tuple[str, ...] = ()
    associations: tuple[tuple[str, str], ...] = ()
    foreign: tuple[tuple[str, str], ...] = ()

    def leaving(self, node: str) -> tuple[Flow, ...]:
        """The flows that leave an element, in document order."""
        return self._leaving.get(node, ())

    def entering(self, node: str) -> tuple[Flow, ...]:
        """The flows that enter an element, in document order."""
        return self._entering.get(node, ())

    def inside(self, parent: str) -> tuple[Node, ...]:
        """The elements directly inside a sub-process, or at the main level for ""."""
        return self._inside.get(parent, ())

    def handlers(self, parent: str) -> tuple[Node, ...]:
        """The event sub-processes directly inside a sub-process, or at the main level for ""."""
        return tuple(node for node in self.inside(parent) if node.event_triggered)

    def free(self, parent: str) -> tuple[Node, ...]:
        """Of an ad-hoc sub-process, the steps and events that no flow enters; nothing anywhere else."""
        host = self.nodes.get(parent)
        if host is None or host.ad_hoc is None:
            return ()
        return tuple(
            node
            for node in self.inside(parent)
            if (node.kind in ACTIVITIES or node.kind == "intermediateCatchEvent")
            and not node.event_triggered
            and not node.undoes
            and not self.entering(node.id)
        )

    def decides(self, level: str) -> bool:
        """Whether an end event of a level is an outcome: at the main level, and where that one is interrupted to."""
        node = self.nodes.get(level)
        if node is None:
            return not level
        return node.event_triggered and not node.parent and all(start.interrupting for start in self.starts(level))

    def starts(self, parent: str) -> tuple[Node, ...]:
        """The start events directly inside a sub-process, or at the main level for ""."""
        return tuple(node for node in self.inside(parent) if node.kind == "startEvent")

    def boundaries(self, host: str) -> tuple[Node, ...]:
        """The boundary events attached to an element."""
        return self._boundaries.get(host, ())

    def undoing(self, node: Node) -> Node | None:
        """The activity that undoes an activity: joined by an association to the compensation event on its border."""
        for event in self.boundaries(node.id):
            if event.about("compensate"):
                return next(iter(self.joined(event)), None)
        return None

    def joined(self, event: Node) -> tuple[Node, ...]:
        """The activities that undo, joined by associations to a compensation event on a border of their level."""
        targets = (self.nodes.get(target) for source, target in self.associations if source == event.id)
        return tuple(node for node in targets if node is not None and node.undoes and node.parent == event.parent)

    def undoer(self, level: str) -> Node | None:
        """The event sub-process that says how a sub-process is undone."""
        for handler in self.handlers(level):
            if any(start.about("compensate") for start in self.starts(handler.id)):
                return handler
        return None

    def undoable(self, node: Node) -> bool:
        """Whether an activity can be undone when it is completed: by an activity, or by what is in it."""
        if node.undoes or node.kind not in ACTIVITIES or self.undoer(node.parent) is node:
            return False
        if self.undoing(node) is not None:
            return True
        inside = self.inside(node.id) if node.kind in LEVELS else ()
        return self.undoer(node.id) is not None or any(self.undoable(other) for other in inside)

    # Looked up again and again by the linter: one pass over the drawing each.

    @cached_property
    def _leaving(self) -> dict[str, tuple[Flow, ...]]:
        return _grouped((flow.source, flow) for flow in self.flows)

    @cached_property
    def _entering(self) -> dict[str, tuple[Flow, ...]]:
        return _grouped((flow.target, flow) for flow in self.flows)

    @cached_property
    def _inside(self) -> dict[str, tuple[Node, ...]]:
        return _grouped((node.parent, node) for node in self.nodes.values())

    @cached_property
    def _boundaries(self) -> dict[str, tuple[Node, ...]]:
        return _grouped((n.attached_to, n) for n in self.nodes.values() if n.kind == "boundaryEvent")


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def is_feel(to: str) -> bool:
    """Whether a letter's recipient is FEEL (`input.addressee`, `=expression`) and not the name of a party role."""
    return "." in to or to.startswith("=")
