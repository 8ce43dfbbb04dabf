"""docs/bpmn.md says of every element and attribute of BPMN 2.0 what becomes of it; here drawings ask the code."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
import SpiffWorkflow
from lxml import etree

from engine import lint
from tests.engine.drawing import boundary, drawing, flow, flows, message, tasks, timer

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bpmn.md"
XSD = Path(SpiffWorkflow.__file__).parent / "bpmn" / "parser" / "schema" / "Semantic.xsd"
X = "{http://www.w3.org/2001/XMLSchema}"
START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
DEFINITIONS = {
    "none": "",
    "message": message("news"),
    "timer": timer("timeDuration", "P1D"),
    "signal": '<signalEventDefinition signalRef="ring"/>',
    "error": '<errorEventDefinition errorRef="fault"/>',
    "escalation": '<escalationEventDefinition escalationRef="rise"/>',
    "link": '<linkEventDefinition name="L"/>',
    "conditional": "<conditionalEventDefinition><condition>1 = 1</condition></conditionalEventDefinition>",
    "compensate": "<compensateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "terminate": "<terminateEventDefinition/>",
}
SUB = f'<subProcess id="sub"><startEvent id="is"/>{tasks("in")}<endEvent id="ie"/>{flows("is > in > ie")}</subProcess>'
LINKS = {
    "throw": '<intermediateCatchEvent id="y"><linkEventDefinition name="L"/></intermediateCatchEvent>',
    "catch": '<intermediateThrowEvent id="y"><linkEventDefinition name="L"/></intermediateThrowEvent>',
}


def event_in(place: str, definition: str) -> str:
    """A drawing with one event of a kind at a place."""
    inner = DEFINITIONS[definition]
    if place == "start":
        return f'<startEvent id="x">{inner}</startEvent>' + tasks("a") + END + flows("x > a > e")
    if place.startswith("event sub-process"):
        flag = "false" if place.endswith("not interrupting") else "true"
        start = f'<startEvent id="x" isInterrupting="{flag}">{inner}</startEvent><endEvent id="xe"/>' + tasks("b")
        handler = f'<subProcess id="h" triggeredByEvent="true">{start}{flows("x > b > xe")}</subProcess>'
        return START + SUB.replace("</subProcess>", handler + "</subProcess>") + END + flows("s > sub > e")
    if definition == "cancel" and place in ("boundary", "end"):
        off = f'<endEvent id="x">{inner}</endEvent>' + tasks("in") + f'<startEvent id="is"/>{flows("is > in > x")}'
        border = boundary("y", "sub", "<cancelEventDefinition/>")
        return (
            START
            + f'<transaction id="sub">{off}</transaction>'
            + tasks("b")
            + END
            + border
            + flows("s > sub > e", "y > b > e")
        )
    if definition == "compensate" and place in ("throw", "end"):
        kind = "endEvent" if place == "end" else "intermediateThrowEvent"
        body = START + tasks("a") + undone("a").replace('"x"', '"c"') + f'<{kind} id="x">{inner}</{kind}>'
        return body + (flows("s > a > x") if place == "end" else END + flows("s > a > x > e"))
    if definition == "compensate" and place.startswith("boundary"):
        return START + tasks("a") + END + undone("a", not place.endswith("not interrupting")) + flows("s > a > e")
    if place.startswith("boundary"):
        event = boundary("x", "sub", inner, interrupting=not place.endswith("not interrupting"))
        return START + SUB + tasks("b") + END + event + flows("s > sub > e", "x > b > e")
    if place == "end":
        return START + tasks("a") + f'<endEvent id="x">{inner}</endEvent>' + flows("s > a > x")
    kind = "intermediateCatchEvent" if place == "catch" else "intermediateThrowEvent"
    pair = LINKS[place] if definition == "link" else ""
    line = {"throw": ("s > x", "y > e"), "catch": ("s > y", "x > e")}[place] if pair else ("s > x > e",)
    return START + f'<{kind} id="x">{inner}</{kind}>' + pair + END + flows(*line)


def undone(task: str, interrupting: bool = True) -> str:
    """A compensation event on a task and the task that undoes it."""
    event = boundary("x", task, DEFINITIONS["compensate"], interrupting=interrupting)
    undoes = '<userTask id="u" isForCompensation="true"/>'
    return event + undoes + '<association id="as" sourceRef="x" targetRef="u"/>'


def element(inner: str, tag: str = "userTask", attributes: str = "") -> str:
    return START + f'<{tag} id="a" {attributes}>{inner}</{tag}>' + END + flows("s > a > e")


def inside(tag: str, attributes: str = "", before: str = "") -> str:
    return (
        START
        + before
        + SUB.replace("subProcess", tag).replace(f'<{tag} id="sub"', f'<{tag} id="sub" {attributes}')
        + (END + flows("s > sub > e"))
    )


def gateway(tag: str, attributes: str = "") -> str:
    if tag == "eventBasedGateway":
        catch = '<intermediateCatchEvent id="{}">{}</intermediateCatchEvent>'
        events = catch.format("a", DEFINITIONS["timer"]) + catch.format("b", DEFINITIONS["message"])
        return START + f'<{tag} id="g" {attributes}/>' + events + END + flows("s > g > a > e", "g > b > e")
    chosen = "" if tag == "parallelGateway" else "1 = 2"
    default = "" if tag == "parallelGateway" else 'default="g_to_b"'
    body = START + f'<{tag} id="g" {default} {attributes}/>' + tasks("a", "b") + END
    return body + flow("g", "a", chosen) + flows("s > g > b > e", "a > e")


def ad_hoc(attributes: str = "") -> str:
    steps = tasks("b", "c", "d") + flows("b > c")
    body = START + f'<adHocSubProcess id="a" {attributes}>{steps}</adHocSubProcess>' + END
    return body + flows("s > a > e")


MULTI, LOOP = "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"
COUNTED = f"<{MULTI} {{}}><loopCardinality>3</loopCardinality>{{}}</{MULTI}>"
LOOPING = f"<{LOOP} {{}}><loopCondition>1 = 2</loopCondition></{LOOP}>"
DATA = element(
    '<ioSpecification><dataInput id="i" name="n"/><dataOutput id="o" name="m"/></ioSpecification>'
    '<dataInputAssociation id="ia"><sourceRef>ref</sourceRef><targetRef>i</targetRef></dataInputAssociation>'
    '<dataOutputAssociation id="oa"><sourceRef>o</sourceRef><targetRef>ref</targetRef></dataOutputAssociation>'
    '<dataOutputAssociation id="ob"><targetRef>ref</targetRef><transformation>1</transformation>'
    "</dataOutputAssociation><dataOutputAssociation id='oc'><targetRef>ref</targetRef><assignment><from>1</from>"
    "<to>thing.part</to></assignment></dataOutputAssociation>",
    "businessRuleTask", 'asiavirta:decision="d"',
) + '<dataObject id="thing"/><dataObjectReference id="ref" dataObjectRef="thing"/>'  # fmt: skip
PROBES: dict[str, str] = {
    **{tag: element("", tag) for tag in ("userTask", "task", "manualTask")},
    "serviceTask": element("", "serviceTask", 'asiavirta:service="register"'),
    "receiveTask": element("", "receiveTask", 'messageRef="news"'),
    "sendTask": element("", "sendTask", 'asiavirta:letter="l" asiavirta:to="customer"'),
    "scriptTask": element("<script>n = 1</script>", "scriptTask"),
    "script": element("<script>n = 1</script>", "scriptTask"),
    "businessRuleTask": element("", "businessRuleTask", 'asiavirta:decision="d"'),
    "callActivity": element("", "callActivity", 'calledElement="helper"'),
    **{tag: inside(tag) for tag in ("subProcess", "transaction")},
    "adHocSubProcess": ad_hoc(),
    **{
        f"{kind}Gateway": gateway(f"{kind}Gateway")
        for kind in ("exclusive", "inclusive", "parallel", "complex", "eventBased")
    },
    "startEvent": event_in("start", "none"),
    "endEvent": event_in("end", "none"),
    "intermediateCatchEvent": event_in("catch", "message"),
    "intermediateThrowEvent": event_in("throw", "none"),
    "boundaryEvent": event_in("boundary", "timer"),
    "eventDefinitionRef": event_in("catch", "none").replace(
        "</inter", "<eventDefinitionRef>shared</eventDefinitionRef></inter"
    ),
    "sequenceFlow": element(""),
    "conditionExpression": gateway("exclusiveGateway"),
    "formalExpression": gateway("exclusiveGateway"),
    "expression": gateway("exclusiveGateway"),
    "multiInstanceLoopCharacteristics": element(COUNTED.format("", "")),
    "loopCardinality": element(COUNTED.format("", "")),
    "completionCondition": element(COUNTED.format("", "<completionCondition>1 = 2</completionCondition>")),
    "complexBehaviorDefinition": element(COUNTED.format('behavior="Complex"', "")),
    "activationCondition": gateway("complexGateway", "ref=''").replace(
        "ref=''/>", "><activationCondition>activationCount >= 1</activationCondition></complexGateway>"
    ),
    "standardLoopCharacteristics": element(LOOPING.format("")),
    "loopCondition": element(LOOPING.format("")),
    "condition": event_in("catch", "conditional"),
    "timeDate": event_in("catch", "timer").replace("timeDuration", "timeDate").replace("P1D", "today"),
    "timeDuration": event_in("catch", "timer"),
    "timeCycle": event_in("boundary, not interrupting", "timer")
    .replace("timeDuration", "timeCycle").replace("P1D", "R/P1D"),
    **{f"{kind}EventDefinition": event_in("boundary", kind) for kind in ("message", "timer", "signal", "error")},
    "escalationEventDefinition": event_in("boundary", "escalation"),
    "linkEventDefinition": event_in("throw", "link"),
    "terminateEventDefinition": event_in("end", "terminate"),
    "conditionalEventDefinition": event_in("catch", "conditional"),
    "compensateEventDefinition": event_in("throw", "compensate"),
    "cancelEventDefinition": event_in("end", "cancel"),
    **{tag: element("").replace("<userTask", f'<{tag} id="q"/><userTask') for tag in (
        "dataStoreReference", "textAnnotation", "association", "group", "property", "correlationSubscription",
        "auditing", "monitoring", "laneSet", "documentation",
        "resourceRole", "performer", "humanPerformer", "potentialOwner", "extensionElements", "supportedInterfaceRef",
    )},
    **{tag: element(f'<{tag} id="q"/>') for tag in (
        "incoming", "outgoing", "rendering",
    )},
    **dict.fromkeys(("dataObject", "dataObjectReference", "ioSpecification", "dataOutput", "dataInput"), DATA),
    **dict.fromkeys(("dataInputAssociation", "dataOutputAssociation", "transformation", "assignment"), DATA),
    "implicitThrowEvent": element("").replace("<userTask", '<implicitThrowEvent id="q"/><userTask'),
    # attributes whose value changes how an element runs
    "@isForCompensation": event_in("boundary", "compensate"),
    "@startQuantity": element("", attributes='startQuantity="2"'),
    "@completionQuantity": element("", attributes='completionQuantity="2"'),
    "@instantiate": element("", "receiveTask", 'messageRef="news" instantiate="true"').replace(
        START, ""
    ).replace(flow("s", "a"), ""),
    "@eventGatewayType": gateway("eventBasedGateway", 'eventGatewayType="Parallel"'),
    "@parallelMultiple": event_in("catch", "message").replace(
        'id="x">', f'id="x" parallelMultiple="true">{DEFINITIONS["timer"]}'
    ),
    "@behavior": element(COUNTED.format('behavior="None"', "")),
    "@isSequential": element(COUNTED.format('isSequential="true"', "")),
    "@cancelActivity": event_in("boundary, not interrupting", "message"),
    "@isInterrupting": event_in("event sub-process, not interrupting", "message"),
    "@triggeredByEvent": event_in("event sub-process", "message"),
    "@default": gateway("exclusiveGateway"),
    "@calledElement": element("", "callActivity", 'calledElement="helper"'),
    "@method": inside("transaction", 'method="##Compensate"'),
    "@ordering": ad_hoc('ordering="Sequential"'),
    "@cancelRemainingInstances": ad_hoc('cancelRemainingInstances="false"'),
    "@waitForCompletion": event_in("throw", "compensate"),
    "@activityRef": event_in("throw", "compensate"),
    "@testBefore": element(LOOPING.format('testBefore="true"')),
    "@loopMaximum": element('<standardLoopCharacteristics loopMaximum="2"/>'),
    "@oneBehaviorEventRef": element(COUNTED.format('behavior="One"', "")),
    "@noneBehaviorEventRef": element(COUNTED.format('behavior="None"', "")),
    **{f"@{name}": element("", attributes=f'{name}="x"') for name in ("implementation", "name")},
    "@messageRef": event_in("catch", "message"),
    "@signalRef": event_in("catch", "signal"),
    "@errorRef": event_in("boundary", "error"),
    "@escalationRef": event_in("boundary", "escalation"),
    "@attachedToRef": event_in("boundary", "message"),
    "@scriptFormat": element("<script>n = 1</script>", "scriptTask", 'scriptFormat="x"'),
    "@gatewayDirection": gateway("parallelGateway", 'gatewayDirection="Diverging"'),
    "@isImmediate": element("").replace("<sequenceFlow", '<sequenceFlow isImmediate="true"', 1),
}  # fmt: skip


def fates(body: str) -> set[str]:
    """What the checks say of a drawing: the rules of its errors, or `rewritten`, or `runs`."""
    rewrites, findings = lint.check(drawing(body, messages=["news"]), "x.bpmn")
    errors = {finding.rule for finding in findings if finding.severity == "error"}
    return errors or {"rewritten" if rewrites else "runs"}


@lru_cache
def tables() -> dict[str, list[list[str]]]:
    """The rows of the page's tables by the table's heading."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif line.startswith("|") and not line.startswith("|--"):
            found.setdefault(heading, []).append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return found


