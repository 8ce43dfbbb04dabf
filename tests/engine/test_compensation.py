"""What was completed is undone when the drawing asks for it: the latest first, and only what was completed."""

from __future__ import annotations

import pytest

from engine import runner
from engine.errors import BundleError
from tests.engine.drawing import Played, boundary, flow, flows, folder, message, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
UNDO, ERROR = "<compensateEventDefinition/>", '<errorEventDefinition errorRef="fault"/>'
PARTED = '<parallelGateway id="p"/>'


def undone(*names: str) -> str:
    """For each task, a task that undoes it: `undo_<name>`."""
    parts = []
    for name in names:
        parts.append(f'<boundaryEvent id="c_{name}" attachedToRef="{name}">{UNDO}</boundaryEvent>')
        parts.append(f'<userTask id="undo_{name}" name="u" isForCompensation="true"/>')
        parts.append(f'<association id="as_{name}" sourceRef="c_{name}" targetRef="undo_{name}"/>')
    return "".join(parts)


def as_undoing(tag: str, id: str, inner: str) -> tuple[str, str]:
    """What `undone` draws for an id, and another element in its place."""
    return (
        f'<userTask id="{id}" name="u" isForCompensation="true"/>',
        f'<{tag} id="{id}" isForCompensation="true">{inner}</{tag}>',
    )


def throw(id: str = "t", event: str = UNDO) -> str:
    return f'<intermediateThrowEvent id="{id}">{event}</intermediateThrowEvent>'


def test_all_that_was_completed_is_undone_the_latest_first_and_then_the_case_goes_on() -> None:
    body = START + tasks("a", "b", "c", "after") + undone("a", "b", "c") + throw() + END
    case = Played(folder(body + flows("s > a > b > t > after > c > done")))
    case.start()
    case.do("a")
    case.do("b")
    assert case.open == ["undo_b"]
    case.do("undo_b")
    assert case.open == ["undo_a"]
    case.do("undo_a")
    assert case.open == ["after"]


def test_what_is_still_open_or_was_interrupted_is_not_undone() -> None:
    body = START + PARTED + tasks("a", "b", "c", "after") + undone("a", "b", "c") + throw() + END
    body += boundary("late", "c", timer("timeDuration", "P1D"))
    case = Played(folder(body + flows("s > p > a > t > after > done", "p > b > done", "p > c > done", "late > done")))
    case.start()
    case.ring("late")
    case.do("a")
    assert case.open == ["b", "undo_a"]


def test_what_is_undone_is_not_undone_again() -> None:
    body = START + tasks("a", "after", "last") + undone("a") + throw() + throw("t2") + END
    case = Played(folder(body + flows("s > a > t > after > t2 > last > done")))
    case.start()
    for task in ("a", "undo_a", "after"):
        case.do(task)
    assert case.open == ["last"]


def test_one_activity_can_be_named() -> None:
    body = (
        START
        + tasks("a", "b", "after")
        + undone("a", "b")
        + throw(event='<compensateEventDefinition activityRef="a"/>')
    )
    case = Played(folder(body + END + flows("s > a > b > t > after > done")))
    case.start()
    case.do("a")
    case.do("b")
    assert case.open == ["undo_a"]
    case.do("undo_a")
    assert case.open == ["after"]


def test_a_task_that_was_done_in_every_round_is_undone_for_every_round() -> None:
    body = START + tasks("a", "after") + undone("a") + throw() + '<exclusiveGateway id="g" default="g_to_t"/>' + END
    body += flows("s > a > g > t > after > done") + flow("g", "a", "a.again = true")
    case = Played(folder(body, forms={"a": {"again": "yes_no"}}))
    case.start()
    for again in (True, True, False):
        case.do("a", again=again)
    for _ in range(3):
        assert case.open == ["undo_a"]
        case.do("undo_a")
    assert case.open == ["after"]


def test_beside_each_other_the_one_that_began_last_is_undone_first_whichever_was_done_first() -> None:
    body = START + PARTED + '<parallelGateway id="j"/>' + tasks("a", "b", "after") + undone("a", "b") + throw() + END
    case = Played(folder(body + flows("s > p > a > j > t > after > done", "p > b > j")))
    case.start()
    case.do("b")
    case.do("a")
    assert case.open == ["undo_b"]


