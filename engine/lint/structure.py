"""Rules about the whole drawing: ids, starts, ends, what can be reached."""

from __future__ import annotations

import re

from engine.diagram import Diagram
from engine.lint.rule import Found, rule
from engine.notation import LEVELS
from engine.said import say

RESERVED = frozenset({"Start", "End", "case", "today", "input", "outcome", "item"})
_GENERATED = re.compile(r".*(:start|:split|_end)$")


@rule("not-read")
def not_read(diagram: Diagram) -> Found:
    """Something in the process is not an element that the engine runs."""
    for element, sentence, _ in diagram.oddities:
        yield element, sentence


@rule("reserved-id")
def reserved_id(diagram: Diagram) -> Found:
    """Some ids mean something else to the engine or in case data."""
    for node in diagram.nodes.values():
        if node.id in RESERVED:
            yield node, say("the id {id!r} is reserved, choose another", id=node.id)


@rule("id-style", "warning")
def id_style(diagram: Diagram) -> Found:
    """An id that is not a FEEL name cannot be used in expressions."""
    for node in diagram.nodes.values():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", node.id) and not _GENERATED.match(node.id):
            yield node, say("the id {id!r} is not English snake_case", id=node.id)


@rule("no-elements")
def no_elements(diagram: Diagram) -> Found:
    """A sub-process needs something inside."""
    for node in diagram.nodes.values():
        if node.kind in LEVELS and not diagram.inside(node.id):
            yield node, say("the sub-process is empty, expected at least one element")


@rule("start")
def start(diagram: Diagram) -> Found:
    """The process needs a start, a sub-process exactly one without a message."""
    if not any(node.kind == "startEvent" for node in diagram.inside("")):
        yield diagram.process, say("found no start event and no single element to start at")
    for node in diagram.nodes.values():
        if node.kind not in LEVELS or node.event_triggered or node.ad_hoc or not diagram.inside(node.id):
            continue
        starts = [inner for inner in diagram.inside(node.id) if inner.kind == "startEvent"]
        if len(starts) != 1 or starts[0].events:
            yield (
                node,
                say(
                    "found {count} start events inside, expected one without a message, timer or signal",
                    count=len(starts),
                ),
            )


@rule("start-twice")
def start_twice(diagram: Diagram) -> Found:
    """Two start events with the same message (or none) would leave it open which one is meant."""
    seen: dict[str, str] = {}
    for node in diagram.inside(""):
        if node.kind != "startEvent":
            continue
        message = node.event.ref if node.event else ""
        if message in seen:
            yield node, say("starts with the same message as {seen}, expected a message of its own", seen=seen[message])
        seen[message] = node.id


@rule("unreachable")
def unreachable(diagram: Diagram) -> Found:
    """An element that no token can reach is dropped by an engine; here it is refused."""
    reached = _reached(diagram)
    for node in diagram.nodes.values():
        if node.id not in reached:
            entered = diagram.entering(node.id)
            yield node, say("nothing leads here from a start event") if entered else say("no flow enters it")


def _reached(diagram: Diagram) -> set[str]:
    waiting = _begun(diagram, "")
    reached: set[str] = set()
    while waiting:
        current = waiting.pop()
        if current in reached or current not in diagram.nodes:
            continue
        reached.add(current)
        waiting += [flow.target for flow in diagram.leaving(current)]
        waiting += [node.id for node in diagram.boundaries(current)]
        if diagram.nodes[current].kind in LEVELS:
            waiting += _begun(diagram, current)
    return reached


def _begun(diagram: Diagram, level: str) -> list[str]:
    """Where tokens come up in a level: at starts, event sub-processes, what undoes, and what people may choose."""
    begun = [n for n in diagram.inside(level) if n.kind == "startEvent" or n.event_triggered or n.undoes]
    return [node.id for node in (*begun, *diagram.free(level))]
