"""An event sub-process begins when its event happens, beside its level or instead of it, and never by itself."""

from __future__ import annotations

import pytest

from engine import runner
from engine.errors import BundleError, StepError
from tests.engine.drawing import Played, boundary, flows, folder, message, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
SIGNAL = '<signalEventDefinition signalRef="ring"/>'
ERROR = '<errorEventDefinition errorRef="fault"/>'
ESCALATION = '<escalationEventDefinition escalationRef="rise"/>'


def handler(event: str, *, interrupting: bool = True, work: str = "handle", id: str = "h", end: str = "") -> str:
    flag = "true" if interrupting else "false"
    start = f'<startEvent id="{id}_start" isInterrupting="{flag}">{event}</startEvent>'
    body = start + tasks(work) + f'<endEvent id="{id}_end">{end}</endEvent>' + flows(f"{id}_start > {work} > {id}_end")
    return f'<subProcess id="{id}" triggeredByEvent="true">{body}</subProcess>'


def main_level(event: str, **options: bool) -> Played:
    body = START + tasks("a", "b") + '<parallelGateway id="p"/>' + END + handler(event, **options)  # type: ignore[arg-type]
    return Played(folder(body + flows("s > p > a > done", "p > b > done"), messages=["news"]))


def in_sub(event: str, throw: str = "", **options: bool) -> Played:
    end = f'<endEvent id="ie">{throw}</endEvent>'
    inner = '<startEvent id="is"/><parallelGateway id="p"/>' + tasks("a", "b") + '<endEvent id="ok"/>' + end
    inner += flows("is > p > a > ie", "p > b > ok") + handler(event, **options)  # type: ignore[arg-type]
    body = START + f'<subProcess id="sub">{inner}</subProcess>' + tasks("after") + END
    return Played(folder(body + flows("s > sub > after > done"), messages=["news"]))


def test_it_does_not_begin_by_itself_and_does_not_keep_a_case_open() -> None:
    case = main_level(message("news"))
    case.start()
    assert (case.open, [wait.path for wait in case.result.waits]) == (["a", "b"], ["h_start"])
    case.do("a")
    case.do("b")
    assert (case.result.closed, case.result.outcome, case.result.waits) == (True, "done", ())


def test_an_interrupting_one_ends_all_else_in_its_level_and_decides_the_outcome() -> None:
    case = main_level(message("news"))
    case.start()
    result = case.get("news", note="n")
    assert (case.open, len(result.withdrawn), result.data["news"]["note"]) == (["handle"], 2, "n")
    assert (result.waits, "h_end" in case.definition.main_ends) == ((), True)
    assert (case.do("handle").closed, case.result.outcome) == (True, "h_end")


def test_one_beside_its_level_may_begin_again_and_is_waited_for() -> None:
    case = main_level(message("news"), interrupting=False)
    case.start()
    case.get("news")
    case.get("news")
    assert case.open == ["a", "b", "handle", "handle"]
    case.do("a")
    case.do("b")
    assert (case.open, len(case.result.waits)) == (["handle", "handle"], 1)
    case.do("handle")
    case.do("handle")
    assert (case.result.closed, case.result.outcome) == (True, "done")


@pytest.mark.parametrize(("interrupting", "left"), [(True, ["handle"]), (False, ["a", "b", "handle"])])
def test_a_timer_counts_from_the_begin_of_its_level(interrupting: bool, left: list[str]) -> None:
    case = in_sub(timer("timeDuration", "P2D"), interrupting=interrupting)
    began = case.start().alarms
    assert [(alarm.path, (alarm.due_at - case.at).days) for alarm in began] == [("h_start", 2)]
    case.ring("h_start")
    assert (case.open, case.result.alarms) == (left, ())
    with pytest.raises(StepError):
        runner.fire(case.definition, case.result.state, case.situation(), began[0].id)


def test_a_repeating_timer_begins_it_as_often_as_it_says() -> None:
    case = in_sub(timer("timeCycle", "R2/P1D"), interrupting=False)
    case.start()
    case.ring("h_start")
    case.ring("h_start")
    assert (case.open, case.result.alarms) == (["a", "b", "handle", "handle"], ())


