"""Every sentence that the engine says of a process folder is known in Finnish, Swedish and English."""

from __future__ import annotations

import ast
import copy
import pickle
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.said import Said, Worded, say
from web.i18n import LANGUAGES
from web.sentences import catalogue, tell, wordless

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "forms", "tasks", "web")
AT = {"say": 0, "fault": 2, "DefinitionFinding": 3}
"""the calls that make a sentence, and which of their arguments is its pattern"""
SAME = {
    # pattern: why it reads the same in another language
    "outputs.{name}: {reason}": "the name of a key",
    "{pointer}/x-basis: {reason}": "the name of a key",
}


def calls() -> Iterator[tuple[str, ast.expr]]:
    """Each pattern of a sentence in the code, with the place where it is said."""
    for path in sorted(each for package in PACKAGES for each in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            ours = isinstance(node.func, ast.Name) if name == "say" else path.parts[len(ROOT.parts)] == "forms"
            if name in AT and ours and len(node.args) > AT[name]:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[AT[name]]


def said() -> set[str]:
    """Every pattern that the code says."""
    return {arg.value for _, arg in calls() if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}


def names(pattern: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name}


def test_a_sentence_is_written_out_where_it_is_said() -> None:
    handed_on = {"forms/notes.py"}  # Notes.fault itself, whose callers write theirs out
    loose = [place for place, arg in calls() if not isinstance(arg, ast.Constant)]
    assert [place for place in loose if place.split(":")[0] not in handed_on] == []


def test_every_sentence_that_is_said_stands_in_the_catalogue_and_no_other() -> None:
    assert {pattern for pattern in said() if not wordless(pattern)} == set(catalogue())


@pytest.mark.parametrize("pattern", sorted(catalogue()))
def test_a_sentence_has_its_values_in_every_language(pattern: str) -> None:
    entry = catalogue()[pattern]
    assert set(entry) == set(LANGUAGES)
    assert all(names(entry[language]) == names(pattern) for language in LANGUAGES)
    assert pattern in SAME or not {entry["fi"], entry["sv"]} & {pattern}


def test_the_list_of_equal_sentences_has_only_equal_ones() -> None:
    assert all(catalogue()[pattern]["fi"] == pattern and why for pattern, why in SAME.items())


def test_a_sentence_inside_a_sentence_is_told_too() -> None:
    found = say("the end")
    sentence = say("expected a value, found {found}", found=found)
    assert sentence == "expected a value, found the end"
    assert tell(sentence, "fi") == "odotettiin arvoa, tässä on loppu"
    assert tell(sentence, "sv") == "ett värde väntades, här står slutet"
    assert tell(sentence, "en") == sentence


def test_a_value_with_words_of_its_own_and_a_kind_of_element_are_told_by_their_names() -> None:
    named = Worded({"fi": "suomeksi", "sv": "finska", "en": "Finnish"})
    assert tell(say("the name in {language}", language=named), "fi") == "nimeä suomeksi"
    assert tell(say("leaves the end event {id}", id="<userTask>"), "sv") == "utgår från slutet ”uppgift för en person”"


@pytest.mark.parametrize("again", [copy.deepcopy, lambda found: pickle.loads(pickle.dumps(found))])
def test_a_sentence_that_is_copied_or_sent_is_told_as_before(again: Callable[[Said], Said]) -> None:
    named = Worded({"fi": "suomeksi", "sv": "finska", "en": "Finnish"})
    for found in (say("leaves the end event {id}", id="a").clipped(), say("the name in {language}", language=named)):
        assert (again(found), tell(again(found), "sv")) == (found, tell(found, "sv"))


def test_what_is_no_sentence_stays_and_a_long_one_is_cut() -> None:
    assert tell("read by a program", "fi") == "read by a program"
    long = Said("no flow enters it", {}).clipped()
    assert long == "no flow enters it"
    assert len(tell(say("example {name!r}: {message}", name="x" * 900, message=""), "fi")) == 602
