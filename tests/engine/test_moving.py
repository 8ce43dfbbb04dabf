"""A running case moves to another version of its process, or says why it cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from engine import bundle as bundles
from engine import definition, runner
from engine.bundle import Bundle
from engine.errors import MappingError, StepError
from engine.moving.verdict import EFFECTS, REASONS, Move
from tests.engine.drawing import Played, boundary, flow, flows, folder, form, message, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'


def drawn(body: str, *chains: str, **more: Any) -> Bundle:
    return folder(START + body + END + flows(*chains), **more)


def started(old: Bundle, *parts: Bundle) -> Played:
    case = Played(old, *parts)
    case.start()
    return case


def move(
    case: Played, new: Bundle, *parts: Bundle, told: Mapping[str, str] | None = None, done: Collection[str] = ()
) -> Move:
    """Move a case; where nothing speaks against it, it goes on in the new version."""
    target = definition.build(new, {part.process: part for part in parts} or case.bundles)
    found = runner.migrate(case.definition, target, case.result.state, case.situation(), told=told or {}, done=done)
    assert {reason.code for reason in found.reasons} <= set(REASONS)
    assert {effect.code for effect in found.effects} <= set(EFFECTS)
    if found.result is not None:
        case.definition, case.result = target, found.result
    return found


def why(found: Move) -> list[tuple[str, str]]:
    return [(reason.code, reason.path) for reason in found.reasons]


def what(found: Move) -> list[tuple[str, str]]:
    return [(effect.code, effect.path) for effect in found.effects]


def ids(case: Played) -> dict[str, str]:
    return {step.path: step.id for step in case.result.steps}


TWO = drawn(tasks("a", "b"), "s > a > b > done")


def test_nothing_runs_and_the_open_step_keeps_its_id() -> None:
    case = started(TWO)
    before, state = ids(case), case.result.state
    found = move(case, drawn(tasks("a", "c", "b"), "s > a > c > b > done"))
    assert found.possible
    assert (ids(case), found.effects, found.scopes) == (before, (), {})
    assert runner.look(case.definition, state).steps == case.result.steps  # the old state is as it was


def test_steps_added_after_the_open_one_are_done_and_steps_removed_are_not() -> None:
    case = started(TWO)
    move(case, drawn(tasks("a", "c"), "s > a > c > done"))
    case.do("a")
    assert case.open == ["c"]


def test_steps_added_before_the_open_one_are_passed() -> None:
    case = started(TWO)
    assert move(case, drawn(tasks("z", "a", "b"), "s > z > a > b > done")).possible
    assert case.open == ["a"]


def test_a_case_cannot_lose_the_step_that_it_stands_on() -> None:
    case = started(TWO)
    assert why(move(case, drawn(tasks("b", "c"), "s > b > c > done"))) == [("element_lost", "a")]


def test_a_step_that_became_another_kind_of_step_is_refused() -> None:
    case = started(TWO)
    script = '<scriptTask id="a"><script>x = 1</script></scriptTask>' + tasks("b")
    assert why(move(case, drawn(script, "s > a > b > done"))) == [("element_kind", "a")]


def test_a_step_of_people_may_be_drawn_as_any_of_their_tasks() -> None:
    case = started(TWO)
    files = {"forms/a.json": '{"title": "a", "type": "object", "properties": {}}'}
    lane = '<laneSet><lane id="office"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    new = drawn(lane + '<manualTask id="a" name="a"/>' + tasks("b"), "s > a > b > done", files=files)
    assert move(case, new).possible


def test_a_renamed_step_is_found_by_its_name_and_keeps_id_answers_and_dates() -> None:
    case = started(TWO)
    case.do("a", note="kept")
    renamed = '<userTask id="ask" name="a"/><userTask id="decide" name="b"/>'
    found = move(case, drawn(renamed, "s > ask > decide > done"), done=["a"])
    assert what(found) == [("renamed", "decide"), ("form", "decide")]
    assert case.result.data["ask"]["note"] == "kept"


def test_a_renamed_step_that_cannot_be_guessed_is_told() -> None:
    new = drawn('<userTask id="x" name="Kysy"/><userTask id="y" name="Päätä"/>', "s > x > y > done")
    case = started(TWO)
    assert why(move(case, new)) == [("element_lost", "a")]
    assert move(case, new, told={"a": "x"}).possible
    assert case.open == ["x"]


@pytest.mark.parametrize("told", [{"nothing": "b"}, {"a": "nothing"}, {"part:a": "b"}])
def test_a_told_name_that_is_not_there_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(MappingError, match="has no element"):
        move(started(TWO), TWO, told=told)


def test_a_closed_case_does_not_move() -> None:
    case = started(drawn(tasks("a"), "s > a > done"))
    case.do("a")
    with pytest.raises(StepError):
        move(case, TWO)


def test_what_was_completed_must_be_there() -> None:
    case = started(TWO)
    case.do("a")
    new = drawn(tasks("b"), "s > b > done")
    assert why(move(case, new, done=["a"])) == [("completed_lost", "a")]


def test_what_was_completed_must_be_the_same_kind_of_step() -> None:
    case = started(TWO)
    case.do("a")
    script = '<scriptTask id="a"><script>x = 1</script></scriptTask>' + tasks("b")
    assert why(move(case, drawn(script, "s > a > b > done"), done=["a"])) == [("completed_kind", "a")]


def test_an_answer_that_the_new_form_would_read_as_nothing_is_refused() -> None:
    case = started(TWO)
    case.do("a", note="soon")
    new = drawn(tasks("a", "b"), "s > a > b > done", forms={"a": {"note": "date"}})
    assert why(move(case, new, done=["a"])) == [("data_type", "a.note")]


def test_an_answer_that_reads_as_the_new_type_too_goes_on() -> None:
    case = started(TWO)
    case.do("a", note="2026-03-04")
    assert move(case, drawn(tasks("a", "b"), "s > a > b > done", forms={"a": {"note": "date"}})).possible


def test_a_role_and_a_form_that_changed_are_told() -> None:
    case = started(TWO)
    body = '<userTask id="a" name="a" asiavirta:form="b"/>' + tasks("b")
    found = move(case, drawn(body, "s > a > b > done"))
    assert what(found) == [("form", "a")]


# timers


def timed(kind: str, text: str, host: str = "a", *, interrupting: bool = False) -> Bundle:
    event = boundary("late", host, timer(kind, text), interrupting=interrupting) + '<endEvent id="e"/>'
    return drawn(tasks("a", "b") + event, "s > a > b > done", "late > e")


@pytest.mark.parametrize("new", [("timeDuration", "P9D"), ("timeCycle", "R/P1D")])
@pytest.mark.parametrize("old", [("timeDuration", "P3D"), ("timeCycle", "R3/P3D"), ("timeDate", 'date("2026-03-05")')])
def test_a_running_timer_keeps_its_moment_whatever_the_new_version_counts(
    old: tuple[str, str], new: tuple[str, str]
) -> None:
    case = started(timed(*old))
    (before,) = case.result.alarms
    case.at = before.due_at.replace(day=before.due_at.day - 1)
    assert move(case, timed(*new)).effects == ()
    assert [(alarm.id, alarm.due_at) for alarm in case.result.alarms] == [(before.id, before.due_at)]


def test_a_cycle_goes_on_from_its_next_turn_in_the_new_rhythm() -> None:
    case = started(timed("timeCycle", "R3/P3D"))
    (before,) = case.result.alarms
    move(case, timed("timeCycle", "R4/P1D"))
    dues = []
    while case.result.alarms:
        dues.append((case.result.alarms[0].due_at - before.due_at).days)
        case.ring("late")
    assert dues == [0, 1, 2, 3]


def test_a_timer_that_waits_for_a_day_follows_the_new_day() -> None:
    case = started(timed("timeDuration", "P3D"))
    move(case, timed("timeDate", 'date("2026-05-01")'))
    assert case.result.alarms[0].due_at.isoformat() == "2026-04-30T21:00:00+00:00"


def test_an_event_added_to_the_open_step_begins_to_wait_now() -> None:
    case = started(TWO)
    case.at = case.at.replace(day=20)
    assert what(move(case, timed("timeDuration", "P3D"))) == [("armed", "late")]
    assert [(alarm.due_at - case.at).days for alarm in case.result.alarms] == [3]


def test_an_event_added_to_a_step_that_is_not_open_changes_nothing_yet() -> None:
    case = started(TWO)
    assert what(move(case, timed("timeDuration", "P3D", "b"))) == []
    case.do("a")
    assert len(case.result.alarms) == 1


def test_an_event_taken_from_the_open_step_ceases_to_wait() -> None:
    case = started(timed("timeDuration", "P3D"))
    assert what(move(case, TWO)) == [("disarmed", "late")]
    assert (case.open, case.result.alarms) == (["a"], ())


def test_an_event_that_has_happened_does_not_happen_again() -> None:
    case = started(timed("timeDuration", "P3D"))
    case.ring("late")
    assert what(move(case, timed("timeDuration", "P5D"))) == []
    assert case.result.alarms == ()


def test_an_event_of_another_kind_takes_the_place_of_the_old_one() -> None:
    case = started(timed("timeDuration", "P3D"))
    event = boundary("late", "a", message("news")) + '<endEvent id="e"/>'
    new = drawn(tasks("a", "b") + event, "s > a > b > done", "late > e", messages=["news"])
    assert what(move(case, new)) == [("disarmed", "late"), ("armed", "late")]
    assert ([wait.message for wait in case.result.waits], case.result.alarms) == (["news"], ())


# repetitions

LOOP = "<multiInstanceLoopCharacteristics {0} asiavirta:item=\"one\" asiavirta:collection='{1}'/>"


def many(items: str = '["x", "y", "z"]', flags: str = "") -> Bundle:
    task = f'<userTask id="a" name="a">{LOOP.format(flags, items)}</userTask>'
    return drawn(task + tasks("b"), "s > a > b > done")


@pytest.mark.parametrize(("flags", "open"), [("", ["a"] * 3), ('isSequential="true"', ["a"])])
def test_a_step_that_is_repeated_from_now_on_is_the_first_of_its_items(flags: str, open: list[str]) -> None:
    case = started(TWO)
    kept = case.result.steps[0].id
    assert what(move(case, many(flags=flags))) == [("repeated", "a")]
    assert (case.open, case.result.steps[0].id, case.result.steps[0].item) == (open, kept, "x")
    for _ in range(3):
        case.do("a", note="n")
    assert (case.open, len(case.result.data["a"])) == (["b"], 3)


def test_a_step_that_would_be_repeated_for_nothing_is_refused() -> None:
    assert why(move(started(TWO), many("[]"))) == [("no_items", "a")]


def test_a_repeated_step_keeps_its_items_whatever_the_new_version_would_repeat() -> None:
    case = started(many())
    case.do("a")
    new = many('["p"]', 'isSequential="true"')
    assert move(case, new).possible
    assert [step.item for step in case.result.steps] == ["y", "z"]
    case.do("a")
    case.do("a")
    assert case.open == ["b"]


def test_a_repeated_step_that_is_repeated_no_more_is_refused() -> None:
    assert why(move(started(many()), TWO)) == [("repetition", "a")]


def test_a_step_gets_a_loop_marker_and_goes_round() -> None:
    loop = '<standardLoopCharacteristics loopMaximum="2"><loopCondition>true</loopCondition>'
    new = drawn(
        f'<userTask id="a" name="a">{loop}</standardLoopCharacteristics></userTask>' + tasks("b"), "s > a > b > done"
    )
    case = started(TWO)
    assert what(move(case, new)) == [("repeated", "a")]
    case.do("a")
    assert case.open == ["a"]
    case.do("a")
    assert case.open == ["b"]


# gateways

FORK = '<parallelGateway id="p"/><parallelGateway id="j"/>'
SPLIT = drawn(FORK + tasks("a", "b", "after"), "s > p > a > j > after > done", "p > b > j")


def test_a_join_with_one_branch_done_waits_for_the_other() -> None:
    case = started(SPLIT)
    case.do("a")
    new = drawn(FORK + tasks("a", "b", "c", "after", "z"), "s > p > a > j > z > after > done", "p > b > c > j")
    assert move(case, new, done=["a"]).possible
    case.do("b")
    case.do("c")
    assert case.open == ["z"]


def test_a_step_drawn_between_a_done_branch_and_its_join_is_passed() -> None:
    case = started(SPLIT)
    case.do("a")
    new = drawn(FORK + tasks("a", "x", "b", "after"), "s > p > a > x > j > after > done", "p > b > j")
    assert move(case, new).possible
    case.do("b")
    assert case.open == ["after"]


def test_a_branch_that_was_never_begun_would_starve_the_join() -> None:
    case = started(SPLIT)
    new = drawn(FORK + tasks("a", "b", "c", "after"), "s > p > a > j > after > done", "p > b > j", "p > c > j")
    assert why(move(case, new)) == [("join_starved", "j")]
    early = started(
        drawn(tasks("q") + FORK + tasks("a", "b", "after"), "s > q > p > a > j > after > done", "p > b > j")
    )
    late = drawn(
        tasks("q", "c") + FORK + tasks("a", "b", "after"), "s > q > p > a > j > after > done", "p > b > j", "p > c > j"
    )
    assert move(early, late).possible


def test_a_branch_that_waits_and_is_gone_is_refused() -> None:
    case = started(SPLIT)
    case.do("a")
    new = drawn('<exclusiveGateway id="j"/>' + tasks("b", "after"), "s > b > j > after > done")
    assert ("element_kind", "j") in why(move(case, new))


def test_two_branches_that_became_a_choice_cannot_both_go_on() -> None:
    choice = '<exclusiveGateway id="p" default="p_to_b"/><exclusiveGateway id="j"/>'
    new = drawn(choice + tasks("a", "b", "after") + flow("p", "a", "1 = 1"), "s > p > b > j > after > done", "a > j")
    assert why(move(started(SPLIT), new)) == [("not_together", "a")]


def test_one_branch_of_a_choice_would_starve_a_join_that_takes_its_place() -> None:
    choice = '<exclusiveGateway id="p" default="p_to_b"/><exclusiveGateway id="j"/>'
    body = choice + tasks("a", "b", "after") + flow("p", "a", "1 = 1")
    case = started(drawn(body, "s > p > b > j > after > done", "a > j"))
    assert why(move(case, SPLIT)) == [("join_starved", "j")]


def test_an_inclusive_join_does_not_wait_for_a_branch_that_was_never_begun() -> None:
    def split(*names: str) -> Bundle:
        body = '<inclusiveGateway id="i"/><inclusiveGateway id="j"/>' + tasks(*names, "after")
        body += "".join(flow("i", name, "1 = 1") for name in names)
        return drawn(body, "s > i", "j > after > done", *(f"{name} > j" for name in names))

    case = started(split("a", "b"))
    case.do("a")
    assert move(case, split("a", "b", "c")).possible
    case.do("b")
    assert case.open == ["after"]


# events that race


def race(*timers: str, gateway: bool = True) -> Bundle:
    body = ('<eventBasedGateway id="g"/>' if gateway else "") + tasks("replied", *(["late"] if timers else []))
    body += f'<intermediateCatchEvent id="reply_came">{message("reply")}</intermediateCatchEvent>'
    for name in timers:
        body += f'<intermediateCatchEvent id="{name}">{timer("timeDuration", "P7D")}</intermediateCatchEvent>'
    first = "s > g > reply_came" if gateway else "s > reply_came"
    return drawn(
        body, f"{first} > replied > done", *(f"g > {name} > late > done" for name in timers), messages=["reply"]
    )


def test_an_event_added_to_a_race_races_too() -> None:
    case = started(race("week"))
    assert what(move(case, race("week", "month"))) == [("armed", "month")]
    case.get("reply")
    assert (case.open, case.result.alarms) == (["replied"], ())


def test_an_event_taken_from_a_race_leaves_the_others() -> None:
    case = started(race("week", "month"))
    assert what(move(case, race("week"))) == [("disarmed", "month")]
    case.ring("week")
    assert (case.open, case.result.waits) == (["late"], ())


def test_a_wait_that_gets_a_time_limit_races_with_it_from_now_on() -> None:
    case = started(race(gateway=False))
    assert what(move(case, race("week"))) == [("armed", "week")]
    case.ring("week")
    assert (case.open, case.result.waits) == (["late"], ())


def test_a_race_of_one_event_goes_on_as_a_plain_wait() -> None:
    case = started(race("week"))
    new = race(gateway=False)
    assert what(move(case, new)) == [("disarmed", "week")]
    case.get("reply")
    assert case.open == ["replied"]


def test_a_wait_for_a_message_that_waits_for_time_now_is_refused() -> None:
    case = started(race(gateway=False))
    body = (
        tasks("replied")
        + f'<intermediateCatchEvent id="reply_came">{timer("timeDuration", "P1D")}</intermediateCatchEvent>'
    )
    assert why(move(case, drawn(body, "s > reply_came > replied > done"))) == [("event_kind", "reply_came")]


# sub-processes


def framed(inner: str, *chains: str, event: str = "", flags: str = "", rest: str = "sub > b > done") -> Bundle:
    body = f'<subProcess id="sub"{flags}><startEvent id="is"/>{inner}<endEvent id="ie"/>{flows(*chains)}</subProcess>'
    return drawn(body + tasks("b") + event, "s > sub", rest, messages=["news"])


def test_a_step_is_framed_by_a_sub_process_whose_events_wait_from_now_on() -> None:
    case = started(TWO)
    event = boundary("stop", "sub", message("news")) + '<endEvent id="stopped"/>' + flows("stop > stopped")
    kept = ids(case)
    found = move(case, framed(tasks("a"), "is > a > ie", event=event))
    assert what(found) == [("entered", "sub"), ("armed", "stop")]
    assert ids(case) == kept
    case.do("a")
    assert (case.open, case.result.waits) == (["b"], ())


def test_two_parallel_steps_are_framed_together_with_their_fork() -> None:
    case = started(SPLIT)
    inner = FORK + tasks("a", "after") + '<userTask id="b" name="b"/>'
    new = drawn(
        f'<subProcess id="sub"><startEvent id="is"/>{inner}<endEvent id="ie"/>'
        + flows("is > p > a > j > after > ie", "p > b > j")
        + "</subProcess>",
        "s > sub > done",
    )
    case.do("a")
    assert move(case, new).possible
    case.do("b")
    case.do("after")
    assert case.result.closed


def test_two_parallel_steps_are_not_framed_without_their_fork() -> None:
    sub = '<subProcess id="sub"><startEvent id="is"/><exclusiveGateway id="x" default="x_to_a"/>' + tasks("a", "b")
    sub += '<endEvent id="ie"/>' + flow("x", "b", "1 = 2") + flows("is > x > a > ie", "b > ie") + "</subProcess>"
    new = drawn(sub + tasks("after"), "s > sub > after > done")
    assert why(move(started(SPLIT), new)) == [("not_together", "a")]


def test_a_frame_that_is_gone_leaves_its_step_where_it_was() -> None:
    event = boundary("late", "sub", timer("timeDuration", "P9D")) + '<endEvent id="e"/>' + flows("late > e")
    case = started(framed(tasks("a"), "is > a > ie", event=event))
    kept = ids(case)
    found = move(case, TWO)
    assert what(found) == [("disarmed", "late"), ("left", "sub")]
    assert ids(case) == kept
    case.do("a")
    case.do("b")
    assert case.result.closed


def test_an_event_moved_from_a_step_to_the_frame_around_it_keeps_its_moment() -> None:
    case = started(timed("timeDuration", "P3D", interrupting=True))
    event = boundary("late", "sub", timer("timeDuration", "P9D")) + '<endEvent id="e"/>' + flows("late > e")
    due = case.result.alarms[0].due_at
    assert what(move(case, framed(tasks("a"), "is > a > ie", event=event))) == [("entered", "sub")]
    assert [alarm.due_at for alarm in case.result.alarms] == [due]
    case.ring("late")
    assert case.result.closed


def test_a_step_in_a_sub_process_keeps_its_place_when_that_changes_around_it() -> None:
    case = started(framed(tasks("a"), "is > a > ie"))
    assert move(case, framed(tasks("z", "a", "c"), "is > z > a > c > ie")).possible
    case.do("a")
    assert case.open == ["c"]


def test_a_step_of_a_repeated_sub_process_cannot_leave_it() -> None:
    def repeated(inner: str, outer: str, *chains: str) -> Bundle:
        loop = "<multiInstanceLoopCharacteristics asiavirta:collection='[1, 2]'/>"
        frame = f'<subProcess id="sub">{loop}<startEvent id="is"/>{tasks(inner)}<endEvent id="ie"/>'
        return drawn(frame + flows(f"is > {inner} > ie") + "</subProcess>" + tasks(outer), *chains)

    case = started(repeated("a", "b", "s > sub > b > done"))
    found = move(case, repeated("b", "a", "s > sub > a > done"))
    assert why(found) == [("element_moved", "a")]


def handler(event: str, interrupting: str = "false", id: str = "h") -> str:
    start = f'<startEvent id="{id}_start" isInterrupting="{interrupting}">{event}</startEvent>'
    body = start + tasks(f"{id}_work") + f'<endEvent id="{id}_end"/>' + flows(f"{id}_start > {id}_work > {id}_end")
    return f'<subProcess id="{id}" triggeredByEvent="true">{body}</subProcess>'


def test_an_event_sub_process_added_to_a_level_listens_from_now_on() -> None:
    case = started(TWO)
    new = drawn(tasks("a", "b") + handler(message("news")), "s > a > b > done", messages=["news"])
    assert what(move(case, new)) == [("armed", "h_start")]
    case.get("news")
    assert case.open == ["a", "h_work"]


def test_an_event_sub_process_that_listens_may_go_but_not_one_that_runs() -> None:
    listening = drawn(tasks("a", "b") + handler(message("news")), "s > a > b > done", messages=["news"])
    case = started(listening)
    assert what(move(case, TWO)) == [("disarmed", "h_start")]
    case = started(listening)
    case.get("news")
    assert why(move(case, TWO)) == [("element_lost", "h")]


def test_nothing_begins_to_listen_where_an_event_has_interrupted_all_else() -> None:
    def with_(*handlers: str) -> Bundle:
        return drawn(tasks("a", "b") + "".join(handlers), "s > a > b > done", messages=["news", "more"])

    case = started(with_(handler(message("news"), "true")))
    case.get("news")
    found = move(case, with_(handler(message("news"), "true"), handler(message("more"), id="m")))
    assert (found.effects, case.result.waits) == ((), ())


# ad-hoc sub-processes


def support(inner: str, attributes: str = "", *chains: str) -> Bundle:
    frame = f'<adHocSubProcess id="support" {attributes}>{inner}{flows(*chains)}</adHocSubProcess>'
    return drawn(frame + tasks("after"), "s > support > after > done", messages=["news"])


NEWS = f'<intermediateCatchEvent id="heard">{message("news")}</intermediateCatchEvent>' + tasks("note")


def test_what_may_be_chosen_and_what_may_happen_follows_the_new_version() -> None:
    case = started(support(tasks("visit", "call")))
    case.pick("visit")
    kept = ids(case)
    new = support(tasks("visit", "letter") + NEWS, "", "heard > note")
    assert what(move(case, new)) == [("armed", "heard")]
    assert (ids(case), case.offers) == (kept, ["visit", "letter"])
    case.get("news")
    assert case.open == ["support", "visit", "note"]


def test_nothing_more_may_happen_where_people_have_said_that_it_is_enough() -> None:
    case = started(support(tasks("visit"), 'cancelRemainingInstances="false"'))
    case.pick("visit")
    case.do("support")
    new = support(tasks("visit") + NEWS, 'cancelRemainingInstances="false"', "heard > note")
    assert what(move(case, new)) == []
    assert case.open == ["visit"]
    case.do("visit")
    assert case.open == ["after"]


def test_a_step_that_waits_for_its_turn_keeps_it_and_is_refused_where_there_are_no_turns() -> None:
    split = tasks("visit", "report", "bill") + '<parallelGateway id="p"/>'
    chains = ("visit > p > report", "p > bill")
    case = started(support(split, 'ordering="Sequential"', *chains))
    case.pick("visit")
    case.do("visit")
    assert why(move(case, support(split, "", *chains))) == [("element_kind", "bill")]
    assert move(case, support(split + tasks("more"), 'ordering="Sequential"', *chains)).possible
    case.do("report")
    assert case.open == ["support", "bill"]


# called parts


def part(body: str, *chains: str, process: str = "hearing", **more: Any) -> Bundle:
    return folder(START + body + END + flows(*chains), process=process, kind="part", **more)


def calling(id: str = "hear", called: str = "hearing") -> Bundle:
    return drawn(
        f'<callActivity id="{id}" name="Kuule" calledElement="{called}"/>' + tasks("b"), f"s > {id} > b > done"
    )


def test_a_case_takes_the_new_version_of_the_part_that_it_is_in() -> None:
    case = started(calling(), part(tasks("listen"), "s > listen > done"))
    assert move(case, calling(), part(tasks("listen", "note"), "s > listen > note > done")).possible
    case.do("hear/listen")
    assert case.open == ["hear/note"]


def test_a_case_is_not_moved_out_of_the_part_that_it_is_in() -> None:
    case = started(calling(), part(tasks("listen"), "s > listen > done"))
    other = part(tasks("listen"), "s > listen > done", process="interview")
    assert why(move(case, calling(called="interview"), other)) == [("called_other", "hear")]
    assert why(move(case, calling(), part(tasks("note"), "s > note > done"))) == [("element_lost", "hear/listen")]


def test_a_renamed_call_takes_its_scope_along() -> None:
    old = part(tasks("listen", "note"), "s > listen > note > done")
    case = started(calling(), old)
    case.do("hear/listen", note="x")
    found = move(case, calling("hearing_call"), old, done=["hear/listen"])
    assert (found.scopes, case.open) == ({"hear": "hearing_call"}, ["hearing_call/note"])
    case.do("hearing_call/note")
    assert ("hearing_call" in case.result.data, case.open) == (True, ["b"])


def test_an_element_of_a_part_is_told_with_the_part() -> None:
    case = started(calling(), part(tasks("listen"), "s > listen > done"))
    new = part('<userTask id="x" name="Puhu"/>', "s > x > done")
    assert move(case, calling(), new, told={"hearing:listen": "x"}).possible
    assert case.open == ["hear/x"]


# several moves, and the people of a case


def test_moving_there_and_back_gives_the_same_state() -> None:
    case = started(timed("timeCycle", "R3/P3D"))
    before = case.result.state
    event = boundary("late", "a", timer("timeCycle", "R3/P3D"), interrupting=False) + '<endEvent id="e"/>'
    assert move(case, drawn(tasks("a", "c", "b") + event, "s > a > c > b > done", "late > e")).possible
    assert move(case, timed("timeCycle", "R3/P3D")).possible
    assert case.result.state == before


def test_a_party_whose_role_is_gone_is_refused() -> None:
    case = Played(TWO, case={"parties": {"customer": {}, "helper": {}}})
    case.start()
    assert why(move(case, TWO)) == [("party_lost", "helper")]


UNDONE = boundary("b", "a", "<compensateEventDefinition/>") + '<association id="as" sourceRef="b" targetRef="u"/>'
UNDOING = '<userTask id="u" isForCompensation="true"/><intermediateThrowEvent id="t"><compensateEventDefinition/>'
UNDOING += "</intermediateThrowEvent>"


def undoable(*more: str) -> Bundle:
    return drawn(tasks("a", "c", *more) + UNDONE + UNDOING, " > ".join(["s", "a", "c", *more, "t", "done"]))


def test_what_can_be_undone_can_be_undone_after_a_move() -> None:
    case = started(undoable())
    case.do("a")
    assert move(case, undoable("d")).possible
    case.do("c")
    case.do("d")
    assert case.open == ["u"]


def test_what_the_new_version_could_not_undo_stays() -> None:
    case = started(undoable())
    case.do("a")
    assert why(move(case, drawn(tasks("a", "c"), "s > a > c > done"))) == [("undo_lost", "a")]


def test_a_frame_that_remembers_what_to_undo_cannot_go() -> None:
    inner, ways = tasks("a", "c") + UNDONE + UNDOING, "a > c > t"
    framed_in = f'<subProcess id="sub"><startEvent id="is"/>{inner}<endEvent id="ie"/>{flows(f"is > {ways} > ie")}'
    case = started(drawn(framed_in + "</subProcess>", "s > sub > done"))
    case.do("a")
    assert ("undo_lost", "sub") in why(move(case, drawn(inner, f"s > {ways} > done")))


def test_a_case_is_not_moved_while_it_undoes() -> None:
    case = started(undoable())
    case.do("a")
    case.do("c")
    assert ("undoing", "") in why(move(case, undoable("d")))


# calls to outside systems, and conditions


def asking(service: str = "register", id: str = "ask", *more: str) -> Bundle:
    call = f'<serviceTask id="{id}" name="Kysy" asiavirta:service="{service}"/>'
    files = {f"forms/{id}.json": form(found="yes_no")}
    return drawn(call + tasks("b", *more), " > ".join(["s", id, *more, "b", "done"]), files=files)


def test_a_call_that_waits_for_its_answer_waits_on() -> None:
    case = started(asking())
    (job,) = case.result.jobs
    found = move(case, asking("register", "inquire", "c"))
    assert (what(found), found.calls, case.result.jobs) == ([("renamed", "inquire")], {job.id: "inquire"}, ())
    case.result = runner.finish_job(case.definition, case.result.state, case.situation(), job.id, {"found": True})
    assert (case.open, case.result.data["inquire"]["found"]) == (["c"], True)


def test_the_answer_of_one_service_is_not_taken_for_anothers() -> None:
    assert why(move(started(asking()), asking("other"))) == [("called_other", "ask")]


def test_a_condition_that_is_true_already_is_asked_after_the_move_not_by_it() -> None:
    case = started(TWO)
    when = "<conditionalEventDefinition><condition>1 = 1</condition></conditionalEventDefinition>"
    event = boundary("sure", "a", when, interrupting=False) + tasks("c") + '<endEvent id="e"/>'
    new = drawn(tasks("a", "b") + event, "s > a > b > done", "sure > c > e")
    found = move(case, new)
    assert [(effect.code, effect.facts) for effect in found.effects] == [("armed", {"event": "conditional"})]
    assert case.open == ["a"]
    case.result = runner.refresh(case.definition, case.result.state, case.situation())
    assert case.open == ["a", "c"]


# what one drawn element stands for


def several(*events: str, more: str = "") -> Bundle:
    event = boundary("late", "a", "".join(events), interrupting=False) + '<endEvent id="e"/>'
    return drawn(tasks("a", "b") + event + more, "s > a > b > done", "late > e", messages=["news", "more"])


def test_of_several_events_on_one_border_each_waits_on_as_it_did() -> None:
    case = started(several(timer("timeDuration", "P3D"), message("news")))
    before = case.result.alarms, case.result.waits
    assert what(move(case, several(timer("timeDuration", "P9D"), message("news")))) == []
    assert (case.result.alarms, case.result.waits) == before
    assert what(move(case, several(timer("timeDuration", "P9D")))) == [("disarmed", "late")]
    assert (case.result.alarms, case.result.waits) == (before[0], ())
    assert what(move(case, several(timer("timeDuration", "P9D"), message("more")))) == [("armed", "late")]


def gated(*names: str) -> Bundle:
    body = '<parallelGateway id="p"/><endEvent id="rest"/>' + tasks(*names, "after") + flow("g", "rest", "")
    body += '<complexGateway id="g"><activationCondition>activationCount &gt;= 2</activationCondition></complexGateway>'
    body += flow("g", "after", "waitingForStart")
    return drawn(body, "s > p", "after > done", *(f"p > {name} > g" for name in names))


def test_a_complex_gateway_waits_on_for_as_many_as_it_asks() -> None:
    case = started(gated("a", "b", "c"))
    case.do("c")
    assert move(case, gated("a", "b", "c", "d")).possible
    case.do("a")
    assert sorted(case.open) == ["after", "b"]


def test_tokens_that_gather_before_a_step_gather_on() -> None:
    def gathering(number: int, *more: str) -> Bundle:
        quantity = f' startQuantity="{number}"' if number > 1 else ""
        body = (
            tasks("a", "b", *more)
            + f'<parallelGateway id="p"/><exclusiveGateway id="m"/><userTask id="both"{quantity}/>'
        )
        return drawn(body, "s > p > a > m > " + " > ".join([*more, "both", "done"]), "p > b > m")

    case = started(gathering(2))
    case.do("a")
    assert case.open == ["b"]
    assert why(move(case, gathering(1))) == [("element_kind", "both")]
    assert move(case, gathering(2, "c")).possible
    case.do("b")
    case.do("c")
    assert case.open == ["both"]


# what was never asked


def deciding(*names: str, reads: str = "") -> Bundle:
    choice = '<exclusiveGateway id="x" default="x_to_done"/><endEvent id="other"/>'
    body = tasks(*names) + choice + flow("x", "other", reads or "1 = 2")
    return drawn(body, " > ".join(["s", *names, "x", "done"]))


def test_what_a_step_behind_the_case_would_have_asked_is_told() -> None:
    case = started(deciding("a", "b"))
    case.do("a")
    found = move(case, deciding("a", "new", "b", reads='new.note = "x"'))
    assert [(e.code, e.path, e.facts) for e in found.effects] == [("never_asked", "x", {"what": "new.note"})]


def test_what_is_still_to_be_asked_is_not_told() -> None:
    case = started(deciding("a", "b"))
    assert move(case, deciding("a", "new", "b", reads='new.note = "x"')).effects == ()


def test_a_new_field_of_a_form_that_was_answered_is_told() -> None:
    case = started(deciding("a", "b"))
    case.do("a", note="n")
    new = deciding("a", "b", reads="a.sum > 3").files
    more = folder("", forms={"a": {"note": "text", "sum": "number"}}, messages=["a"]).files["forms/a.json"]
    found = move(case, bundles.read(bundles.pack({**new, "forms/a.json": more})))
    assert [(e.path, e.facts) for e in found.effects] == [("x", {"what": "a.sum"})]
