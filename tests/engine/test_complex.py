"""A complex gateway opens when its condition is true, and is reset by what comes later; several tokens per activity."""

from __future__ import annotations

import pytest

from engine.errors import EngineError
from tests.engine.drawing import Played, flow, flows, folder, tasks

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
PARTED = '<parallelGateway id="p"/>'


def gateway(condition: str = "activationCount >= 2", attributes: str = "") -> str:
    inner = f"<activationCondition>{condition.replace('>', '&gt;')}</activationCondition>" if condition else ""
    return f'<complexGateway id="g" {attributes}>{inner}</complexGateway>'


def two_of_three(attributes: str = "", condition: str = "activationCount >= 2") -> Played:
    body = START + PARTED + tasks("a", "b", "c", "after", "rest") + gateway(condition, attributes) + END
    body += flows("s > p > a > g", "p > b > g", "p > c > g", "after > done", "rest > done")
    first = flow("g", "after", "waitingForStart")
    return Played(folder(body + first + flow("g", "rest", "" if attributes else "not(waitingForStart)")))


def test_it_opens_when_enough_have_come_and_is_reset_by_the_last() -> None:
    case = two_of_three()
    case.start()
    case.do("c")
    assert case.open == ["a", "b"]
    case.do("a")
    assert case.open == ["b", "after"]
    case.do("b")
    assert case.open == ["after", "rest"]
    case.do("after")
    assert case.do("rest").closed


def test_at_the_reset_the_default_flow_is_taken_when_no_condition_is_true() -> None:
    case = two_of_three('default="g_to_rest"')
    case.start()
    for task in ("a", "b"):
        case.do(task)
    assert case.open == ["c", "after"]
    case.do("c")
    assert case.open == ["after", "rest"]


def test_a_condition_may_name_the_flows_that_must_have_come() -> None:
    case = two_of_three(condition="a_to_g >= 1 and (b_to_g + c_to_g >= 1)")
    case.start()
    case.do("b")
    case.do("c")
    assert case.open == ["a"]
    case.do("a")
    assert case.open == ["after", "rest"]  # nothing else can come: it is reset at once


def test_it_is_reset_when_nothing_more_is_expected() -> None:
    body = START + PARTED + tasks("a", "b", "c", "after", "rest") + gateway() + '<endEvent id="gone"/>' + END
    body += '<exclusiveGateway id="x" default="x_to_gone"/>' + flow("x", "g", "c.back = true")
    body += flows("s > p > a > g", "p > b > g", "p > c > x > gone", "after > done", "rest > done")
    body += flow("g", "after", "waitingForStart") + flow("g", "rest", "not(waitingForStart)")
    case = Played(folder(body, forms={"c": {"back": "yes_no"}}))
    case.start()
    case.do("a")
    case.do("b")
    assert case.open == ["c", "after"]
    case.do("c", back=False)
    assert case.open == ["after", "rest"]


def test_in_a_loop_it_opens_in_every_round() -> None:
    body = START + '<exclusiveGateway id="m"/>' + PARTED + tasks("a", "b", "c", "check", "rest") + gateway()
    body += '<exclusiveGateway id="x" default="x_to_m"/>' + END + flows("s > m > p > a > g", "p > b > g", "p > c > g")
    body += flow("g", "check", "waitingForStart") + flow("g", "rest", "not(waitingForStart)") + flows("check > done")
    case = Played(
        folder(body + flows("rest > x > m") + flow("x", "done", "rest.n = 3"), forms={"rest": {"n": "integer"}})
    )
    case.start()
    for number in (1, 2, 3):
        for task in ("a", "b", "c", "check"):
            case.do(task)
        assert case.open == ["rest"]
        case.do("rest", n=number)
    assert case.result.closed


def test_what_is_true_nowhere_at_the_opening_is_an_error() -> None:
    body = START + PARTED + tasks("a", "b", "after") + gateway() + END + flow("g", "after", "1 = 2")
    case = Played(folder(body + flows("s > p > a > g", "p > b > g", "after > done")))
    case.start()
    case.do("a")
    with pytest.raises(EngineError, match="g: no condition is true"):
        case.do("b")


def test_a_condition_on_data_is_asked_whenever_the_case_comes_to_rest() -> None:
    body = START + PARTED + '<parallelGateway id="q"/>' + tasks("a", "b", "after", "n") + gateway("n.open = true") + END
    inner = '<startEvent id="is"/>' + tasks("deep") + '<endEvent id="ie"/>' + flows("is > deep > ie")
    body += f'<subProcess id="sub">{inner}</subProcess>' + flow("g", "after", "waitingForStart")
    body += flows("s > q > p > a > g", "p > b > g", "q > sub > n > done", "after > done")
    case = Played(folder(body, forms={"n": {"open": "yes_no"}}))
    case.start()
    case.do("a")
    assert case.open == ["b", "deep"]
    case.do("deep")
    case.do("n", open=True)
    assert sorted(case.open) == ["after", "b"]


def test_an_activity_may_begin_with_several_tokens() -> None:
    body = START + PARTED + tasks("a", "b", "c") + '<exclusiveGateway id="m"/>'
    body += '<userTask id="both" startQuantity="2"/>' + END
    case = Played(folder(body + flows("s > p > a > m > both > done", "p > b > m", "p > c > m")))
    case.start()
    case.do("a")
    assert case.open == ["b", "c"]
    case.do("c")
    assert case.open == ["b", "both"]
    case.do("b")
    assert not case.do("both").closed  # one token alone begins nothing


def test_an_activity_may_end_with_several_tokens() -> None:
    body = START + '<userTask id="a" completionQuantity="3"/>' + tasks("b") + END
    case = Played(folder(body + flows("s > a > b > done")))
    case.start()
    case.do("a")
    assert case.open == ["b", "b", "b"]
