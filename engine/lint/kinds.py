"""Rules about kinds of elements: what is run, and what each kind must name."""

from __future__ import annotations

import re

from engine.diagram import Diagram, Node
from engine.lint.rule import Found, rule
from engine.notation import ACTIVITIES, LEVELS
from engine.said import say

_MARKS = {
    "method": say(
        "a transaction is undone by compensation, ##Compensate; nothing here could take back what others saw"
    ),
    "instantiate": say("what begins a case has no flow into it, and stands at the main level with a message"),
    "eventGatewayType": say(
        "a case begins with one message and waits for others; draw that start and a parallel gateway"
    ),
    "parallelMultiple": say("what a border waits for is over with the first; draw a parallel gateway in a handler"),
    "eventDefinitionRef": say("no definition beside the process has this id"),
}
_HOSTS = ("userTask", "serviceTask", "receiveTask", "callActivity", *LEVELS)
_SERVICE = re.compile(r"[a-z][a-z0-9_]{0,59}")


@rule("event-sub-process")
def event_sub_process(diagram: Diagram) -> Found:
    """An event sub-process has one start event with an event, no flows and no border events, and is not repeated."""
    for node in diagram.nodes.values():
        if not node.event_triggered or node.kind != "subProcess":
            continue
        starts = [inner for inner in diagram.inside(node.id) if inner.kind == "startEvent"]
        if len(starts) != 1 or not starts[0].events:
            yield (
                node,
                say(
                    "found {count} start events, expected one, which says what the event sub-process waits for",
                    count=len(starts),
                ),
            )
        if diagram.entering(node.id) or diagram.leaving(node.id) or diagram.boundaries(node.id):
            yield (
                node,
                say(
                    "an event sub-process is begun by its start event: no flow enters or leaves it, "
                    "no event hangs on it"
                ),
            )
        if node.multi is not None or node.loop:
            yield node, say("an event sub-process is not repeated; repeat a sub-process inside it")


@rule("ad-hoc")
def ad_hoc(diagram: Diagram) -> Found:
    """In an ad-hoc sub-process people choose where it begins and when it ends, so no start or end event says it."""
    for host in diagram.nodes.values():
        if host.ad_hoc is None:
            continue
        if host.event_triggered:
            yield host, say("an event begins it, and people choose in it: draw the ad-hoc sub-process inside the other")
        if not any(node.kind in ACTIVITIES for node in diagram.free(host.id)):
            yield host, say("nothing in it can be chosen, expected a step that no flow enters")
        for node in diagram.inside(host.id):
            if node.kind in ("startEvent", "endEvent"):
                yield (
                    node,
                    say(
                        "a <{kind}> stands in an ad-hoc sub-process, expected only steps and what joins them",
                        kind=node.kind,
                    ),
                )
            elif node.kind not in (*ACTIVITIES, "boundaryEvent") and not diagram.leaving(node.id):
                yield (
                    node,
                    say("a <{kind}> of an ad-hoc sub-process leads nowhere, expected a flow to a step", kind=node.kind),
                )


@rule("attribute")
def attribute(diagram: Diagram) -> Found:
    """An attribute that would change how its element runs, and is not run, is refused and not ignored."""
    for node in diagram.nodes.values():
        for name, value in node.marks:
            yield node, say("found {name} {value!r}: {value_2}", name=name, value=value, value_2=_MARKS[name])
        if 0 in node.quantities:
            yield (
                node,
                say("begins or ends with no number of tokens: expected startQuantity and completionQuantity 1 to 999"),
            )


@rule("standard-loop")
def standard_loop(diagram: Diagram) -> Found:
    """A loop marker says when the loop ends, on an activity that can be repeated and is not repeated otherwise."""
    for node in diagram.nodes.values():
        if node.loop is None:
            continue
        if node.kind not in ACTIVITIES or node.multi is not None:
            yield (
                node,
                say(
                    "this <{kind}> cannot also be repeated by a loop marker; draw the loop with a gateway",
                    kind=node.kind,
                ),
            )
        elif not node.loop.condition and not node.loop.maximum:
            yield node, say("the loop has no end: expected a loopCondition in FEEL or a loopMaximum above zero")


