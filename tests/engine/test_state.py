"""A running case is small, does not grow, and comes back as it was."""

from __future__ import annotations

import pytest

from engine import runner
from engine.errors import EngineError
from tests.engine.drawing import Played, boundary, flow, flows, folder, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'


def review(event: str = "") -> Played:
    body = START + tasks("write", "review") + '<exclusiveGateway id="good" default="good_to_done"/>' + END
    body += flows("s > write > review > good > done") + flow("good", "write", "review.again = true") + event
    return Played(folder(body, forms={"review": {"again": "yes_no"}, "write": {"text": "text"}}))


@pytest.mark.parametrize("timed", [False, True])
def test_a_review_loop_grows_by_no_byte_after_round_three(timed: bool) -> None:
    event = boundary("late", "review", timer("timeDuration", "P3D"), interrupting=False) + flows("late > done")
    case = review(event if timed else "")
    case.start()
    sizes = []
    for _ in range(500):
        case.do("write", text="x" * 2000)
        case.do("review", again=True)
        sizes.append(len(case.result.state))
    assert sizes[2:] == [sizes[2]] * 498


def test_a_case_of_twenty_elements_and_two_kilobytes_takes_at_most_six() -> None:
    names = [f"task_number_{n}" for n in range(18)]
    body = START + tasks(*names) + END + flows(" > ".join(["s", *names, "done"]))
    case = Played(folder(body))
    case.start()
    for name in names[:10]:
        case.do(name, note="x" * 130)
    assert len(case.result.state) <= 6000


def test_step_ids_stay_the_same_over_storing() -> None:
    case = review()
    first = case.start()
    again = runner.refresh(case.definition, first.state, case.situation())
    assert (again.steps, again.state) == (first.steps, first.state)


def test_data_that_looks_like_a_type_name_stays_data() -> None:
    case = review()
    case.start()
    case.do("write", text="x", typename="timedelta", __builtins__={"typename": "date"})
    case.do("review", again=True)
    assert case.result.data["write"]["typename"] == "timedelta"
    assert case.result.data["write"]["__builtins__"] == {"typename": "date"}


@pytest.mark.parametrize("state", [b"", b"{", b"[]", b'{"v":99}', b"\xff"])
def test_a_broken_state_is_refused_with_a_sentence(state: bytes) -> None:
    case = review()
    with pytest.raises(EngineError, match="stored state"):
        runner.refresh(case.definition, state, case.situation())


def test_a_state_on_an_element_that_is_gone_is_refused() -> None:
    case, other = review(), Played(folder(START + tasks("other") + END + flows("s > other > done")))
    state = case.start().state
    with pytest.raises(EngineError, match="does not have"):
        runner.refresh(other.definition, state, other.situation())
