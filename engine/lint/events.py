"""Rules about events: which kinds are caught and thrown where."""

from __future__ import annotations

from engine.diagram import Diagram, Node
from engine.lint.rule import Found, rule
from engine.notation import LEVELS
from engine.said import say

RUN = {
    "startEvent": ("message",),
    "intermediateCatchEvent": ("message", "timer", "signal", "conditional"),
    "intermediateThrowEvent": ("signal", "escalation", "compensate"),
    "boundaryEvent": ("message", "timer", "signal", "error", "escalation", "conditional", "compensate", "cancel"),
    "endEvent": ("terminate", "error", "escalation", "signal", "compensate", "cancel"),
}
_HANDLED = ("message", "timer", "signal", "error", "escalation", "conditional", "compensate")
_BEGINS = ("timer", "signal", "conditional")
_NEEDS_ONE = ("intermediateCatchEvent", "boundaryEvent")


@rule("event-kind")
def event_kind(diagram: Diagram) -> Found:
    """An event has a kind that means something where it stands; any other would pass silently or start at once."""
    for node in diagram.nodes.values():
        allowed = _HANDLED if _begins_handler(diagram, node) else RUN.get(node.kind, ())
        for event in node.events if node.kind in RUN else ():
            if event.kind in allowed:
                continue
            if node.kind == "startEvent" and not node.parent and event.kind in _BEGINS:
                yield (
                    node,
                    (
                        say(
                            "a {kind} would begin a case that nobody asked for and that has no customer; "
                            "begin it with a message, or from another case in process.toml",
                            kind=event.kind,
                        )
                    ),
                )
            else:
                yield (
                    node,
                    say(
                        "a {kind} means nothing on a <{kind_2}>; expected one of: {names}",
                        kind=event.kind,
                        kind_2=node.kind,
                        names=", ".join(allowed),
                    ),
                )


@rule("event-single")
def event_single(diagram: Diagram) -> Found:
    """An event has one definition; a catching one has exactly one."""
    for node in diagram.nodes.values():
        if len(node.events) > 1:
            yield node, say("found {count} event definitions, expected one", count=len(node.events))
        elif node.kind in _NEEDS_ONE and not node.events:
            yield node, say("found no event definition, expected a message, a timer or a signal")


@rule("cycle")
def cycle(diagram: Diagram) -> Found:
    """A repeating timer makes sense only beside something that goes on."""
    for node in diagram.nodes.values():
        event = node.event
        beside = node.kind == "boundaryEvent" or _begins_handler(diagram, node)
        if event is not None and event.timer == "timeCycle" and (not beside or node.interrupting):
            yield node, say("a repeating timer is run only on a non-interrupting boundary event or event sub-process")


@rule("error-boundary")
def error_boundary(diagram: Diagram) -> Found:
    """An error or a cancellation always interrupts, and comes from a service, a sub-process or a called part."""
    for node in diagram.nodes.values():
        if node.event is None or node.event.kind not in ("error", "escalation", "cancel"):
            continue
        if node.event.kind != "escalation" and not node.interrupting:
            yield node, say("an event of the kind {kind} always interrupts its sub-process", kind=node.event.kind)
        if node.event.kind == "cancel" or node.kind != "boundaryEvent":
            continue
        host = diagram.nodes.get(node.attached_to)
        throwing = ("callActivity", *LEVELS, *(("serviceTask",) if node.event.kind == "error" else ()))
        thrown = (
            [event.kind for _, _, event in host.multi.throws] if host is not None and host.multi is not None else []
        )
        if host is not None and host.kind not in throwing and node.event.kind not in thrown:
            yield (
                node,
                say(
                    "an {kind} never comes out of a <{kind_2}>; expected one of {names}",
                    kind=node.event.kind,
                    kind_2=host.kind,
                    names=", ".join(throwing),
                ),
            )


@rule("event-reference")
def event_reference(diagram: Diagram) -> Found:
    """A thrown event names what it throws."""
    for node in diagram.nodes.values():
        event = node.event
        if event is None or event.kind not in ("signal", "error", "escalation"):
            continue
        throws = node.kind in ("endEvent", "intermediateThrowEvent")
        if event.ref not in diagram.codes and (event.ref or throws or event.kind == "signal"):
            yield (
                node,
                say("names the {kind} {ref!r}, expected the id of a declared one", kind=event.kind, ref=event.ref),
            )


@rule("race-targets")
def race_targets(diagram: Diagram) -> Found:
    """Behind an event-based gateway stand only events, each entered from it alone."""
    for node in diagram.nodes.values():
        if node.kind != "eventBasedGateway":
            continue
        targets = [diagram.nodes[flow.target] for flow in diagram.leaving(node.id) if flow.target in diagram.nodes]
        if len(targets) < 2:
            yield node, say("found {count} events behind it, expected at least two", count=len(targets))
        for target in targets:
            if target.kind not in ("intermediateCatchEvent", "receiveTask"):
                yield (
                    node,
                    say(
                        "leads to the <{kind}> {id}, expected a catching event or a receive task",
                        kind=target.kind,
                        id=target.id,
                    ),
                )
            elif len(diagram.entering(target.id)) > 1:
                yield target, say("stands behind an event-based gateway and is entered from elsewhere too")


@rule("signal-unheard", "warning")
def signal_unheard(diagram: Diagram) -> Found:
    """A signal that nobody waits for changes nothing."""
    caught = {_signal(node) for node in diagram.nodes.values() if node.kind in (*_NEEDS_ONE, "startEvent")}
    for node in diagram.nodes.values():
        if node.kind in ("endEvent", "intermediateThrowEvent") and _signal(node) and _signal(node) not in caught:
            yield node, say("throws the signal {signal!r}, which nothing in this drawing catches", signal=_signal(node))


def _begins_handler(diagram: Diagram, node: Node) -> bool:
    """Whether an element is the start event of an event sub-process."""
    return node.kind == "startEvent" and bool(node.parent) and diagram.nodes[node.parent].event_triggered


def _signal(node: Node) -> str:
    return node.event.ref if node.event and node.event.kind == "signal" else ""
