"""What modelling tools draw becomes what the engine runs, and every rewrite is told."""

from __future__ import annotations

from engine import lint
from engine.drawing import read
from engine.normalise import normalise
from tests.engine.drawing import Played, drawing, flow, flows, folder, tasks

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def rewritten(body: str) -> dict[str, str]:
    return {rewrite.element: rewrite.message for rewrite in lint.check(drawing(body), "x.bpmn")[0]}


def test_plain_and_manual_tasks_are_tasks_for_people() -> None:
    body = START + '<task id="a"/><manualTask id="b"/>' + END + flows("s > a > b > e")
    assert set(rewritten(body)) == {"a", "b"}


def test_a_link_is_a_flow() -> None:
    body = START + '<intermediateThrowEvent id="out"><linkEventDefinition name="L"/></intermediateThrowEvent>'
    body += (
        '<intermediateCatchEvent id="back"><linkEventDefinition name="L"/></intermediateCatchEvent>' + tasks("a") + END
    )
    body += flows("s > out", "back > a > e")
    assert "link 'L'" in rewritten(body)["out"]
    case = Played(folder(body))
    case.start()
    assert case.open == ["a"]


def test_missing_ends_and_starts_are_added() -> None:
    assert "end event a_end" in rewritten(START + tasks("a") + flows("s > a"))["a"]
    assert "started here" in rewritten(tasks("a") + END + flows("a > e"))["a"]
    case = Played(folder(tasks("a")))
    case.start()
    assert case.do("a").outcome == "a_end"


def test_several_flows_from_a_task_split_it() -> None:
    body = START + tasks("a", "b", "c") + END + flows("s > a > b > e", "a > c > e")
    assert "parallel" in rewritten(body)["a"]
    case = Played(folder(body))
    case.start()
    case.do("a")
    assert case.open == ["b", "c"]


def test_conditions_after_a_task_go_to_a_gateway_that_keeps_the_default() -> None:
    body = START + tasks("b", "c") + '<userTask id="a" default="a_to_c"/>' + END
    body += flows("s > a > c > e", "b > e") + flow("a", "b", "a.note = 1")
    diagram, rewrites = normalise(read(drawing(body), file="x.bpmn"))
    assert diagram.nodes["a:split"].default == "a_to_c"
    assert "inclusive" in rewrites[0].message


def test_a_drawing_that_is_not_executable_is_checked_as_if_it_were() -> None:
    data = drawing(START + tasks("a") + END + flows("s > a > e")).replace(
        b'isExecutable="true"', b'isExecutable="false"'
    )
    assert lint.check(data, "x.bpmn")[0][0].element == "example"
