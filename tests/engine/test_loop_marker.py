"""An activity with a loop marker is done round by round until its condition is no longer true."""

from __future__ import annotations

import pytest

from engine.errors import LimitError
from tests.engine.drawing import Played, boundary, flows, folder, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'


def loop(condition: str = "", attributes: str = "") -> str:
    inner = f"<loopCondition>{condition}</loopCondition>" if condition else ""
    return f"<standardLoopCharacteristics {attributes}>{inner}</standardLoopCharacteristics>"


def looped(marker: str) -> Played:
    body = START + f'<userTask id="ask">{marker}</userTask>' + tasks("before", "after") + END
    body += boundary("late", "ask", timer("timeDuration", "P5D"))
    body += flows("s > before > ask > after > done", "late > after")
    return Played(folder(body, forms={"before": {"more": "yes_no"}, "ask": {"more": "yes_no"}}))


def test_a_task_is_done_again_while_the_condition_is_true_and_its_last_answer_counts() -> None:
    case = looped(loop("ask.more = true"))
    case.start()
    case.do("before")
    for _ in range(3):
        assert case.open == ["ask"]
        case.do("ask", more=True)
    assert case.do("ask", more=False).data["ask"]["more"] is False
    assert (case.open, case.result.alarms) == (["after"], ())


def test_an_event_on_the_border_counts_from_the_first_round_and_ends_the_loop() -> None:
    case = looped(loop("ask.more = true"))
    case.start()
    first = case.do("before").alarms[0]
    case.do("ask", more=True)
    assert case.result.alarms == (first,)
    case.ring("late")
    assert case.open == ["after"]


def test_a_condition_asked_first_may_skip_the_activity() -> None:
    for more, left in ((True, "ask"), (False, "after")):
        case = looped(loop("before.more = true", 'testBefore="true"'))
        case.start()
        case.do("before", more=more)
        assert case.open == [left]


def test_a_loop_ends_at_its_maximum() -> None:
    case = looped(loop(attributes='loopMaximum="2"'))
    case.start()
    case.do("before")
    case.do("ask")
    case.do("ask")
    assert case.open == ["after"]


def test_a_sub_process_is_done_again_as_a_whole() -> None:
    inner = '<startEvent id="is"/>' + tasks("one", "two") + '<endEvent id="ie"/>' + flows("is > one > two > ie")
    body = START + f'<subProcess id="sub">{loop("two.more = true")}{inner}</subProcess>' + END + flows("s > sub > done")
    case = Played(folder(body, forms={"two": {"more": "yes_no"}}))
    case.start()
    for more in (True, True, False):
        case.do("one")
        case.do("two", more=more)
    assert case.result.closed


def test_a_loop_with_nobody_to_wait_for_is_stopped() -> None:
    inner = '<startEvent id="is"/><endEvent id="ie"/>' + flows("is > ie")
    body = START + f'<subProcess id="sub">{loop("1 = 1")}{inner}</subProcess>' + END + flows("s > sub > done")
    with pytest.raises(LimitError):
        Played(folder(body)).start()
