"""Rules about kinds of elements: what is run, and what each kind must name."""

from __future__ import annotations

import re

from engine.diagram import Diagram, Node
from engine.lint.rule import Found, rule
from engine.notation import ACTIVITIES, LEVELS

_MARKS = {
    "method": "a transaction is undone by compensation, ##Compensate; nothing here could take back what others saw",
    "instantiate": "what begins a case has no flow into it, and stands at the main level with a message",
    "eventGatewayType": "a case begins with one message and waits for others; draw that start and a parallel gateway",
    "parallelMultiple": "what a border waits for is over with the first; draw a parallel gateway in a handler",
    "eventDefinitionRef": "no definition beside the process has this id",
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
                f"found {len(starts)} start events, expected one, which says what the event sub-process waits for",
            )
        if diagram.entering(node.id) or diagram.leaving(node.id) or diagram.boundaries(node.id):
            yield (
                node,
                "an event sub-process is begun by its start event: no flow enters or leaves it, no event hangs on it",
            )
        if node.multi is not None or node.loop:
            yield node, "an event sub-process is not repeated; repeat a sub-process inside it"


@rule("ad-hoc")
def ad_hoc(diagram: Diagram) -> Found:
    """In an ad-hoc sub-process people choose where it begins and when it ends, so no start or end event says it."""
    for host in diagram.nodes.values():
        if host.ad_hoc is None:
            continue
        if host.event_triggered:
            yield host, "an event begins it, and people choose in it: draw the ad-hoc sub-process inside the other"
        if not any(node.kind in ACTIVITIES for node in diagram.free(host.id)):
            yield host, "nothing in it can be chosen, expected a step that no flow enters"
        for node in diagram.inside(host.id):
            if node.kind in ("startEvent", "endEvent"):
                yield node, f"a <{node.kind}> stands in an ad-hoc sub-process, expected only steps and what joins them"
            elif node.kind not in (*ACTIVITIES, "boundaryEvent") and not diagram.leaving(node.id):
                yield node, f"a <{node.kind}> of an ad-hoc sub-process leads nowhere, expected a flow to a step"


@rule("attribute")
def attribute(diagram: Diagram) -> Found:
    """An attribute that would change how its element runs, and is not run, is refused and not ignored."""
    for node in diagram.nodes.values():
        for name, value in node.marks:
            yield node, f"found {name} {value!r}: {_MARKS[name]}"
        if 0 in node.quantities:
            yield (
                node,
                "begins or ends with no number of tokens: expected startQuantity and completionQuantity 1 to 999",
            )


@rule("standard-loop")
def standard_loop(diagram: Diagram) -> Found:
    """A loop marker says when the loop ends, on an activity that can be repeated and is not repeated otherwise."""
    for node in diagram.nodes.values():
        if node.loop is None:
            continue
        if node.kind not in ACTIVITIES or node.multi is not None:
            yield node, f"this <{node.kind}> cannot also be repeated by a loop marker; draw the loop with a gateway"
        elif not node.loop.condition and not node.loop.maximum:
            yield node, "the loop has no end: expected a loopCondition in FEEL or a loopMaximum above zero"


@rule("multi-instance")
def multi_instance(diagram: Diagram) -> Found:
    """A repeated activity needs a collection or a number, and must be one that can be repeated."""
    for node in diagram.nodes.values():
        if node.multi is None:
            continue
        if node.kind not in ACTIVITIES:
            yield node, f"a <{node.kind}> cannot be repeated; expected an activity"
        elif bool(node.multi.collection) == bool(node.multi.cardinality):
            yield node, "found no single collection, expected asiavirta:collection or a loopCardinality"
        for when, condition, event in node.multi.throws:
            if event.kind not in ("signal", "escalation") or event.ref not in diagram.codes:
                yield (
                    node,
                    f"throws the {event.kind} {event.ref!r} when an instance is done, "
                    "expected a declared signal or escalation",
                )
            if when == "when" and not condition:
                yield node, "throws an event under no condition, expected one in FEEL"


@rule("letter")
def letter(diagram: Diagram) -> Found:
    """A send task writes a letter to a party; anything else would pass silently."""
    for node in diagram.nodes.values():
        if node.kind == "sendTask":
            for attribute in ("letter", "to"):
                if not node.attributes.get(attribute):
                    yield node, f"a send task writes a letter: expected asiavirta:{attribute}"


@rule("service")
def service(diagram: Diagram) -> Found:
    """A service task names its service; the operator says where it is."""
    for node in diagram.nodes.values():
        if node.kind != "serviceTask":
            continue
        name = node.attributes.get("service", "")
        if not _SERVICE.fullmatch(name):
            yield node, f"found the service {name!r}, expected asiavirta:service with a name such as address_register"
        if node.attributes.get("byhand", "false") not in ("true", "false"):
            yield node, f"found asiavirta:byhand {node.attributes['byhand']!r}, expected true or false"


@rule("decision")
def decision(diagram: Diagram) -> Found:
    """A business rule task names its decision."""
    for node in diagram.nodes.values():
        if node.kind == "businessRuleTask" and not node.attributes.get("decision"):
            yield node, "expected asiavirta:decision with the id of a decision table"


@rule("called-element")
def called_element(diagram: Diagram) -> Found:
    """A call activity names the folder that it calls."""
    for node in diagram.nodes.values():
        if node.kind == "callActivity" and (not node.called or ":" in node.called):
            yield node, f"found calledElement {node.called!r}, expected the id of a process folder"


@rule("message-name")
def message_name(diagram: Diagram) -> Found:
    """A message is named by its bpmn:message; without one nothing could arrive."""
    for node in diagram.nodes.values():
        for ref in _messages(node):
            if ref not in diagram.messages:
                yield node, f"waits for the message {ref!r}, expected the id of a bpmn:message"


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
            yield node, f"attached to {node.attached_to!r}, expected an activity of the same level"
        elif undone and host.kind not in ACTIVITIES:
            yield node, f"attached to a <{host.kind}>, which nothing undoes; expected an activity"
        elif not undone and host.kind not in _HOSTS:
            yield node, f"attached to a <{host.kind}>, which never waits; expected {', '.join(_HOSTS)}"


@rule("lane", "warning")
def lane(diagram: Diagram) -> Found:
    """A user task, or a choice of steps, outside every lane has no work role."""
    for node in diagram.nodes.values():
        if node.kind in ("userTask", "adHocSubProcess") and not node.lane:
            yield node, "lies in no lane, so nobody's role does it"


@rule("foreign-attributes", "warning")
def foreign_attributes(diagram: Diagram) -> Found:
    """What other engines read from an attribute or an extension element is not read here."""
    for node in diagram.nodes.values():
        for attribute in node.foreign:
            namespace, _, name = attribute[1:].partition("}")
            yield node, f"the attribute {name!r} of {namespace} is not used"
    for owner, tag in diagram.foreign:
        namespace, _, name = tag[1:].partition("}")
        yield owner, f"the extension <{name}> of {namespace} is not used"
