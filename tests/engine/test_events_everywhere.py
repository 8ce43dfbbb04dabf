"""Every kind of event sub-process, interrupting or not, at every place where one can be drawn."""

from __future__ import annotations

import pytest

from tests.engine.drawing import Played, boundary, flow, flows, folder, message, tasks, timer
from tests.engine.test_event_sub_process import ERROR, ESCALATION, SIGNAL, handler

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
CONDITION = "<conditionalEventDefinition><condition>a.n = 1</condition></conditionalEventDefinition>"
KINDS = {
    "message": (message("news"), ""),
    "timer": (timer("timeDuration", "P2D"), ""),
    "signal": (SIGNAL, SIGNAL),
    "error": (ERROR, ERROR),
    "escalation": (ESCALATION, ESCALATION),
    "conditional": (CONDITION, ""),
}
PLACES = ("main", "sub", "sub in sub", "part", "sub in part", "ad hoc", "instance")


def level(kind: str, interrupting: bool) -> str:
    """Two branches, of which the first may throw, and a handler beside them."""
    event, thrown = KINDS[kind]
    inner = '<startEvent id="is"/><parallelGateway id="p"/>' + tasks("a", "b") + '<endEvent id="ok"/>'
    inner += f'<endEvent id="ie">{thrown}</endEvent>' + flows("is > p > a > ie", "p > b > ok")
    return inner + handler(event, interrupting=interrupting)


def at(place: str, inner: str) -> Played:
    """The level at a place, with a task after it."""
    sub = f'<subProcess id="sub">{inner}</subProcess>'
    wrapped = f'<startEvent id="ws"/>{sub}<endEvent id="we"/>' + flows("ws > sub > we")
    loop = '<multiInstanceLoopCharacteristics asiavirta:collection="[1]"/>'
    call, parts = '<callActivity id="sub" calledElement="helper"/>', ()
    if place in ("part", "sub in part"):
        drawn = inner if place == "part" else wrapped
        parts = (folder(drawn, "helper", kind="part", messages=["news"], forms={"a": {"n": "integer"}}),)
    body = {
        "sub": sub,
        "sub in sub": f'<subProcess id="sub0">{wrapped}</subProcess>',
        "part": call,
        "sub in part": call,
        "ad hoc": f'<adHocSubProcess id="sub0">{sub}<completionCondition>true</completionCondition></adHocSubProcess>',
        "instance": sub.replace('id="sub">', f'id="sub">{loop}'),
    }
    host = "sub0" if "sub0" in body.get(place, "") else "sub"
    if place == "main":
        drawn = inner
    else:
        drawn = START + body[place] + tasks("after") + END + flows(f"s > {host} > after > done")
    return Played(folder(drawn, messages=["news"], forms={"a": {"n": "integer"}}), *parts)


def handling(inner: str) -> str:
    """A level that another event sub-process has taken over at once, in which the level stands."""
    begun = '<startEvent id="os"/>' + tasks("old") + '<endEvent id="oe"/>' + flows("os > old > oe")
    start = f'<startEvent id="hs0">{message("other")}</startEvent><endEvent id="he0"/>'
    outer = f'<subProcess id="h0" triggeredByEvent="true">{start}<subProcess id="sub">{inner}</subProcess>'
    return begun + outer + flows("hs0 > sub > he0") + "</subProcess>"


def begin(place: str, kind: str, interrupting: bool) -> Played:
    case = at(place, level(kind, interrupting))
    case.start()
    return case


def names(case: Played) -> list[str]:
    return sorted(path.rpartition("/")[2] for path in case.open if path != "sub0")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("kind", list(KINDS))
def test_it_begins_when_its_event_happens_there(kind: str, interrupting: bool, place: str) -> None:
    if kind == "error" and not interrupting:
        return  # an error always interrupts: the rule error-boundary
    case = begin(place, kind, interrupting)
    if place == "ad hoc":
        case.pick("sub")
    prefix = "sub/" if "part" in place else ""
    assert names(case) == ["a", "b"]
    if kind == "message":
        case.get("news")
    elif kind == "timer":
        case.ring(f"{prefix}h_start")
    else:
        case.do(f"{prefix}a", n=1)
    still = [] if interrupting else (["b"] if kind not in ("message", "timer") else ["a", "b"])
    assert names(case) == [*still, "handle"]
    for name in [*still, "handle"]:
        case.do(prefix + name)
    assert case.result.closed or case.open == ["after"]


@pytest.mark.parametrize("kind", list(KINDS))
def test_it_begins_inside_another_one(kind: str) -> None:
    inner = level(kind, True)
    body = START + f'<subProcess id="sub0">{handling(inner)}</subProcess>' + tasks("after") + END
    case = Played(
        folder(body + flows("s > sub0 > after > done"), messages=["news", "other"], forms={"a": {"n": "integer"}})
    )
    case.start()
    case.get("other")
    assert names(case) == ["a", "b"]
    {"message": lambda: case.get("news"), "timer": lambda: case.ring("h_start")}.get(kind, lambda: case.do("a", n=1))()
    case.do("handle")
    assert case.open == ["after"]


@pytest.mark.parametrize("host", ["userTask", "subProcess", "repeated", "callActivity"])
def test_an_interrupting_event_may_lead_back_to_what_it_ended_as_often_as_it_happens(host: str) -> None:
    inner = '<startEvent id="is"/>' + tasks("a") + '<endEvent id="ie"/>' + flows("is > a > ie")
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    drawn = {
        "userTask": tasks("x"),
        "subProcess": f'<subProcess id="x">{inner}</subProcess>',
        "repeated": f'<userTask id="x">{loop}</userTask>',
        "callActivity": '<callActivity id="x" calledElement="helper"/>',
    }[host]
    part = folder(inner, "helper", kind="part")
    body = START + drawn + END + boundary("late", "x", timer("timeDuration", "P1D")) + flows("s > x > done", "late > x")
    case = Played(folder(body), part)
    opened, size = case.start().steps, len(case.result.state)
    for _ in range(50):
        case.ring("late")
        assert (len(case.open), len(case.result.alarms)) == (len(opened), 1)
    assert len(case.result.state) - size < 12


@pytest.mark.parametrize("source", ["userTask", "scriptTask", "subProcess", "callActivity", "receiveTask", "catch"])
def test_conditions_on_flows_are_looked_at_whatever_they_leave(source: str) -> None:
    inner = '<startEvent id="is"/><endEvent id="ie"/>' + flows("is > ie")
    drawn = {
        "userTask": tasks("x"),
        "scriptTask": '<scriptTask id="x"><script>n = 1</script></scriptTask>',
        "subProcess": f'<subProcess id="x">{inner}</subProcess>',
        "callActivity": '<callActivity id="x" calledElement="helper"/>',
        "receiveTask": '<receiveTask id="x" messageRef="news"/>',
        "catch": f'<intermediateCatchEvent id="x">{message("news")}</intermediateCatchEvent>',
    }[source]
    body = START + drawn + tasks("yes", "no") + END + flow("x", "yes", "1 = 1") + flow("x", "no", "1 = 2")
    case = Played(
        folder(body + flows("s > x", "yes > done", "no > done"), messages=["news"]),
        folder(inner, "helper", kind="part"),
    )
    case.start()
    if source == "userTask":
        case.do("x")
    elif source in ("receiveTask", "catch"):
        case.get("news")
    assert case.open == ["yes"]
