"""An event with several definitions is run as several events, and what begins a case as its start."""

from __future__ import annotations

import pytest

from tests.engine.drawing import Played, boundary, flow, flows, folder, message, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
SIGNAL, RISE = '<signalEventDefinition signalRef="ring"/>', '<escalationEventDefinition escalationRef="rise"/>'
EITHER = message("news") + timer("timeDuration", "P3D")


def caught(attributes: str = "") -> Played:
    event = f'<intermediateCatchEvent id="x" {attributes}>{EITHER}</intermediateCatchEvent>'
    body = START + event + tasks("a") + END + flows("s > x > a > done")
    return Played(folder(body, messages=["news"]))


def test_any_one_of_several_events_is_enough_and_ends_the_others() -> None:
    case = caught()
    case.start()
    case.get("news")
    assert (case.open, case.result.alarms) == (["a"], ())
    case = caught()
    case.start()
    case.ring("x:2")
    assert (case.open, case.result.waits) == (["a"], ())


def test_in_parallel_all_of_them_must_happen() -> None:
    case = caught('parallelMultiple="true"')
    case.start()
    case.get("news")
    assert case.open == []
    case.ring("x:2")
    assert case.open == ["a"]


def test_behind_an_event_gateway_all_of_them_race() -> None:
    catch = '<intermediateCatchEvent id="{}">{}</intermediateCatchEvent>'
    body = START + '<eventBasedGateway id="g"/>' + catch.format("x", EITHER) + catch.format("y", message("other"))
    body += tasks("a", "b") + END + flows("s > g > x > a > done", "g > y > b > done")
    case = Played(folder(body, messages=["news", "other"]))
    case.start()
    case.ring("x:2")
    assert (case.open, case.result.waits) == (["a"], ())


@pytest.mark.parametrize(("interrupting", "left"), [(True, ["b"]), (False, ["a", "b"])])
def test_on_a_border_any_one_happens(interrupting: bool, left: list[str]) -> None:
    body = START + tasks("a", "b") + END + boundary("x", "a", EITHER, interrupting=interrupting)
    case = Played(folder(body + flows("s > a > done", "x > b > done"), messages=["news"]))
    case.start()
    case.ring("x:2")
    assert case.open == left


def test_several_are_thrown_one_after_the_other_and_terminate_comes_last() -> None:
    listening = f'<intermediateCatchEvent id="heard">{SIGNAL}</intermediateCatchEvent>'
    end = f'<endEvent id="end"><terminateEventDefinition/>{SIGNAL}</endEvent>'
    body = START + '<parallelGateway id="p"/>' + tasks("a", "b") + listening + end + END
    case = Played(folder(body + flows("s > p > a > end", "p > heard > b > done")))
    case.start()
    result = case.do("a")
    assert (result.closed, result.outcome, "heard" in result.visited) == (True, "end", True)


def test_a_start_with_several_messages_begins_with_any() -> None:
    body = (
        f'<startEvent id="s">{message("one")}{message("two")}</startEvent>' + tasks("a") + END + flows("s > a > done")
    )
    for name in ("one", "two"):
        case = Played(folder(body, messages=["one", "two"]))
        case.start(name)
        assert (case.open, set(case.result.data)) == (["a"], {name})


def test_a_receive_task_that_instantiates_begins_the_case() -> None:
    body = '<receiveTask id="s" messageRef="one" instantiate="true"/>' + tasks("a") + END + flows("s > a > done")
    case = Played(folder(body, messages=["one"]))
    case.start("one")
    assert case.open == ["a"]


def test_an_event_gateway_that_instantiates_begins_with_the_first_of_its_messages() -> None:
    catch = '<intermediateCatchEvent id="{0}">{1}</intermediateCatchEvent>'
    body = '<eventBasedGateway id="g" instantiate="true"/>' + catch.format("x", message("one")) + tasks("a", "b") + END
    body += '<receiveTask id="y" messageRef="two"/>' + flows("g > x > a > done", "g > y > b > done")
    for name, task in (("one", "a"), ("two", "b")):
        case = Played(folder(body, messages=["one", "two"]))
        case.start(name)
        assert case.open == [task]


def test_two_flows_between_the_same_two_elements_are_two() -> None:
    body = (
        START + '<parallelGateway id="p"/><parallelGateway id="j"/>' + tasks("a") + END + flows("s > p > j > a > done")
    )
    case = Played(folder(body + flow("p", "j", id="second")))
    case.start()
    assert case.open == ["a"]
    assert case.do("a").closed
