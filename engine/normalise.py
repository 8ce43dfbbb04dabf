"""What modelling tools draw -> what the engine runs; every rewrite is reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine import dialect, expansion
from engine.diagram import Diagram, Event, Flow, Node
from engine.errors import Rewrite, clipped
from engine.notation import BEGINNERS, LEVELS

_GATEWAYS = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway")
_NO_FLOW_OUT = ("endEvent",)


class Draft:
    """A diagram being rewritten, with the rewrites so far."""

    def __init__(self, diagram: Diagram) -> None:
        self.nodes = dict(diagram.nodes)
        self.flows = list(diagram.flows)
        self.rewrites: list[Rewrite] = []

    def say(self, element: str, message: str) -> None:
        """Report a rewrite."""
        self.rewrites.append(Rewrite(element, clipped(message)))

    def leaving(self, node: str) -> list[Flow]:
        """The flows that leave an element."""
        return [flow for flow in self.flows if flow.source == node]

    def entering(self, node: str) -> list[Flow]:
        """The flows that enter an element."""
        return [flow for flow in self.flows if flow.target == node]


def normalise(diagram: Diagram) -> tuple[Diagram, tuple[Rewrite, ...]]:
    """Rewrite a drawing into what the engine runs; gives the new diagram and one Rewrite for each change."""
    draft = Draft(diagram)
    if not diagram.executable:
        draft.say(diagram.process, "marked as not executable; it is checked as if it were")
    for element, tag in diagram.drawn_only:
        draft.say(element, f"<{tag}> is for readers only: case data comes from forms, decisions and scripts")
    for process in diagram.asides:
        draft.say(process, "another pool of the drawing, not marked as executable: for readers only")
    for node in diagram.nodes.values():
        for note in node.notes:
            draft.say(node.id, note)
    steps: tuple[Callable[[Draft], None], ...] = (
        _expressions,
        _loops,
        _plain_tasks,
        expansion.beginnings,
        expansion.several,
        _links,
        _thrown_messages,
        _missing_starts,
        _missing_ends,
        _split_after_task,
        expansion.second_flows,
    )
    for step in steps:
        step(draft)
    return replace(diagram, nodes=draft.nodes, flows=tuple(draft.flows)), tuple(draft.rewrites)


def _expressions(draft: Draft) -> None:
    """Conditions, timers and collections in the words of another engine are read as FEEL."""
    for place, flow in enumerate(draft.flows):
        condition = dialect.expression(flow.condition)
        if condition != flow.condition:
            draft.flows[place] = replace(flow, condition=condition)
            draft.say(flow.id, f"the condition {flow.condition!r} is read as {condition!r}")
    for node in list(draft.nodes.values()):
        events = tuple(replace(event, text=_read(event)) for event in node.events)
        for before, after in zip(node.events, events, strict=True):
            if before.text.strip() != after.text:
                draft.nodes[node.id] = replace(node, events=events)
                draft.say(node.id, f"the {before.kind} {before.text!r} is read as {after.text!r}")
        multi = node.multi
        if multi is not None:
            number, until = dialect.expression(multi.cardinality), dialect.expression(multi.until)
            read = replace(multi, cardinality=number, until=until)
            if read != multi:
                draft.nodes[node.id] = replace(node, multi=read)
                draft.say(node.id, f"the repetition is read as {read.cardinality or read.until!r}")


def _read(event: Event) -> str:
    return (dialect.expression if event.kind == "conditional" else dialect.duration)(event.text)


def _loops(draft: Draft) -> None:
    for node in list(draft.nodes.values()):
        condition = dialect.expression(node.loop.condition) if node.loop else ""
        if node.loop is not None and condition != node.loop.condition:
            draft.nodes[node.id] = replace(node, loop=replace(node.loop, condition=condition))
            draft.say(node.id, f"the loop condition {node.loop.condition!r} is read as {condition!r}")


def _plain_tasks(draft: Draft) -> None:
    for node in list(draft.nodes.values()):
        if node.kind in ("task", "manualTask"):
            draft.nodes[node.id] = replace(node, kind="userTask")
            draft.say(node.id, f"<{node.kind}> is done by people: run as a user task")


def _links(draft: Draft) -> None:
    """A link pair is a flow drawn in two pieces: the thrown link flows straight to the caught one of the same name."""
    links = [node for node in draft.nodes.values() if any(event.kind == "link" for event in node.events)]
    for throw in (node for node in links if node.kind == "intermediateThrowEvent"):
        name = throw.events[0].ref
        catches = [n for n in links if n.kind == "intermediateCatchEvent" and n.events[0].ref == name]
        if len(catches) != 1 or catches[0].parent != throw.parent or len(throw.events) != 1:
            continue  # the linter refuses what is left
        draft.nodes[throw.id] = replace(throw, events=())
        draft.nodes[catches[0].id] = replace(catches[0], events=(), kind="intermediateThrowEvent")
        draft.flows.append(Flow(f"{throw.id}:link", throw.id, catches[0].id, "", throw.line))
        links = [node for node in links if node.id != catches[0].id]
        draft.say(throw.id, f"link {name!r}: a flow to {catches[0].id}")
        _same_link(draft, links, name, catches[0].id)


def _thrown_messages(draft: Draft) -> None:
    """A thrown message begins another case: process.toml says which (engine/crosscheck.py asks for it)."""
    for node in list(draft.nodes.values()):
        if node.kind in BEGINNERS and [event.kind for event in node.events] == ["message"]:
            ref = node.events[0].ref
            draft.nodes[node.id] = replace(node, events=(), attributes={**node.attributes, "throws": ref or "message"})
            draft.say(node.id, f"throws the message {ref!r}: the beginning of a linked case, which process.toml names")


def _same_link(draft: Draft, links: list[Node], name: str, target: str) -> None:
    """Several throws of one link all flow to the one catch."""
    for other in links:
        node = draft.nodes[other.id]
        if node.kind == "intermediateThrowEvent" and [e.ref for e in node.events] == [name]:
            draft.nodes[node.id] = replace(node, events=())
            draft.flows.append(Flow(f"{node.id}:link", node.id, target, "", node.line))
            draft.say(node.id, f"link {name!r}: a flow to {target}")


def _levels(draft: Draft) -> list[str]:
    return [""] + [node.id for node in draft.nodes.values() if node.kind in LEVELS]


def _missing_starts(draft: Draft) -> None:
    for level in _levels(draft):
        inside = [node for node in draft.nodes.values() if node.parent == level]
        if not inside or any(node.kind == "startEvent" for node in inside):
            continue
        if level and (draft.nodes[level].event_triggered or draft.nodes[level].ad_hoc):
            continue  # what starts it cannot be guessed, or people choose it
        beside = [n for n in inside if n.kind == "boundaryEvent" or n.event_triggered or n.undoes]
        firsts = [n for n in inside if not draft.entering(n.id) and n not in beside]
        if len(firsts) != 1:
            continue
        start = Node(f"{level or 'process'}:start", "startEvent", parent=level, line=firsts[0].line)
        draft.nodes[start.id] = start
        draft.flows.append(Flow(f"{start.id}:flow", start.id, firsts[0].id))
        draft.say(firsts[0].id, "no start event: started here")


def _missing_ends(draft: Draft) -> None:
    for node in list(draft.nodes.values()):
        if node.kind in _NO_FLOW_OUT or node.event_triggered or draft.leaving(node.id):
            continue
        if node.undoes or (node.kind == "boundaryEvent" and node.about("compensate")):
            continue  # what undoes takes no part in the flow
        if node.parent and draft.nodes[node.parent].ad_hoc:
            continue  # steps of an ad-hoc sub-process just end
        end = Node(f"{node.id}_end", "endEvent", parent=node.parent, line=node.line, lane=node.lane)
        if end.id in draft.nodes:
            continue
        draft.nodes[end.id] = end
        draft.flows.append(Flow(f"{end.id}:flow", node.id, end.id, "", node.line))
        draft.say(node.id, f"no flow leaves it: an end event {end.id} is added")


def _split_after_task(draft: Draft) -> None:
    """A task with several flows, or with conditions on them, splits in a gateway of its own (BPMN 2.0.2, 13.2.1)."""
    for node in list(draft.nodes.values()):
        flows = draft.leaving(node.id)
        conditional = any(flow.condition for flow in flows)
        if node.kind in _GATEWAYS or (len(flows) < 2 and not conditional):
            continue
        kind = "inclusiveGateway" if conditional else "parallelGateway"
        id, parent, line = f"{node.id}:split", node.parent, node.line
        gateway = Node(id, kind, parent=parent, line=line, lane=node.lane, default=node.default)
        draft.nodes[gateway.id] = gateway
        for flow in flows:
            always = "true" if conditional and not flow.condition and flow.id != node.default else flow.condition
            draft.flows[draft.flows.index(flow)] = replace(flow, source=gateway.id, condition=always)
        draft.flows.append(Flow(f"{gateway.id}:flow", node.id, gateway.id, "", node.line))
        words = "conditions on its flows" if conditional else f"{len(flows)} flows leave it"
        draft.say(node.id, f"{words}: an {kind.removesuffix('Gateway')} gateway is added")
