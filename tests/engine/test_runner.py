"""A case moves through its diagram: gateways, sub-processes, events, and what is refused."""

from __future__ import annotations

import pytest

from engine import runner
from engine.errors import EngineError, LimitError, StepError
from tests.engine.drawing import Played, boundary, flow, flows, folder, message, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'


def test_a_case_goes_from_task_to_task_and_closes_with_the_last_end_as_outcome() -> None:
    case = Played(folder(START + tasks("first", "second") + END + flows("s > first > second > done")))
    assert [step.role for step in case.start().opened] == ["officer"]
    result = case.do("first", note="x")
    assert (case.open, result.data["first"]["note"]) == (["second"], "x")
    result = case.do("second")
    assert (result.closed, result.outcome, result.steps) == (True, "done", ())


def test_completing_a_task_twice_is_refused() -> None:
    case = Played(folder(START + tasks("first", "second") + END + flows("s > first > second > done")))
    step = case.start().steps[0]
    case.do("first")
    with pytest.raises(StepError):
        runner.complete(case.definition, case.result.state, case.situation(), step.id, {})


@pytest.mark.parametrize("id", ["", "x", "-1", "999", "²"])
def test_an_unknown_step_wait_or_alarm_is_refused(id: str) -> None:
    case = Played(folder(START + tasks("first") + END + flows("s > first > done")))
    state = case.start().state
    with pytest.raises(StepError):
        runner.complete(case.definition, state, case.situation(), id, {})
    with pytest.raises(StepError):
        runner.deliver(case.definition, state, case.situation(), id, {})
    with pytest.raises(StepError):
        runner.fire(case.definition, state, case.situation(), id)


def choice(default: str = "") -> Played:
    body = (
        START
        + tasks("ask", "yes", "no")
        + f'<exclusiveGateway id="which"{default}/><endEvent id="e1"/><endEvent id="e2"/>'
    )
    body += flows("s > ask > which", "yes > e1", "no > e2")
    body += flow("which", "yes", "ask.fine = true") + flow("which", "no", "" if default else "ask.fine = false")
    return Played(folder(body, forms={"ask": {"fine": "yes_no"}}))


def test_an_exclusive_gateway_takes_the_true_flow_or_the_default() -> None:
    case = choice(' default="which_to_no"')
    case.start()
    assert (case.do("ask", fine=True), case.open)[1] == ["yes"]
    case.start()
    assert (case.do("ask", fine=False), case.open)[1] == ["no"]


def test_no_true_condition_and_no_default_is_an_error_and_changes_nothing() -> None:
    case = choice()
    case.start()
    with pytest.raises(EngineError, match="which: no condition is true"):
        case.do("ask", fine=None)
    assert case.open == ["ask"]


def test_a_condition_that_is_not_boolean_is_an_error() -> None:
    body = START + tasks("a") + '<exclusiveGateway id="x" default="x_to_done"/><endEvent id="e2"/>' + END
    case = Played(folder(body + flows("s > a > x > done") + flow("x", "e2", "a.note")))
    case.start()
    with pytest.raises(EngineError, match="expected true or false"):
        case.do("a", note="text")


def test_a_parallel_join_waits_for_every_branch() -> None:
    body = START + tasks("a", "b", "after") + '<parallelGateway id="p"/><parallelGateway id="j"/>' + END
    case = Played(folder(body + flows("s > p > a > j > after > done", "p > b > j")))
    case.start()
    assert case.open == ["a", "b"]
    case.do("b")
    assert case.open == ["a"]
    case.do("a")
    assert case.open == ["after"]


def loop_with_join() -> Played:
    body = START + tasks("a", "b", "review") + '<parallelGateway id="p"/><parallelGateway id="j"/>'
    body += '<exclusiveGateway id="again" default="again_to_done"/>' + END
    body += '<exclusiveGateway id="m"/>' + flow("again", "m", "review.more = true")
    body += flows("s > m > p > a > j > review > again > done", "p > b > j")
    return Played(folder(body, forms={"review": {"more": "yes_no"}}))


def test_a_join_inside_a_loop_waits_for_every_branch_in_every_round() -> None:
    case = loop_with_join()
    case.start()
    for first, second in [("a", "b"), ("b", "a"), ("a", "b")]:
        case.do(first)
        assert case.open == [second]
        case.do(second)
        assert case.open == ["review"]
        case.do("review", more=True)
    assert sorted(case.open) == ["a", "b"]


