"""Where a case stands in its diagram: every step of the drawing in order, with its state in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.diagram import Node
from web import words
from web.sight import Sight

STEP_KINDS = frozenset(
    {
        "userTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "adHocSubProcess",
        "transaction",
        "sendTask",
        "serviceTask",
        "manualTask",
    }
)
"""What people would call a step; events count when they wait for a message or end the case."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its words, its state (done, now, waiting or empty), its depth, and what is open inside it."""

    id: str
    name: str
    state: str
    depth: int
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """Element paths that are open for people, awaited from outside, or done."""

    now: frozenset[str]
    waiting: frozenset[str]
    done: frozenset[str]

    @property
    def marks(self) -> Mapping[str, str]:
        """State of each element of the main diagram; a called part has the most urgent state of what is inside it."""
        found: dict[str, str] = {}
        for state, paths in (("done", self.done), ("waiting", self.waiting), ("now", self.now)):
            found |= {_top(path): state for path in paths}
        return found


def _top(path: str) -> str:
    return path.split("/", 1)[0].split("[", 1)[0]


def is_step(node: Node) -> bool:
    """Is the element a step that people would name?"""
    if node.kind in STEP_KINDS:
        return True
    waits = node.kind == "intermediateCatchEvent" and any(event.kind == "message" for event in node.events)
    return waits or (node.kind == "endEvent" and not node.parent)


def steps(nodes: Mapping[str, Node], name_of: Mapping[str, str], marks: Mapping[str, str]) -> Iterable[Step]:
    """The steps of a diagram in the order in which a case comes to them, sub-processes before what is in them."""
    for node in nodes.values():
        if is_step(node) and name_of.get(node.id):
            depth, parent = 0, node.parent
            while parent and parent in nodes:
                depth, parent = depth + 1, nodes[parent].parent
            yield Step(node.id, name_of[node.id], marks.get(node.id, ""), depth)


def of_case(sight: Sight, position: Position) -> tuple[Step, ...]:
    """The steps of the case's diagram with where it stands; open steps of called parts stand inside their call."""
    nodes = words.nodes(sight.bundle)
    names = {name: words.element(sight.bundle, name) for name, node in nodes.items() if node.name}
    inside: dict[str, list[str]] = {}
    for path in sorted(position.now | position.waiting):
        front, _, rest = path.partition("/")
        call = nodes.get(front.split("[", 1)[0])
        if (
            rest
            and call is not None
            and call.called in sight.published.row(sight.head.process, sight.head.version).parts
        ):
            inside.setdefault(call.id, []).append(words.element(sight.folder(call.called), rest.split("/")[-1]))
    return tuple(
        Step(step.id, step.name, step.state, step.depth, tuple(inside.get(step.id, ())))
        for step in steps(nodes, names, position.marks)
    )
