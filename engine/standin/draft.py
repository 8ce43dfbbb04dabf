"""A drawing while stand-ins are put into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.diagram import Diagram, Event, Flow, Node
from engine.errors import clipped

StandIn = Callable[["Draft", str], str]
STAND_INS: dict[str, StandIn] = {}


def stand_in(*rules: str) -> Callable[[StandIn], StandIn]:
    """Register what stands in where a rule of the linter speaks: it changes the draft and says how, "" if it cannot."""

    def register(function: StandIn) -> StandIn:
        for rule in rules:
            STAND_INS[rule] = function
        return function

    return register


class Draft:
    """A diagram being changed: nodes and flows by id, and whether anything has changed."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.nodes = dict(diagram.nodes)
        self.flows = list(diagram.flows)
        self.messages = dict(diagram.messages)
        self.codes = dict(diagram.codes)
        self.begun: set[str] = set()
        """levels that have been given a start"""
        self.rounds: set[str] = set()
        """levels in which something that goes round has been given a start"""

    @property
    def changed(self) -> bool:
        """Whether the draft differs from the diagram that it was made of."""
        return self.nodes != self.diagram.nodes or self.flows != list(self.diagram.flows)

    def result(self) -> Diagram:
        """The drawing as it is now."""
        parts: dict[str, Any] = {"nodes": self.nodes, "flows": tuple(self.flows)}
        return replace(self.diagram, **parts, messages=self.messages, codes=self.codes)

    def has(self, id: str) -> bool:
        """Whether an element, a flow or the process itself is still there."""
        return id in self.nodes or id == self.diagram.process or self.flow(id) is not None

    def change(self, id: str, /, **values: Any) -> None:
        """Give a node other values."""
        self.nodes[id] = replace(self.nodes[id], **values)

    def leaving(self, id: str) -> list[Flow]:
        """The flows that leave a node."""
        return [flow for flow in self.flows if flow.source == id]

    def entering(self, id: str) -> list[Flow]:
        """The flows that enter a node."""
        return [flow for flow in self.flows if flow.target == id]

    def flow(self, id: str) -> Flow | None:
        """The flow of an id."""
        return next((flow for flow in self.flows if flow.id == id), None)

    def change_flow(self, flow: Flow, **values: Any) -> None:
        """Give a flow other values."""
        self.flows[self.flows.index(flow)] = replace(flow, **values)

    def remove(self, id: str) -> None:
        """Take a node out, with what lies in it, hangs on it or leads to and from it."""
        self.nodes.pop(id, None)
        self.flows = [flow for flow in self.flows if id not in (flow.source, flow.target)]
        for other in list(self.nodes.values()):
            if other.id in self.nodes and id in (other.parent, other.attached_to):
                self.remove(other.id)

    def supplied(self, node: Node) -> Event:
        """An event that comes from outside in place of another: a message of the node's own."""
        self.messages[node.id] = node.name
        return Event("message", ref=node.id)

    def as_task(self, id: str) -> None:
        """Let people do what an element would have done."""
        keep = self.nodes[id]
        self.nodes[id] = Node(
            id, "userTask", name=keep.name, parent=keep.parent, line=keep.line, lane=keep.lane,
            multi=keep.multi, loop=keep.loop, documentation=keep.documentation,
        )  # fmt: skip

    def empty(self, id: str) -> None:
        """Take out all that lies in a node."""
        for other in list(self.nodes.values()):
            if other.parent == id:
                self.remove(other.id)

    def choose(self, flow: Flow) -> None:
        """Let whoever tries the drawing out choose a flow."""
        self.change_flow(flow, condition=choice(flow.source, flow.id))


def choice(gateway: str, flow: str) -> str:
    """FEEL that is true when a flow is among those chosen at a gateway, in the case's `choice`."""
    return f"list contains(get value(case.choice, {_text(gateway)}), {_text(flow)})"


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def quoted(text: str) -> str:
    """A value as a sentence shows it."""
    return clipped(repr(text))
