"""What a drawing for readers leaves out is stood in for on demand, each time in words, and only there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine import lint, standin
from tests.engine.drawing import boundary, drawing, flow, flows, tasks, timer
from tests.engine.exporting import TOOLS, export
from tests.engine.test_lint import BROKEN, CHOICE, END, OK, START, catching

MIWG = Path(__file__).resolve().parents[2] / ".." / "shared" / "miwg"
DIAGRAMS = ("A.1.0", "A.2.0", "A.3.0", "A.4.0", "B.1.0", "C.1.0", "C.4.0")


def stood_in(body: str, messages: tuple[str, ...] = ()) -> dict[str, list[str]]:
    rewrites, findings = standin.check(drawing(body, messages=messages), "x.bpmn")
    assert [finding.message for finding in findings if finding.severity == "error"] == []
    told: dict[str, list[str]] = {}
    for rewrite in rewrites:
        if rewrite.message.startswith("stand-in: "):
            told.setdefault(rewrite.element, []).append(rewrite.message.removeprefix("stand-in: "))
    return told


@pytest.mark.parametrize("rule", sorted(set(BROKEN) - {"not-read"}))
def test_every_drawing_that_a_rule_refuses_can_be_stood_in_for(rule: str) -> None:
    refused = any(f.severity == "error" for f in lint.check(drawing(BROKEN[rule]), "x.bpmn")[1])
    assert bool(stood_in(BROKEN[rule])) == refused


def test_a_sound_drawing_needs_no_stand_in() -> None:
    assert stood_in(OK) == {}


def test_missing_conditions_become_choices() -> None:
    body = START + CHOICE + tasks("a", "b") + END + flows("s > g > a > e", "b > e") + flow("g", "b", "when it rains")
    assert stood_in(body) == {
        "g_to_a": ["the flow is a choice"],
        "g_to_b": ["the condition 'when it rains' is a choice"],
    }


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("<timerEventDefinition/>", "the timer goes off after one day"),
        ("<messageEventDefinition/>", "waits for a message of its own, named 'x'"),
        ("<signalEventDefinition/>", "means the signal without a name"),
        ("", "the unnamed event is supplied from outside, as a message"),
    ],
)
def test_an_event_that_says_nothing_is_stood_in_for(event: str, words: str) -> None:
    assert stood_in(catching(event)) == {"x": [words]}


def test_what_calls_decides_or_writes_nothing_is_done_by_people() -> None:
    kinds = ("businessRuleTask", "sendTask", "callActivity", "scriptTask")
    body = START + "".join(f'<{kind} id="{kind.lower()}"/>' for kind in kinds) + END
    told = stood_in(body + flows(" > ".join(["s", *(kind.lower() for kind in kinds), "e"])))
    assert {element: words[0] for element, words in told.items()} == {
        kind.lower(): f"the <{kind}> is done by people" for kind in kinds
    }


def test_a_level_begins_at_all_that_no_flow_enters() -> None:
    inner = f'<subProcess id="sub">{tasks("b", "c")}</subProcess>'
    assert stood_in(START + inner + tasks("lonely") + END + flows("s > sub > e")) == {
        "sub": ["begins at what no flow enters: b, c"],
        "lonely": ["no flow leads here: begins with its level"],
    }


def test_an_event_on_something_that_never_waits_can_come() -> None:
    body = START + '<scriptTask id="a"><script>n = 1</script></scriptTask>' + END + flows("s > a > e", "b > e")
    assert "done by people" in stood_in(body + boundary("b", "a", timer("timeDuration", "P1D")))["b"][0]


@pytest.mark.parametrize("tool", TOOLS)
def test_the_drawing_of_every_tool_can_be_stood_in_for(tool: str) -> None:
    assert [finding for finding in standin.check(export(tool), tool)[1] if finding.severity == "error"] == []


@pytest.mark.parametrize("name", DIAGRAMS)
def test_nothing_is_left_that_stops_a_reference_diagram(name: str) -> None:
    if not MIWG.is_dir() and os.environ.get("CI") != "true":
        pytest.skip("no reference diagrams beside the project (../shared/miwg)")
    findings = standin.check((MIWG / f"{name}.bpmn").read_bytes(), name)[1]
    assert [finding.message for finding in findings if finding.severity == "error"] == []