def test_two_tokens_on_one_flow_of_a_join_are_both_kept() -> None:
    body = (
        START
        + tasks("a", "b", "after")
        + '<parallelGateway id="p"/><parallelGateway id="j"/><exclusiveGateway id="m"/>'
    )
    body += '<parallelGateway id="q"/>' + END
    body += (
        flows("s > p > q", "q > a > m > j > after > done", "p > b > j") + flow("q", "m") + flow("p", "a", id="extra")
    )
    case = Played(folder(body))
    case.start()
    case.do("b")
    assert case.open.count("after") == 1
    case.do("a")
    case.do("a")
    case.do("after")
    assert not case.result.closed  # the two other tokens on m > j wait: nothing was swallowed


def inclusive() -> Played:
    body = (
        START
        + tasks("ask", "a", "b", "after")
        + '<inclusiveGateway id="i" default="i_to_b"/><inclusiveGateway id="j"/>'
        + END
    )
    body += flows("s > ask > i", "a > j > after > done", "b > j") + flow("i", "a", "ask.a = true") + flow("i", "b")
    return Played(folder(body, forms={"ask": {"a": "yes_no", "b": "yes_no"}}))


def test_an_inclusive_join_waits_only_for_branches_that_were_taken() -> None:
    case = inclusive()
    case.start()
    case.do("ask", a=True)
    assert case.open == ["a"]
    case.do("a")
    assert case.open == ["after"]


def test_an_inclusive_join_waits_for_every_branch_that_was_taken() -> None:
    body = START + tasks("a", "b", "after") + '<inclusiveGateway id="i"/><inclusiveGateway id="j"/>' + END
    body += flows("s > i", "a > j > after > done", "b > j") + flow("i", "a", "1 = 1") + flow("i", "b", "2 = 2")
    case = Played(folder(body))
    case.start()
    case.do("a")
    assert case.open == ["b"]
    case.do("b")
    assert case.open == ["after"]


def test_an_inclusive_join_does_not_wait_for_an_event_on_a_border_as_for_a_token() -> None:
    body = START + tasks("a", "b", "after") + '<parallelGateway id="p"/><inclusiveGateway id="j"/>' + END
    body += boundary("late", "b", timer("timeDuration", "P1D"))
    case = Played(folder(body + flows("s > p > a > j > after > done", "p > b > a", "late > j")))
    case.start()
    case.do("a")
    assert case.open == ["b", "after"]  # whoever stands at b could come along a's flow too, which has a token already


def test_an_inclusive_join_waits_for_a_token_that_it_has_just_let_through_and_that_may_come_back() -> None:
    script = '<scriptTask id="{}"><script>v = 1</script></scriptTask>'
    body = START + script.format("a") + script.format("b") + tasks("t") + '<parallelGateway id="p"/>' + END
    body += '<exclusiveGateway id="m"/><inclusiveGateway id="j"/><exclusiveGateway id="x" default="x_to_done"/>'
    body += flows("s > p > a > m > j > t > x > done", "p > b > m") + flow("x", "j", "t.more = true")
    case = Played(folder(body, forms={"t": {"more": "yes_no"}}))
    case.start()
    assert case.open == ["t"]
    case.do("t", more=True)
    assert case.open == ["t"]  # both together now
    case.do("t", more=False)
    assert case.result.closed


def test_conditions_on_flows_that_leave_a_task_are_looked_at() -> None:
    body = START + tasks("ask", "a", "b") + END + flows("s > ask", "a > done", "b > done")
    body += flow("ask", "a", "ask.a = true") + flow("ask", "b", "ask.b = true")
    case = Played(folder(body, forms={"ask": {"a": "yes_no", "b": "yes_no"}}))
    case.start()
    case.do("ask", a=False, b=True)
    assert case.open == ["b"]
    case.start()
    case.do("ask", a=True, b=True)
    assert case.open == ["a", "b"]


def test_a_script_sets_names_that_later_lines_and_conditions_read() -> None:
    body = (
        START + tasks("a", "b") + '<scriptTask id="x"><script>n = a.count * 2\nbig = n > 5</script></scriptTask>' + END
    )
    case = Played(folder(body + flows("s > a > x > b > done"), forms={"a": {"count": "integer"}}))
    case.start()
    data = case.do("a", count=3).data
    assert (data["n"], data["big"]) == ("6", True)


def test_a_sub_process_shares_its_parents_data_and_ends_when_nothing_is_left_inside() -> None:
    inner = '<startEvent id="is"/><parallelGateway id="p"/>' + tasks("a", "b") + '<endEvent id="ie"/>'
    inner += flows("is > p > a > ie", "p > b > ie")
    body = START + f'<subProcess id="sub">{inner}</subProcess>' + tasks("after") + END
    case = Played(folder(body + flows("s > sub > after > done")))
    case.start()
    case.do("a", note="x")
    assert case.open == ["b"]
    case.do("b")
    assert (case.open, case.result.data["a"]["note"], case.result.outcome) == (["after"], "x", None)


