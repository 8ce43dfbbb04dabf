"""Rules about flows and gateways."""

from __future__ import annotations

from engine.diagram import Diagram, Node
from engine.errors import FeelError
from engine.feel import compile as feel
from engine.lint.rule import Found, rule
from engine.said import say

_CHOOSING = ("exclusiveGateway", "inclusiveGateway")
_LOOKING = (*_CHOOSING, "complexGateway")


@rule("flow-ends")
def flow_ends(diagram: Diagram) -> Found:
    """A flow joins two elements of the same level, and never enters a start or boundary event or leaves an end."""
    for flow in diagram.flows:
        source, target = diagram.nodes.get(flow.source), diagram.nodes.get(flow.target)
        if source is None or target is None:
            yield (
                flow,
                say(
                    "goes from {source!r} to {target!r}, expected two elements of the process",
                    source=flow.source,
                    target=flow.target,
                ),
            )
        elif source.parent != target.parent:
            yield flow, say("crosses the border of a sub-process between {id} and {id_2}", id=source.id, id_2=target.id)
        elif target.kind in ("startEvent", "boundaryEvent"):
            yield flow, say("enters the <{kind}> {id}, which nothing can enter", kind=target.kind, id=target.id)
        elif source.kind == "endEvent":
            yield flow, say("leaves the end event {id}", id=source.id)


@rule("condition-place")
def condition_place(diagram: Diagram) -> Found:
    """Only exclusive, inclusive and complex gateways look at conditions."""
    for flow in diagram.flows:
        source = diagram.nodes.get(flow.source)
        if flow.condition and source is not None and source.kind not in _LOOKING:
            yield flow, say("has a condition, which a <{kind}> does not look at", kind=source.kind)


@rule("condition-missing")
def condition_missing(diagram: Diagram) -> Found:
    """Where a gateway chooses, every flow but the default one says when."""
    for node in _choosing(diagram):
        flows = diagram.leaving(node.id)
        for flow in flows if len(flows) > 1 else ():
            if flow.id == node.default and flow.condition:
                yield flow, say("is the default flow and has a condition, expected none")
            elif flow.id != node.default and not flow.condition:
                label = say(" (the label {name!r} is for readers)", name=flow.name) if flow.name else ""
                yield (
                    flow,
                    say("leaves {id} without a condition and is not its default flow{label}", id=node.id, label=label),
                )


@rule("default-flow")
def default_flow(diagram: Diagram) -> Found:
    """A default flow leaves its own gateway."""
    for node in diagram.nodes.values():
        if node.default and node.kind in _LOOKING and node.default not in {f.id for f in diagram.leaving(node.id)}:
            yield node, say("names the default flow {default!r}, which does not leave it", default=node.default)


@rule("activation")
def activation(diagram: Diagram) -> Found:
    """A complex gateway that joins says in FEEL when it opens."""
    for node in diagram.nodes.values():
        if node.kind != "complexGateway":
            continue
        if not node.activation and len(diagram.entering(node.id)) > 1:
            yield node, say("does not say when it opens, expected an activationCondition such as activationCount >= 2")
        elif node.activation:
            try:
                feel(node.activation)
            except FeelError as error:
                yield node, say("the activationCondition cannot be read: {reason}", reason=error.said)


@rule("opens-twice", "warning")
def opens_twice(diagram: Diagram) -> Found:
    """What leaves a complex gateway without a condition is begun when it opens and again when it is reset."""
    for node in diagram.nodes.values():
        for flow in diagram.leaving(node.id) if node.kind == "complexGateway" else ():
            if not flow.condition and flow.id != node.default:
                yield flow, say("is taken when {id} opens and again when it is reset: expected a condition", id=node.id)


@rule("no-default", "warning")
def no_default(diagram: Diagram) -> Found:
    """Without a default flow a case stands still when no condition is true."""
    for node in _choosing(diagram):
        flows = diagram.leaving(node.id)
        if flows and not node.default and all(flow.condition not in ("", "true") for flow in flows):
            yield node, say("has no default flow: a case stops with an error when no condition is true")


@rule("join-behind-itself")
def join_behind_itself(diagram: Diagram) -> Found:
    """A parallel gateway that needs a token from behind itself waits for ever."""
    for node in diagram.nodes.values():
        entries = diagram.entering(node.id)
        if node.kind != "parallelGateway" or len(entries) < 2:
            continue
        reached = _without(diagram, node)
        for flow in entries:
            if flow.source not in reached:
                yield (
                    node,
                    say(
                        "waits for {source}, which lies behind it; merge the loop in an exclusive gateway",
                        source=flow.source,
                    ),
                )


def _without(diagram: Diagram, avoided: Node) -> set[str]:
    """The elements of a level that a token reaches without passing one of them."""
    waiting = [node.id for node in diagram.inside(avoided.parent) if node.kind == "startEvent"]
    reached: set[str] = set()
    while waiting:
        current = waiting.pop()
        if current in reached or current == avoided.id:
            continue
        reached.add(current)
        waiting += [flow.target for flow in diagram.leaving(current)]
        waiting += [boundary.id for boundary in diagram.boundaries(current)]
    return reached


@rule("choice-into-join", "warning")
def choice_into_join(diagram: Diagram) -> Found:
    """A parallel join behind a choice waits for tokens that never come."""
    for node in diagram.nodes.values():
        if node.kind != "exclusiveGateway" or len(diagram.leaving(node.id)) < 2:
            continue
        reached = [_joins_reached(diagram, flow.target, flow.id) for flow in diagram.leaving(node.id)]
        for join in {join for branch in reached for join, _ in branch}:
            inputs = [{entry for to, entry in branch if to == join} for branch in reached]
            if sum(1 for entries in inputs if entries) > 1 and not set.intersection(*inputs):
                yield (
                    node,
                    say(
                        "its branches meet in the parallel gateway {join}, which would wait for all of them", join=join
                    ),
                )


def _joins_reached(diagram: Diagram, start: str, entry: str) -> set[tuple[str, str]]:
    """The parallel joins, and the flows into them, that one token can reach without being split."""
    waiting, seen, found = [(start, entry)], set[str](), set[tuple[str, str]]()
    while waiting:
        current, came_by = waiting.pop()
        node = diagram.nodes.get(current)
        if node is None:
            continue
        if node.kind == "parallelGateway" and len(diagram.entering(current)) > 1:
            found.add((current, came_by))
        elif current not in seen and node.kind not in ("parallelGateway", "inclusiveGateway"):
            seen.add(current)
            waiting += [(flow.target, flow.id) for flow in diagram.leaving(current)]
    return found


def _choosing(diagram: Diagram) -> list[Node]:
    return [node for node in diagram.nodes.values() if node.kind in _CHOOSING]
