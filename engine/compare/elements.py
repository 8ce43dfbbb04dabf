"""What differs between two drawings: by element and flow, not by where things stand on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine import drawing
from engine.bundle import Bundle
from engine.compare.change import Change, facets, placed
from engine.diagram import Diagram, Flow, Node
from engine.errors import XmlError

_NAMED = {"to": "recipient"}
_KNOWN = frozenset({"form", "decision", "letter", "channel"})
_REPEATED = ("collection", "cardinality", "item", "sequential", "until")
_LOOPED = ("condition", "maximum", "before")


def compare_drawings(old: Bundle, new: Bundle) -> Iterator[Change]:
    """The changes of the elements and flows; one of `layout` when only the drawing itself differs."""
    if old.bpmn == new.bpmn and old.labels.elements == new.labels.elements and old.manifest.lanes == new.manifest.lanes:
        return
    file = f"{new.process}.bpmn"
    try:
        before = drawing.read(old.bpmn or b"", file=file)
        after = drawing.read(new.bpmn or b"", file=file)
    except XmlError:
        yield from placed([Change("file", "changed", file)], file)
        return
    found = [*_elements(before, after, old, new), *_flows(before, after)]
    if not found and old.bpmn != new.bpmn:
        found = [Change("layout", "changed", new.process)]
    yield from placed(found, file, new.manifest.core.get("elements", ()))


def renamed(old: Diagram, new: Diagram) -> dict[str, str]:
    """Elements that only their ids tell apart: gone there, new here, alike in kind, place, name and neighbours."""
    gone = [node for node in old.nodes.values() if node.id not in new.nodes]
    come = [node for node in new.nodes.values() if node.id not in old.nodes]
    found: dict[str, str] = {}
    for node in gone:
        alike = [other for other in come if other.id not in found.values() and _alike(node, other, old, new)]
        if len(alike) == 1:
            found[node.id] = alike[0].id
    return found


def _alike(node: Node, other: Node, old: Diagram, new: Diagram) -> bool:
    if (node.kind, node.parent, node.attached_to) != (other.kind, other.parent, other.attached_to):
        return False
    around, about = _around(old, node.id), _around(new, other.id)
    if node.name and node.name == other.name:
        return True
    return around == about and any(around) and not (node.name and other.name)


def _around(diagram: Diagram, node: str) -> tuple[frozenset[str], frozenset[str]]:
    entering = frozenset(flow.source for flow in diagram.entering(node))
    return entering, frozenset(flow.target for flow in diagram.leaving(node))


def _elements(before: Diagram, after: Diagram, old: Bundle, new: Bundle) -> Iterator[Change]:
    twins = renamed(before, after)
    for node in before.nodes.values():
        if node.id not in after.nodes and node.id not in twins:
            yield Change("element", "removed", node.id, old=node.kind, name=_names(old, node))
    for node in after.nodes.values():
        origin = next((id for id, twin in twins.items() if twin == node.id), node.id)
        if origin not in before.nodes:
            lane = new.manifest.lanes.get(node.lane)
            told = {"kind": node.kind, "role": lane.role if lane and node.kind == "userTask" else ""}
            yield Change("element", "added", node.id, new=told, name=_names(new, node))
            continue
        if origin != node.id:
            yield Change("element", "renamed", node.id, "", origin, node.id, _names(new, node))
        then, now = element_facets(old, before.nodes[origin]), element_facets(new, node)
        for facet in ("inside", "attached_to"):  # a place that only changed its id is the same place
            then[facet] = twins.get(then[facet], then[facet])
        yield from facets("element", node.id, then, now, _names(new, node))


def _names(bundle: Bundle, node: Node) -> dict[str, str]:
    texts = bundle.labels.elements.get(node.id, {})
    named = {"fi": node.name, **{language: texts[language] for language in ("sv", "en") if texts.get(language)}}
    return {language: text for language, text in named.items() if text}


def element_facets(bundle: Bundle, node: Node) -> dict[str, Any]:
    """Everything of an element that people or the engine can tell, by facet; equal JSON means nothing changed."""
    lane, event = bundle.manifest.lanes.get(node.lane), node.event
    texts = bundle.labels.elements.get(node.id, {})
    found: dict[str, Any] = {
        "name": _names(bundle, node),
        "instruction": _given({"fi": node.documentation, **{k: v for k, v in texts.items() if k.startswith("instr")}}),
        "kind": "eventSubProcess" if node.event_triggered else node.kind,
        "inside": node.parent,
        "role": lane.role if lane else "",
        "lane": "" if lane else node.lane,
        "event": [event.kind, event.ref] if event else None,
        "timer": [event.timer, event.text] if event and event.kind == "timer" else None,
        "attached_to": node.attached_to,
        "interrupting": node.interrupting,
        "repetition": _repetition(node),
        "script": node.script,
        "called": node.called,
        "message": node.message,
        "inputs": dict(node.inputs),
        "other": _given({key: value for key, value in node.attributes.items() if key not in _KNOWN | _NAMED.keys()}),
    }
    named = {_NAMED.get(key, key): node.attributes.get(key, "") for key in (*_NAMED, *sorted(_KNOWN))}
    return found | named


def _given(values: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in values.items() if value}


def _repetition(node: Node) -> dict[str, Any] | None:
    if node.multi is not None:
        return {name: getattr(node.multi, name) for name in _REPEATED}
    return {name: getattr(node.loop, name) for name in _LOOPED} if node.loop is not None else None


def _flows(before: Diagram, after: Diagram) -> Iterator[Change]:
    twins = renamed(before, after)
    left = {flow.id: flow for flow in before.flows}
    for flow in after.flows:
        origin = left.pop(flow.id, None) or _same_ends(left, flow, twins)
        if origin is None:
            yield Change("flow", "added", flow.id, new=[flow.source, flow.target])
        else:
            left.pop(origin.id, None)
            yield from facets("flow", flow.id, _flow_facets(origin, before, twins), _flow_facets(flow, after, {}), {})
    for flow in left.values():
        yield Change("flow", "removed", flow.id, old=[flow.source, flow.target])


def _same_ends(left: Mapping[str, Flow], flow: Flow, twins: Mapping[str, str]) -> Flow | None:
    def now(id: str) -> str:
        return twins.get(id, id)

    return next((f for f in left.values() if (now(f.source), now(f.target)) == (flow.source, flow.target)), None)


def _flow_facets(flow: Flow, diagram: Diagram, twins: Mapping[str, str]) -> dict[str, Any]:
    source = diagram.nodes.get(flow.source)
    return {
        "route": [twins.get(flow.source, flow.source), twins.get(flow.target, flow.target)],
        "condition": flow.condition,
        "default_flow": source is not None and source.default == flow.id,
    }
