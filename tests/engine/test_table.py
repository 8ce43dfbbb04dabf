"""TOML is read with findings that show what was found and what was expected."""

from __future__ import annotations

from engine.table import Findings, Table, parse


def reading(text: str) -> tuple[Table, Findings]:
    findings = Findings("a.toml")
    return Table(parse(text.encode(), findings), findings, ""), findings


def test_a_syntax_error_names_the_line() -> None:
    _, findings = reading("a = 1\nb = = 2\n")
    assert (findings[0].rule, findings[0].line) == ("toml-syntax", 2)


def test_a_file_that_is_not_utf8_is_refused_with_the_byte() -> None:
    findings = Findings("a.toml")
    parse(b'a = "\xe4"', findings)
    assert "byte 5 is 0xe4" in findings[0].message


def test_a_wrong_type_shows_the_value_and_what_was_expected() -> None:
    table, findings = reading("length = true")
    table.get("length", int)
    assert "length is True, expected int" in findings[0].message


def test_a_value_outside_its_list_is_shown_with_the_list() -> None:
    table, findings = reading('roll = "sideways"')
    table.choice("roll", ("forward", "target"))
    assert "'sideways', expected one of forward, target" in findings[0].message


def test_a_misspelt_key_is_not_silently_ignored() -> None:
    table, findings = reading('nmae = "x"')
    table.text("name")
    table.finish()
    assert "unknown key 'nmae'" in findings[0].message


def test_a_name_needs_all_three_languages() -> None:
    table, findings = reading('name = {fi = "Palkkatuki", sv = ""}')
    table.names("name")
    assert [f.message[-4:] for f in findings] == ["'sv'", "'en'"]


def test_a_doubt_in_finnish_alone_is_read_and_its_other_languages_are_asked_for() -> None:
    table, findings = reading('doubt = "epävarma"')
    assert table.remark("doubt") == {"fi": "epävarma"}
    assert [(f.severity, f.message[-26:]) for f in findings] == [("warning", "give doubt.sv and doubt.en")]


def test_a_section_of_law_that_cannot_be_read_is_found() -> None:
    table, findings = reading('statute = "HL 33 §"\nsource = "hallintolain henki"')
    assert table.citation("statute") == "HL 33 §"
    table.citation("source")
    assert [finding.rule for finding in findings] == ["citation"]


def test_a_source_is_a_section_of_law_or_a_text_in_every_language() -> None:
    table, findings = reading(
        'a = "HL 33 §"\nb = {fi = "oma ohje", sv = "egen anvisning", en = "own rule"}\nc = {fi = "x"}'
    )
    assert table.source("a")["sv"] == "FörvL 33 §"
    assert table.source("b")["en"] == "own rule"
    table.source("c")
    assert [finding.rule for finding in findings] == ["text-missing", "text-missing"]


def test_a_moment_is_not_a_day() -> None:
    table, findings = reading("from = 2026-01-01T10:00:00")
    assert table.day("from") is None
    assert "without a time" in findings[0].message
