"""Worked examples: the expert's CSV beside a decision table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine import decision
from engine.errors import DecisionError
from engine.example import read_examples, run_examples

DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"><decision id="grade" name="grade">
<decisionTable hitPolicy="COLLECT"><input><inputExpression typeRef="number"><text>a.age</text></inputExpression></input>
<output name="reason" typeRef="string"/>
<rule><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>"young"</text></outputEntry></rule>
<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>"all"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def findings(text: str) -> list[str]:
    return [f.message for f in run_examples(decision.load(DMN, "g.dmn"), "grade", read_examples(text, "g.csv"))]


def test_examples_that_hold_give_no_findings() -> None:
    assert (
        findings('name,in:a.age,out:reason\nchild,17,"[""young"", ""all""]"\nadult,18,"[""all""]"\nunchecked,3,\n')
        == []
    )


def test_a_semicolon_separates_too() -> None:
    assert findings('name;in:a.age;out:reason\nadult;18;"[""all""]"\n') == []


def test_a_difference_is_told_with_both_values_and_the_rules() -> None:
    (message,) = findings('name,in:a.age,out:reason\nchild,17,"[""all""]"\n')
    assert message == 'example \'child\': reason is ["young", "all"], expected ["all"] (rules that decided: 1, 2)'


def test_an_unknown_output_is_told() -> None:
    assert "there is no output 'reaso'" in findings("name,in:a.age,out:reaso\nx,1,1\n")[0]


def test_cells_are_feel_and_empty_inputs_are_null() -> None:
    (example,) = read_examples('in:a.on,in:a.sum,in:b,out:c\n"date(""2026-01-31"")",12.50,,\n')
    assert example.inputs == {"a": {"on": date(2026, 1, 31), "sum": Decimal("12.50")}, "b": None}
    assert example.outputs == {}
    assert example.name == "line 2"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "found nothing"),
        ("name,input\n", "line 1: found the column 'input'"),
        ("in:a\n1,2\n", "line 2: found 2 cells; expected 1"),
        ("in:a\n1 +\n", "line 2, column 'in:a'"),
        ("in:a\nyoung\n", "a text is written in quotes"),
    ],
)
def test_a_broken_file_names_the_line(text: str, words: str) -> None:
    with pytest.raises(DecisionError, match=words):
        read_examples(text, "g.csv")
