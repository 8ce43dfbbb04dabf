"""What would run wrongly is refused with the element and one sentence; every rule has a drawing that breaks it."""

from __future__ import annotations

import random

import pytest
from lxml import etree

from engine import lint
from engine.errors import Finding
from tests.engine.drawing import Played, boundary, drawing, flow, flows, folder, message, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
OK = START + tasks("a") + END + flows("s > a > e")


def found(body: str, messages: tuple[str, ...] = ()) -> dict[str, Finding]:
    return {finding.rule: finding for finding in lint.check(drawing(body, messages=messages), "x.bpmn")[1]}


def in_sub(inner: str, attributes: str = "") -> str:
    return START + f'<subProcess id="sub" {attributes}>{inner}</subProcess>' + END + flows("s > sub > e")


def catching(event: str, kind: str = "intermediateCatchEvent") -> str:
    return START + f'<{kind} id="x">{event}</{kind}>' + tasks("a") + END + flows("s > x > a > e")


INNER = '<startEvent id="is"/><endEvent id="ie"/>' + flows("is > ie")
CHOICE, DEFAULT = '<exclusiveGateway id="g"/>', '<exclusiveGateway id="g" default="g_to_a"/>'
JOIN, SPLIT = '<parallelGateway id="j"/>', '<parallelGateway id="p"/>'


def one(element: str) -> str:
    return START + element + END + flows("s > a > e")


BROKEN: dict[str, str] = {
    "not-read": OK + '<sculpture id="q"/>' + tasks("a"),
    "reserved-id": START + tasks("Start") + END + flows("s > Start > e"),
    "id-style": START + tasks("Task_1") + END + flows("s > Task_1 > e"),
    "no-elements": in_sub(""),
    "start": in_sub('<startEvent id="i1"/><startEvent id="i2"/><endEvent id="ie"/>' + flows("i1 > ie", "i2 > ie")),
    "start-twice": OK + '<startEvent id="s2"/>' + flow("s2", "a"),
    "unreachable": OK + tasks("b", "c") + flows("b > c > b"),
    "event-sub-process": OK + f'<subProcess id="sub" triggeredByEvent="true">{INNER}</subProcess>',
    "ad-hoc": START + f'<adHocSubProcess id="a">{INNER}</adHocSubProcess>' + END + flows("s > a > e"),
    "compensation": OK + boundary("b", "a", "<compensateEventDefinition/>"),
    "undone": catching('<compensateEventDefinition activityRef="a"/>', "intermediateThrowEvent"),
    "nothing-undone": catching("<compensateEventDefinition/>", "intermediateThrowEvent"),
    "transaction": START + '<endEvent id="e"><cancelEventDefinition/></endEvent>' + flows("s > e"),
    "attribute": OK.replace('id="a"', 'id="a" completionQuantity="0"'),
    "standard-loop": START + '<userTask id="a"><standardLoopCharacteristics/></userTask>' + END + flows("s > a > e"),
    "multi-instance": one('<userTask id="a"><multiInstanceLoopCharacteristics/></userTask>'),
    "letter": OK.replace("userTask", "sendTask"),
    "service": OK.replace("userTask", "serviceTask"),
    "decision": OK.replace("userTask", "businessRuleTask"),
    "called-element": OK.replace("userTask", "callActivity"),
    "message-name": OK.replace("userTask", "receiveTask"),
    "boundary-host": OK + boundary("b", "nobody", timer("timeDuration", "P1D")) + flows("b > e"),
    "lane": in_sub(INNER.replace("<endEvent", "<manualTask id='m'/><endEvent") + flows("is > m > ie")),
    "foreign-attributes": OK.replace('id="a"', 'id="a" xmlns:c="urn:c" c:assignee="x"'),
    "event-kind": catching("<errorEventDefinition/>"),
    "event-single": catching(""),
    "cycle": OK + boundary("b", "a", timer("timeCycle", "R3/P1D")) + flows("b > e"),
    "error-boundary": OK + boundary("b", "a", '<errorEventDefinition errorRef="fault"/>') + flows("b > e"),
    "event-reference": catching('<signalEventDefinition signalRef="none"/>', "intermediateThrowEvent"),
    "race-targets": START + '<eventBasedGateway id="g"/>' + tasks("a") + END + flows("s > g > a > e"),
    "signal-unheard": catching('<signalEventDefinition signalRef="ring"/>', "intermediateThrowEvent"),
    "flow-ends": OK + flow("e", "a"),
    "condition-place": START + SPLIT + tasks("a") + END + flows("s > p", "a > e") + flow("p", "a", "true"),
    "condition-missing": START + CHOICE + tasks("a", "b") + END + flows("s > g > a > e", "g > b > e"),
    "default-flow": START + '<exclusiveGateway id="g" default="x"/>' + tasks("a") + END + flows("s > g > a > e"),
    "no-default": START + CHOICE + tasks("a") + END + flows("s > g", "a > e") + flow("g", "a", "1 = 2"),
    "join-behind-itself": START + JOIN + tasks("a", "b") + END + flows("s > j > a > j", "j > b > e"),
    "choice-into-join": START + DEFAULT + JOIN + tasks("a", "b") + END
    + flows("s > g > a > j > e", "b > j") + flow("g", "b", "1 = 1"),
    "feel-condition": START + DEFAULT + tasks("a") + END + flows("s > g > a > e") + flow("g", "e", "1 +"),
    "feel-input": START + '<callActivity id="a" calledElement="p"><extensionElements><asiavirta:in name="n" value="("/>'
    "</extensionElements></callActivity>" + END + flows("s > a > e"),
    "feel-collection": one(
        '<userTask id="a"><multiInstanceLoopCharacteristics asiavirta:collection="("/></userTask>'
    ),
    "activation": START + SPLIT + tasks("a", "b") + '<complexGateway id="g"/>' + END
    + flows("s > p > a > g > e", "p > b > g"),
    "opens-twice": START + '<complexGateway id="g"/>' + END + flows("s > g > e"),
    "data-object": one(
        '<userTask id="a"><dataOutputAssociation id="o"><transformation>1</transformation></dataOutputAssociation>'
        "</userTask>"
    ),
    "feel-letter": START + '<sendTask id="a" asiavirta:letter="n" asiavirta:to="=("/>' + END + flows("s > a > e"),
    "script": START + '<scriptTask id="a"><script>import os</script></scriptTask>' + END + flows("s > a > e"),
    "timer": OK + boundary("b", "a", timer("timeDuration", "P")) + flows("b > e"),
}  # fmt: skip


