"""Whether the tokens of one level can still come to its end: the token game of its drawing, without any data.

A choice may go either way, an event may happen or not; what is asked is only whether some way leads to the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.diagram import Diagram, Node

MOST_MARKINGS = 5000
"""as many are looked at; a drawing that needs more is not taken for one that ends"""
Marking = tuple[tuple[str, str], ...]
"""tokens as (element, the flow's source that it waits on or ""), sorted"""


class Game:
    """The elements of a drawing and their flows; tokens stay in the level where they are."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self._out: dict[str, list[str]] = {}
        self._into: dict[str, list[str]] = {}
        for flow in self.diagram.flows:
            self._out.setdefault(flow.source, []).append(flow.target)
            self._into.setdefault(flow.target, []).append(flow.source)

    def stuck(self, starts: Iterable[Marking]) -> tuple[str, ...]:
        """The joins at which everything stops on every way, or () when some way leads to the end."""
        seen: set[Marking] = set()
        waiting = list(starts)
        last: tuple[str, ...] = ("",)
        while waiting:
            marking = waiting.pop()
            if not marking:
                return ()
            if marking in seen:
                continue
            seen.add(marking)
            if len(seen) > MOST_MARKINGS:
                break
            after = list(self._moves(marking))
            if not after:
                last = tuple(dict.fromkeys(element for element, source in marking if source))
            waiting += after
        return last

    def _moves(self, marking: Marking) -> Iterator[Marking]:
        """The markings after one step of the first token that moves; when none does, after a late join."""
        for index, (element, source) in enumerate(marking):
            if not source:
                rest = [*marking[:index], *marking[index + 1 :]]
                yield from self._steps(element, rest)
                return
        for element in dict.fromkeys(element for element, _ in marking):
            if self.diagram.nodes[element].kind == "inclusiveGateway" and self._settles(element, marking):
                yield self._join(element, list(marking))

    def _steps(self, element: str, rest: list[tuple[str, str]]) -> Iterator[Marking]:
        node = self.diagram.nodes[element]
        targets = self._out.get(element, [])
        if any(event.kind == "terminate" for event in node.events):
            yield ()
            return
        for event in self.diagram.boundaries(element):
            if event.interrupting:
                yield tuple(sorted([*rest, (event.id, "")]))
        if node.kind == "complexGateway":  # it opens with several, so the others are used up
            yield tuple(rest)
        if node.kind in ("exclusiveGateway", "eventBasedGateway", "inclusiveGateway", "complexGateway"):
            for target in targets:
                yield self._arrive(rest, element, [target])
        if node.kind not in ("exclusiveGateway", "eventBasedGateway"):
            yield self._arrive(rest, element, targets)

    def _arrive(self, rest: list[tuple[str, str]], source: str, targets: list[str]) -> Marking:
        """Tokens from one element come to others; a join that has all it waits for lets one through."""
        tokens = list(rest)
        for target in targets:
            node = self.diagram.nodes[target]
            late = node.kind == "inclusiveGateway"
            if not self._joins(node) or (late and len(self._into[target]) < 2):
                tokens.append((target, ""))
                continue
            tokens.append((target, source))
            if not late and all((target, entry) in tokens for entry in self._into[target]):
                tokens = list(self._join(target, tokens))
        return tuple(sorted(tokens))

    def _joins(self, node: Node) -> bool:
        return node.kind in ("parallelGateway", "inclusiveGateway") and len(self._into.get(node.id, ())) > 1

    def _join(self, element: str, tokens: list[tuple[str, str]]) -> Marking:
        """One token of each flow goes in, one comes out and stands on the gateway."""
        for entry in dict.fromkeys(self._into[element]):
            if (element, entry) in tokens:
                tokens.remove((element, entry))
        return tuple(sorted([*tokens, (element, "")]))

    def _settles(self, element: str, marking: Marking) -> bool:
        """Whether an inclusive join waits for nobody else (BPMN 2.0.2, table 13.3)."""
        here = {source for other, source in marking if other == element}
        for other, _ in marking:
            if other != element:
                possible = {entry for entry in self._into[element] if self._leads(other, entry, element)}
                if possible - here and not possible & here:
                    return False
        return True

    def _leads(self, start: str, goal: str, without: str) -> bool:
        seen, waiting = {without}, [start]
        while waiting:
            current = waiting.pop()
            if current == goal:
                return True
            if current not in seen:
                seen.add(current)
                waiting += self._out.get(current, [])
                waiting += [event.id for event in self.diagram.boundaries(current)]
        return False
