"""Stand-ins for the whole of a level: where it starts, what it holds, what no flow leads to."""

from __future__ import annotations

from engine.diagram import Flow, Node
from engine.standin.draft import Draft, stand_in


@stand_in("no-elements")
def empty(draft: Draft, id: str) -> str:
    """A sub-process that is drawn closed is a task."""
    if draft.nodes[id].event_triggered:
        draft.remove(id)
        return "the empty event sub-process is left out"
    draft.as_task(id)
    return "the empty sub-process is done by people"


@stand_in("ad-hoc")
def in_order(draft: Draft, id: str) -> str:
    """An ad-hoc sub-process in which nothing can be chosen runs as a plain one."""
    host = draft.nodes[id] if draft.nodes[id].ad_hoc is not None else draft.nodes.get(draft.nodes[id].parent)
    if host is None or host.ad_hoc is None:
        return ""
    draft.change(host.id, kind="subProcess", ad_hoc=None)
    return f"the ad-hoc sub-process {host.id} runs as a plain one"


@stand_in("start")
def start(draft: Draft, id: str) -> str:
    """A level without a start begins at what no flow enters; one with several begins at each of them."""
    level = id if id in draft.nodes else ""
    draft.begun.add(level)
    inside = [
        node for node in draft.nodes.values() if node.parent == level and not (node.event_triggered or node.undoes)
    ]
    starts = [node for node in inside if node.kind == "startEvent"]
    if level and starts:
        for node in starts:
            draft.change(node.id, kind="intermediateThrowEvent", events=())
        begin(draft, level, [node.id for node in starts])
        return f"begins at each of its {len(starts)} start events"
    firsts = [node for node in inside if node.kind != "boundaryEvent" and not draft.entering(node.id)]
    firsts = firsts or [node for node in inside if node.kind != "boundaryEvent"][:1]
    if not firsts:
        return ""
    begin(draft, level, [node.id for node in firsts])
    return "begins at what no flow enters: " + ", ".join(node.id for node in firsts)


@stand_in("unreachable")
def unreachable(draft: Draft, id: str) -> str:
    """What no flow leads to begins with its level."""
    node = draft.nodes.get(id)
    if node is None or node.kind == "boundaryEvent" or node.parent in draft.begun:
        return ""
    entered = bool(draft.entering(id))
    if entered and (node.parent in draft.rounds or _lonely(draft, node.parent)):
        return ""  # what leads here may begin first
    if node.kind == "endEvent" and not entered:
        draft.remove(id)
        return "an end event that nothing leads to is left out"
    if entered:
        draft.rounds.add(node.parent)
    begin(draft, node.parent, [id])
    return "no flow leads here: begins with its level"


def _lonely(draft: Draft, level: str) -> bool:
    """Whether anything of a level, as it was drawn, could begin and has no flow into it."""
    return any(
        node.kind not in ("startEvent", "boundaryEvent") and not draft.diagram.entering(node.id)
        for node in draft.diagram.inside(level)
    )


def begin(draft: Draft, level: str, firsts: list[str]) -> None:
    """Let a level begin at elements, beside where it begins already."""
    inside = [node for node in draft.nodes.values() if node.parent == level]
    plain = next((node for node in inside if node.kind == "startEvent" and not node.events), None)
    if plain is None:
        plain = next((node for node in inside if node.kind == "startEvent"), None)
    if plain is None:
        plain = Node(f"{level or 'process'}:start", "startEvent", parent=level)
        draft.nodes[plain.id] = plain
    split = Node(f"{plain.id}:split", "parallelGateway", parent=level, line=plain.line)
    if split.id not in draft.nodes:
        draft.nodes[split.id] = split
        for flow in draft.leaving(plain.id):
            draft.change_flow(flow, source=split.id, condition="")
        draft.flows.append(Flow(f"{split.id}:flow", plain.id, split.id))
    known = {flow.target for flow in draft.leaving(split.id)}
    draft.flows += [Flow(f"{split.id}:{first}", split.id, first) for first in firsts if first not in known]


@stand_in("event-sub-process")
def handler(draft: Draft, id: str) -> str:
    """An event sub-process without an event waits for one from outside; one with flows is a plain sub-process."""
    if draft.entering(id) or draft.leaving(id) or any(n.attached_to == id for n in draft.nodes.values()):
        draft.change(id, event_triggered=False)
        return "runs as a plain sub-process, because flows lead to it"
    if draft.nodes[id].multi is not None or draft.nodes[id].loop is not None:
        draft.change(id, multi=None, loop=None)
        return "is not repeated"
    starts = [node for node in draft.nodes.values() if node.parent == id and node.kind == "startEvent"]
    for extra in starts[1:]:
        draft.remove(extra.id)
    if not starts:
        draft.remove(id)
        return "an event sub-process without a start is left out"
    if not starts[0].events:
        draft.change(starts[0].id, events=(draft.supplied(starts[0]),))
    return "waits for one event, which is supplied from outside"
