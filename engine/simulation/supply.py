"""What a simulation supplies by hand: choices at gateways, work without its data, events that nothing here sends."""

from __future__ import annotations

from collections.abc import Callable

from engine import timer
from engine.diagram import Diagram, Event, Loop, Multi, Node
from engine.errors import EngineError, Rewrite
from engine.normalise import normalise
from engine.notation import LEVELS
from engine.standin.draft import Draft
from engine.standin.levels import begin

_BY_HAND = ("scriptTask", "serviceTask", "businessRuleTask", "sendTask")
_CHOOSING = ("exclusiveGateway", "inclusiveGateway")
_THROWS = ("endEvent", "intermediateThrowEvent")
_RISING = ("signal", "error", "escalation")
_DAY = Event("timer", timer="timeDuration", text="P1D")
Told = Callable[[str, str], None]


def supply(diagram: Diagram, others: set[str], *, from_outside: bool = False) -> tuple[Diagram, tuple[Rewrite, ...]]:
    """A runnable drawing as a simulation runs it, and what is supplied; `others` are the processes that it may call.

    With `from_outside` every signal, error and escalation that is caught comes from outside, whoever throws it.
    """
    draft, told = Draft(diagram), list[Rewrite]()

    def tell(element: str, sentence: str) -> None:
        told.append(Rewrite(element, f"supplied: {sentence}"))

    for node in list(draft.nodes.values()):
        _work(draft, node, others, tell)
    for node in list(draft.nodes.values()):
        _repetition(draft, node)
        if node.quantities != (1, 1):
            draft.change(node.id, quantities=(1, 1))
            tell(node.id, "begins with one token and ends with one")
        _event(draft, node, tell, from_outside)
    _choices(draft, tell)
    normal, more = normalise(draft.result()) if draft.changed else (diagram, ())
    return normal, (*told, *more)


def _work(draft: Draft, node: Node, others: set[str], tell: Told) -> None:
    if node.kind in _BY_HAND:
        draft.as_task(node.id)
        tell(node.id, f"the <{node.kind}> is done by hand")
    elif node.kind == "callActivity":
        if node.called in others:
            draft.change(node.id, inputs=())
        else:
            draft.as_task(node.id)
            tell(node.id, f"the called {node.called!r} is no process of this file: done by hand")
    elif node.kind in LEVELS and node.kind != "subProcess":
        adhoc = node.kind == "adHocSubProcess"
        draft.change(node.id, kind="subProcess", ad_hoc=None)
        firsts = [n.id for n in draft.nodes.values() if n.parent == node.id and _first(draft, n)]
        if adhoc and firsts:
            begin(draft, node.id, firsts)
        tell(node.id, "each step is done once" if adhoc else f"the <{node.kind}> runs as a sub-process")


def _first(draft: Draft, node: Node) -> bool:
    return node.kind not in ("boundaryEvent", "startEvent") and not node.event_triggered and not draft.entering(node.id)


def _repetition(draft: Draft, node: Node) -> None:
    if node.multi is not None:
        draft.change(node.id, multi=Multi("", "2", node.multi.item, node.multi.sequential, ""))
    if node.loop is not None:
        draft.change(node.id, loop=Loop("", 2, before=False))


def _event(draft: Draft, node: Node, tell: Told, from_outside: bool) -> None:
    event = node.event
    if event is None:
        return
    if node.kind in _THROWS:
        if event.kind == "error" and not _caught(draft, node, event):
            draft.change(node.id, events=())
            tell(node.id, "nothing catches the error: an end")
    elif event.kind == "timer":
        if not _readable(event):
            again = event.timer == "timeCycle"
            day = Event("timer", timer="timeCycle", text="R2/P1D") if again else _DAY
            draft.change(node.id, events=(day,))
            tell(node.id, f"the timer {event.text!r} goes off after a day")
    elif event.kind == "conditional" or (event.kind in _RISING and (from_outside or not _thrown(draft, node, event))):
        draft.change(node.id, events=(draft.supplied(node),))
        tell(node.id, f"the {event.kind} comes from outside")


def _readable(event: Event) -> bool:
    """Whether a timer is due at a moment that does not depend on the case's data."""
    try:
        return timer.read(event.timer, event.text).length is not None
    except EngineError:
        return False


def _alike(draft: Draft, thrown: Event, caught: Event) -> bool:
    if thrown.kind != caught.kind:
        return False
    return not caught.ref or draft.codes.get(thrown.ref, thrown.ref) == draft.codes.get(caught.ref, caught.ref)


def _thrown(draft: Draft, catcher: Node, event: Event) -> bool:
    """Whether the process throws what an event waits for, where that event hears it."""
    return any(
        _alike(draft, thrown, event) and (event.kind == "signal" or _hears(draft, catcher, node))
        for node in draft.nodes.values()
        for thrown in (node.events if node.kind in _THROWS else ())
    )


def _caught(draft: Draft, thrower: Node, event: Event) -> bool:
    catchers = [node for node in draft.nodes.values() if node.kind in ("boundaryEvent", "startEvent")]
    return any(
        _alike(draft, event, caught) and _hears(draft, node, thrower) for node in catchers for caught in node.events
    )


def _hears(draft: Draft, catcher: Node, thrower: Node) -> bool:
    """Whether an error or escalation rises from one element to the other: by levels, each with its own handlers."""
    level = thrower.parent
    while True:
        home = draft.nodes.get(catcher.parent)
        if catcher.kind == "startEvent" and home is not None and home.event_triggered and home.parent == level:
            return True
        if not level:
            return False
        if catcher.kind == "boundaryEvent" and catcher.attached_to == level:
            return True
        level = draft.nodes[level].parent


def _choices(draft: Draft, tell: Told) -> None:
    for node in list(draft.nodes.values()):
        flows = draft.leaving(node.id)
        always = node.kind == "inclusiveGateway" and all(flow.condition == "true" for flow in flows)
        if node.kind not in _CHOOSING or always:
            continue
        if len(flows) == 1:
            draft.change_flow(flows[0], condition="")
            continue
        for flow in flows:
            if flow.id != node.default:
                draft.choose(flow)
        if ":" not in node.id:
            tell(node.id, "which flow is taken is chosen")
