"""Stand-ins for flows and gateways: conditions that are missing become choices, what leads nowhere is left out."""

from __future__ import annotations

from dataclasses import replace

from engine.diagram import Node
from engine.standin.draft import Draft, quoted, stand_in
from engine.standin.events import event


@stand_in("condition-missing", "feel-condition")
def condition(draft: Draft, id: str) -> str:
    """A condition that is missing or in words is a choice of whoever tries the drawing out."""
    flow = draft.flow(id)
    if flow is None:
        return event(draft, id)
    gateway = draft.nodes.get(flow.source)
    if gateway is not None and gateway.default == id:
        draft.change_flow(flow, condition="")
        return "the default flow has no condition"
    draft.choose(flow)
    if flow.condition:
        return f"the condition {quoted(flow.condition)} is a choice"
    return f"the flow {flow.name!r} is a choice" if flow.name else "the flow is a choice"


@stand_in("condition-place")
def no_condition(draft: Draft, id: str) -> str:
    """Where nothing looks at a condition there is none."""
    flow = draft.flow(id)
    if flow is None:
        return ""
    draft.change_flow(flow, condition="")
    return f"the condition {quoted(flow.condition)} is not looked at"


@stand_in("default-flow")
def default(draft: Draft, id: str) -> str:
    """A default flow that does not leave its gateway is none."""
    draft.change(id, default="")
    return "has no default flow"


@stand_in("flow-ends")
def left_out(draft: Draft, id: str) -> str:
    """A flow that leads nowhere is left out."""
    flow = next((flow for flow in reversed(draft.flows) if flow.id == id), None)
    if flow is None:
        return ""
    draft.flows.remove(flow)
    return f"the flow from {flow.source!r} to {flow.target!r} is left out"


@stand_in("join-behind-itself")
def join(draft: Draft, id: str) -> str:
    """A join that waits for what lies behind it waits only for what can still come."""
    node = draft.nodes[id]
    if node.kind != "parallelGateway":
        return ""
    draft.change(id, kind="inclusiveGateway", default="")
    for flow in draft.leaving(id):
        draft.change_flow(flow, condition="true")
    return "waits only for what can still come, as an inclusive gateway does"


@stand_in("race-targets")
def race(draft: Draft, id: str) -> str:
    """An event-based gateway with anything but events behind it is a choice between them."""
    node = draft.nodes[id]
    gateways = [node] if node.kind == "eventBasedGateway" else _races(draft, id)
    for gateway in gateways:
        draft.change(gateway.id, kind="exclusiveGateway", default="")
        for flow in draft.leaving(gateway.id):
            draft.choose(flow)
    return "the event-based gateway in front is a choice" if gateways else ""


def _races(draft: Draft, id: str) -> list[Node]:
    sources = [draft.nodes.get(flow.source) for flow in draft.entering(id)]
    return [source for source in sources if source is not None and source.kind == "eventBasedGateway"]


@stand_in("reserved-id")
def renamed(draft: Draft, id: str) -> str:
    """An id that means something else here has a mark behind it."""
    other = f"{id}_"
    for node in list(draft.nodes.values()):
        if node.parent == id:
            draft.change(node.id, parent=other)
        if node.attached_to == id:
            draft.change(node.id, attached_to=other)
    draft.change(id, id=other)
    draft.nodes = {node.id: node for node in draft.nodes.values()}
    for flow in [*draft.leaving(id), *draft.entering(id)]:
        source, target = (other if end == id else end for end in (flow.source, flow.target))
        draft.flows[draft.flows.index(next(f for f in draft.flows if f.id == flow.id))] = replace(
            flow, source=source, target=target
        )
    return f"is called {other!r}"
