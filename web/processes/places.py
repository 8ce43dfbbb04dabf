"""What a drawing says of an element, by the place that the field catalogue names: read, and as changes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.diagram import Diagram, Flow, Node
from engine.redraw import (
    Change,
    Refer,
    Rename,
    Repeat,
    Rounds,
    SetAttribute,
    SetInput,
    SetText,
    SetTimer,
    steps,
)  # fmt: skip
from web.processes.catalogue import Field

REFERENCES = ("message", "error", "escalation", "signal")


def address(step: str, field: Field, diagram: Diagram) -> str:
    """The address of a value beside the drawing; "" where the step has none."""
    node = diagram.nodes.get(step)
    message = (node.message or (node.event.ref if node.event and node.about("message") else "")) if node else ""
    if "{message}" in field.place and not message:
        return ""
    form = (node.attributes.get("form") or node.id) if node else step
    return field.place.removeprefix("words:").format(id=step, form=form, message=message)


def value(step: str, field: Field, diagram: Diagram, values: Mapping[str, str]) -> str:
    """What stands at the place of a field; "" for nothing, true and false for what is one of two."""
    way, _, key = field.place.partition(":")
    if way == "words":
        return values.get(address(step, field, diagram), "")
    node = diagram.nodes.get(step)
    if node is None:
        flow = next((one for one in diagram.flows if one.id == step), None)
        return diagram.lanes.get(step, "") if flow is None else _of_flow(flow, way, diagram)
    if way == "own":
        return node.attributes.get(key, "")
    told = {
        "name": node.name, "lane": node.lane, "text:documentation": node.documentation, "text:script": node.script,
        "attribute:calledElement": node.called, "attribute:cancelActivity": str(node.interrupting).lower(),
        "text:completionCondition": node.ad_hoc.until if node.ad_hoc else "", "event:message": node.message,
        **(_of_event(node) if node.event else {}), **_of_loops(node),
    }  # fmt: skip
    return told.get(field.place, "")


def _of_flow(flow: Flow, way: str, diagram: Diagram) -> str:
    source = diagram.nodes.get(flow.source)
    default = str(source is not None and source.default == flow.id).lower()
    return {"name": flow.name, "text": flow.condition, "default": default}.get(way, "")


def _of_event(node: Node) -> dict[str, str]:
    event = node.event
    assert event is not None, "asked of events alone"
    if event.kind == "timer":
        return {"event:timer": event.timer or "timeDate", "event:moment": event.text}
    return {"event:condition": event.text} if event.kind == "conditional" else {f"event:{event.kind}": event.ref}


def _of_loops(node: Node) -> dict[str, str]:
    multi, loop = node.multi, node.loop
    found = {}
    if multi is not None:
        found = {
            "multi:collection": multi.collection, "multi:item": multi.item, "multi:loopCardinality": multi.cardinality,
            "multi:isSequential": str(multi.sequential).lower(), "multi:completionCondition": multi.until,
        }  # fmt: skip
    if loop is not None:
        found |= {"loop:loopCondition": loop.condition, "loop:loopMaximum": str(loop.maximum or "")}
    return found


def inputs(node: Node, expected: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """What a call, a table or a service is handed: what it asks for first, then what it is handed besides."""
    key = f"part:{node.called}" if node.kind == "callActivity" else f"table:{node.attributes.get('decision', '')}"
    given = dict(node.inputs)
    return [(name, given.get(name, "")) for name in dict.fromkeys([*expected.get(key, ()), *given])]


def changes(step: str, way: str, said: Mapping[str, str], diagram: Diagram, data: bytes, file: str) -> Sequence[Change]:
    """What is said at the places of one way, by place (of inputs: by name), as changes of the drawing."""
    if way == "inputs":
        return [SetInput(step, name, text) for name, text in said.items()]
    node = diagram.nodes.get(step)
    if way in ("multi", "loop") and node is not None:
        return [_repeated(node, said) if way == "multi" else _looped(node, said)]
    timed = {key.removeprefix("event:"): text for key, text in said.items() if key in ("event:timer", "event:moment")}
    found: list[Change] = []
    if timed and node is not None and node.event is not None:
        kind = timed.get("timer", node.event.timer or "timeDate")
        found.append(SetTimer(step, kind, timed.get("moment", node.event.text)))
    for place, text in said.items():
        if place not in ("event:timer", "event:moment"):
            found += _plain(step, place, text, diagram, data, file)
    return found


def _repeated(node: Node, said: Mapping[str, str]) -> Repeat:
    multi = node.multi
    told = {place.partition(":")[2]: text for place, text in said.items()}
    sequential = multi is not None and multi.sequential
    return Repeat(
        node.id,
        collection=told.get("collection", multi.collection if multi else ""),
        item=told.get("item", multi.item if multi else ""),
        cardinality=told.get("loopCardinality", multi.cardinality if multi else ""),
        sequential=told["isSequential"] == "true" if "isSequential" in told else sequential,
        until=told.get("completionCondition", multi.until if multi else ""),
    )


def _looped(node: Node, said: Mapping[str, str]) -> Rounds:
    loop = node.loop
    now = {"condition": loop.condition if loop else "", "maximum": str(loop.maximum or "") if loop else ""}
    names = {"loop:loopCondition": "condition", "loop:loopMaximum": "maximum"}
    return Rounds(node.id, **(now | {names[place]: text for place, text in said.items()}))


def _plain(step: str, place: str, text: str, diagram: Diagram, data: bytes, file: str) -> Sequence[Change]:
    way, _, key = place.partition(":")
    if way == "name":
        return [Rename(step, text)]
    if way == "text":
        return [SetText(step, key, text)]
    if way == "lane":
        return steps.put_in_lane(data, step, text, file=file)
    if way == "event":
        if key in REFERENCES:
            return [Refer(step, key, text)]
        return [SetText(step, "conditionalEventDefinition/condition", text)]
    if way == "default":
        source = next(flow.source for flow in diagram.flows if flow.id == step)
        return [SetAttribute(source, "default", step if text == "true" else None)]
    if place == "attribute:cancelActivity":
        return [SetAttribute(step, key, None if text == "true" else "false")]
    return [SetAttribute(step, f"asiavirta:{key}" if way == "own" else key, text or None)]
