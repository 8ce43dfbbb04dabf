"""A definition is checked against everything that its diagram names."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import definition
from engine.bundle import Bundle
from engine.errors import BundleError
from tests.engine.drawing import boundary, drawing, flow, flows, folder, message, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
OK = START + tasks("a", "b") + END + flows("s > a > b > e")


def findings(bundle: Bundle, *parts: Bundle) -> dict[str, str]:
    return {f.rule: f.message for f in definition.check(bundle, {part.process: part for part in parts})[1]}


def test_a_definition_lists_what_people_see() -> None:
    labels = "[elements.a]\nsv = 'A sv'\nen = 'A en'\n"
    built = definition.build(folder(OK, files={"labels.toml": labels}), {})
    element = built.elements["a"]
    assert (element.names, element.role, element.form, element.order) == (
        {"fi": "a", "sv": "A sv", "en": "A en"}, "officer", "a", 1,
    )  # fmt: skip
    assert (built.main_ends, built.coverage_elements["example"]) == (("e",), ("s", "a", "b", "e"))


def test_the_same_content_is_built_once() -> None:
    assert definition.build(folder(OK), {}) is definition.build(folder(OK), {})


def test_elements_of_a_part_are_prefixed_with_their_call() -> None:
    part = folder(OK, "helper", kind="part")
    body = START + '<callActivity id="help" calledElement="helper"/>' + END + flows("s > help > e")
    built = definition.build(folder(body), {"helper": part})
    assert built.elements["help/a"].process == "helper"
    assert set(built.coverage_elements) == {"example", "helper"}


def without(bundle: Bundle, path: str) -> Bundle:
    from engine import bundle as bundles
    from tests.engine.drawing import _zip

    return bundles.inspect(_zip({name: data for name, data in bundle.files.items() if name != path}))


def test_a_missing_form_is_found() -> None:
    assert "forms/a.json" in findings(without(folder(OK), "forms/a.json"))["form-missing"]


def test_a_message_without_a_form_is_found() -> None:
    body = OK + boundary("m", "a", message("news")) + flows("m > e")
    assert "forms/news.json" in findings(without(folder(body, messages=["news"]), "forms/news.json"))["form-missing"]


def test_a_lane_without_a_role_is_found() -> None:
    bundle = folder(OK, files={"example.bpmn": drawing(OK).replace(b'id="office"', b'id="attic"')})
    assert "attic" in findings(bundle)["lane-role"]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (
            OK.replace('<userTask id="b" name="b"/>', '<businessRuleTask id="b" asiavirta:decision="d"/>'),
            "decision-unknown",
        ),
        (
            OK.replace(
                '<userTask id="b" name="b"/>', '<sendTask id="b" asiavirta:letter="l" asiavirta:to="customer"/>'
            ),
            "letter-unknown",
        ),
        (
            OK.replace('<userTask id="b" name="b"/>', '<sendTask id="b" asiavirta:letter="l" asiavirta:to="x"/>'),
            "party-unknown",
        ),
        (OK.replace('<userTask id="b" name="b"/>', '<callActivity id="b" calledElement="p"/>'), "part-unknown"),
        (OK + boundary("t", "a", timer("timeDate", 'deadline("none")')) + flows("t > e"), "name-unknown"),
        (
            OK.replace(
                '<userTask id="b" name="b"/>', '<scriptTask id="b"><script>x = parameter("none")</script></scriptTask>'
            ),
            "name-unknown",
        ),
        (
            OK.replace(
                '<userTask id="b" name="b"/>', '<scriptTask id="b"><script>x = exec("os")</script></scriptTask>'
            ),
            "name-unknown",
        ),
        (
            OK.replace(
                '<userTask id="b" name="b"/>', '<scriptTask id="b"><script>x = nowhere.set</script></scriptTask>'
            ),
            "path-unset",
        ),
        (
            OK.replace('<userTask id="b" name="b"/>', '<scriptTask id="b"><script>x = a.nothing</script></scriptTask>'),
            "path-unset",
        ),
    ],
)
def test_what_the_diagram_names_must_exist(body: str, rule: str) -> None:
    assert rule in findings(folder(body))


def test_what_reads_an_answer_of_a_table_reads_one_that_it_has() -> None:
    table = (Path(__file__).parents[2] / "workflows/training_participation/interruption_ground.dmn").read_bytes()
    decided = '<businessRuleTask id="b" asiavirta:decision="interruption_ground"/>'
    files = {"interruption_ground.dmn": table}
    for answer, wrong in (("ground", False), ("grounds", True)):
        script = f'<scriptTask id="c"><script>x = interruption_ground.{answer}</script></scriptTask>'
        body = START + decided + script + END + flows("s > b > c > e")
        assert ("path-unset" in findings(folder(body, files=files))) == wrong


def test_a_part_gets_exactly_its_declared_inputs() -> None:
    part = folder(OK, "helper", kind="part", manifest='[inputs]\nneeded = "string"\n')
    given = '<extensionElements><asiavirta:in name="other" value="1"/></extensionElements>'
    call = f'<callActivity id="b" calledElement="helper">{given}</callActivity>'
    with pytest.raises(BundleError) as caught:
        definition.build(folder(OK.replace('<userTask id="b" name="b"/>', call)), {"helper": part})
    assert [finding.rule for finding in caught.value.findings] == ["part-input", "part-input"]


def test_a_part_that_starts_only_with_a_message_cannot_be_called() -> None:
    start = f'<startEvent id="s">{message("news")}</startEvent>'
    part = folder(OK.replace(START, start), "helper", kind="part", messages=["news"])
    body = START + '<callActivity id="help" calledElement="helper"/>' + END + flows("s > help > e")
    assert "part-start" in findings(folder(body), part)


def test_an_error_that_nobody_catches_is_refused() -> None:
    body = OK.replace('<endEvent id="e"/>', '<endEvent id="e"><errorEventDefinition errorRef="fault"/></endEvent>')
    with pytest.raises(BundleError, match="nothing catches the error 'fault'"):
        definition.build(folder(body), {})


def test_an_error_that_a_part_throws_is_its_callers_to_catch() -> None:
    body = OK.replace('<endEvent id="e"/>', '<endEvent id="e"><errorEventDefinition errorRef="fault"/></endEvent>')
    part = folder(body, "helper", kind="part")
    assert "error-uncaught" not in findings(part)
    caller = folder(START + '<callActivity id="help" calledElement="helper"/>' + END + flows("s > help > e"))
    with pytest.raises(BundleError, match="nothing catches the error"):
        definition.build(caller, {"helper": part})


def test_the_diagram_carries_the_folders_id() -> None:
    bundle = folder(OK, files={"example.bpmn": drawing(OK, "other")})
    assert "expected the folder's id 'example'" in findings(bundle)["process-id"]


def test_errors_block_building_and_warnings_do_not() -> None:
    body = START + tasks("a") + '<exclusiveGateway id="g"/>' + END + flows("s > a > g") + flow("g", "e", "a.note = 1")
    assert [finding.rule for finding in definition.build(folder(body), {}).warnings] == ["no-default"]
    with pytest.raises(BundleError):
        definition.build(folder(START + tasks("a", "b") + flows("s > a")), {})


def dated(name: str, *lines: str, anchor: str = "case.arrived_on") -> str:
    """A deadline of the folder, with lines of its own."""
    own = "\n".join(lines)
    return f"""[{name}]
