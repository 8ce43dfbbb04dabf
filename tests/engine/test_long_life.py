"""Cases that live for years: state and work per step stay flat, counted in calls of functions and not in seconds."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine.drawing import Played, boundary, flow, flows, folder, message, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'


def calls(command: Callable[[], Any]) -> int:
    """How many Python functions a command calls: the same on every machine."""
    count = 0

    def seen(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        command()
    finally:
        sys.setprofile(before)
    return count


def repeated(number: int) -> Played:
    loop = f"<multiInstanceLoopCharacteristics><loopCardinality>{number}</loopCardinality>"
    body = START + f'<userTask id="each">{loop}</multiInstanceLoopCharacteristics></userTask>' + tasks("after") + END
    case = Played(
        folder(
            body
            + boundary("late", "each", timer("timeDuration", "P1D"))
            + flows("s > each > after > done", "late > after")
        )
    )
    case.start()
    return case


def test_three_hundred_tasks_beside_each_other_are_all_done_once() -> None:
    case = repeated(300)
    assert len(case.open) == 300
    for left in range(300, 0, -1):
        assert len(case.open) == left
        case.do("each")
    assert (case.open, case.result.alarms) == (["after"], ())


def test_one_step_among_many_costs_at_most_in_proportion() -> None:
    few, many = repeated(200), repeated(400)
    assert calls(lambda: many.do("each")) <= 2.3 * calls(lambda: few.do("each"))


def test_beginning_many_costs_at_most_in_proportion() -> None:
    few, many = repeated(200), repeated(400)
    assert calls(many.start) <= 2.3 * calls(few.start)


def wrapped(depth: int) -> str:
    inner = '<startEvent id="i0"/>' + tasks("work") + '<endEvent id="e0"/>' + flows("i0 > work > e0")
    for level in range(1, depth + 1):
        start, end = f'<startEvent id="i{level}"/>', f'<endEvent id="e{level}"/>'
        inner = f'{start}<subProcess id="sub{level}">{inner}</subProcess>{end}'
        inner += flows(f"i{level} > sub{level} > e{level}")
    return inner


def nested(depth: int) -> Played:
    return Played(folder(wrapped(depth)))


def test_twelve_sub_processes_inside_each_other_run_and_end() -> None:
    case = nested(12)
    case.start()
    assert case.open == ["work"]
    result = case.do("work")
    assert (result.closed, result.outcome) == (True, "e12")


def test_an_event_at_the_outermost_of_twelve_ends_them_all() -> None:
    body = wrapped(12) + boundary("stop", "sub12", message("news")) + tasks("after") + flows("stop > after > e12")
    case = Played(folder(body, messages=["news"]))
    case.start()
    case.get("news")
    assert (case.open, case.result.waits) == (["after"], ())


def test_nesting_costs_at_most_in_proportion() -> None:
    shallow, deep = nested(6), nested(12)
    shallow.start()
    deep.start()
    assert calls(lambda: deep.do("work")) <= 2.3 * calls(lambda: shallow.do("work"))


def review() -> Played:
    body = START + tasks("work", "check") + '<exclusiveGateway id="again" default="again_to_work"/>' + END
    body += boundary("late", "work", timer("timeDuration", "P1D")) + boundary(
        "told", "check", message("news"), interrupting=False
    )
    body += '<endEvent id="noted"/>' + flows("s > work > check > again > work", "late > check", "told > noted")
    case = Played(
        folder(
            body + flow("again", "done", "check.fine = true"), forms={"check": {"fine": "yes_no"}}, messages=["news"]
        )
    )
    case.start()
    return case


@pytest.mark.parametrize("handled", [False, True])
def test_two_thousand_rounds_of_a_review_stay_as_small_and_as_cheap_as_the_first(handled: bool) -> None:
    case = review()
    sizes, costs = set[int](), set[int]()
    for number in range(2000):
        if handled and number % 2:
            case.at = case.result.alarms[0].due_at
            case.ring("late")
        else:
            case.do("work", note="x")
        case.do("check", fine=False)
        if number in (10, 11, 1998, 1999):
            sizes.add(len(case.result.state))
            costs.add(calls(lambda: case.do("work", note="x")))
            case.do("check", fine=False)
    assert max(sizes) - min(sizes) <= 8
    assert max(costs) <= 1.05 * min(costs)
    case.do("work", note="x")
    assert case.do("check", fine=True).closed


def boxes(number: int) -> Played:
    """So many instances of a sub-process, each with a timer on a task and a handler that waits for a message."""
    loop = f"<multiInstanceLoopCharacteristics><loopCardinality>{number}</loopCardinality>"
    inner = '<startEvent id="is"/>' + tasks("each") + '<endEvent id="ie"/>' + flows("is > each > ie")
    inner += boundary("late", "each", timer("timeDuration", "P1D")) + flows("late > ie")
    handler = f'<startEvent id="hs" isInterrupting="false">{message("news")}</startEvent><endEvent id="he"/>'
    inner += f'<subProcess id="h" triggeredByEvent="true">{handler}{flows("hs > he")}</subProcess>'
    body = START + f'<subProcess id="sub">{loop}</multiInstanceLoopCharacteristics>{inner}</subProcess>' + END
    case = Played(folder(body + flows("s > sub > done"), messages=["news"]))
    case.start()
    return case


def chosen(number: int) -> Played:
    """So many steps of an ad-hoc sub-process that were begun and are open."""
    until = "<completionCondition>each.note = &quot;enough&quot;</completionCondition>"
    body = START + f'<adHocSubProcess id="sub">{tasks("each")}{until}</adHocSubProcess>' + END
    case = Played(folder(body + flows("s > sub > done")))
    case.start()
    for _ in range(number):
        case.pick("each")
    return case


def watched(number: int) -> Played:
    """So many tasks, each with a condition on its border."""
    loop = f"<multiInstanceLoopCharacteristics><loopCardinality>{number}</loopCardinality>"
    inner = '<startEvent id="is"/>' + tasks("each") + '<endEvent id="ie"/>' + flows("is > each > ie", "x > ie")
    condition = "<conditionalEventDefinition><condition>item = other.n</condition></conditionalEventDefinition>"
    inner += boundary("x", "each", condition)
    body = START + f'<subProcess id="sub">{loop}</multiInstanceLoopCharacteristics>{inner}</subProcess>' + END
    case = Played(folder(body + flows("s > sub > done")))
    case.start()
    return case


@pytest.mark.parametrize("open_", [boxes, chosen, watched])
def test_one_step_among_many_of_any_kind_costs_at_most_in_proportion(open_: Callable[[int], Played]) -> None:
    few, many = open_(100), open_(200)
    assert calls(lambda: many.do("each")) <= 2.3 * calls(lambda: few.do("each"))


def rounds(undone: str = "") -> Played:
    """Two branches that meet in a parallel gateway, again and again."""
    body = START + '<exclusiveGateway id="m"/><parallelGateway id="p"/><parallelGateway id="j"/>' + tasks("a", "b", "c")
    body += '<exclusiveGateway id="g" default="g_to_m"/>' + flows("s > m > p > a > j > c > g > m", "p > b > j") + END
    case = Played(folder(body + flow("g", "done", "c.enough = true") + undone, forms={"c": {"enough": "yes_no"}}))
    case.start()
    return case


def test_a_join_inside_a_loop_takes_two_thousand_rounds_without_growing() -> None:
    case = rounds()
    sizes, costs = set[int](), set[int]()
    for number in range(2000):
        for task in ("b", "a") if number % 2 else ("a", "b"):
            case.do(task)
        assert case.open == ["c"]
        if number in (4, 5, 1998, 1999):
            costs.add(calls(lambda: case.do("c", enough=False)))
            sizes.add(len(case.result.state))
        else:
            case.do("c", enough=False)
    assert len(sizes) == 1
    assert max(costs) <= 1.05 * min(costs)


def test_what_can_still_be_undone_is_all_that_a_loop_adds() -> None:
    undone = boundary("x", "a", "<compensateEventDefinition/>") + '<userTask id="u" isForCompensation="true"/>'
    case = rounds(undone + '<association id="as" sourceRef="x" targetRef="u"/>')
    sizes = []
    for _ in range(300):
        for task in ("a", "b"):
            case.do(task)
        case.do("c", enough=False)
        sizes.append(len(case.result.state))
    grown = {after - before for before, after in itertools.pairwise(sizes)}
    assert max(grown) <= 24  # bytes: one record, the same in the last round as in the first
