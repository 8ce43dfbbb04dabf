"""How a rule is written: a function from a diagram to (node, sentence) pairs, registered under its id and severity."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.diagram import Diagram, Flow, Node
from engine.errors import Finding
from engine.said import Said, say

Found = Iterator[tuple[Node | Flow | str, Said]]
RULES: dict[str, Callable[[Diagram], Iterator[Finding]]] = {}


def rule(id: str, severity: str = "error") -> Callable[[Callable[[Diagram], Found]], Callable[[Diagram], Found]]:
    """Register a rule; its function gives the element (or an element id) and the sentence for each violation."""

    def register(function: Callable[[Diagram], Found]) -> Callable[[Diagram], Found]:
        def run(diagram: Diagram) -> Iterator[Finding]:
            for where, sentence in function(diagram):
                element, line = (where, None) if isinstance(where, str) else (where.id, where.line)
                about = say("{element}: {sentence}", element=element, sentence=sentence).clipped()
                yield Finding(id, severity, about, diagram.file, element or None, line)

        run.__doc__ = function.__doc__
        RULES[id] = run
        return function

    return register
