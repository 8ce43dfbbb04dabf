"""How far it is from each element of a drawing to others: the shortest way that a token may take."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from engine.diagram import Diagram, Node

_STEP, _EVENT = 1, 4
FAR = 1_000_000


class Chart:
    """The ways of a diagram over all of its levels; an event costs more than a step, so that plain ways come first."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self._back: dict[str, list[tuple[str, int]]] = {}
        for node in diagram.nodes.values():
            for target, cost in self._ways(node):
                self._back.setdefault(target, []).append((node.id, cost))

    def distances(self, targets: Iterable[str]) -> dict[str, int]:
        """For each element from which one of the targets can be reached, how far that is."""
        waiting = [(0, target) for target in targets]
        found: dict[str, int] = {}
        heapq.heapify(waiting)
        while waiting:
            far, element = heapq.heappop(waiting)
            if element in found:
                continue
            found[element] = far
            for source, cost in self._back.get(element, ()):
                if source not in found:
                    heapq.heappush(waiting, (far + cost, source))
        return found

    def ends(self) -> list[str]:
        """The end events that end the process, or what interrupts it."""
        return [n.id for n in self.diagram.nodes.values() if n.kind == "endEvent" and self._outermost(n.parent)]

    def _outermost(self, level: str) -> bool:
        node = self.diagram.nodes.get(level)
        return node is None or (node.event_triggered and not node.parent)

    def _ways(self, node: Node) -> list[tuple[str, int]]:
        diagram = self.diagram
        inside = [(start.id, _STEP) for start in diagram.starts(node.id)]
        ways = inside or [(flow.target, _STEP) for flow in diagram.leaving(node.id)]
        ways += [(event.id, _EVENT) for event in diagram.boundaries(node.id)]
        ways += [(start.id, _EVENT) for handler in diagram.handlers(node.id) for start in diagram.starts(handler.id)]
        if node.parent == "":
            ways += [(start.id, _EVENT) for handler in diagram.handlers("") for start in diagram.starts(handler.id)]
        if node.kind == "endEvent" and node.parent and not diagram.nodes[node.parent].event_triggered:
            ways += [(flow.target, _STEP) for flow in diagram.leaving(node.parent)]
        for event in node.events if node.kind in ("endEvent", "intermediateThrowEvent") else ():
            ways += [(other.id, _STEP) for other in diagram.nodes.values() if _catches(other, event.kind)]
        return ways


def _catches(node: Node, kind: str) -> bool:
    return node.kind not in ("endEvent", "intermediateThrowEvent") and any(e.kind == kind for e in node.events)