@pytest.mark.parametrize(("event", "throw"), [(ERROR, ERROR), ("<errorEventDefinition/>", ERROR), (SIGNAL, SIGNAL)])
def test_an_error_or_signal_from_its_own_level_ends_that_level_and_the_case_goes_on(event: str, throw: str) -> None:
    case = in_sub(event, throw)
    case.start()
    case.do("a")
    assert case.open == ["handle"]
    case.do("handle")
    assert case.open == ["after"]


def test_an_escalation_is_handled_beside_what_goes_on() -> None:
    case = in_sub(ESCALATION, ESCALATION, interrupting=False)
    case.start()
    case.do("a")
    assert case.open == ["b", "handle"]
    case.do("handle")
    assert case.open == ["b"]
    case.do("b")
    assert case.open == ["after"]


def test_an_error_in_the_main_level_is_caught_there() -> None:
    body = START + tasks("a") + f'<endEvent id="bad">{ERROR}</endEvent>' + handler(ERROR)
    case = Played(folder(body + flows("s > a > bad")))
    case.start()
    case.do("a")
    assert case.open == ["handle"]


def thrown_again(event: str) -> Played:
    inner = '<startEvent id="is"/>' + tasks("a") + f'<endEvent id="ie">{ERROR}</endEvent>' + flows("is > a > ie")
    inner += handler(ERROR, end=ERROR)
    body = START + f'<subProcess id="sub">{inner}</subProcess>' + tasks("repair") + END
    body += boundary("caught", "sub", event) + flows("s > sub > done", "caught > repair > done")
    return Played(folder(body))


def test_an_error_thrown_while_handling_goes_to_the_level_around() -> None:
    case = thrown_again(ERROR)
    case.start()
    case.do("a")
    case.do("handle")
    assert case.open == ["repair"]


def test_an_error_that_only_its_own_handler_would_catch_is_refused() -> None:
    with pytest.raises(BundleError, match="nothing catches the error 'fault'"):
        thrown_again('<errorEventDefinition errorRef="other_fault"/>')


def test_an_event_on_the_border_ends_a_sub_process_that_is_handling() -> None:
    inner = (
        '<startEvent id="is"/>' + tasks("a") + '<endEvent id="ie"/>' + flows("is > a > ie") + handler(message("news"))
    )
    body = START + f'<subProcess id="sub">{inner}</subProcess>' + tasks("after") + END
    body += boundary("late", "sub", timer("timeDuration", "P9D")) + flows("s > sub > done", "late > after > done")
    case = Played(folder(body, messages=["news"]))
    case.start()
    case.get("news")
    assert case.open == ["handle"]
    case.ring("late")
    assert (case.open, case.result.waits, case.result.alarms) == (["after"], (), ())


def test_each_item_of_a_repeated_sub_process_is_interrupted_alone() -> None:
    loop = '<multiInstanceLoopCharacteristics asiavirta:collection="[1, 2]"/>'
    inner = (
        '<startEvent id="is"/>' + tasks("a") + '<endEvent id="ie"/>' + flows("is > a > ie") + handler(message("news"))
    )
    body = START + f'<subProcess id="sub">{loop}{inner}</subProcess>' + tasks("after") + END
    case = Played(folder(body + flows("s > sub > after > done"), messages=["news"]))
    case.start()
    case.get("news")
    assert sorted(case.open) == ["a", "handle"]
    case.do("a")
    case.do("handle")
    assert case.open == ["after"]


def test_of_two_the_first_that_interrupts_ends_the_other() -> None:
    body = START + tasks("a") + END + flows("s > a > done") + handler(message("news"))
    body += handler(timer("timeDuration", "P1D"), id="t", work="late")
    case = Played(folder(body, messages=["news"]))
    case.start()
    case.ring("t_start")
    assert (case.open, case.result.waits) == (["late"], ())


def test_terminate_inside_it_ends_only_itself() -> None:
    case = main_level(message("news"), interrupting=False)
    body = START + tasks("a") + END + flows("s > a > done")
    body += handler(message("news"), interrupting=False, end="<terminateEventDefinition/>")
    case = Played(folder(body, messages=["news"]))
    case.start()
    case.get("news")
    case.do("handle")
    assert (case.open, case.result.closed) == (["a"], False)


def test_runs_do_not_change_the_shared_definition() -> None:
    case = in_sub(ERROR, ERROR)
    before = case.definition.fingerprint
    case.start()
    case.do("a")
    case.do("handle")
    case.do("after")
    assert (case.result.closed, case.definition.fingerprint) == (True, before)
