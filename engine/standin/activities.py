"""Stand-ins for activities: what they would call, decide, write or compute is done by people."""

from __future__ import annotations

from dataclasses import replace

from engine.diagram import Multi
from engine.notation import ACTIVITIES, LEVELS
from engine.standin.draft import Draft, stand_in

_TWICE = Multi(collection="", cardinality="2", item="item", sequential=False, until="")
_SINGLE = frozenset(ACTIVITIES) - frozenset(LEVELS)


@stand_in("script", "decision", "letter", "feel-letter", "called-element", "feel-input")
def by_people(draft: Draft, id: str) -> str:
    """What names nothing to run is done by people."""
    node = draft.nodes.get(id)
    if node is None or node.kind == "userTask" or node.kind not in _SINGLE:
        return ""
    draft.as_task(id)
    return f"the <{node.kind}> is done by people"


@stand_in("activation")
def activation(draft: Draft, id: str) -> str:
    """A complex gateway that does not say when it opens joins as an inclusive one does."""
    node = draft.nodes[id]
    draft.change(id, kind="inclusiveGateway", activation="")
    for flow in draft.leaving(id):
        if flow.id != node.default:
            draft.choose(flow)
    return "chooses and joins as an inclusive gateway does"


@stand_in("multi-instance", "feel-collection")
def repetition(draft: Draft, id: str) -> str:
    """What is repeated without a number is repeated twice."""
    node = draft.nodes[id]
    if node.multi is None:
        return ""
    multi = replace(_TWICE, sequential=node.multi.sequential)
    if node.multi == multi:
        return by_people(draft, id)
    draft.change(id, multi=multi)
    return "is repeated twice"


@stand_in("attribute")
def attribute(draft: Draft, id: str) -> str:
    """An attribute that is not run is not looked at."""
    node = draft.nodes[id]
    names = [name for name, _ in node.marks]
    draft.change(id, marks=(), quantities=(node.quantities[0] or 1, node.quantities[1] or 1))
    return f"{' and '.join(names)} is not looked at"


@stand_in("data-object")
def data(draft: Draft, id: str) -> str:
    """What cannot be written to a data object is not written."""
    draft.change(id, outputs=())
    return "writes to no data object"


@stand_in("boundary-host")
def host(draft: Draft, id: str) -> str:
    """What an event hangs on waits, so that the event can come; an event that hangs on nothing is left out."""
    node = draft.nodes.get(id)
    if node is None:
        return ""
    on = draft.nodes.get(node.attached_to)
    if on is None or on.parent != node.parent or on.kind not in _SINGLE:
        draft.remove(id)
        return "an event that hangs on no activity is left out"
    return by_people(draft, on.id)