kind = "agreed"
binds = "customer"
anchor = '{anchor}'
unit = "days"
roll = "forward"
statute = "HL 33 §"
{own}
rows = [{{from = 2025-01-01, length = 7}}]

"""


@pytest.mark.parametrize(
    ("deadlines", "unused"),
    [
        (dated("reply"), True),
        (dated("reply", 'shown_on = ["b"]'), False),
        (dated("reply", 'stops_at = ["b"]'), False),
        (dated("reply", 'renews_at = ["b"]'), False),
        (dated("reply") + dated("other", 'shown_on = ["b"]', anchor='deadline("reply").due'), False),
        (dated("reply") + dated("reply_2", 'shown_on = ["b"]'), True),
        (dated("a"), False),  # the element of its name shows it
    ],
)
def test_a_deadline_that_nothing_shows_or_reads_is_found(deadlines: str, unused: bool) -> None:
    assert ("deadline-unused" in findings(folder(OK, files={"deadlines.toml": deadlines}))) == unused


def of_plans(deadlines: str) -> list[str]:
    """What is found about the plans of a folder with these deadlines."""
    found = definition.check(folder(OK, files={"deadlines.toml": deadlines}), {})[1]
    return [str(each.message) for each in found if each.rule == "deadline-plan"]


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ({"a": 'plan = "make"', "b": 'plan = "renew"\nrenews_at = ["b"]'}, []),
        ({"a": 'plan = "make"'}, ["a has plan = 'make', but no deadline has plan = 'renew'"]),
        ({"b": 'plan = "renew"\nrenews_at = ["b"]'}, ["b has plan = 'renew', but no deadline has plan = 'make'"]),
        (
            {"a": 'plan = "make"', "b": 'plan = "renew"'},
            ["b: renews_at must name the step that renews the plan"],
        ),
    ],
)
def test_a_plan_has_both_its_days_and_the_step_that_renews_it(lines: dict[str, str], wrong: list[str]) -> None:
    deadlines = "".join(dated(name, line) for name, line in lines.items()).replace('"customer"', '"authority"')
    assert of_plans(deadlines) == wrong


def test_a_plan_binds_the_authority() -> None:
    told = "a: a plan is made and renewed by the authority, so it binds the authority"
    assert told in of_plans(dated("a", 'plan = "make"'))