def test_terminate_ends_everything_at_its_level() -> None:
    body = START + tasks("a", "b") + '<parallelGateway id="p"/>' + END
    body += '<endEvent id="stop"><terminateEventDefinition/></endEvent>'
    case = Played(folder(body + flows("s > p > a > stop", "p > b > done")))
    case.start()
    withdrawn = next(step.id for step in case.result.steps if step.path == "b")
    result = case.do("a")
    assert (result.closed, result.outcome, result.withdrawn) == (True, "stop", (withdrawn,))


def test_terminate_inside_a_sub_process_ends_only_that() -> None:
    inner = '<startEvent id="is"/><parallelGateway id="p"/>' + tasks("a", "b") + '<endEvent id="ie"/>'
    inner += '<endEvent id="stop"><terminateEventDefinition/></endEvent>' + flows("is > p > a > stop", "p > b > ie")
    body = (
        START + f'<parallelGateway id="q"/><subProcess id="sub">{inner}</subProcess>' + tasks("beside", "after") + END
    )
    case = Played(folder(body + flows("s > q > sub > after > done", "q > beside > done")))
    case.start()
    case.do("a")
    assert sorted(case.open) == ["after", "beside"]


def fault(ref: str = "fault") -> Played:
    inner = '<startEvent id="is"/><parallelGateway id="p"/>' + tasks("a", "b") + '<endEvent id="ie"/>'
    inner += '<endEvent id="bad"><errorEventDefinition errorRef="fault"/></endEvent>' + flows(
        "is > p > a > bad", "p > b > ie"
    )
    body = START + f'<subProcess id="sub">{inner}</subProcess>' + tasks("repair") + END
    body += boundary("caught", "sub", f'<errorEventDefinition errorRef="{ref}"/>' if ref else "<errorEventDefinition/>")
    return Played(folder(body + flows("s > sub > done", "caught > repair > done")))


@pytest.mark.parametrize("ref", ["fault", ""])
def test_an_error_ends_the_sub_process_and_goes_on_from_its_border(ref: str) -> None:
    case = fault(ref)
    case.start()
    assert (case.do("a").withdrawn != (), case.open) == (True, ["repair"])


def test_an_escalation_does_not_end_the_sub_process() -> None:
    inner = '<startEvent id="is"/>' + tasks("a", "b") + '<endEvent id="ie"/>'
    inner += (
        '<intermediateThrowEvent id="up"><escalationEventDefinition escalationRef="rise"/></intermediateThrowEvent>'
    )
    body = START + f'<subProcess id="sub">{inner}{flows("is > a > up > b > ie")}</subProcess>' + tasks("boss") + END
    body += boundary("told", "sub", '<escalationEventDefinition escalationRef="rise"/>', interrupting=False)
    case = Played(folder(body + flows("s > sub > done", "told > boss > done")))
    case.start()
    case.do("a")
    assert sorted(case.open) == ["b", "boss"]


def test_a_signal_reaches_whoever_waits_in_the_case() -> None:
    body = (
        START
        + tasks("a", "b")
        + '<parallelGateway id="p"/>'
        + END
        + '<endEvent id="e2"><signalEventDefinition signalRef="ring"/></endEvent>'
    )
    body += '<intermediateCatchEvent id="heard"><signalEventDefinition signalRef="ring"/></intermediateCatchEvent>'
    case = Played(folder(body + flows("s > p > heard > b > done", "p > a > e2")))
    case.start()
    case.do("a")
    assert case.open == ["b"]


def waiting(interrupting: bool) -> Played:
    body = START + tasks("work", "note") + END
    body += boundary("told", "work", message("news"), interrupting=interrupting)
    return Played(folder(body + flows("s > work > done", "told > note > done"), messages=["news"]))


def test_an_interrupting_message_withdraws_its_task() -> None:
    case = waiting(True)
    case.start()
    result = case.get("news", note="n")
    assert (case.open, len(result.withdrawn), result.data["news"]["note"], result.waits) == (["note"], 1, "n", ())


def test_a_non_interrupting_message_may_come_again() -> None:
    case = waiting(False)
    case.start()
    case.get("news")
    case.get("news")
    assert case.open == ["work", "note", "note"]
    case.do("work")
    assert (case.result.waits, case.open) == ((), ["note", "note"])


