"""Letters use a closed subset of Jinja, read only entries of the data, and end."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import LimitError
from engine.letter import LetterError, Template, check_parts, check_use, lacking, read_template, render


def letter(text: str) -> Template:
    template, findings = read_template(text.encode(), "letters/a.fi.html")
    assert not findings
    assert template is not None
    return template


def problems(text: str) -> list[str]:
    return [finding.message for finding in read_template(text.encode(), "letters/a.fi.html")[1]]


def test_a_letter_prints_escaped_values() -> None:
    assert render(letter("<p>{{ a.name }}</p>"), {"a": {"name": "<b>Oy</b>"}}, {}) == "<p>&lt;b&gt;Oy&lt;/b&gt;</p>"


def test_if_and_for_work() -> None:
    text = "{% if a.list %}{% for x in a.list %}[{{ x }}]{% endfor %}{% endif %}"
    assert render(letter(text), {"a": {"list": ["1", "2"]}}, {}) == "[1][2]"


@pytest.mark.parametrize(
    "text",
    [
        "{% set x = 1 %}",
        "{{ a.b() }}",
        "{{ 'x' * 1000000 }}",
        "{% include 'x' %}",
        "{{ a | attr('b') }}",
        "{{ a.__class__ }}",
        "{% macro m() %}{% endmacro %}",
        "{{ a | safe }}",
        "{{ range(9) }}",
        "<script>1</script>",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    assert problems(text)


def test_a_broken_letter_names_its_line() -> None:
    findings = read_template(b"<p>\n{% if %}", "letters/a.fi.html")[1]
    assert findings[0].line == 2


def test_attributes_of_objects_are_out_of_reach() -> None:
    class Thing:
        secret = "x"

    with pytest.raises(LetterError):
        render(letter("{{ a.secret }}"), {"a": Thing()}, {})


def test_a_missing_value_is_an_error_and_never_an_empty_place_in_a_decision() -> None:
    with pytest.raises(LetterError):
        render(letter("{{ decision.number }}"), {}, {})


@pytest.mark.parametrize("value", [None, "kesällä", "2026-13-01", []])
def test_what_a_filter_cannot_write_is_an_error_of_the_letter(value: object) -> None:
    with pytest.raises(LetterError, match=r"a\.fi\.html"):
        render(letter("{{ a | date }}"), {"a": value}, {"date": lambda given: date.fromisoformat(given)})


def test_a_letter_that_would_not_end_is_stopped() -> None:
    text = "{% for x in a %}{% for y in a %}{% for z in a %}0123456789{% endfor %}{% endfor %}{% endfor %}"
    with pytest.raises(LimitError):
        render(letter(text), {"a": ["1"] * 100}, {})


def test_a_field_that_the_recipient_may_not_see_is_refused() -> None:
    found = check_use(letter("{{ assess.diagnosis }}"), ("application.*",), (), {})
    assert "assess.diagnosis" in found[0].message


@pytest.mark.parametrize(
    ("fields", "inputs", "rule"),
    [
        ((), ("subject",), ["letter-field"]),
        (("input.*",), ("subject",), []),
        (("input.subject",), ("subject",), []),
        (("input.*",), ("number",), ["letter-input"]),
        (("input.*",), (), ["letter-input"]),
    ],
)
def test_an_input_of_a_part_is_a_field_that_it_declares(
    fields: tuple[str, ...], inputs: tuple[str, ...], rule: list[str]
) -> None:
    assert [found.rule for found in check_use(letter("{{ input.subject }}"), fields, (), {}, inputs)] == rule


def test_health_data_need_consent() -> None:
    template = letter("{{ assess.diagnosis }}")
    secrecy = {"assess.diagnosis": "health"}
    assert check_use(template, ("assess.*",), (), secrecy)[0].rule == "letter-health"
    assert not check_use(template, ("assess.*",), ("assess.diagnosis",), secrecy)


def test_a_loop_variable_counts_as_the_list_that_it_walks() -> None:
    template = letter("{% for r in eligibility.reason %}{{ r | label }}{% endfor %}")
    assert template.paths == ("eligibility.reason",)


def test_a_required_part_is_an_element_with_its_id() -> None:
    found = check_parts(letter('<section id="facts"></section>'), ("facts", "appeal_instruction"))
    assert ["appeal_instruction" in finding.message for finding in found] == [True]


def template(text: str) -> Template:
    found, findings = read_template(text.encode(), "x.fi.html")
    assert found is not None
    assert findings == []
    return found


def test_a_written_letter_has_every_part_that_it_must_have() -> None:
    whole = template('<p id="matter">{{ a }}</p><section id="reasons"><h2>Perustelut</h2><p>{{ b }}</p></section>')
    needed = ("matter", "reasons")
    told = '<p id="matter">Asia</p><section id="reasons"><h2>Perustelut</h2><p>{}</p></section>'
    assert lacking(whole, needed, told.format("Siksi.")) == ()
    assert lacking(whole, needed, told.format("")) == ("reasons",)
    assert lacking(whole, needed, told.format("<br> \n")) == ("reasons",)
    assert lacking(whole, needed, "<p>muuta</p>") == needed


def test_of_the_parts_under_a_condition_one_must_be_there() -> None:
    source = '{% if a %}<p id="instruction">x</p>{% endif %}{% if b %}<p id="ban">x</p>{% endif %}<p id="end">x</p>'
    either = template(source)
    assert either.conditional == {"instruction", "ban"}
    needed = ("instruction", "ban", "end")
    assert lacking(either, needed, '<p id="ban">Ei.</p><p id="end">Loppu</p>') == ()
    assert lacking(either, needed, '<p id="end">Loppu</p>') == ("instruction", "ban")


def test_a_part_around_another_has_its_text() -> None:
    plain = template('<section id="outer"><p id="inner">x</p></section>')
    assert lacking(plain, ("outer", "inner"), '<section id="outer"><p id="inner">a<b>b</p></section>') == ()
