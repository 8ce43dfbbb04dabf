"""In an ad-hoc sub-process people choose the next step; flows inside it are followed, and it ends when it is enough."""

from __future__ import annotations

import pytest

from engine import runner
from engine.errors import StepError
from tests.engine.drawing import Played, boundary, flow, flows, folder, message, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
FORMS = {"visit": {"enough": "yes_no"}, "call": {"enough": "yes_no"}}
ENOUGH = "<completionCondition>visit.enough = true or call.enough = true</completionCondition>"


def support(inner: str, until: str = "", attributes: str = "", outside: str = "") -> Played:
    body = START + f'<adHocSubProcess id="support" {attributes}>{inner}{until}</adHocSubProcess>' + tasks("after")
    return Played(folder(body + END + outside + flows("s > support > after > done"), forms=FORMS, messages=["news"]))


FREE = tasks("visit", "call", "report") + flow("visit", "report")


def test_what_no_flow_enters_is_offered_and_nothing_begins_by_itself() -> None:
    case = support(FREE)
    case.start()
    assert (case.open, case.offers) == (["support"], ["visit", "call"])
    case.pick("visit")
    assert (case.open, case.offers) == (["support", "visit"], ["visit", "call"])


def test_a_step_may_be_done_again_and_beside_itself() -> None:
    case = support(FREE)
    case.start()
    case.pick("call")
    case.pick("call")
    case.do("call")
    case.do("call")
    case.pick("call")
    assert case.open == ["support", "call"]


def test_flows_inside_are_followed() -> None:
    case = support(FREE)
    case.start()
    case.pick("visit")
    case.do("visit")
    assert case.open == ["support", "report"]


def test_without_a_condition_people_say_that_it_is_enough_and_open_steps_are_withdrawn() -> None:
    case = support(FREE)
    case.start()
    case.pick("visit")
    choice = case.result.steps[0].choice
    assert choice is not None
    assert (choice.ends, choice.working) == (True, 1)
    assert len(case.do("support").withdrawn) == 1
    assert case.open == ["after"]


def test_what_is_open_may_be_finished_first_where_the_drawing_says_so() -> None:
    case = support(FREE, attributes='cancelRemainingInstances="false"')
    case.start()
    case.pick("visit")
    case.pick("call")
    case.do("support")
    assert (case.open, case.offers) == (["visit", "call"], [])
    case.do("visit")
    assert case.open == ["call"]  # no report: nothing more begins
    case.do("call")
    assert case.open == ["after"]


def test_the_condition_is_asked_after_each_step() -> None:
    case = support(FREE, ENOUGH)
    case.start()
    case.pick("visit")
    case.do("visit", enough=False)
    assert case.open == ["support", "report"]
    case.pick("call")
    case.do("call", enough=True)
    assert case.open == ["after"]


def test_where_a_condition_ends_it_nobody_else_does() -> None:
    case = support(FREE, ENOUGH)
    case.start()
    with pytest.raises(StepError, match=r"support ends when 'visit\.enough"):
        case.do("support")


def test_in_sequence_a_step_is_offered_only_when_no_other_is_open() -> None:
    case = support(FREE, attributes='ordering="Sequential"')
    case.start()
    case.pick("visit")
    assert (case.open, case.offers) == (["support", "visit"], [])
    with pytest.raises(StepError, match="does not offer 'call' now"):
        runner.pick(case.definition, case.result.state, case.situation(), case.result.steps[0].id, "call")
    case.do("visit")
    assert (case.open, case.offers) == (["support", "report"], [])
    case.do("report")
    assert case.offers == ["visit", "call"]


def test_in_sequence_steps_behind_a_split_come_one_after_the_other() -> None:
    inner = tasks("visit", "call", "report") + flows("visit > call", "visit > report")
    case = support(inner, attributes='ordering="Sequential"')
    case.start()
    case.pick("visit")
    case.do("visit")
    assert case.open == ["support", "call"]
    case.do("call")
    assert case.open == ["support", "report"]


@pytest.mark.parametrize("element", ["report", "support", "after", "nothing"])
def test_what_is_not_offered_cannot_be_chosen(element: str) -> None:
    case = support(FREE)
    case.start()
    with pytest.raises(StepError, match="does not offer"):
        runner.pick(case.definition, case.result.state, case.situation(), case.result.steps[0].id, element)


def test_a_plain_task_is_no_choice() -> None:
    case = support(FREE)
    case.start()
    case.pick("visit")
    step = next(step for step in case.result.steps if step.path == "visit")
    with pytest.raises(StepError, match="nothing is to be chosen"):
        runner.pick(case.definition, case.result.state, case.situation(), step.id, "call")


def test_an_event_on_its_border_ends_it_with_everything_inside() -> None:
    case = support(FREE, outside=boundary("late", "support", timer("timeDuration", "P9D")) + flows("late > after"))
    case.start()
    case.pick("visit")
    assert len(case.ring("late").withdrawn) == 2
    assert case.open == ["after"]


def test_an_event_that_no_flow_enters_may_happen_at_any_time_and_again() -> None:
    event = f'<intermediateCatchEvent id="told">{message("news")}</intermediateCatchEvent>'
    case = support(tasks("visit", "report") + event + flow("told", "report"))
    case.start()
    case.get("news")
    case.get("news")
    assert (case.open, case.offers) == (["support", "report", "report"], ["visit"])
    case.do("support")
    assert (case.open, case.result.waits) == (["after"], ())


def test_an_event_sub_process_inside_waits_as_long_as_it_is_open() -> None:
    handler = f'<startEvent id="hs" isInterrupting="false">{message("news")}</startEvent>' + tasks("handle")
    handler += '<endEvent id="he"/>' + flows("hs > handle > he")
    case = support(tasks("visit") + f'<subProcess id="h" triggeredByEvent="true">{handler}</subProcess>')
    case.start()
    case.get("news")
    assert (case.open, case.offers) == (["support", "handle"], ["visit"])


def test_sub_processes_and_repeated_steps_can_be_chosen_too() -> None:
    inner = '<startEvent id="is"/>' + tasks("one", "two") + '<endEvent id="ie"/>' + flows("is > one > two > ie")
    twice = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    case = support(f'<subProcess id="sub">{inner}</subProcess><userTask id="each">{twice}</userTask>')
    case.start()
    case.pick("sub")
    case.pick("each")
    assert case.open == ["support", "one", "each", "each"]
    case.do("one")
    case.do("two")
    assert case.open == ["support", "each", "each"]


def test_an_ad_hoc_sub_process_may_be_repeated_for_each_item() -> None:
    loop = '<multiInstanceLoopCharacteristics asiavirta:collection="[1, 2]"/>'
    case = support(loop + FREE)
    case.start()
    assert (case.open, [step.item for step in case.result.steps]) == (["support", "support"], ["1", "2"])
    case.pick("visit")
    case.do("support")
    assert case.open == ["support"]
    case.do("support")
    assert case.open == ["after"]


def test_two_thousand_choices_leave_the_state_as_small_as_the_first() -> None:
    case = support(tasks("visit"))
    case.start()
    sizes = set()
    for number in range(2000):
        case.pick("visit")
        case.do("visit", enough=False)
        if number > 2:
            sizes.add(len(case.result.state))
    assert len(sizes) == 1


def test_runs_do_not_change_the_shared_definition() -> None:
    case = support(FREE, ENOUGH, 'ordering="Sequential"')
    before = case.definition.fingerprint
    case.start()
    case.pick("call")
    case.do("call", enough=True)
    case.do("after")
    assert (case.result.closed, case.definition.fingerprint) == (True, before)
