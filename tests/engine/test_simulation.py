"""A drawing is tried out to its end without a case; the report tells the way, what was supplied and what was missed."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.simulation import Simulation, simulate
from tests.engine.drawing import boundary, drawing, flow, flows, message, tasks, timer
from tests.engine.exporting import TOOLS, export
from tests.engine.test_lint import BROKEN, CHOICE, END, JOIN, OK, SPLIT, START
from tests.engine.test_standin import DIAGRAMS, MIWG

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"


def tried(body: str, messages: tuple[str, ...] = ()) -> Simulation:
    (found,) = simulate(drawing(body, messages=messages), file="x.bpmn")
    return found


def test_a_walk_tells_what_was_supplied_and_where_it_led() -> None:
    body = START + CHOICE + tasks("a", "b") + END + flows("s > g > a > e", "b > e") + flow("g", "b", "a.x = 1")
    found = tried(body)
    (walk,) = found.walks
    assert [(move.kind, move.element, move.to) for move in walk.moves] == [
        ("start", "s", ("s", "g", "a")),
        ("complete", "a", ("e",)),
    ]
    assert (walk.ended, walk.outcome, found.ended, found.missed) == (True, "e", True, ())
    assert "supplied: which flow is taken is chosen" in {added.message for added in found.additions}


def test_every_start_is_brought_to_an_end() -> None:
    start = '<startEvent id="other"><messageEventDefinition messageRef="news"/></startEvent>'
    found = tried(OK + start + flow("other", "a"), ("news",))
    assert [(walk.start, walk.ended) for walk in found.walks] == [("s", True), ("other", True)]


def test_messages_timers_and_borders_are_come_to() -> None:
    wait = f'<intermediateCatchEvent id="w">{message("news")}</intermediateCatchEvent>'
    late = boundary("late", "a", timer("timeDuration", "P3D"), interrupting=False)
    body = START + tasks("a", "b") + wait + late + END + flows("s > a > w > e", "late > b > e")
    found = tried(body, ("news",))
    assert (found.ended, found.missed) == (True, ())
    assert {move.kind for move in found.walks[0].moves} == {"start", "complete", "message"}


def test_a_loop_is_left_and_a_join_waits_for_all() -> None:
    body = START + SPLIT + JOIN + '<exclusiveGateway id="g" default="g_to_e"/><exclusiveGateway id="m"/>'
    body += tasks("a", "b") + END + flows("s > m > p > a > j", "p > b > j > g > e") + flow("g", "m", "true")
    assert tried(body).ended


def test_an_activity_that_would_wait_for_tokens_that_nobody_draws_begins_with_one() -> None:
    found = tried(OK.replace('id="a"', 'id="a" startQuantity="2" completionQuantity="2"'))
    assert found.ended
    assert "supplied: begins with one token and ends with one" in {added.message for added in found.additions}


def test_a_join_behind_a_choice_is_said_to_stand_still() -> None:
    body = START + CHOICE + JOIN + tasks("a", "b") + END + flows("s > g > a > j > e", "g > b > j")
    (walk,) = tried(body).walks
    assert not walk.ended
    assert walk.problem in (f"the join j has tokens from {one} and waits for {other}" for one, other in ("ab", "ba"))


def test_a_process_of_the_file_is_called_and_one_that_is_not_is_done_by_hand() -> None:
    calls = '<callActivity id="here" calledElement="part"/><callActivity id="gone" calledElement="gone"/>'
    part = f'<process id="part">{START}{tasks("inner")}{END}{flows("s > inner > e")}</process>'
    data = drawing(START + calls + END + flows("s > here > gone > e"))
    found = simulate(data.replace(b"</definitions>", part.encode() + b"</definitions>"), file="x")
    assert [(one.process, one.ended) for one in found] == [("example", True), ("part", True)]
    assert [move.element for move in found[0].walks[0].moves] == ["s", "here/inner", "gone"]


def test_processes_that_call_each_other_in_a_circle_end() -> None:
    one, two = (
        f'<process id="{id}">{START}<callActivity id="c" calledElement="{other}"/>{END}{flows("s > c > e")}</process>'
        for id, other in (("one", "two"), ("two", "one"))
    )
    data = drawing(OK).replace(b"</definitions>", f"{one}{two}</definitions>".encode())
    assert all(found.ended for found in simulate(data, file="x"))


@pytest.mark.parametrize("mark", ["#", "/", "{", " ", "\\", "[0]", "&quot;", "."])
def test_ids_may_be_of_any_letters(mark: str) -> None:
    inner = f'<subProcess id="{mark}sub">{tasks(f"{mark}a")}</subProcess>'
    data = drawing(START + inner + END + flows(f"s > {mark}sub > e"))
    (found,) = simulate(data.replace(b'id="example"', f'id="ex{mark}"'.encode()), file="x")
    assert (found.ended, found.missed) == (True, ())


def test_what_no_stand_in_answers_is_refused_and_not_run() -> None:
    found = tried(BROKEN["not-read"])
    assert ({finding.rule for finding in found.refused}, found.walks, found.ended) == ({"not-read"}, (), False)


ENDLESS = {"not-read", "choice-into-join", "join-behind-itself", "unreachable"}


@pytest.mark.parametrize("rule", sorted(set(BROKEN) - ENDLESS))
def test_every_drawing_that_a_rule_speaks_of_ends(rule: str) -> None:
    assert tried(BROKEN[rule]).ended


@pytest.mark.parametrize("tool", TOOLS)
def test_the_drawing_of_every_tool_ends_and_nothing_is_missed(tool: str) -> None:
    for found in simulate(export(tool), file=tool):
        assert (found.ended, found.missed) == (True, ())


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*/*.bpmn")), ids=lambda path: path.stem)
def test_our_own_processes_end_and_nothing_is_missed(path: Path) -> None:
    (found,) = simulate(path.read_bytes(), file=path.name)
    assert (found.ended, found.missed) == (True, ())


@pytest.mark.parametrize("name", DIAGRAMS)
def test_every_process_of_a_reference_diagram_ends(name: str) -> None:
    if not MIWG.is_dir():
        pytest.skip("no reference diagrams beside the project (../shared/miwg)")
    for found in simulate((MIWG / f"{name}.bpmn").read_bytes(), file=name):
        assert (found.ended, found.missed) == (True, ())


@pytest.mark.parametrize("seed", range(6))
def test_a_drawing_put_together_by_chance_ends_in_words(seed: int) -> None:
    chance = random.Random(seed)
    kinds = [
        "startEvent", "endEvent", "task", "userTask", "serviceTask", "scriptTask", "sendTask", "receiveTask",
        "businessRuleTask", "callActivity", "subProcess", "adHocSubProcess", "transaction", "exclusiveGateway",
        "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway", "intermediateCatchEvent",
        "intermediateThrowEvent", "boundaryEvent",
    ]  # fmt: skip
    events = ["", "message", "timer", "signal", "error", "escalation", "link", "conditional", "compensate", "terminate"]
    for _ in range(8):
        names = [f"n{n}" for n in range(chance.randint(1, 14))]
        body = ""
        for name in names:
            kind, event = chance.choice(kinds), chance.choice(events)
            inner = f"<{event}EventDefinition/>" if event and kind.endswith("Event") else ""
            inner += "<multiInstanceLoopCharacteristics/>" if chance.random() < 0.1 else ""
            on = f' attachedToRef="{chance.choice(names)}"' if kind == "boundaryEvent" else ""
            own = tasks(f"{name}_in") if kind in ("subProcess", "adHocSubProcess") and chance.random() < 0.7 else ""
            odd = ' triggeredByEvent="true"' if kind == "subProcess" and chance.random() < 0.3 else ""
            body += f'<{kind} id="{name}"{on}{odd}>{inner}{own}</{kind}>'
        for number in range(chance.randint(0, 2 * len(names))):
            condition = chance.choice(["", "", "when it rains", "1 = 1"])
            body += flow(chance.choice(names), chance.choice(names), condition, f"f{number}")
        with suppress(EngineError):
            for found in simulate(drawing(body), file="x"):
                assert found.refused or all(walk.ended or walk.problem for walk in found.walks)
