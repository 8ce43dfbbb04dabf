"""Decision tables: hit policies, requirements, findings and the rules that explain a result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from engine import decision
from engine.errors import DecisionError, LimitError, XmlError

D = Decimal
DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(body: str) -> bytes:
    return f'<definitions xmlns="{DMN}" id="d" name="d" namespace="n">{body}</definitions>'.encode()


def cell(kind: str, source: str) -> str:
    return f"<{kind}><text>{escape(source)}</text></{kind}>"


def table(
    policy: str, inputs: str, outputs: str, rules: Sequence[tuple[Sequence[str], Sequence[str]]], more: str = ""
) -> str:
    made = [
        f'<rule id="r{n}">'
        + "".join(cell("inputEntry", c) for c in tests)
        + "".join(cell("outputEntry", c) for c in answers)
        + f"<annotationEntry><text>note {n}</text></annotationEntry></rule>"
        for n, (tests, answers) in enumerate(rules, start=1)
    ]  # fmt: skip
    columns = "".join(
        f'<input label="{name}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in (part.split(":") for part in inputs.split())
    )
    return f'<decisionTable hitPolicy="{policy}" {more}>{columns}{outputs}{"".join(made)}</decisionTable>'


def decided(body: str, name: str = "eligibility", requires: str = "") -> bytes:
    return definitions(f'<decision id="{name}" name="{name}">{requires}{body}</decision>')


def quoted(text: str) -> str:
    return f'"{text}"'


REASON = '<output name="reason" typeRef="string"/>'
LEVELS = (
    '<output name="level" typeRef="string"><outputValues><text>"high", "middle", "low"</text></outputValues></output>'
)
OVERLAPPING = [(["> 1"], ['"low"']), (["> 2"], ['"high"']), (["> 3"], ['"middle"'])]


def evaluated(policy: str, value: object, more: str = "", outputs: str = LEVELS) -> object:
    data = decided(table(policy, "amount:number", outputs, OVERLAPPING, more))
    return decision.load(data, "t.dmn").evaluate("eligibility", {"amount": value})


def test_a_doubt_is_read_from_the_extension_of_its_rule_and_asked_for_in_every_language() -> None:
    told = '<doubt xml:lang="fi">epävarma</doubt><doubt xml:lang="en">open</doubt>'
    rule = f'<rule id="r1"><extensionElements>{told}</extensionElements>'
    body = table("UNIQUE", "amount:number", REASON, [(["1"], ['"x"'])]).replace('<rule id="r1">', rule)
    read = decision.load(decided(body), "t.dmn")
    assert read.doubts == (("r1", {"fi": "epävarma", "en": "open"}),)
    assert [(finding.rule, finding.element) for finding in read.findings] == [("doubt-language", "r1")]


@pytest.mark.parametrize(
    ("policy", "value", "expected"),
    [
        ("UNIQUE", 2, "low"),
        ("UNIQUE", 0, None),
        ("FIRST", 9, "low"),
        ("PRIORITY", 9, "high"),
        ("ANY", 2, "low"),
        ("COLLECT", 9, ("low", "high", "middle")),
        ("RULE ORDER", 3, ("low", "high")),
        ("OUTPUT ORDER", 9, ("high", "middle", "low")),
        ("COLLECT", 0, ()),
    ],
)
def test_a_hit_policy_chooses_among_the_rules_that_match(policy: str, value: int, expected: object) -> None:
    assert evaluated(policy, value) == expected


@pytest.mark.parametrize(("policy", "words"), [("UNIQUE", "rules 1, 2 match at once"), ("ANY", "different outputs")])
def test_contradicting_rules_are_an_error_that_names_them(policy: str, words: str) -> None:
    with pytest.raises(DecisionError, match=words):
        evaluated(policy, 3)


@pytest.mark.parametrize(
    ("aggregation", "value", "expected"),
    [("SUM", 9, D(60)), ("MIN", 9, D(10)), ("MAX", 9, D(30)), ("COUNT", 9, D(3)), ("COUNT", 0, D(0)), ("SUM", 0, None)],
)
def test_collect_aggregates(aggregation: str, value: int, expected: object) -> None:
    rules = [(["> 1"], ["10"]), (["> 2"], ["20"]), (["> 3"], ["30"])]
    body = table("COLLECT", "amount:number", '<output typeRef="number"/>', rules, f'aggregation="{aggregation}"')
    assert decision.load(decided(body), "t.dmn").evaluate("eligibility", {"amount": value}) == expected


def test_a_rule_task_stores_outputs_by_name_and_collects_lists() -> None:
    rules = [(["true"], ['"R1"']), (["-"], ['"R2"'])]
    decisions = decision.load(decided(table("COLLECT", "late:boolean", REASON, rules)), "t.dmn")
    assert decisions.evaluate_outputs("eligibility", {"late": True})[0] == {"reason": ("R1", "R2")}
    assert decisions.evaluate_outputs("eligibility", {"late": False})[0] == {"reason": ("R2",)}


def test_several_outputs_make_a_context_and_defaults_fill_it() -> None:
    outputs = (
        '<output name="grant"><defaultOutputEntry><text>false</text></defaultOutputEntry></output><output name="why"/>'
    )
    data = decided(table("FIRST", "amount:number", outputs, [(["> 5"], ["true", "null"])]))
    decisions = decision.load(data, "t.dmn")
    assert decisions.evaluate("eligibility", {"amount": 6}) == {"grant": True, "why": None}
    assert decisions.evaluate_outputs("eligibility", {"amount": 1})[0] == {"grant": False, "why": None}


def test_the_rules_that_decided_are_named() -> None:
    rules = [(["< 18"], ['"R1"']), (["-"], ['"R2"'])]
    decisions = decision.load(decided(table("COLLECT", "age:number", REASON, rules)), "t.dmn")
    value, matched = decisions.evaluate_traced("eligibility", {"age": 17})
    assert value == ("R1", "R2")
    assert [(m.decision, m.rule, m.row, m.note) for m in matched] == [
        ("eligibility", "r1", 1, "note 1"),
        ("eligibility", "r2", 2, "note 2"),
    ]


def test_columns_type_what_they_read() -> None:
    rules = [(['>= date("2026-01-01")', "> 1260.00"], ['"R1"'])]
    decisions = decision.load(decided(table("FIRST", "a.start_on:date a.pay:number", REASON, rules)), "t.dmn")
    assert decisions.evaluate("eligibility", {"a": {"start_on": "2026-02-01", "pay": "1260.01"}}) == "R1"
    assert decisions.evaluate("eligibility", {"a": {"start_on": date(2025, 2, 1), "pay": 2000}}) is None
    with pytest.raises(DecisionError, match=r"a\.start_on.*'soon' is no date"):
        decisions.evaluate("eligibility", {"a": {"start_on": "soon"}})


def test_an_input_that_is_not_allowed_is_an_error() -> None:
    column = '<input label="kind"><inputExpression><text>kind</text></inputExpression>'
    column += '<inputValues><text>"a", "b"</text></inputValues></input>'
    rule = f"<rule>{cell('inputEntry', '-')}{cell('outputEntry', quoted('R1'))}</rule>"
    body = f"<decisionTable>{column}{REASON}{rule}</decisionTable>"
    decisions = decision.load(decided(body), "t.dmn")
    assert decisions.evaluate("eligibility", {"kind": "a"}) == "R1"
    with pytest.raises(DecisionError, match='\'c\' is not among "a", "b"'):
        decisions.evaluate("eligibility", {"kind": "c"})


@pytest.mark.parametrize(
    ("output", "row", "expected"),
    [
        (LEVELS, '"none"', "'none' is not among"),
        ('<output name="n"><outputValues><text>? > 3, 1</text></outputValues></output>', "2", "'2' is not among"),
        ('<output name="n"><outputValues><text>[1..3]</text></outputValues></output>', "2", ""),
    ],
)
def test_an_output_that_is_not_allowed_is_an_error_and_null_for_who_asks(output: str, row: str, expected: str) -> None:
    decisions = decision.load(decided(table("FIRST", "age:number", output, [(["-"], [row])])), "t.dmn")
    answer = decisions.answer("eligibility", {"age": 1})
    if not expected:
        assert (answer.value, answer.problems) == (D(2), ())
        return
    assert answer.value is None
    assert expected in answer.problems[0]
    with pytest.raises(DecisionError, match="is not among"):
        decisions.evaluate("eligibility", {"age": 1})


GRAPH = (
    '<inputData id="i" name="Monthly Pay"><variable name="Monthly Pay" typeRef="number"/></inputData>'
    '<businessKnowledgeModel id="b" name="capped"><encapsulatedLogic><formalParameter name="x"/>'
    "<literalExpression><text>min(x, 1260)</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    '<decision id="half" name="Half Pay"><informationRequirement><requiredInput href="#i"/></informationRequirement>'
    "<literalExpression><text>Monthly Pay / 2</text></literalExpression></decision>"
    '<decision id="paid" name="Paid"><informationRequirement><requiredDecision href="#half"/></informationRequirement>'
    '<knowledgeRequirement><requiredKnowledge href="#b"/></knowledgeRequirement>'
    '<context><contextEntry><variable name="sum"/><literalExpression><text>capped(Half Pay)</text></literalExpression>'
    '</contextEntry><contextEntry><variable name="again"/><invocation><literalExpression><text>capped</text>'
    '</literalExpression><binding><parameter name="x"/><literalExpression><text>sum + 5</text></literalExpression>'
    "</binding></invocation></contextEntry></context></decision>"
)


def test_a_decision_uses_other_decisions_and_knowledge_models() -> None:
    decisions = decision.load(definitions(GRAPH), "t.dmn")
    assert decision.check(decisions) == []
    assert decisions.inputs("paid") == {"Monthly Pay": "number"}
    assert decisions.outputs("paid") == {"Paid": ""}
    assert decisions.evaluate("Paid", {"Monthly Pay": "1000"}) == {"sum": D(500), "again": D(505)}
    assert decisions.evaluate("paid", {"Monthly Pay": 9000}) == {"sum": D(1260), "again": D(1260)}


def test_decisions_in_a_circle_are_refused() -> None:
    needs = '<informationRequirement><requiredDecision href="#{}"/></informationRequirement>'
    logic = "<literalExpression><text>1</text></literalExpression>"
    body = "".join(
        f'<decision id="{a}" name="{a}">{needs.format(b)}{logic}</decision>' for a, b in (("x", "y"), ("y", "x"))
    )
    with pytest.raises(DecisionError, match="x needs y needs x"):
        decision.load(definitions(body), "t.dmn")


def test_knowledge_models_that_double_each_other_end_at_the_limit() -> None:
    parts = ['<decision id="d" name="d"><knowledgeRequirement><requiredKnowledge href="#m40"/></knowledgeRequirement>'
             "<literalExpression><text>m40(1)</text></literalExpression></decision>"]  # fmt: skip
    for n in range(41):
        needs = f'<knowledgeRequirement><requiredKnowledge href="#m{n - 1}"/></knowledgeRequirement>' if n else ""
        text = f"m{n - 1}(x) + m{n - 1}(x)" if n else "x"
        parts.append(
            f'<businessKnowledgeModel id="m{n}" name="m{n}">{needs}<encapsulatedLogic><formalParameter name="x"/>'
            f"<literalExpression><text>{text}</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
        )
    with pytest.raises(LimitError):
        decision.load(definitions("".join(parts)), "t.dmn").evaluate("d", {})


def findings_of(data: bytes) -> list[str]:
    return [f"{f.rule}: {f.message}" for f in decision.check(decision.load(data, "t.dmn"))]


def test_an_unreadable_cell_is_found_with_table_row_and_column() -> None:
    body = table("FIRST", "age:number", REASON, [(["< 18"], ['"R1"']), (["=< 18"], ['"R2"'])])
    (found,) = findings_of(decided(body))
    assert "table 'eligibility', rule row 2, column 'age'" in found
    with pytest.raises(DecisionError, match="cannot be evaluated"):
        decision.load(decided(body), "t.dmn").evaluate("eligibility", {"age": 1})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (table("SOMETIMES", "age:number", REASON, []), "found the hit policy 'SOMETIMES'"),
        (table("FIRST", "age:number", REASON, [(["-", "-"], ["1"])]), "expected 1 inputs and 1 outputs"),
        (table("FIRST", "age:number", REASON, [(["< limit"], ["1"])]), "reads 'limit', which is not declared"),
        (table("FIRST", "age:number", REASON, [(["-"], ["shorten(age)"])]), "calls shorten(), which is no function"),
        (table("FIRST", "age:number", REASON, [(["-"], ["substring(1)"])]), "expected substring("),
        (table("PRIORITY", "age:number", REASON, []), "needs the allowed values"),
        (table("UNIQUE", "age:number", REASON, [], 'aggregation="SUM"'), "does not aggregate"),
        ("", "found no logic"),
        ('<literalExpression expressionLanguage="python"><text>1</text></literalExpression>', "expected FEEL"),
    ],
)
def test_what_is_wrong_with_a_table_is_found(body: str, words: str) -> None:
    assert any(words in found for found in findings_of(decided(body)))


@pytest.mark.parametrize(
    ("policy", "second", "words"),
    [("UNIQUE", "> 5", "rows 1 and 2 have the same conditions"), ("FIRST", "> 6", ""), ("COLLECT", "> 5", "")],
)
def test_rules_with_the_same_conditions_are_a_warning(policy: str, second: str, words: str) -> None:
    found = findings_of(decided(table(policy, "age:number", REASON, [(["> 5"], ["1"]), ([second], ["2"])])))
    assert (words in found[0]) if words else not found


def test_a_rule_after_one_that_always_matches_is_a_warning() -> None:
    (found,) = findings_of(decided(table("FIRST", "age:number", REASON, [(["-"], ["1"]), (["> 1"], ["2"])])))
    assert "row 2 is never reached, row 1 always matches" in found


def boxed(source: str) -> str:
    return f"<literalExpression><text>{escape(source)}</text></literalExpression>"


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (
            f"<conditional><if>{boxed('true')}</if><then>{boxed('1')}</then><else>{boxed('2')}</else></conditional>",
            D(1),
        ),
        (f'<for iteratorVariable="x"><in>{boxed("1..3")}</in><return>{boxed("x * 2")}</return></for>', None),
        (f'<for iteratorVariable="x"><in>{boxed("[1, 2]")}</in><return>{boxed("x * 2")}</return></for>', (D(2), D(4))),
        (f'<some iteratorVariable="x"><in>{boxed("[1, 2]")}</in><satisfies>{boxed("x > 1")}</satisfies></some>', True),
        (
            f'<every iteratorVariable="x"><in>{boxed("[1, 2]")}</in><satisfies>{boxed("x > 1")}</satisfies></every>',
            False,
        ),
        (f"<filter><in>{boxed('[1, 2]')}</in><match>{boxed('item > 1')}</match></filter>", (D(2),)),
        (f"<list>{boxed('1')}{boxed('2')}</list>", (D(1), D(2))),
        (
            f'<relation><column name="a"/><row>{boxed("1")}</row><row>{boxed("2")}</row></relation>',
            ({"a": D(1)}, {"a": D(2)}),
        ),
    ],
)
def test_boxed_expressions_are_logic_too(box: str, expected: object) -> None:
    decisions = decision.load(decided(box), "t.dmn")
    if expected is None:  # a bare 1..3 is no expression
        assert decision.check(decisions)
        return
    assert decision.check(decisions) == []
    assert decisions.evaluate("eligibility", {}) == expected


def test_house_functions_may_be_called_in_a_table() -> None:
    body = table("FIRST", "on:date", REASON, [(["< today()"], ['string(parameter("cap", on))'])])
    decisions = decision.load(decided(body), "t.dmn")
    functions = {"today": lambda: date(2026, 2, 1), "parameter": lambda name, on: D("1260")}
    assert decision.check(decisions) == []
    assert decisions.evaluate("eligibility", {"on": date(2026, 1, 1)}, functions) == "1260"


@pytest.mark.parametrize(
    "data", [b"<definitions", b"", b'<!DOCTYPE x [<!ENTITY e "boom">]><x>&e;</x>', b"\xff\xfe\x00"], ids=repr
)
def test_broken_or_hostile_xml_is_refused(data: bytes) -> None:
    with pytest.raises(XmlError):
        decision.load(data, "t.dmn")


def test_a_file_without_decisions_is_refused() -> None:
    with pytest.raises(DecisionError, match="no decision"):
        decision.load(definitions(""), "t.dmn")
    with pytest.raises(DecisionError, match="expected the definitions of DMN"):
        decision.load(b"<definitions/>", "t.dmn")


def test_an_unknown_decision_names_those_that_exist() -> None:
    with pytest.raises(DecisionError, match="no decision 'x'; found half, paid"):
        decision.load(definitions(GRAPH), "t.dmn").evaluate("x", {})


def test_inputs_of_a_declared_structure_are_typed_from_json() -> None:
    body = (
        '<itemDefinition name="tA"><itemComponent name="on"><typeRef>date</typeRef></itemComponent>'
        '<itemComponent name="pay"><typeRef>tMoney</typeRef></itemComponent></itemDefinition>'
        '<itemDefinition name="tMoney"><typeRef>number</typeRef></itemDefinition>'
        '<inputData id="i" name="a"><variable name="a" typeRef="tA"/></inputData>'
        '<decision id="d" name="d"><informationRequirement><requiredInput href="#i"/></informationRequirement>'
        "<literalExpression><text>if a.on.year = 2026 then a.pay * 2 else 0</text></literalExpression></decision>"
    )
    result = decision.load(definitions(body), "t.dmn").evaluate("d", {"a": {"on": "2026-05-01", "pay": "10.50"}})
    assert decision.to_json(result) == 21
