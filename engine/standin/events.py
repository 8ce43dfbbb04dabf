"""Stand-ins for events: what a drawing does not say of them, or what the engine does not run there."""

from __future__ import annotations

from dataclasses import replace

from engine.diagram import Event, Loop
from engine.standin.draft import Draft, stand_in

_DAY = "P1D"
_THROWS = ("endEvent", "intermediateThrowEvent")


@stand_in("event-kind", "event-single", "error-boundary")
def event(draft: Draft, id: str) -> str:
    """What is thrown goes nowhere, what is caught comes from outside; nothing compensates."""
    node = draft.nodes.get(id)
    if node is None:
        return ""
    kinds = " and ".join(event.kind for event in node.events) or "unnamed"
    if node.kind in _THROWS:
        draft.change(id, events=())
        return f"the {kinds} event is passed without throwing anything"
    if kinds == "compensate" and node.kind == "boundaryEvent":
        draft.remove(id)
        return "what compensates is left out"
    draft.change(id, events=(draft.supplied(node),))
    return f"the {kinds} event is supplied from outside, as a message"


@stand_in("message-name")
def message(draft: Draft, id: str) -> str:
    """A message that is not named is named like its element."""
    node = draft.nodes[id]
    supplied = draft.supplied(node)
    if node.kind == "receiveTask":
        draft.change(id, message=supplied.ref)
    else:
        draft.change(id, events=tuple(supplied if event.kind == "message" else event for event in node.events))
    return f"waits for a message of its own, named {id!r}"


@stand_in("event-reference")
def reference(draft: Draft, id: str) -> str:
    """What refers to nothing throws and catches the one that has no name."""
    node = draft.nodes[id]
    kind = node.events[0].kind
    unnamed = f"unnamed {kind}"
    draft.codes[unnamed] = unnamed
    draft.change(id, events=(replace(node.events[0], ref=unnamed), *node.events[1:]))
    return f"means the {kind} without a name"


@stand_in("start-twice")
def start_twice(draft: Draft, id: str) -> str:
    """Of several starts alike, each further one has a message of its own."""
    node = draft.nodes[id]
    draft.change(id, events=(draft.supplied(node),))
    return f"starts with a message of its own, named {id!r}"


@stand_in("timer")
def timer(draft: Draft, id: str) -> str:
    """A timer that says nothing that could be read goes off after a day."""
    node = draft.nodes[id]
    if not any(event.kind == "timer" for event in node.events):
        return ""  # already supplied from outside
    draft.change(id, events=tuple(_a_day(event) for event in node.events))
    return "the timer goes off after one day"


@stand_in("cycle")
def cycle(draft: Draft, id: str) -> str:
    """A repeating timer where nothing repeats goes off once."""
    node = draft.nodes[id]
    draft.change(id, events=tuple(_once(event) for event in node.events))
    return "the repeating timer goes off once"


@stand_in("standard-loop")
def loop(draft: Draft, id: str) -> str:
    """A loop without an end goes round twice."""
    node = draft.nodes[id]
    if node.multi is not None:
        draft.change(id, loop=None)
        return "is repeated as its other marker says"
    draft.change(id, loop=Loop("", 2, before=False))
    return "the loop goes round twice"


def _a_day(event: Event) -> Event:
    return Event("timer", timer="timeDuration", text=_DAY) if event.kind == "timer" else event


def _once(event: Event) -> Event:
    length = event.text.rpartition("/")[2]
    text = length if length.startswith("P") else _DAY
    return Event("timer", timer="timeDuration", text=text) if event.kind == "timer" else event