def test_an_event_may_pass_without_waiting_for_the_undoing() -> None:
    event = '<compensateEventDefinition waitForCompletion="false"/>'
    body = START + tasks("a", "after") + undone("a") + throw(event=event) + END
    case = Played(folder(body + flows("s > a > t > after > done")))
    case.start()
    case.do("a")
    assert sorted(case.open) == ["after", "undo_a"]
    assert not case.do("after").closed
    assert case.do("undo_a").closed


def test_an_end_event_asks_too_and_is_the_outcome() -> None:
    body = START + tasks("a") + undone("a") + f'<endEvent id="back">{UNDO}</endEvent>'
    case = Played(folder(body + flows("s > a > back")))
    case.start()
    case.do("a")
    assert (case.open, case.result.closed) == (["undo_a"], False)
    assert (case.do("undo_a").closed, case.result.outcome) == (True, "back")


SUB = '<startEvent id="is"/>' + tasks("a", "b") + '<endEvent id="ie"/>' + flows("is > a > b > ie")


def in_sub(inner: str, outside: str = "", marker: str = "") -> Played:
    body = START + f'<subProcess id="sub">{marker}{inner}</subProcess>' + tasks("c", "after") + throw() + END + outside
    return Played(folder(body + flows("s > sub > c > t > after > done"), messages=["news"]))


def test_a_completed_sub_process_is_undone_by_what_is_in_it() -> None:
    case = in_sub(SUB + undone("a", "b"), undone("c"))
    case.start()
    for task in ("a", "b", "c", "undo_c"):
        case.do(task)
    assert case.open == ["undo_b"]
    case.do("undo_b")
    case.do("undo_a")
    assert case.open == ["after"]


def test_or_as_a_whole_by_its_own_activity() -> None:
    case = in_sub(SUB + undone("a", "b"), undone("sub"))
    case.start()
    for task in ("a", "b", "c"):
        case.do(task)
    assert case.open == ["undo_sub"]
    case.do("undo_sub")
    assert case.open == ["after"]


HOW = f'<startEvent id="hs">{UNDO}</startEvent>' + tasks("how") + throw("more") + '<endEvent id="he"/>'


def test_or_by_its_own_event_sub_process_which_may_ask_for_what_is_in_it() -> None:
    handler = f'<subProcess id="h" triggeredByEvent="true">{HOW}{flows("hs > how > more > he")}</subProcess>'
    case = in_sub(SUB + undone("a", "b") + handler)
    case.start()
    for task in ("a", "b", "c"):
        case.do(task)
    assert case.open == ["how"]
    case.do("how")
    assert case.open == ["undo_b"]
    case.do("undo_b")
    case.do("undo_a")
    assert case.open == ["after"]


def test_each_instance_of_a_repeated_sub_process_is_undone_with_its_own_item() -> None:
    marker = '<multiInstanceLoopCharacteristics asiavirta:collection="[1, 2]"/>'
    case = in_sub(SUB + undone("a"), marker=marker)
    case.start()
    for task in ("a", "a", "b", "b", "c"):
        case.do(task)
    assert [(step.path, step.item) for step in case.result.steps] == [("undo_a", "2")]
    case.do("undo_a")
    assert [(step.path, step.item) for step in case.result.steps] == [("undo_a", "1")]
    case.do("undo_a")
    assert case.open == ["after"]


def test_a_repeated_task_is_undone_once_for_all() -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    body = START + f'<userTask id="a">{loop}</userTask>' + undone("a") + tasks("after") + throw() + END
    case = Played(folder(body + flows("s > a > t > after > done")))
    case.start()
    case.do("a")
    case.do("a")
    case.do("undo_a")
    assert case.open == ["after"]


def test_an_error_handler_inside_undoes_what_its_level_had_done() -> None:
    handler = (
        f'<startEvent id="hs">{ERROR}</startEvent>' + throw("back") + '<endEvent id="he"/>' + flows("hs > back > he")
    )
    inner = (
        '<startEvent id="is"/>' + tasks("a", "b") + f'<endEvent id="bad">{ERROR}</endEvent>' + flows("is > a > b > bad")
    )
    inner += undone("a", "b") + f'<subProcess id="h" triggeredByEvent="true">{handler}</subProcess>'
    body = START + f'<subProcess id="sub">{inner}</subProcess>' + tasks("after") + END
    case = Played(folder(body + flows("s > sub > after > done")))
    case.start()
    for task in ("a", "b", "undo_b", "undo_a"):
        case.do(task)
    assert case.open == ["after"]


