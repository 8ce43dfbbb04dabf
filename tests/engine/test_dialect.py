"""Files of other tools are read as ours where they mean the same, and never lead to a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine import definition, lint
from engine.dialect import duration, expression
from engine.drawing import read
from engine.normalise import normalise
from tests.engine.drawing import Played, drawing, flow, flows, folder, tasks, timer
from tests.engine.exporting import export

MIWG = Path(__file__).resolve().parents[2] / ".." / "shared" / "miwg"
NAMESPACES = (
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" xmlns:other="urn:other"'
)
START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'


def foreign(body: str) -> bytes:
    return drawing(body).replace(b"<definitions ", f"<definitions {NAMESPACES} ".encode())


def task(attributes: str = "", inner: str = "", tag: str = "userTask") -> bytes:
    extensions = f"<extensionElements>{inner}</extensionElements>" if inner else ""
    return foreign(START + f'<{tag} id="a" {attributes}>{extensions}</{tag}>' + END + flows("s > a > e"))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("${approved}", "approved"),
        ("${a.sum >= 10 && b == 'x'}", 'a.sum >= 10 and b = "x"'),
        ("#{!done || a != b}", "not(done) or a != b"),
        ('=status = "x"', 'status = "x"'),
        ("${execution.getVariable('a')", "${execution.getVariable('a')"),
        ("a = 1", "a = 1"),
        ("${a.b eq 'x' and c ge 3}", 'a.b = "x" and c >= 3'),
        ("${not empty reply && empty refusal}", "reply != null and refusal = null"),
        ("${a == 'eq && b'}", 'a = "eq && b"'),
    ],
)
def test_conditions_of_other_engines_are_read_as_feel(theirs: str, ours: str) -> None:
    assert expression(theirs) == ours


def test_a_timer_in_quotes_is_the_duration_inside() -> None:
    assert [duration(text) for text in ('"P3D"', "'R3/P1D'", "P3D", "${due}")] == ["P3D", "R3/P1D", "P3D", "due"]


@pytest.mark.parametrize(
    "data",
    [
        task('camunda:formKey="embedded:app:forms/apply.html"'),
        task('camunda:formRef="apply"'),
        task(inner='<zeebe:formDefinition formId="apply"/>'),
        task(
            inner='<spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" '
            'value="apply-schema.json"/></spiffworkflow:properties>'
        ),
    ],
)
def test_a_form_is_found_whatever_tool_names_it(data: bytes) -> None:
    diagram, rewrites = normalise(read(data, file="x.bpmn"))
    assert (diagram.nodes["a"].attributes["form"], diagram.foreign, len(rewrites)) == ("apply", (), 1)


def test_a_decision_is_found_whatever_tool_names_it() -> None:
    tag = "businessRuleTask"
    for data in (
        task('camunda:decisionRef="grant"', tag=tag),
        task(inner='<zeebe:calledDecision decisionId="grant"/>'),
    ):
        assert read(data, file="x").nodes["a"].attributes["decision"] == "grant"


def test_a_group_of_candidates_is_the_lane_of_a_task_that_lies_in_none() -> None:
    data = task('camunda:candidateGroups="accountants"', tag="task")
    assert read(data, file="x").nodes["a"].lane == "accountants"


@pytest.mark.parametrize("groups", ['camunda:candidateGroups="a, b"', 'camunda:candidateGroups="${who}"'])
def test_several_groups_or_computed_ones_are_no_lane(groups: str) -> None:
    rewrites, findings = lint.check(task(groups), "x")
    assert any("draw the task in the lane of its role" in rewrite.message for rewrite in rewrites)
    assert {finding.rule for finding in findings} == set()
    assert read(task(groups, tag="task"), file="x").nodes["a"].lane == ""


def test_a_list_with_one_group_is_a_lane() -> None:
    data = task(inner='<zeebe:assignmentDefinition candidateGroups="=[&quot;case officers&quot;]"/>', tag="task")
    assert read(data, file="x").nodes["a"].lane == "case_officers"


@pytest.mark.parametrize(
    "inner",
    [
        '<camunda:in source="sum" target="amount"/>',
        '<camunda:in sourceExpression="${sum}" target="amount"/>',
        '<camunda:inputOutput><camunda:inputParameter name="amount">${sum}</camunda:inputParameter>'
        "</camunda:inputOutput>",
        '<zeebe:ioMapping><zeebe:input source="=sum" target="amount"/></zeebe:ioMapping>',
    ],
)
def test_what_a_call_hands_in_is_read_whatever_tool_says_it(inner: str) -> None:
    diagram = read(task('calledElement="part"', inner, "callActivity"), file="x")
    assert (diagram.nodes["a"].inputs, diagram.foreign) == ((("amount", "sum"),), ())


def test_our_own_inputs_win() -> None:
    inner = '<asiavirta:in name="a" value="1"/><camunda:in source="sum" target="amount"/>'
    assert read(task('calledElement="p"', inner, "callActivity"), file="x").nodes["a"].inputs == (("a", "1"),)


def test_a_script_of_zeebe_is_a_line_of_ours() -> None:
    data = task(inner='<zeebe:script expression="=a + 1" resultVariable="b"/>', tag="scriptTask")
    assert read(data, file="x").nodes["a"].script == "b = a + 1"
    assert [f for f in lint.check(data, "x")[1] if f.severity == "error"] == []


def test_how_another_engine_runs_a_task_is_passed_over_in_silence() -> None:
    data = task('camunda:asyncBefore="true" camunda:exclusive="false"', inner="<zeebe:userTask/>")
    assert lint.check(data, "x") == ((), ())


@pytest.mark.parametrize("tool", ["bizagi", "signavio", "trisotech", "adonis", "bpmn_io"])
def test_notes_of_a_drawing_tool_are_passed_over_in_silence(tool: str) -> None:
    assert "foreign-attributes" not in {finding.rule for finding in lint.check(export(tool), tool)[1]}


@pytest.mark.parametrize("tool", ["camunda_7", "camunda_8", "flowable"])
def test_what_an_engine_reads_is_read_or_told_with_the_reason(tool: str) -> None:
    rewrites, findings = lint.check(export(tool), tool)
    assert [finding.message for finding in findings if finding.severity == "error"] == []
    assert len([rewrite for rewrite in rewrites if "no effect:" in rewrite.message or "read as" in rewrite.message]) > 3


def test_a_label_is_told_where_a_condition_is_missing() -> None:
    findings = lint.check(export("bpmn_io"), "x")[1]
    assert any("(the label 'kyllä' is for readers)" in finding.message for finding in findings)


def test_what_means_nothing_here_is_told_with_the_reason() -> None:
    told = {rewrite.message for rewrite in lint.check(task('camunda:dueDate="P3D" camunda:assignee="x"'), "x")[0]}
    assert len(told) == 2
    assert all("has no effect" in message for message in told)


@pytest.mark.parametrize(("shown_on", "told"), [("[]", ["due-date"]), ('["a"]', [])])
def test_a_due_date_that_names_a_deadline_is_told_where_that_is_not_shown(shown_on: str, told: list[str]) -> None:
    camunda = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:dueDate="${reply}"'
    texts = "".join(f'{key} = {{fi = "a", sv = "b", en = "c"}}\n' for key in ("name", "event"))
    rule = f'[reply]\n{texts}kind = "target"\nanchor = "today"\nunit = "days"\nroll = "target"\nstatute = "x 1 §"\n'
    rule += f"shown_on = {shown_on}\n[[reply.rows]]\nfrom = 2025-01-01\nlength = 3\n"
    body = START + tasks("a").replace('id="a"', f'id="a" {camunda}') + END + flows("s > a > e")
    bundle = folder(body, files={"deadlines.toml": rule})
    assert [f.rule for f in definition.check(bundle, {})[1] if f.rule == "due-date"] == told


def test_foreign_extensions_are_warned_of() -> None:
    findings = lint.check(task('other:colour="red"', inner="<other:thing/>"), "x.bpmn")[1]
    assert [(f.rule, f.severity, f.element) for f in findings] == [("foreign-attributes", "warning", "a")] * 2


def test_conditions_and_timers_of_another_tool_run() -> None:
    body = START + tasks("ask", "yes") + '<exclusiveGateway id="g" default="g_to_e"/>' + END
    body += f'<intermediateCatchEvent id="t">{timer("timeDuration", "&quot;P3D&quot;")}</intermediateCatchEvent>'
    body += flow("g", "t", "${ask.fine == true}") + flows("s > ask > g > e", "t > yes > e")
    case = Played(folder(body, forms={"ask": {"fine": "yes_no"}}))
    case.start()
    case.do("ask", fine=True)
    assert case.ring("t").steps[0].path == "yes"


def test_of_several_pools_the_one_marked_executable_is_meant() -> None:
    pool = f'<process id="other" isExecutable="false">{START}{END}{flows("s > e")}</process>'
    data = drawing(START + tasks("a") + END + flows("s > a > e")).replace(
        b"</definitions>", pool.encode() + b"</definitions>"
    )
    rewrites, findings = lint.check(data, "x.bpmn")
    assert ([rewrite.element for rewrite in rewrites], findings) == (["other"], ())


# What each reference diagram of the BPMN Model Interchange Working Group is refused for; nothing else is wrong with it.
REFUSED = {
    "A.1.0": set(),
    "A.2.0": {"condition-missing"},
    "A.3.0": {"no-elements", "message-name"},
    "A.4.0": set(),
    "B.1.0": {"event-kind", "timer", "service", "no-elements", "condition-missing"},
    "C.1.0": {"service"},
    "C.4.0": {"event-kind", "service", "condition-missing", "message-name", "standard-loop"},
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_reference_diagram_is_read_and_refused_at_its_elements(name: str) -> None:
    if not MIWG.is_dir() and os.environ.get("CI") != "true":
        pytest.skip("no reference diagrams beside the project (../shared/miwg)")
    rewrites, findings = lint.check((MIWG / f"{name}.bpmn").read_bytes(), f"{name}.bpmn")
    errors = [finding for finding in findings if finding.severity == "error"]
    assert {finding.rule for finding in errors} == REFUSED[name]
    assert all(finding.element and finding.line for finding in errors)
    assert all(rewrite.element and rewrite.message for rewrite in rewrites)


@pytest.mark.parametrize(
    ("attributes", "inner", "name"),
    [
        ('camunda:type="external" camunda:topic="address-register"', "", "address_register"),
        ("", '<zeebe:taskDefinition type="io.camunda:http"/>', "io_camunda_http"),
        ("", '<spiffworkflow:serviceTaskOperator id="http/GetRequest"/>', "http_getrequest"),
    ],
)
def test_the_services_of_other_tools_are_ours(attributes: str, inner: str, name: str) -> None:
    node = read(task(attributes, inner, "serviceTask"), file="x.bpmn").nodes["a"]
    assert node.attributes["service"] == name
