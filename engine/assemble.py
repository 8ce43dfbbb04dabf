"""A normalised, linted diagram -> SpiffWorkflow specs with our elements, every expression compiled once.

The specs are built straight from the diagram, not by SpiffWorkflow's parser: the parser drops or misreads what
engine.md 1.3 lists, and what it gives would have to be rebuilt with our elements anyway.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition

from engine import compensation, elements, gateways, timer
from engine.adhoc import AdHoc, AdHocLevel, Standing, Turn
from engine.complex import Complex
from engine.diagram import Diagram, Node, is_feel
from engine.feel import compile as feel
from engine.gateways import Gather
from engine.lint.expressions import script_lines
from engine.listener import Listener
from engine.notation import ACTIVITIES, LEVELS
from engine.repeat import Loop, Repeat
from engine.service import Service
from engine.spiff import ProcessSpec

_EVENTS = {
    "startEvent": elements.Start,
    "endEvent": elements.End,
    "intermediateCatchEvent": elements.Catch,
    "receiveTask": elements.Catch,
    "sendTask": elements.SendLetter,
}
_UNDOING: dict[tuple[str, str], Any] = {
    ("intermediateThrowEvent", "compensate"): compensation.UndoThrow,
    ("endEvent", "compensate"): compensation.UndoEnd,
    ("endEvent", "cancel"): compensation.CancelEnd,
}
_PLAIN = {
    "userTask": elements.UserTask,
    "businessRuleTask": elements.Decide,
    "serviceTask": Service,
    "exclusiveGateway": gateways.Exclusive,
    "inclusiveGateway": gateways.Inclusive,
    "parallelGateway": gateways.Parallel,
    "eventBasedGateway": gateways.Race,
    "complexGateway": Complex,
}


def assemble(diagram: Diagram) -> dict[str, ProcessSpec]:
    """The specs of a diagram: its main level under the process id, each sub-process under `process#element`."""
    levels = {diagram.process: ProcessSpec(diagram.process, diagram.process)}
    for node in diagram.nodes.values():
        if node.kind in LEVELS:
            key = f"{diagram.process}#{node.id}"
            levels[key] = ProcessSpec(key, diagram.process, node.id)
            levels[key].decides = diagram.decides(node.id)
            if node.ad_hoc is not None:
                levels[key].level = AdHocLevel
    for level in levels.values():
        _fill(diagram, level, level.element)
    return levels


def _fill(diagram: Diagram, level: ProcessSpec, parent: str) -> None:
    made: dict[str, Any] = {node.id: _make(diagram, level, node) for node in diagram.inside(parent)}
    undoer = diagram.undoer(parent)
    level.undoer = made[undoer.id] if undoer is not None else None
    handlers = [node for node in diagram.handlers(parent) if node is not undoer]
    level.listeners = tuple(_listener(diagram, level, node, made[node.id]) for node in handlers)
    for flow in diagram.flows:
        if flow.source in made:
            made[flow.source]._outputs.append(flow.target)
            made[flow.target]._inputs.append(flow.source)
    lines = _waiting_lines(diagram, level, parent, made)
    to = made | lines
    for node_id, spec in made.items():
        flows = diagram.leaving(node_id)
        spec.following = tuple(to[flow.target] for flow in flows) * diagram.nodes[node_id].quantities[1]
        borders = [event for event in diagram.boundaries(node_id) if not event.about("compensate")]
        spec.boundaries = tuple(made[event.id] for event in borders)
        _undoing(diagram, diagram.nodes[node_id], spec, made)
        if isinstance(spec, gateways.Exclusive | gateways.Inclusive):
            chosen = [flow for flow in flows if flow.id != spec.node.default]
            spec.branches = tuple((feel(f.condition) if f.condition else None, to[f.target]) for f in chosen)
            spec.otherwise = next((to[f.target] for f in flows if f.id == spec.node.default), None)
        if isinstance(spec, gateways.Inclusive):
            reach = _reach(diagram, node_id)
            if isinstance(spec, Complex):
                spec.entries = {flow.source: flow.id for flow in diagram.entering(node_id)}
                spec.activation = feel(diagram.nodes[node_id].activation) if diagram.nodes[node_id].activation else None
            waiting = [(element, suffix) for element in reach if element in lines for suffix in ("turn", "gather")]
            spec.reach = reach | {f"{element}:{suffix}": reach[element] for element, suffix in waiting}


def _undoing(diagram: Diagram, node: Node, spec: Any, made: dict[str, Any]) -> None:
    """How an activity is undone; of a repeated one each instance is, unless an activity undoes them all (13.5.5)."""
    if not diagram.undoable(node):
        return
    undoing = diagram.undoing(node)
    spec.undo = made[undoing.id] if undoing is not None else None
    for each in (spec, spec.inner) if spec.inner is not None and undoing is None else (spec,):
        each.undoable = True
        each.undoes_inside = each.inner is None and diagram.undoer(node.id) is not None


def _waiting_lines(diagram: Diagram, level: ProcessSpec, parent: str, made: dict[str, Any]) -> dict[str, Any]:
    """What stands before an element: where its tokens gather, and in an ad-hoc sub-process the line for its turn."""
    host = diagram.nodes.get(parent)
    free = [made[node.id] for node in diagram.free(parent)]
    level.offered = tuple(spec for spec in free if not isinstance(spec, Standing))
    level.standing = tuple(spec for spec in free if isinstance(spec, Standing))
    in_turn = host is not None and host.ad_hoc is not None and host.ad_hoc.sequential
    found: dict[str, Any] = {}
    for node in diagram.inside(parent):
        if node.kind not in ACTIVITIES or not diagram.entering(node.id):
            continue
        if in_turn:
            found[node.id] = _before(Turn(level, f"{node.id}:turn"), node, made[node.id])
        if node.quantities[0] > 1:
            gather = Gather(level, f"{node.id}:gather")
            gather.number = node.quantities[0]
            found[node.id] = _before(gather, node, found.get(node.id, made[node.id]))
    return found


def _before(spec: Any, node: Node, following: Any) -> Any:
    spec.node = Node(spec.name, "line", parent=node.parent)
    spec.following = (following,)
    return spec


def _listener(diagram: Diagram, level: ProcessSpec, node: Node, handler: Any) -> Any:
    """What waits in a level for the start event of one of its event sub-processes."""
    start = diagram.starts(node.id)[0]
    spec = _configure(Listener(level, start.id, NoneEventDefinition()), diagram, start)
    spec.handler = handler
    return spec


def _reach(diagram: Diagram, gateway: str) -> dict[str, frozenset[str]]:
    """For each element: along which flows into the gateway a token there could arrive, not passing the gateway."""
    found: dict[str, set[str]] = {}
    for entry in diagram.entering(gateway):
        waiting, seen = [entry.source], {gateway}
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            found.setdefault(current, set()).add(entry.source)
            waiting += [flow.source for flow in diagram.entering(current)]
            if host := diagram.nodes[current].attached_to:
                waiting.append(host)
    return {element: frozenset(entries) for element, entries in found.items()}


def _make(diagram: Diagram, level: ProcessSpec, node: Node) -> Any:
    if node.loop is not None:
        loop = Loop(level, node.id, f"{node.id}:item")
        loop.node = node
        loop.inner = _single(diagram, level, node, f"{node.id}:item")
        loop.condition = feel(node.loop.condition) if node.loop.condition else None
        return _outer(loop)
    if node.multi is None:
        return _single(diagram, level, node, node.id)
    spec = Repeat(level, node.id, f"{node.id}:item")
    spec.node = node
    spec.inner = _single(diagram, level, node, f"{node.id}:item")
    spec.collection = feel(node.multi.collection or node.multi.cardinality)
    spec.until = feel(node.multi.until) if node.multi.until else None
    spec.throws = tuple(
        (when, feel(condition) if condition else None, event.kind, diagram.codes.get(event.ref, ""))
        for when, condition, event in node.multi.throws
    )
    return _outer(spec)


def _outer(spec: Any) -> Any:
    """What a repeated activity writes to data objects is written once, when it is done as a whole."""
    spec.outputs, spec.inner.outputs = spec.inner.outputs, ()
    return spec


def _single(diagram: Diagram, level: ProcessSpec, node: Node, name: str) -> Any:
    return _configure(_create(diagram, level, node, name), diagram, node)


def _configure(spec: Any, diagram: Diagram, node: Node) -> Any:
    spec.node = node
    spec.mapping = tuple((key, feel(source)) for key, source in node.inputs)
    spec.outputs = tuple(_writing(target, source) for target, source in node.outputs)
    event = node.event
    if event is not None and event.kind == "timer":
        spec.timer = timer.read(event.timer, event.text)
    elif event is not None and event.kind == "message":
        spec.message = event.ref
    elif event is not None and event.kind == "conditional":
        spec.awaited = feel(event.text)
    elif event is not None:
        spec.code = diagram.codes.get(event.ref, "")
    if node.kind == "receiveTask":
        spec.message = node.message
    if node.kind == "sendTask":
        to, channel = node.attributes["to"], node.attributes.get("channel")
        spec.recipient = feel(to.removeprefix("=")) if is_feel(to) else None
        spec.channel = feel(channel) if channel else None
    return spec


def _writing(target: str, source: str) -> tuple[str, Any]:
    """A line that writes a name, or one field of it: its other fields stay."""
    name, _, key = target.partition(".")
    if not key:
        return name, feel(source)
    return name, feel(f'context put(if {name} = null then {{}} else {name}, "{key}", {source})')


def _create(diagram: Diagram, level: ProcessSpec, node: Node, name: str) -> Any:
    if node.kind == "boundaryEvent":
        return elements.Boundary(level, name, NoneEventDefinition(), node.interrupting)
    if (node.kind, node.event.kind if node.event else "") in _UNDOING:
        return _UNDOING[node.kind, node.event.kind if node.event else ""](level, name, NoneEventDefinition())
    if node.kind == "intermediateThrowEvent":
        kind = elements.Throw if node.events else elements.Pass
        return kind(level, name, NoneEventDefinition())
    if node.kind == "intermediateCatchEvent" and node in diagram.free(node.parent):
        return Standing(level, name, NoneEventDefinition())
    if node.kind in _EVENTS:
        return _EVENTS[node.kind](level, name, NoneEventDefinition())
    if node.kind == "scriptTask":
        return elements.Script(level, name, tuple((key, feel(source)) for key, source in script_lines(node.script)))
    if node.ad_hoc is not None:
        spec = AdHoc(level, name, f"{diagram.process}#{node.id}")
        spec.until = feel(node.ad_hoc.until) if node.ad_hoc.until else None
        return spec
    if node.kind in LEVELS:
        kind = compensation.Transaction if node.kind == "transaction" else elements.Inside
        return kind(level, name, f"{diagram.process}#{node.id}")
    if node.kind == "callActivity":
        return elements.Call(level, name, node.called)
    return _PLAIN[node.kind](level, name)


def fingerprint(specs: Mapping[str, ProcessSpec]) -> str:
    """sha256 over everything of the specs that a run could change; equal before and after any run."""
    total = hashlib.sha256()
    for key in sorted(specs):
        for name, spec in sorted(specs[key].task_specs.items()):
            facts = [
                key,
                name,
                type(spec).__name__,
                spec._inputs,
                spec._outputs,
                spec.manual,
                spec.data,
                [other.name for other in getattr(spec, "following", ())],
                [other.name for other in getattr(spec, "boundaries", ())],
                sorted(k for k in vars(spec) if not k.startswith("__")),
                spec.completed_event.hard_subscribers,
            ]
            total.update(repr(facts).encode())
    return total.hexdigest()