def test_a_sub_process_left_by_an_error_is_not_undone() -> None:
    inner = (
        '<startEvent id="is"/>'
        + tasks("a")
        + f'<endEvent id="bad">{ERROR}</endEvent>'
        + flows("is > a > bad")
        + undone("a")
    )
    body = START + f'<subProcess id="sub">{inner}</subProcess>' + tasks("after") + END + boundary("x", "sub", ERROR)
    case = Played(folder(body + throw() + flows("s > sub > done", "x > t > after > done")))
    case.start()
    case.do("a")
    assert case.open == ["after"]


def test_undoing_may_be_a_whole_sub_process_or_a_script() -> None:
    inner = '<startEvent id="us"/>' + tasks("call", "write") + '<endEvent id="ue"/>' + flows("us > call > write > ue")
    body = START + tasks("a", "b", "after") + undone("a", "b") + throw() + END
    body = body.replace(*as_undoing("subProcess", "undo_a", inner))
    body = body.replace(*as_undoing("scriptTask", "undo_b", "<script>back = true</script>"))
    case = Played(folder(body + flows("s > a > b > t > after > done")))
    case.start()
    for task in ("a", "b", "call", "write"):
        case.do(task)
    assert (case.open, case.result.data["back"]) == (["after"], True)


def test_an_event_on_the_border_ends_an_undoing_that_is_under_way() -> None:
    inner = '<startEvent id="is"/>' + tasks("a", "b") + throw() + '<endEvent id="ie"/>' + flows("is > a > t > b > ie")
    body = START + f'<subProcess id="sub">{inner}{undone("a")}</subProcess>' + tasks("after") + END
    body += boundary("late", "sub", message("news")) + flows("s > sub > done", "late > after > done")
    case = Played(folder(body, messages=["news"]))
    case.start()
    case.do("a")
    assert case.open == ["undo_a"]
    case.get("news")
    assert case.open == ["after"]


def booking() -> Played:
    """A transaction: two tasks that can be undone beside one that may cancel all."""
    inner = '<startEvent id="is"/>' + PARTED + tasks("a", "b", "look", "x") + undone("a", "b")
    inner += '<endEvent id="ie"/><endEvent id="off"><cancelEventDefinition/></endEvent>'
    inner += '<exclusiveGateway id="g" default="g_to_ie"/>' + flow("g", "off", "look.stop = true")
    inner += flows("is > p > a > b > x > ie", "p > look > g > ie")
    body = START + f'<transaction id="deal">{inner}</transaction>' + tasks("after", "sorry") + END
    body += boundary("cancelled", "deal", "<cancelEventDefinition/>") + boundary(
        "late", "deal", timer("timeDuration", "P9D")
    )
    body += flows("s > deal > after > done", "cancelled > sorry > done", "late > done")
    return Played(folder(body, forms={"look": {"stop": "yes_no"}}))


def test_cancelling_a_transaction_undoes_what_was_done_and_leaves_by_its_cancel_event() -> None:
    case = booking()
    case.start()
    for task in ("a", "b"):
        case.do(task)
    case.do("look", stop=True)
    assert (case.open, case.result.alarms) == (["undo_b"], ())
    case.do("undo_b")
    case.do("undo_a")
    assert case.open == ["sorry"]


def test_with_nothing_to_undo_it_is_left_at_once() -> None:
    case = booking()
    case.start()
    case.do("look", stop=True)
    assert case.open == ["sorry"]


def test_a_transaction_that_is_not_cancelled_ends_as_a_sub_process() -> None:
    case = booking()
    case.start()
    case.do("look", stop=False)
    for task in ("a", "b", "x"):
        case.do(task)
    assert case.open == ["after"]


def test_a_timer_on_a_transaction_undoes_nothing() -> None:
    case = booking()
    case.start()
    case.do("a")
    case.ring("late")
    assert case.result.closed


