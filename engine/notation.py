"""The names of BPMN 2.0 as its files have them, and what each means to the reader of a drawing."""

from __future__ import annotations

from typing import Any

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
OURS = "{urn:asiavirta:bpmn:1}"
# Drafts of BPMN 2.0 that older tools still write; the elements are the same.
_DRAFTS = frozenset(
    {
        "{http://schema.omg.org/spec/BPMN/2.0}",
        "{http://www.omg.org/spec/BPMN/20100501/MODEL}",
        "{http://www.omg.org/bpmn20}",
    }
)

NODE_TAGS = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "task",
        "userTask",
        "manualTask",
        "scriptTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "callActivity",
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)
IGNORED_TAGS = frozenset(
    {
        "laneSet",
        "sequenceFlow",
        "extensionElements",
        "documentation",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "textAnnotation",
        "association",
        "group",
        "incoming",
        "outgoing",
        "ioSpecification",
        "property",
        "auditing",
        "monitoring",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "dataInputAssociation",
        "dataOutputAssociation",
        "correlationSubscription",
        "resourceRole",
        "potentialOwner",
        "performer",
        "humanPerformer",
        "supportedInterfaceRef",
    }
)

# Elements with a level of their own inside, and everything that is work and not an event or a gateway.
LEVELS = ("subProcess", "transaction", "adHocSubProcess")
ACTIVITIES = (
    "task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask",
    "callActivity", *LEVELS,
)  # fmt: skip
# Elements that may begin a linked case.
BEGINNERS = ("endEvent", "intermediateThrowEvent")
DRAWN_ONLY = (
    "dataObjectReference",
    "dataStoreReference",
    "ioSpecification",
    "property",
    "dataInputAssociation",
    "dataOutputAssociation",
    "correlationSubscription",
    "resourceRole",
    "performer",
    "humanPerformer",
    "potentialOwner",
)
# Attributes that change what an element does, and the value that changes nothing; any other is refused by the linter.
NEUTRAL = {
    "method": "##Compensate",
    "instantiate": "false",
    "eventGatewayType": "Exclusive",
    "parallelMultiple": "false",
}


def modernise(root: Any) -> None:
    """Give the elements of a draft of BPMN 2.0 the names of the standard, in place."""
    draft = root.tag[: root.tag.find("}") + 1]
    if draft in _DRAFTS:
        for element in root.iter(f"{draft}*"):
            element.tag = BPMN + element.tag[len(draft) :]


def flag(element: Any, name: str, default: bool) -> bool:
    """A true or false attribute as XML Schema writes it: `true` and `1`, `false` and `0`."""
    value = element.get(name, "").strip()
    return value in ("true", "1") if value in ("true", "1", "false", "0") else default


def reference(element: Any, name: str) -> str:
    """The id that an attribute refers to, without the prefix of a qualified name."""
    return local_id(element, element.get(name, ""))


def local_id(element: Any, value: str) -> str:
    """An id without the prefix of a qualified name; what only looks like one stays as it is."""
    prefix, colon, name = value.strip().partition(":")
    return name if colon and name and prefix in element.nsmap else value.strip()
