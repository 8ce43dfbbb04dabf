"""The steps of a drawing in the order in which a case comes to them, for who reads it as a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.diagram import Diagram, Flow, Node


@dataclass(frozen=True, slots=True)
class Row:
    """One element in the list: how deep it lies in sub-processes, and the flows by which it goes on."""

    node: Node
    depth: int
    onward: tuple[Flow, ...]


def outline(diagram: Diagram) -> tuple[Row, ...]:
    """Every element once: each level from its starts along the flows, what lies in a sub-process behind it."""
    return tuple(_level(diagram, "", 0))


def _level(diagram: Diagram, parent: str, depth: int) -> Iterator[Row]:
    for node in _ordered(diagram, parent):
        yield Row(node, depth, diagram.leaving(node.id))
        yield from _level(diagram, node.id, depth + 1)


def _ordered(diagram: Diagram, parent: str) -> list[Node]:
    """The elements of a level, each before those that come after it where no way leads back."""
    inside = diagram.inside(parent)
    begins = [node for node in inside if not diagram.entering(node.id) and node.kind != "boundaryEvent"]
    done: set[str] = set()
    behind: list[Node] = []
    for first in reversed([*begins, *inside]):
        _visit(diagram, first, done, behind)
    return behind[::-1]


def _visit(diagram: Diagram, first: Node, done: set[str], behind: list[Node]) -> None:
    waiting: list[tuple[Node, Iterator[Node]]] = []
    if first.id not in done:
        done.add(first.id)
        waiting.append((first, _after(diagram, first)))
    while waiting:
        node, rest = waiting[-1]
        after = next((one for one in rest if one.id not in done), None)
        if after is None:
            behind.append(node)
            waiting.pop()
        else:
            done.add(after.id)
            waiting.append((after, _after(diagram, after)))


def _after(diagram: Diagram, node: Node) -> Iterator[Node]:
    """What comes behind an element, what is to stand last in the list first: its flows before events on its border."""
    targets = [diagram.nodes[flow.target] for flow in diagram.leaving(node.id) if flow.target in diagram.nodes]
    return iter([*reversed(targets), *reversed(diagram.boundaries(node.id))])