def test_cancelling_undoes_what_was_done_inside_what_is_still_under_way() -> None:
    inner = '<startEvent id="is"/>' + PARTED + tasks("look") + '<endEvent id="ie"/>'
    inner += '<endEvent id="off"><cancelEventDefinition/></endEvent>'
    part = (
        '<startEvent id="ns"/>' + tasks("a", "b") + '<endEvent id="ne"/>' + flows("ns > a > b > ne") + undone("a", "b")
    )
    inner += f'<subProcess id="part">{part}</subProcess>' + flows("is > p > part > ie", "p > look > off")
    body = START + f'<transaction id="deal">{inner}</transaction>' + tasks("sorry") + END
    body += boundary("cancelled", "deal", "<cancelEventDefinition/>") + flows(
        "s > deal > done", "cancelled > sorry > done"
    )
    case = Played(folder(body))
    case.start()
    case.do("a")
    case.do("look")
    assert case.open == ["undo_a"]
    case.do("undo_a")
    assert case.open == ["sorry"]


def test_an_undoing_that_a_cancellation_interrupts_is_begun_anew() -> None:
    inner = '<startEvent id="is"/>' + PARTED + tasks("a", "b", "look", "x") + undone("a", "b") + throw()
    inner += '<endEvent id="ie"/><endEvent id="off"><cancelEventDefinition/></endEvent>'
    inner += flows("is > p > a > b > t > x > ie", "p > look > off")
    body = START + f'<transaction id="deal">{inner}</transaction>' + tasks("sorry") + END
    body += boundary("cancelled", "deal", "<cancelEventDefinition/>") + flows(
        "s > deal > done", "cancelled > sorry > done"
    )
    case = Played(folder(body))
    case.start()
    for task in ("a", "b", "undo_b"):
        case.do(task)
    assert sorted(case.open) == ["look", "undo_a"]
    case.do("look")
    assert case.open == ["undo_a"]
    case.do("undo_a")
    assert case.open == ["sorry"]


def test_a_cancellation_goes_on_with_what_a_handler_had_begun_to_undo() -> None:
    handler = (
        f'<startEvent id="hs" isInterrupting="false">{message("news")}</startEvent>' + throw() + '<endEvent id="he"/>'
    )
    inner = '<startEvent id="is"/>' + tasks("a", "b", "look") + undone("a", "b") + '<endEvent id="off">'
    inner += "<cancelEventDefinition/></endEvent>" + flows("is > a > b > look > off")
    inner += f'<subProcess id="h" triggeredByEvent="true">{handler}{flows("hs > t > he")}</subProcess>'
    body = START + f'<transaction id="deal">{inner}</transaction>' + tasks("sorry") + END
    body += boundary("cancelled", "deal", "<cancelEventDefinition/>")
    case = Played(folder(body + flows("s > deal > done", "cancelled > sorry > done"), messages=["news"]))
    case.start()
    for task in ("a", "b"):
        case.do(task)
    case.get("news")
    case.do("undo_b")
    assert sorted(case.open) == ["look", "undo_a"]
    case.do("look")
    case.do("undo_a")
    assert case.open == ["sorry"]


def test_the_state_holds_only_what_can_still_be_undone() -> None:
    body = START + tasks("a", "b", "after") + undone("a") + throw() + END
    case = Played(folder(body + flows("s > b > a > t > after > done")))
    case.start()
    case.do("b")
    assert b'"u"' not in case.result.state
    case.do("a")
    assert b'"u"' in case.result.state
    case.do("undo_a")
    assert b'"u"' not in case.result.state


def test_an_error_inside_an_undoing_is_caught_inside_it_or_refused() -> None:
    inner = '<startEvent id="us"/>' + f'<endEvent id="ue">{ERROR}</endEvent>' + flows("us > ue")
    body = START + tasks("a", "after") + undone("a") + throw() + END
    body = body.replace(*as_undoing("subProcess", "undo_a", inner))
    with pytest.raises(BundleError, match="nothing catches the error"):
        Played(folder(body + flows("s > a > t > after > done")))


def test_runs_do_not_change_the_shared_definition() -> None:
    case = booking()
    before = case.definition.fingerprint
    case.start()
    case.do("a")
    case.do("look", stop=True)
    case.do("undo_a")
    case.do("sorry")
    assert (case.result.closed, case.definition.fingerprint) == (True, before)
    assert runner.look(case.definition, case.result.state).closed