def rows(heading: str) -> dict[str, str]:
    """What a table says of each name in its first column."""
    return {name.strip(" `"): row[1] for row in tables()[heading][1:] for name in row[0].split(",")}


def matrix() -> list[tuple[str, str, str]]:
    head, *lines = tables()["Events"]
    return [(row[0], place, cell) for row in lines for place, cell in zip(head[1:], row[1:], strict=True)]


@pytest.mark.parametrize(("definition", "place", "fate"), matrix())
def test_an_event_is_run_or_refused_as_the_page_says(definition: str, place: str, fate: str) -> None:
    assert fate in fates(event_in(place, definition))


@pytest.mark.parametrize("name", sorted(PROBES))
def test_an_element_or_attribute_is_treated_as_the_page_says(name: str) -> None:
    said = rows("Attributes")[name[1:]] if name.startswith("@") else rows("Elements")[name]
    expected = {"readers": {"runs"}, "reported": {"rewritten"}}.get(said, {said})
    assert expected & fates(PROBES[name])


def test_whatever_is_said_to_run_or_to_be_refused_has_a_drawing() -> None:
    quiet = ("readers", "reported", "outside", "part of")
    said = {name: fate for name, fate in rows("Elements").items() if not fate.startswith(quiet)}
    said |= {f"@{name}": fate for name, fate in rows("Attributes").items() if not fate.startswith(quiet)}
    assert set(said) - set(PROBES) == set()


def test_the_page_has_every_element_and_attribute_of_the_standard() -> None:
    schema = etree.parse(XSD).getroot()
    abstract = {t.get("name") for t in schema.iter(f"{X}complexType") if t.get("abstract") == "true"}
    named = [e for e in schema.iter(f"{X}element") if e.get("name") and e.get("abstract") != "true"]
    elements = {e.get("name") for e in named if e.get("type") not in abstract}
    attributes = {a.get("name") for a in schema.iter(f"{X}attribute") if a.get("name")}
    assert elements - rows("Elements").keys() == set()
    assert attributes - rows("Attributes").keys() == set()


def test_every_rule_that_the_page_names_exists() -> None:
    said = {*rows("Elements").values(), *rows("Attributes").values(), *(fate for *_, fate in matrix())}
    words = ("runs", "rewritten", "readers", "reported", "outside", "part of")
    assert {fate for fate in said if not fate.startswith(words)} <= lint.RULES.keys()