def test_a_sound_drawing_has_no_findings() -> None:
    assert lint.check(drawing(OK), "x.bpmn") == ((), ())


@pytest.mark.parametrize("rule", sorted(lint.RULES))
def test_every_rule_refuses_what_it_is_for(rule: str) -> None:
    finding = found(BROKEN[rule])[rule]
    assert (finding.file, bool(finding.message), finding.element is not None) == ("x.bpmn", True, True)


@pytest.mark.parametrize(
    "line", ["import os", "x", "x == 1", "__import__('os')", "1 = 2", "case = 1", "a.b = 1", "x = "]
)
def test_a_script_is_only_assignments(line: str) -> None:
    assert "script" in found(
        START + f'<scriptTask id="a"><script>{line}</script></scriptTask>' + END + flows("s > a > e")
    )


@pytest.mark.parametrize("kind", ["error", "escalation", "compensate", "link", "conditional", "timer", "signal"])
def test_a_start_event_with_anything_but_a_message_is_refused(kind: str) -> None:
    assert "event-kind" in found(OK.replace(START, f'<startEvent id="s"><{kind}EventDefinition/></startEvent>'))


def test_a_drawing_that_is_too_large_is_refused_at_once() -> None:
    names = [f"a{n}" for n in range(600)]
    body = START + tasks(*names) + END + flows(" > ".join(["s", *names, "e"]))
    assert "at most 500" in found(body)["xml"].message


def test_five_hundred_elements_in_a_row_run() -> None:
    names = [f"a{n}" for n in range(490)]
    scripts = "".join(f'<scriptTask id="{name}"><script>n = 1</script></scriptTask>' for name in names)
    case = Played(folder(START + scripts + END + flows(" > ".join(["s", *names, "e"]))))
    assert case.start().closed


def test_findings_name_the_line() -> None:
    data = drawing("\n\n" + BROKEN["letter"])
    assert next(f for f in lint.check(data, "x.bpmn")[1] if f.rule == "letter").line == 3


@pytest.mark.parametrize(
    "data", [b"", b"<a/>", b"<definitions/>", drawing(""), drawing(OK).replace(b"</process>", b"")]
)
def test_what_is_no_diagram_is_one_finding(data: bytes) -> None:
    rewrites, findings = lint.check(data, "x.bpmn")
    assert (rewrites, [finding.rule for finding in findings]) == ((), ["xml"])


def test_damaged_drawings_are_findings_and_never_tracebacks() -> None:
    body = "".join(BROKEN.values()) + catching(message("m")) + boundary("bb", "a", timer("timeDate", "today"))
    source, dice = etree.fromstring(drawing(body, messages=["m"])), random.Random(7)
    for _ in range(150):
        root = etree.fromstring(etree.tostring(source))
        for _ in range(12):
            node = dice.choice(list(root.iter()))
            if dice.random() < 0.5 and node.attrib:
                key = dice.choice(list(node.attrib))
                node.attrib[key] = dice.choice(["", "a", "s", "sub", "nobody", "("])
            elif node.getparent() is not None:
                node.getparent().remove(node)
        lint.check(etree.tostring(root), "x.bpmn")


@pytest.mark.parametrize(
    "other", ['<message id="example" name="m"/>', '<signal id="example"/>', '<error id="example"/>']
)
def test_what_has_the_id_of_the_process_is_found(other: str) -> None:
    """Viewers leave one of the two out: a message named as its process gave an empty page."""
    drawn = drawing(OK).replace(b"</definitions>", other.encode() + b"</definitions>")
    assert other.encode() in drawn
    (told,) = [finding for finding in lint.check(drawn, "x.bpmn")[1] if finding.rule == "not-read"]
    assert (told.severity, told.element) == ("error", "example")
    assert "the id 'example' on a <process> and on a <" in told.message