@rule("multi-instance")
def multi_instance(diagram: Diagram) -> Found:
    """A repeated activity needs a collection or a number, and must be one that can be repeated."""
    for node in diagram.nodes.values():
        if node.multi is None:
            continue
        if node.kind not in ACTIVITIES:
            yield node, say("a <{kind}> cannot be repeated; expected an activity", kind=node.kind)
        elif bool(node.multi.collection) == bool(node.multi.cardinality):
            yield node, say("found no single collection, expected asiavirta:collection or a loopCardinality")
        for when, condition, event in node.multi.throws:
            if event.kind not in ("signal", "escalation") or event.ref not in diagram.codes:
                yield (
                    node,
                    say(
                        "throws the {kind} {ref!r} when an instance is done, expected a declared signal or escalation",
                        kind=event.kind,
                        ref=event.ref,
                    ),
                )
            if when == "when" and not condition:
                yield node, say("throws an event under no condition, expected one in FEEL")


@rule("letter")
def letter(diagram: Diagram) -> Found:
    """A send task writes a letter to a party; anything else would pass silently."""
    for node in diagram.nodes.values():
        if node.kind == "sendTask":
            for attribute in ("letter", "to"):
                if not node.attributes.get(attribute):
                    yield node, say("a send task writes a letter: expected asiavirta:{attribute}", attribute=attribute)


@rule("service")
def service(diagram: Diagram) -> Found:
    """A service task names its service; the operator says where it is."""
    for node in diagram.nodes.values():
        if node.kind != "serviceTask":
            continue
        name = node.attributes.get("service", "")
        if not _SERVICE.fullmatch(name):
            yield (
                node,
                say(
                    "found the service {name!r}, expected asiavirta:service with a name such as address_register",
                    name=name,
                ),
            )
        if node.attributes.get("byhand", "false") not in ("true", "false"):
            yield (
                node,
                say("found asiavirta:byhand {byhand!r}, expected true or false", byhand=node.attributes["byhand"]),
            )


@rule("decision")
def decision(diagram: Diagram) -> Found:
    """A business rule task names its decision."""
    for node in diagram.nodes.values():
        if node.kind == "businessRuleTask" and not node.attributes.get("decision"):
            yield node, say("expected asiavirta:decision with the id of a decision table")


@rule("called-element")
def called_element(diagram: Diagram) -> Found:
    """A call activity names the folder that it calls."""
    for node in diagram.nodes.values():
        if node.kind == "callActivity" and (not node.called or ":" in node.called):
            yield node, say("found calledElement {called!r}, expected the id of a process folder", called=node.called)


@rule("message-name")
def message_name(diagram: Diagram) -> Found:
    """A message is named by its bpmn:message; without one nothing could arrive."""
    for node in diagram.nodes.values():
        for ref in _messages(node):
            if ref not in diagram.messages:
                yield node, say("waits for the message {ref!r}, expected the id of a bpmn:message", ref=ref)


def _messages(node: Node) -> list[str]:
    if node.kind in ("endEvent", "intermediateThrowEvent"):
        return []  # the rule event-kind refuses what they throw
    found = [event.ref for event in node.events if event.kind == "message"]
    return [*found, node.message] if node.kind == "receiveTask" else found


@rule("boundary-host")
def boundary_host(diagram: Diagram) -> Found:
    """A boundary event hangs on an activity that waits."""
    for node in diagram.nodes.values():
        if node.kind != "boundaryEvent":
            continue
        host = diagram.nodes.get(node.attached_to)
        undone = node.event is not None and node.event.kind == "compensate"
        if host is None or host.parent != node.parent:
            yield (
                node,
                say(
                    "attached to {attached_to!r}, expected an activity of the same level", attached_to=node.attached_to
                ),
            )
        elif undone and host.kind not in ACTIVITIES:
            yield node, say("attached to a <{kind}>, which nothing undoes; expected an activity", kind=host.kind)
        elif not undone and host.kind not in _HOSTS:
            yield (
                node,
                say(
                    "attached to a <{kind}>, which never waits; expected {names}",
                    kind=host.kind,
                    names=", ".join(_HOSTS),
                ),
            )


@rule("lane", "warning")
def lane(diagram: Diagram) -> Found:
    """A user task, or a choice of steps, outside every lane has no work role."""
    for node in diagram.nodes.values():
        if node.kind in ("userTask", "adHocSubProcess") and not node.lane:
            yield node, say("lies in no lane, so nobody's role does it")


@rule("foreign-attributes", "warning")
def foreign_attributes(diagram: Diagram) -> Found:
    """What other engines read from an attribute or an extension element is not read here."""
    for node in diagram.nodes.values():
        for attribute in node.foreign:
            namespace, _, name = attribute[1:].partition("}")
            yield node, say("the attribute {name!r} of {namespace} is not used", name=name, namespace=namespace)
    for owner, tag in diagram.foreign:
        namespace, _, name = tag[1:].partition("}")
        yield owner, say("the extension <{name}> of {namespace} is not used", name=name, namespace=namespace)
