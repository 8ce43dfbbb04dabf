"""One drawn element that says several things -> several that say one: event definitions, and what begins a case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.diagram import Event, Flow, Node

if TYPE_CHECKING:
    from engine.normalise import Draft

_LAST = ("error", "terminate", "cancel")


def beginnings(draft: Draft) -> None:
    """What instantiates begins a case: a receive task, or the events behind an event-based gateway, are its starts."""
    for node in list(draft.nodes.values()):
        if ("instantiate", "true") not in node.marks or node.parent or draft.entering(node.id):
            continue
        if node.kind == "receiveTask":
            _start(draft, node)
        elif node.kind == "eventBasedGateway" and dict(node.marks).keys() == {"instantiate"}:
            behind = [draft.nodes[flow.target] for flow in draft.leaving(node.id) if flow.target in draft.nodes]
            if all(each.message or each.about("message") for each in behind):
                for each in behind:
                    _start(draft, each)
                draft.flows = [flow for flow in draft.flows if flow.source != node.id]
                del draft.nodes[node.id]
                draft.say(node.id, "begins a case with the first of its messages")


def second_flows(draft: Draft) -> None:
    """A second flow between the same two elements gets a place of its own, so that a join tells the two apart."""
    seen: set[tuple[str, str]] = set()
    for flow in list(draft.flows):
        source = draft.nodes.get(flow.source)
        if (flow.source, flow.target) in seen and source is not None and flow.target in draft.nodes:
            way = f"{flow.id}:way"
            draft.nodes[way] = Node(way, "intermediateThrowEvent", parent=source.parent, line=flow.line)
            draft.flows[draft.flows.index(flow)] = replace(flow, target=way)
            draft.flows.append(Flow(f"{way}:flow", way, flow.target, "", flow.line))
            draft.say(flow.id, f"a second flow from {flow.source} to {flow.target}, kept apart from the first")
        seen.add((flow.source, flow.target))


def _start(draft: Draft, node: Node) -> None:
    events = node.events or (Event("message", node.message),)
    marks = tuple(mark for mark in node.marks if mark[0] != "instantiate")
    draft.nodes[node.id] = replace(node, kind="startEvent", events=events, message="", marks=marks)
    draft.say(node.id, f"begins a case when its message comes: run as a start event with {events[0].ref!r}")


def several(draft: Draft) -> None:
    """An event with several definitions: any one is caught, or all of them (`parallelMultiple`), or thrown in turn."""
    for node in list(draft.nodes.values()):
        if len(node.events) < 2 or any(event.kind == "link" for event in node.events):
            continue
        together = ("parallelMultiple", "true") in node.marks
        if node.kind in ("intermediateThrowEvent", "endEvent"):
            _in_turn(draft, node)
        elif node.kind == "intermediateCatchEvent":
            _caught(draft, node, together=together)
        elif node.kind == "boundaryEvent" and not together:
            _on_border(draft, node)
        elif node.kind == "startEvent" and not node.parent and not together:
            _alone(draft, node)


def _in_turn(draft: Draft, node: Node) -> None:
    """Throws one after the other; what ends everything comes last."""
    events = sorted(node.events, key=lambda event: event.kind in _LAST)
    entering, names = draft.entering(node.id), [f"{node.id}:{number}" for number in range(1, len(events))]
    for name, event in zip(names, events, strict=False):
        draft.nodes[name] = replace(node, id=name, kind="intermediateThrowEvent", events=(event,))
    draft.nodes[node.id] = replace(node, events=(events[-1],))
    for flow in entering:
        draft.flows[draft.flows.index(flow)] = replace(flow, target=names[0])
    for source, target in zip(names, [*names[1:], node.id], strict=True):
        draft.flows.append(Flow(f"{source}:flow", source, target, "", node.line))
    draft.say(node.id, "throws " + ", then ".join(event.kind for event in events))


def _copies(draft: Draft, node: Node) -> list[str]:
    """The event once for each of its definitions, all leading to where it led, by way of a gateway where they meet."""
    names = [node.id, *(f"{node.id}:{number}" for number in range(2, len(node.events) + 1))]
    marks = tuple(mark for mark in node.marks if mark[0] != "parallelMultiple")
    for name, event in zip(names, node.events, strict=True):
        draft.nodes[name] = replace(node, id=name, events=(event,), marks=marks)
    return names


def _meet(draft: Draft, node: Node, names: list[str], kind: str) -> None:
    meeting = f"{node.id}:met"
    draft.nodes[meeting] = Node(meeting, kind, parent=node.parent, line=node.line, lane=node.lane)
    for flow in draft.leaving(node.id):
        draft.flows[draft.flows.index(flow)] = replace(flow, source=meeting)
    for name in names:
        draft.flows.append(Flow(f"{name}:flow", name, meeting, "", node.line))


def _caught(draft: Draft, node: Node, *, together: bool) -> None:
    """Waits for any of its events in an event-based gateway, or for all of them side by side."""
    entering, gateway = draft.entering(node.id), f"{node.id}:wait"
    names = _copies(draft, node)
    _meet(draft, node, names, "parallelGateway" if together else "exclusiveGateway")
    for flow in entering:
        races = flow.source in draft.nodes and draft.nodes[flow.source].kind == "eventBasedGateway"
        if races and not together:  # it stands in a race already: all of them take part
            draft.flows += [replace(flow, id=f"{flow.id}:{name}", target=name) for name in names[1:]]
            continue
        if gateway not in draft.nodes:
            kind = "parallelGateway" if together else "eventBasedGateway"
            draft.nodes[gateway] = Node(gateway, kind, parent=node.parent, line=node.line, lane=node.lane)
            draft.flows += [Flow(f"{gateway}:{name}", gateway, name, "", node.line) for name in names]
        draft.flows[draft.flows.index(flow)] = replace(flow, target=gateway)
    draft.say(node.id, f"waits for {'all' if together else 'any one'} of its {len(names)} events")


def _on_border(draft: Draft, node: Node) -> None:
    names = _copies(draft, node)
    _meet(draft, node, names, "exclusiveGateway")
    draft.say(node.id, f"any one of its {len(names)} events happens on the border")


def _alone(draft: Draft, node: Node) -> None:
    names = _copies(draft, node)
    _meet(draft, node, names, "exclusiveGateway")
    draft.say(node.id, f"begins a case with any one of its {len(names)} messages")
