"""Gaps and overlaps of decision tables, found with example inputs."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

import pytest

from engine import decision
from engine.dmn import coverage

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
COLOUR = (
    '<itemDefinition name="tColour"><typeRef>string</typeRef>'
    '<allowedValues><text>"red", "blue"</text></allowedValues></itemDefinition>'
)


def cell(tag: str, source: str) -> str:
    return f"<{tag}><text>{escape(source)}</text></{tag}>"


def found(policy: str, inputs: str, rules: Sequence[str], output: str = "<output/>") -> list[str]:
    """The findings of a table: inputs as `name:type`, rules as `test | test -> output`."""
    columns = [column.split(":") for column in inputs.split()]
    body = "".join(
        f'<input label="{name}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in columns
    )
    body += output
    for rule in rules:
        tests, _, answer = rule.partition(" -> ")
        cells = "".join(cell("inputEntry", test.strip()) for test in tests.split("|"))
        body += f"<rule>{cells}{cell('outputEntry', answer or '1')}</rule>"
    table = f'<decision id="t" name="t"><decisionTable hitPolicy="{policy}">{body}</decisionTable></decision>'
    data = f'<definitions xmlns="{DMN}" id="d" name="d" namespace="n">{COLOUR}{table}</definitions>'
    read = decision.load(data.encode(), "t.dmn")
    return [f"{f.rule}: {f.message}" for f in decision.gaps_and_overlaps(read)]


@pytest.mark.parametrize(
    ("inputs", "rules", "example"),
    [
        ("age:number", ["< 18", "> 18"], "age = 18"),
        ("age:number", ["<= 17", ">= 18"], "age = 17.5"),
        ("age:number", ["[0..17]", ">= 18", "(17..18)"], "age = -1"),
        ("on:date", ['< @"2026-01-01"', '> @"2026-01-01"'], "on = 2026-01-01"),
        ("length:duration", ['<= @"P1M"', '>= @"P3M"'], "length = P2M"),
        ("sure:boolean", ["true"], "sure = false"),
        ("kind:string", ['"a"', '"b"'], "kind = any other text"),
        ("colour:tColour", ['"red"'], 'colour = "blue"'),
        ("sure:boolean age:number", ["true | -", "false | > 5"], "sure = false, age = 5"),
    ],
)
def test_a_gap_is_shown_with_an_input_that_no_rule_answers(inputs: str, rules: list[str], example: str) -> None:
    assert any(
        f"decision-gap: table 't': no rule matches, for example, {example}" in line
        for line in found("FIRST", inputs, rules)
    )


@pytest.mark.parametrize(
    ("policy", "inputs", "rules"),
    [
        ("FIRST", "age:number", ["< 18", ">= 18"]),
        ("UNIQUE", "age:number", ["< 18", "[18..65]", "> 65"]),
        ("FIRST", "on:date", ['<= @"2026-01-01"', '>= @"2026-01-02"']),
        ("FIRST", "colour:tColour", ['"red"', '"blue"']),
        ("FIRST", "kind:string", ['"a", "b"', 'not("a", "b")']),
        ("FIRST", "age:number", ["< limit", "> 5"]),
        ("COLLECT", "age:number", ["< 18"]),
        ("UNIQUE", "age:number", ["< limit", ">= limit"]),
        ("ANY", "age:number", ["< 18 -> 1", "< 20 -> 1", ">= 20 -> 2"]),
        ("FIRST", "age:number", ["> 5", "-"]),
        ("UNIQUE", "a:number a:number", ["< 5 | > 2", ">= 5 | -", "- | <= 2"]),
    ],
)
def test_a_table_that_answers_everything_once_has_no_findings(policy: str, inputs: str, rules: list[str]) -> None:
    assert found(policy, inputs, rules) == []


def test_a_default_output_leaves_no_gap() -> None:
    output = "<output><defaultOutputEntry><text>0</text></defaultOutputEntry></output>"
    assert found("UNIQUE", "age:number", ["< 18"], output) == []


@pytest.mark.parametrize(
    ("policy", "rules", "example"),
    [
        (
            "UNIQUE",
            ["< 18 | true", "> 10 | -", "<= 10 | false", "<= 10 | -"],
            "rows 1 and 2 both match, for example, age = 11, sure = true",
        ),
        ("ANY", ["< 18 | - -> 1", ">= 18 | - -> 2", "= 18 | - -> 3"], "rows 2 and 3 both match, for example, age = 18"),
    ],
)
def test_an_overlap_is_shown_with_an_input_that_two_rules_answer(policy: str, rules: list[str], example: str) -> None:
    lines = found(policy, "age:number sure:boolean", rules)
    assert any(line.startswith("decision-overlap") and example in line for line in lines)


def test_a_rule_behind_a_wider_one_is_never_reached() -> None:
    assert found("FIRST", "age:number", ["< 18", "< 10", ">= 18"]) == [
        "decision-repeat: table 't': rule row 2 is never reached, row 1 matches whenever it does"
    ]


def test_the_search_is_bounded_and_says_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "CELLS", 2000)
    inputs = " ".join(f"n{n}:number" for n in range(12))
    rules = [" | ".join(f"> {(row * 7 + n) % 31}" if (row + n) % 3 else "-" for n in range(12)) for row in range(30)]
    assert found("UNIQUE", inputs, rules)[-1].startswith("decision-analysis: table 't': looked at 2000 combinations")
