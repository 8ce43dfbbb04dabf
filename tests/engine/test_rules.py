"""docs/rules.md says of every rule why, and what to draw instead; here what it says to draw is drawn and accepted."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest

from engine import lint
from tests.engine.drawing import boundary, drawing, flow, flows, message, tasks, timer
from tests.engine.test_lint import BROKEN, DEFAULT, END, OK, SPLIT, START, catching, found, in_sub, one

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
FAULT, RING = '<errorEventDefinition errorRef="fault"/>', '<signalEventDefinition signalRef="ring"/>'
UNDO = "<compensateEventDefinition/>"
INNER = '<startEvent id="is"/>' + tasks("in") + '<endEvent id="ie"/>' + flows("is > in > ie")
UNDONE = boundary("c", "a", UNDO) + '<userTask id="u" isForCompensation="true"/>'
UNDONE += '<association id="as" sourceRef="c" targetRef="u"/>'
HEARD = f'<intermediateCatchEvent id="y">{RING}</intermediateCatchEvent>'
CATCH = '<intermediateCatchEvent id="{}">{}</intermediateCatchEvent>'
JOIN = '<parallelGateway id="j"/>'


def thrown(event: str, more: str = "") -> str:
    return (
        START
        + tasks("a")
        + f'<intermediateThrowEvent id="t">{event}</intermediateThrowEvent>'
        + END
        + more
        + flows("s > a > t > e")
    )


def on_sub(event: str, *, interrupting: bool = True, inner: str = INNER, tag: str = "subProcess") -> str:
    host = f'<{tag} id="sub">{inner}</{tag}>' + boundary("b", "sub", event, interrupting=interrupting)
    return START + host + END + flows("s > sub > e", "b > e")


def handled(start: str) -> str:
    inner = f'<startEvent id="hs">{start}</startEvent>' + tasks("h") + '<endEvent id="he"/>' + flows("hs > h > he")
    return OK + f'<subProcess id="handler" triggeredByEvent="true">{inner}</subProcess>'


def repeated(marker: str) -> str:
    return one(f'<userTask id="a">{marker}</userTask>')


SOUND: dict[str, str] = {
    "compensation": OK + UNDONE,
    "undone": thrown('<compensateEventDefinition activityRef="a"/>', UNDONE),
    "nothing-undone": thrown(UNDO, UNDONE),
    "transaction": on_sub("<cancelEventDefinition/>", tag="transaction", inner='<startEvent id="is"/>' + tasks("in")
    + '<endEvent id="ie"><cancelEventDefinition/></endEvent>' + flows("is > in > ie")),
    "event-kind": on_sub(FAULT, inner=INNER.replace('<endEvent id="ie"/>', f'<endEvent id="ie">{FAULT}</endEvent>')),
    "event-single": catching(timer("timeDuration", "P1D")),
    "cycle": OK + boundary("b", "a", timer("timeCycle", "R3/P1D"), interrupting=False) + flows("b > e"),
    "error-boundary": on_sub(FAULT),
    "event-reference": START + SPLIT + HEARD + f'<intermediateThrowEvent id="x">{RING}</intermediateThrowEvent>' + END
    + flows("s > p > x > e", "p > y > e"),
    "race-targets": START + '<eventBasedGateway id="g"/>' + CATCH.format("x", timer("timeDuration", "P1D"))
    + CATCH.format("y", timer("timeDuration", "P2D")) + END + flows("s > g > x > e", "g > y > e"),
    "signal-unheard": START + SPLIT + HEARD + f'<intermediateThrowEvent id="x">{RING}</intermediateThrowEvent>' + END
    + flows("s > p > x > e", "p > y > e"),
    "not-read": OK + '<textAnnotation id="q"><text>a sculpture</text></textAnnotation>',
    "reserved-id": START + tasks("begin") + END + flows("s > begin > e"),
    "id-style": START + tasks("task_1") + END + flows("s > task_1 > e"),
    "no-elements": in_sub(INNER),
    "start": in_sub('<startEvent id="is"/>' + SPLIT + tasks("a", "b") + '<endEvent id="ie"/>'
    + flows("is > p > a > ie", "p > b > ie")),
    "start-twice": OK + f'<startEvent id="s2">{message("m")}</startEvent>' + flow("s2", "a"),
    "unreachable": START + tasks("a", "b", "c") + END + flows("s > a > b > c > e"),
    "feel-condition": START + DEFAULT + tasks("a") + END + flows("s > g > a > e") + flow("g", "e", "1 + 1 = 3"),
    "feel-input": one('<callActivity id="a" calledElement="p"><extensionElements><asiavirta:in name="n" value="1"/>'
    "</extensionElements></callActivity>"),
    "data-object": '<dataObject id="grant"/>' + one(
        '<userTask id="a"><dataOutputAssociation id="o"><targetRef>grant</targetRef><transformation>1</transformation>'
        "</dataOutputAssociation></userTask>"
    ),
    "feel-letter": one('<sendTask id="a" asiavirta:letter="n" asiavirta:to="=input.to"/>'),
    "feel-collection": repeated('<multiInstanceLoopCharacteristics asiavirta:collection="[1, 2]"/>'),
    "script": one('<scriptTask id="a"><script>n = 1 + 2</script></scriptTask>'),
    "timer": OK + boundary("b", "a", timer("timeDuration", "P14D")) + flows("b > e"),
    "flow-ends": OK,
    "condition-place": START + DEFAULT + tasks("a") + END + flows("s > g > a > e") + flow("g", "e", "1 = 2"),
    "condition-missing": START + DEFAULT + tasks("a") + END + flows("s > g > a > e") + flow("g", "e", "1 = 2"),
    "default-flow": START + DEFAULT + tasks("a") + END + flows("s > g > a > e") + flow("g", "e", "1 = 2"),
    "no-default": START + DEFAULT + tasks("a") + END + flows("s > g > a > e") + flow("g", "e", "1 = 2"),
    "activation": START + SPLIT + tasks("a", "b") + '<complexGateway id="g"><activationCondition>activationCount >= 1'
    "</activationCondition></complexGateway>" + END + flow("g", "e", "waitingForStart")
    + flows("s > p > a > g", "p > b > g"),
    "opens-twice": START + '<complexGateway id="g"/>' + END + flows("s > g") + flow("g", "e", "waitingForStart"),
    "join-behind-itself": START + '<exclusiveGateway id="m"/>' + SPLIT + JOIN + tasks("a", "b")
    + '<exclusiveGateway id="g" default="g_to_e"/>' + END + flow("g", "m", "1 = 2")
    + flows("s > m > p > a > j > g > e", "p > b > j"),
    "choice-into-join": START + DEFAULT + '<exclusiveGateway id="j"/>' + tasks("a", "b") + END
    + flows("s > g > a > j > e", "b > j") + flow("g", "b", "1 = 1"),
    "event-sub-process": handled(timer("timeDuration", "P1D")),
    "ad-hoc": one(f'<adHocSubProcess id="a">{tasks("b", "c")}{flow("b", "c")}</adHocSubProcess>'),
    "attribute": OK.replace('id="a"', 'id="a" completionQuantity="2"'),
    "standard-loop": repeated("<standardLoopCharacteristics loopMaximum='3'/>"),
    "multi-instance": repeated('<multiInstanceLoopCharacteristics asiavirta:collection="[1, 2]"/>'),
    "letter": one('<sendTask id="a" asiavirta:letter="n" asiavirta:to="customer"/>'),
    "service": one('<serviceTask id="a" asiavirta:service="register"/>'),
    "decision": one('<businessRuleTask id="a" asiavirta:decision="d"/>'),
    "called-element": one('<callActivity id="a" calledElement="helper"/>'),
    "message-name": one('<receiveTask id="a" messageRef="m"/>'),
    "boundary-host": OK + boundary("b", "a", timer("timeDuration", "P1D")) + flows("b > e"),
    "lane": OK,
    "foreign-attributes": OK,
}  # fmt: skip


@lru_cache
def sections() -> dict[str, tuple[str, str]]:
    """The page's sections: rule -> (severity, text)."""
    pieces = re.split(r"^## `([a-z-]+)` \((error|warning)\)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {pieces[i]: (pieces[i + 1], pieces[i + 2].strip()) for i in range(1, len(pieces), 3)}


@pytest.mark.parametrize("rule", sorted(lint.RULES))
def test_what_keeps_a_rule_is_accepted(rule: str) -> None:
    said = {f.rule: f.message for f in lint.check(drawing(SOUND[rule], messages=["m"]), "x.bpmn")[1]}
    assert rule not in said
    errors = [f for f in lint.check(drawing(SOUND[rule], messages=["m"]), "x.bpmn")[1] if f.severity == "error"]
    assert errors == []


@pytest.mark.parametrize("rule", sorted(lint.RULES))
def test_the_page_says_what_the_rule_says_why_and_what_to_draw_instead(rule: str) -> None:
    severity, text = sections()[rule]
    first, why, instead = text.split("\n\n")
    assert first == (lint.RULES[rule].__doc__ or "").strip()
    assert severity == found(BROKEN[rule])[rule].severity
    assert instead.startswith("Draw instead: ")
    assert "not run yet" not in why + instead


def test_the_page_has_no_rule_that_is_gone() -> None:
    assert list(sections()) == list(lint.RULES)
