"""Requirement graphs: declared types, knowledge models, decision services, imports, and what an error gives."""

from __future__ import annotations

from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from engine import decision
from engine.decision import Decisions
from engine.errors import DecisionError

D = Decimal
DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
TYPES = (
    '<itemDefinition name="tScores" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
    '<itemDefinition name="tColour"><typeRef>string</typeRef>'
    '<allowedValues><text>"red", "blue"</text></allowedValues></itemDefinition>'
    '<itemDefinition name="tPaint"><functionItem outputTypeRef="tColour"><parameters name="c"/></functionItem>'
    "</itemDefinition>"
    '<itemDefinition name="tPerson"><itemComponent name="first name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="born"><typeRef>date</typeRef></itemComponent></itemDefinition>'
)


def file(body: str, namespace: str = "here") -> bytes:
    return f'<definitions xmlns="{DMN}" id="d" name="d" namespace="{namespace}">{body}</definitions>'.encode()


def expression(source: str) -> str:
    return f"<literalExpression><text>{escape(source)}</text></literalExpression>"


def deciding(name: str, source: str, kind: str = "", needs: str = "") -> str:
    typed = f' typeRef="{kind}"' if kind else ""
    return (
        f'<decision id="_{name}" name="{name}"><variable name="{name}"{typed}/>{needs}{expression(source)}</decision>'
    )


def needing(*targets: str) -> str:
    tags = {"input": "requiredInput", "model": "requiredKnowledge"}
    made = ""
    for target in targets:
        kind, _, href = target.partition(" ")
        outer = "knowledgeRequirement" if kind == "model" else "informationRequirement"
        tag = tags.get(kind, "requiredDecision")
        made += f'<{outer}><{tag} href="{href}"/></{outer}>'
    return made


def loaded(body: str, **others: bytes) -> Decisions:
    return decision.load(file(TYPES + body), "t.dmn", {f"{name}.dmn": data for name, data in others.items()})


@pytest.mark.parametrize(
    ("kind", "source", "expected"),
    [
        ("string", "1 + 1", None),
        ("tScores", "5", (D(5),)),
        ("tScores", '[1, "a"]', None),
        ("number", "[5]", D(5)),
        ("number", '["a"]', None),
        ("tColour", '"red"', "red"),
        ("tColour", '"green"', None),
        ("tPerson", '{first name: "A"}', None),
        ("date and time", "string(date(2026, 1, 2))", None),
    ],
)
def test_a_result_becomes_what_is_declared_or_null(kind: str, source: str, expected: object) -> None:
    assert loaded(deciding("d", source, kind)).evaluate("d", {}) == expected


def test_a_case_is_never_given_a_null_because_of_a_type() -> None:
    with pytest.raises(DecisionError, match="decision 'd': 2 is no string"):
        loaded(deciding("d", "1 + 1", "string")).evaluate_outputs("d", {})


def test_a_type_of_the_file_may_be_asked_for() -> None:
    source = (
        '[{first name: "A", born: @"2000-01-01"} instance of tPerson, [1] instance of tScores, 1 instance of tPerson]'
    )
    assert loaded(deciding("d", source)).evaluate("d", {}) == (True, True, False)


def test_input_data_are_read_as_their_type_by_name() -> None:
    inputs = '<inputData id="p" name="The Person"><variable name="The Person" typeRef="tPerson"/></inputData>'
    decisions = loaded(inputs + deciding("d", "The Person.born.year", needs=needing("input #p")))
    assert decisions.evaluate("d", {"The Person": {"first name": "A", "born": "2000-05-01"}}) == D(2000)
    with pytest.raises(DecisionError, match="'soon' is no date"):
        decisions.evaluate("d", {"The Person": {"first name": "A", "born": "soon"}})


MODEL = (
    '<businessKnowledgeModel id="m" name="m"><variable name="m"/><encapsulatedLogic typeRef="number">'
    f'<formalParameter name="n" typeRef="number"/>{expression("if n > 1 then n * m(n - 1) else 1")}'
    "</encapsulatedLogic></businessKnowledgeModel>"
)


def test_a_knowledge_model_may_call_itself_and_types_its_parameters() -> None:
    decisions = loaded(MODEL + deciding("d", '[m(5), m("a"), m(n: 3), m(1, 2)]', needs=needing("model #m")))
    assert decisions.evaluate("d", {}) == (D(120), D(1), D(6), None)
    assert decisions.evaluate("m", {"n": 4}) == D(24)


