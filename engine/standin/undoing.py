"""Stand-ins for undoing: what undoes nothing is left out, what would be undone and cannot be is passed."""

from __future__ import annotations

from dataclasses import replace

from engine.standin.draft import Draft, stand_in


@stand_in("compensation")
def compensation(draft: Draft, id: str) -> str:
    """What is joined to nothing, or stands in the flow, takes no part in undoing."""
    node = draft.nodes.get(id)
    if node is None:
        return ""
    if node.undoes and (draft.entering(id) or draft.leaving(id)):
        draft.change(id, undoes=False)
        return "takes part in the flow as any other does"
    borders = [other.id for other in draft.nodes.values() if other.attached_to == id]
    if node.undoes and borders:
        for border in borders:
            draft.remove(border)
        return "has no events on its border"
    draft.remove(node.parent if node.kind == "startEvent" and node.parent else id)
    return "what compensates is left out"


@stand_in("undone")
def undone(draft: Draft, id: str) -> str:
    """What names nothing that could be undone asks for all that can be."""
    node = draft.nodes[id]
    draft.change(id, events=(replace(node.events[0], ref=""), *node.events[1:]))
    return "asks for all that can be undone"


@stand_in("transaction")
def transaction(draft: Draft, id: str) -> str:
    """What cancels nothing just ends, and an event that nothing cancels is left out."""
    node = draft.nodes.get(id)
    if node is None:
        return ""
    if node.kind == "endEvent":
        draft.change(id, events=())
        return "ends without cancelling anything"
    draft.remove(id)
    return "a cancel event on no transaction is left out"