def test_one_message_completes_exactly_one_wait() -> None:
    catch = '<intermediateCatchEvent id="{}"><messageEventDefinition messageRef="news"/></intermediateCatchEvent>'
    body = START + '<parallelGateway id="p"/>' + catch.format("one") + catch.format("two") + tasks("a", "b") + END
    case = Played(folder(body + flows("s > p > one > a > done", "p > two > b > done"), messages=["news"]))
    case.start()
    case.get("news")
    assert (case.open, len(case.result.waits)) == (["a"], 1)


def race() -> Played:
    catch = '<intermediateCatchEvent id="{}">{}</intermediateCatchEvent>'
    body = START + '<eventBasedGateway id="g"/>' + catch.format("came", message("news"))
    body += catch.format("soon", timer("timeDuration", "PT1H")) + catch.format("late", timer("timeDuration", "P1D"))
    body += tasks("a", "b", "c") + END
    body += flows("s > g > came > a > done", "g > soon > b > done", "g > late > c > done")
    return Played(folder(body, messages=["news"]))


def test_the_first_event_behind_an_event_gateway_ends_the_others() -> None:
    case = race()
    assert len(case.start().alarms) == 2
    case.ring("soon")
    assert (case.open, case.result.alarms, case.result.waits) == (["b"], (), ())
    case.start()
    case.get("news")
    assert (case.open, case.result.alarms) == (["a"], ())


def test_of_two_timers_behind_an_event_gateway_the_later_one_can_be_the_one_that_fires() -> None:
    case = race()
    case.start()
    case.ring("late")
    assert (case.open, case.result.alarms, case.result.waits) == (["c"], (), ())


def test_a_case_starts_with_the_message_of_a_start_event() -> None:
    body = f'<startEvent id="s">{message("application")}</startEvent>' + tasks("a") + END
    case = Played(folder(body + flows("s > a > done"), messages=["application"]))
    result = case.start("application", note="hello")
    assert (result.data["application"]["note"], result.visited) == ("hello", ("s", "a"))
    with pytest.raises(StepError):
        case.start()


def test_answers_carry_when_they_happened_in_finnish_time() -> None:
    case = Played(folder(START + tasks("a", "b") + END + flows("s > a > b > done")))
    case.start()
    answer = case.do("a").data["a"]
    assert (answer["at"], answer["on"]) == ("2026-03-02T10:00:00+02:00", "2026-03-02")


def test_an_automatic_loop_without_end_is_stopped() -> None:
    body = (
        START
        + '<scriptTask id="x"><script>n = 1</script></scriptTask><exclusiveGateway id="g" default="g_to_x"/>'
        + END
    )
    case = Played(folder(body + flows("s > x > g > x") + flow("g", "done", "n = 2")))
    with pytest.raises(LimitError):
        case.start()


def test_a_task_may_loop_back_to_itself_without_a_gateway() -> None:
    body = (
        START
        + tasks("a", "b")
        + END
        + flows("s > a > b")
        + flow("b", "a", "b.again = true")
        + flow("b", "done", "b.again = false")
    )
    case = Played(folder(body, forms={"b": {"again": "yes_no"}}))
    case.start()
    for _ in range(5):
        case.do("a")
        case.do("b", again=True)
    assert case.open == ["a"]


def test_an_interrupting_timer_that_flows_back_to_its_own_task_leaves_one_task() -> None:
    body = START + tasks("work") + END + boundary("late", "work", timer("timeDuration", "P1D"))
    case = Played(folder(body + flows("s > work > done", "late > work")))
    case.start()
    for _ in range(4):
        case.ring("late")
        assert (case.open, len(case.result.alarms)) == (["work"], 1)


def test_cancelling_withdraws_everything_without_an_outcome() -> None:
    case = Played(folder(START + tasks("a") + END + flows("s > a > done")))
    state = case.start().state
    result = runner.cancel(case.definition, state, case.situation())
    assert (result.closed, result.outcome, result.steps, len(result.withdrawn)) == (True, None, (), 1)
    with pytest.raises(StepError):
        runner.cancel(case.definition, result.state, case.situation())


def test_looking_at_a_state_tells_what_is_open_without_running_it() -> None:
    case = waiting(False)
    state = case.start().state
    seen = runner.look(case.definition, state)
    assert (seen.steps, seen.waits, seen.closed) == (case.result.steps, case.result.waits, False)


def test_runs_do_not_change_the_shared_definition() -> None:
    case = loop_with_join()
    before = case.definition.fingerprint
    case.start()
    for path in ("a", "b"):
        case.do(path)
    case.do("review", more=False)
    assert (case.result.closed, case.definition.fingerprint) == (True, before)