def test_a_declared_function_gives_what_its_type_says() -> None:
    body = deciding("f", "function(c) c", "tPaint") + deciding(
        "d", '[f("red"), f("green")]', needs=needing("decision #_f")
    )
    assert loaded(body).evaluate("d", {}) == ("red", None)


SERVICE = (
    '<inputData id="i" name="i"><variable name="i" typeRef="string"/></inputData>'
    + deciding("asked", '"own"')
    + deciding("answer", 'i + " " + asked', needs=needing("input #i", "decision #_asked"))
    + '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#_answer"/>'
    '<inputDecision href="#_asked"/><inputData href="#i"/></decisionService>'
)


def test_a_decision_service_is_called_with_its_input_data_and_then_its_input_decisions() -> None:
    body = SERVICE + deciding("d", '[s("a", "b"), s(asked: "x", i: "y"), s("a")]', needs=needing("model #s"))
    assert loaded(body).evaluate("d", {"i": "not seen"}) == ("a b", "y x", None)


def test_a_decision_service_is_evaluated_by_its_name() -> None:
    assert loaded(SERVICE).evaluate("s", {"i": "a", "asked": "b"}) == "a b"
    assert loaded(SERVICE).evaluate("answer", {"i": "a"}) == "a own"


OTHER = file(
    TYPES
    + '<inputData id="who" name="who"><variable name="who" typeRef="string"/></inputData>'
    + deciding("greeting", '"Hello, " + who', needs=needing("input #who"))
    + MODEL,
    "there",
)


def importing(name: str, *, place: str = "") -> str:
    return f'<import name="{name}" namespace="there" importType="{DMN}" locationURI="{place}"/>'


@pytest.mark.parametrize(
    ("name", "source"),
    [("Other Model", "Other Model.greeting + string(Other Model.m(3))"), ("", "greeting + string(m(3))")],
)
def test_a_file_imports_decisions_models_and_inputs_of_another(name: str, source: str) -> None:
    needs = needing("decision there#_greeting", "model there#m", "input there#who")
    decisions = loaded(importing(name) + deciding("d", source, needs=needs), other=OTHER)
    assert decision.check(decisions) == []
    assert decisions.evaluate("d", {"who": "you"}) == "Hello, you6"
    if name:
        assert decisions.evaluate("d", {name: {"who": "they"}, "who": "you"}) == "Hello, they6"


def test_what_is_imported_without_a_name_is_as_if_it_were_here() -> None:
    middle = file(importing("") + deciding("greeting", '"Good day"') + deciding("other", '"here"'), "middle")
    own = f'<import name="" namespace="middle" importType="{DMN}"/>'
    body = own + deciding("d", "greeting + m(3)", needs=needing("decision #_greeting", "model #m"))
    decisions = loaded(body.replace("m(3)", "string(m(3))"), middle=middle, other=OTHER)
    assert decision.check(decisions) == []
    assert decisions.evaluate("d", {"who": "you"}) == "Good day6"


def test_an_imported_type_carries_the_name_of_its_import() -> None:
    body = importing("o", place="./other.dmn") + deciding("d", '"green"', "o.tColour")
    assert loaded(body, other=OTHER).evaluate("d", {}) is None


def test_an_import_that_is_not_there_is_found() -> None:
    (found,) = decision.check(loaded(importing("o") + deciding("d", "1")))
    assert (found.rule, found.severity) == ("decision-import", "error")


def test_files_that_import_each_other_are_refused() -> None:
    back = file(f'<import name="b" namespace="here" importType="{DMN}"/>' + deciding("x", "1"), "there")
    own = file(importing("o") + deciding("d", "1"))
    (found,) = decision.check(decision.load(own, "t.dmn", {"other.dmn": back, "t.dmn": own}))
    assert "imports it again: a circle" in found.message


def test_an_answer_is_null_with_its_reasons_where_dmn_says_so() -> None:
    body = deciding("bad", "nothing(1)") + deciding("d", '[bad, "seen"]', needs=needing("decision #_bad"))
    answer = loaded(body).answer("d", {})
    assert answer.value == (None, "seen")
    assert "no function 'nothing'" in answer.problems[0]
    with pytest.raises(DecisionError, match="no decision 'x'"):
        loaded(body).answer("x", {})
