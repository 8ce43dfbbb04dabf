"""An event happens when its condition becomes true: asked whenever a command has come to rest, and as days pass."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import runner
from engine.errors import EngineError, LimitError, StepError
from tests.engine.drawing import Played, boundary, flow, flows, folder, message, tasks

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
ENOUGH, PARTED = "a.n >= 3", '<parallelGateway id="p"/>'
FORMS = {"a": {"n": "integer", "day": "date"}, "b": {"n": "integer"}}


def when(condition: str) -> str:
    return f"<conditionalEventDefinition><condition>{condition}</condition></conditionalEventDefinition>"


def catching(condition: str) -> Played:
    event = f'<intermediateCatchEvent id="x">{when(condition)}</intermediateCatchEvent>'
    body = START + PARTED + tasks("a", "b", "after") + event + END
    return Played(folder(body + flows("s > p > a > b > done", "p > x > after > done"), forms=FORMS))


def test_a_case_waits_until_a_condition_is_true() -> None:
    case = catching("b.n >= 3 or a.n >= 3")
    case.start()
    case.do("a", n=1)
    assert case.open == ["b"]
    case.do("b", n=3)
    assert case.open == ["after"]


def test_a_condition_that_is_true_already_passes_at_once() -> None:
    case = catching("1 = 1")
    assert [step.path for step in case.start().steps] == ["a", "after"]


@pytest.mark.parametrize(("interrupting", "left"), [(True, ["after"]), (False, ["b", "after"])])
def test_on_a_border_it_interrupts_or_not(interrupting: bool, left: list[str]) -> None:
    body = START + PARTED + tasks("a", "b", "after") + END + boundary("x", "b", when(ENOUGH), interrupting=interrupting)
    case = Played(folder(body + flows("s > p > a > done", "p > b > done", "x > after > done"), forms=FORMS))
    case.start()
    case.do("a", n=3)
    assert case.open == left


def counting() -> Played:
    """A task that is done again and again, beside one with a condition on its border that does not interrupt."""
    body = START + PARTED + tasks("a", "b", "note") + END + boundary("x", "b", when(ENOUGH), interrupting=False)
    body += '<exclusiveGateway id="m"/>' + flows("s > p > m > a > m", "p > b > done", "x > note > done")
    return Played(folder(body, forms=FORMS))


def test_it_happens_again_only_after_it_was_false() -> None:
    case = counting()
    case.start()
    for number, notes in ((3, 1), (4, 1), (2, 1), (5, 2), (1, 2), (3, 3)):
        case.do("a", n=number)
        assert case.open.count("note") == notes


@pytest.mark.parametrize(("interrupting", "left"), [(True, ["handle"]), (False, ["b", "handle"])])
def test_it_begins_an_event_sub_process(interrupting: bool, left: list[str]) -> None:
    flag = "true" if interrupting else "false"
    inner = f'<startEvent id="hs" isInterrupting="{flag}">{when(ENOUGH)}</startEvent>' + tasks("handle")
    inner += '<endEvent id="he"/>' + flows("hs > handle > he")
    body = START + tasks("a", "b") + END + f'<subProcess id="h" triggeredByEvent="true">{inner}</subProcess>'
    case = Played(folder(body + flows("s > a > b > done"), forms=FORMS))
    case.start()
    case.do("a", n=3)
    assert case.open == left


def test_behind_an_event_gateway_it_races_with_a_message() -> None:
    catch = '<intermediateCatchEvent id="{}">{}</intermediateCatchEvent>'
    body = START + PARTED + '<eventBasedGateway id="g"/>' + catch.format("x", when(ENOUGH)) + tasks("a", "b", "c") + END
    body += catch.format("y", message("news")) + flows("s > p > a > done", "p > g > x > b > done", "g > y > c > done")
    case = Played(folder(body, forms=FORMS, messages=["news"]))
    case.start()
    case.do("a", n=3)
    assert (case.open, case.result.waits) == (["b"], ())


def test_each_item_of_a_repeated_sub_process_has_its_own() -> None:
    loop = '<multiInstanceLoopCharacteristics asiavirta:collection="[1, 3]" asiavirta:item="limit"/>'
    event = f'<intermediateCatchEvent id="x">{when("a.n >= limit")}</intermediateCatchEvent>'
    inner = '<startEvent id="is"/>' + event + tasks("each") + '<endEvent id="ie"/>' + flows("is > x > each > ie")
    body = START + PARTED + tasks("a") + f'<subProcess id="sub">{loop}{inner}</subProcess>' + END
    case = Played(folder(body + flows("s > p > a > done", "p > sub > done"), forms=FORMS))
    case.start()
    case.do("a", n=2)
    assert [step.item for step in case.result.steps] == ["1"]


def dated() -> Played:
    case = catching("today >= a.day")
    case.at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    case.start()
    case.do("a", n=1, day="2026-03-05")
    return case


def test_a_condition_that_reads_the_day_is_asked_at_every_midnight() -> None:
    case = dated()
    for day in (3, 4, 5):
        assert [alarm.due_at for alarm in case.result.alarms] == [datetime(2026, 3, day - 1, 22, tzinfo=UTC)]
        assert (case.result.alarms[0].asks, case.open) == (True, ["b"])
        case.ring("x")
    assert (case.open, case.result.alarms) == (["b", "after"], ())


def test_days_that_an_outage_missed_are_asked_in_turn() -> None:
    case = dated()
    case.at = datetime(2026, 3, 20, 8, tzinfo=UTC)
    moments = []
    while case.result.alarms:
        alarm = case.result.alarms[0]
        moments.append(alarm.due_at)
        situation = runner.Situation(case.at, alarm.due_at, case.law, {})
        case.result = runner.fire(case.definition, case.result.state, situation, alarm.id)
    assert [moment.day for moment in moments] == [2, 3, 4]


def test_a_condition_that_reads_no_day_sets_no_alarm() -> None:
    case = catching(ENOUGH)
    assert case.start().alarms == ()
    with pytest.raises(StepError, match="no timer waits"):
        runner.fire(case.definition, case.result.state, case.situation(), case.result.state.decode()[:1])


def test_a_refresh_asks_too() -> None:
    case = dated()
    case.at = datetime(2026, 3, 6, 8, tzinfo=UTC)
    assert runner.refresh(case.definition, case.result.state, case.situation()).steps[-1].path == "after"


def test_a_condition_that_is_neither_true_nor_false_is_told_at_its_event() -> None:
    case = catching("b.n")
    case.start()
    with pytest.raises(EngineError, match=r"x: 'b\.n' is Decimal"):
        [case.do("a", n=1), case.do("b", n=4)]


def test_a_handler_that_leads_back_under_the_same_condition_is_stopped() -> None:
    body = START + tasks("a", "b") + END + boundary("x", "b", when(ENOUGH)) + flows("s > a > b > done") + flow("x", "b")
    case = Played(folder(body, forms=FORMS))
    case.start()
    with pytest.raises(LimitError, match="without anybody to wait for"):
        case.do("a", n=3)
