"""A broken form file is refused with the place, what was found and what was expected."""

from __future__ import annotations

from typing import Any

import pytest

from forms.codes import Codes
from forms.errors import FormDefinitionError
from forms.form import Form
from tests.forms.conftest import compile_python, definition, field, options


def findings(file: object) -> list[str]:
    with pytest.raises(FormDefinitionError) as caught:
        Form.load(file, file="forms/test.json", compile=compile_python)  # type: ignore[arg-type]
    assert all(found.file == "forms/test.json" and found.expected for found in caught.value.findings)
    return [found.pointer for found in caught.value.findings]


def without(part: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != key}


WORDS = {"title": "Määrä", "x-i18n": {"sv": {"title": "Belopp"}, "en": {"title": "Amount"}}}
INFO: dict[str, Any] = {**WORDS, "x-kind": "info"}
ROW = {**WORDS, "x-kind": "money", "value": "data.a"}
FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("a", field("texxt"), "/x-kind"),
    ("a", without(field("text"), "x-kind"), "/x-kind"),
    ("a", without(field("text"), "x-secrecy"), "/x-secrecy"),
    ("a", {**field("text"), "x-secrecy": "salainen"}, "/x-secrecy"),
    ("a", {**field("text"), "x-secrecy": "health"}, "/x-category"),
    ("a", {**field("text"), "x-i18n": {"sv": {"title": "x"}}}, "/x-i18n/en/title"),
    ("a", {**field("text"), "description": "Ohje"}, "/x-i18n/sv/description"),
    ("a", field("date", "number"), "/type"),
    ("a", field("text", **{"x-visibleif": "b = true"}), "/x-visibleif"),
    ("a", field("text", **{"x-visibleIf": "b == true"}), "/x-visibleIf"),
    ("a", field("text", **{"x-requiredIf": 5}), "/x-requiredIf"),
    ("a", field("choice", **options("a", "a")), "/enum/1"),
    ("a", field("choice"), "/enum"),
    ("a", field("choice", enum=["a"], **{"x-enum": {"a": {"fi": "A", "sv": "A"}}}), "/x-enum/a/en"),
    ("a", field("choice", **{"x-codes": "nowhere"}), "/x-codes"),
    ("a", field("text", **options("a")), "/x-kind"),
    ("a", field("text", maxLength=99_999), "/maxLength"),
    ("a", field("text", minLength=10, maxLength=5), "/minLength"),
    ("a", field("integer", "integer", minimum="1"), "/minimum"),
    ("a", field("group", "array"), "/items"),
    ("a", field("text", **{"x-rows": [{"title": "t"}]}), "/x-kind"),
    ("a", {**INFO, "x-rows": [{"title": "Määrä", "x-kind": "money", "value": "data.a"}]}, "/x-rows/0/x-i18n/en/title"),
    ("a", {**INFO, "x-rows": [{**ROW, "x-kind": "file"}]}, "/x-rows/0/x-kind"),
    ("a", {**INFO, "x-rows": [{**ROW, "value": "=="}]}, "/x-rows/0/value"),
    ("a", {**INFO, "x-rows": [{**ROW, "hint": "x"}]}, "/x-rows/0/hint"),
    ("a", {**INFO, "x-rows": ["data.a"]}, "/x-rows/0"),
    ("a", {**INFO, "x-rows": [ROW] * 41}, "/x-rows"),
    ("typename", field("text"), ""),
    ("_hidden", field("text"), ""),
    ("at", field("text"), ""),
    ("on", field("text"), ""),
    ("channel", field("text"), ""),
    ("päivä", field("text"), ""),
]


@pytest.mark.parametrize(("name", "part", "place"), FAULTS)
def test_a_fault_of_a_field_is_told_at_its_place(name: str, part: dict[str, Any], place: str) -> None:
    assert f"/properties/{name}{place}" in findings(definition(**{name: part}))


@pytest.mark.parametrize("file", [None, [], "x", {}, {"type": "object"}])
def test_a_file_that_is_no_form_is_refused(file: object) -> None:
    assert findings(file)


def test_a_required_name_must_be_a_field() -> None:
    assert findings(definition(required=("b",), a=field("text"))) == ["/required/0"]


def test_groups_may_not_be_nested_without_end() -> None:
    part = field("text")
    for _ in range(4):
        part = field("group", "array", items={"type": "object", "properties": {"inner": part}})
    assert any(pointer.endswith("/inner") for pointer in findings(definition(a=part)))


def test_a_check_needs_a_field_and_three_sentences() -> None:
    check = {"valid": "a >= b == c", "field": "z", "message": {"fi": "x"}}
    places = findings(definition(a=field("text"), checks=(check,)))
    assert {"/x-checks/0/valid", "/x-checks/0/field", "/x-checks/0/message/sv"} <= set(places)


@pytest.mark.parametrize(("shows", "text"), [({}, "{value}."), ({"shows": "data.a"}, "Liian myöhään.")])
def test_what_a_check_shows_stands_in_every_sentence_and_nowhere_else(shows: dict[str, str], text: str) -> None:
    check = {"valid": "a", "field": "a", "message": dict.fromkeys(("fi", "sv", "en"), text), **shows}
    assert findings(definition(a=field("text"), checks=(check,))) == [
        f"/x-checks/0/message/{language}" for language in ("fi", "sv", "en")
    ]


def test_an_example_that_the_form_would_refuse_is_a_fault() -> None:
    file = {**definition(a=field("date")), "x-example": {"a": "eilen"}}
    assert findings(file) == ["/x-example/a"]


def test_an_example_is_not_judged_by_rules_that_read_the_case() -> None:
    from engine.feel import compile as feel

    message = {"fi": "Sama kuin esitys.", "sv": "Samma som förslaget.", "en": "The same as proposed."}
    check = {"valid": "a = data.proposal.amount", "field": "a", "message": message}
    file = {**definition(a=field("money", "number"), checks=(check,)), "x-example": {"a": "10"}}
    assert Form.load(file, file="f.json", compile=feel).example == {"a": "10"}


def test_a_condition_on_a_field_that_is_not_there_is_a_fault() -> None:
    from engine.feel import compile as feel

    file = definition(a=field("text", **{"x-visibleIf": "bb = true"}))
    with pytest.raises(FormDefinitionError, match="bb"):
        Form.load(file, file="f.json", compile=feel)


def test_all_faults_are_told_at_once() -> None:
    assert len(findings(definition(a=field("texxt"), b=field("kuva")))) == 2


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"code": "a"},
        {"code": "a", "name": {"fi": "A", "sv": "A"}},
        {"code": "a", "name": {"fi": "A", "sv": "A", "en": "A"}, "from": "2027-01-01"},
    ],
)
def test_a_broken_code_list_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(FormDefinitionError):
        Codes.read({"codes": [table]}, name="kinds", file="codes/kinds.toml")
