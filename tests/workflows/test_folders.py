"""The process folders are complete: names in three languages, letters in two, forms with examples, checks clean."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine import bundle as bundles
from engine.bundle import Bundle
from engine.drawing import read
from engine.example import read_examples
from engine.feel import compile as feel
from engine.law import LAW
from forms.form import Form
from tasks.check import check_paths
from tasks.published import codes
from tests.workflows.folders import WORKFLOWS, definitions, drawn, folders

NAMED = ("userTask", "startEvent", "endEvent", "intermediateCatchEvent", "receiveTask", "boundaryEvent", "callActivity",
         "sendTask", "businessRuleTask", "scriptTask", "subProcess")  # fmt: skip
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
FORMS = [(bundle, name) for bundle in drawn() for name in bundle.forms]


def by_id(bundle: Bundle) -> str:
    return bundle.process


def test_the_check_finds_nothing_and_reads_every_folder_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every folder lies beside all the others: reading them anew for each would grow with their square."""
    reads: list[str] = []
    inspect = bundles.inspect

    def counted(source: Path | bytes) -> Bundle:
        reads.append(str(source))
        return inspect(source)

    monkeypatch.setattr(bundles, "inspect", counted)
    checked = check_paths([WORKFLOWS])
    assert sorted(reads) == sorted(str(folder.parent) for folder in WORKFLOWS.resolve().glob("*/process.toml"))
    assert [f"{r.path}: {f.message}" for r in checked.reports for f in r.findings] == []
    assert [f"{r.path}: {w.message}" for r in checked.reports for w in r.rewrites] == []
    assert {bundle.process for bundle, _ in checked.built} == {bundle.process for bundle in drawn()}


@pytest.mark.parametrize("bundle", drawn(), ids=by_id)
def test_every_element_that_people_see_has_a_swedish_and_an_english_name(bundle: Bundle) -> None:
    assert bundle.bpmn is not None
    nodes = read(bundle.bpmn, file=bundle.process).nodes.values()
    wanted = [node.id for node in nodes if node.kind in NAMED and node.name]
    texts = bundle.labels.elements
    assert not [id for id in wanted if not (texts.get(id, {}).get("sv") and texts.get(id, {}).get("en"))]


@pytest.mark.parametrize("bundle", drawn(), ids=by_id)
def test_every_user_task_message_and_end_is_named(bundle: Bundle) -> None:
    assert bundle.bpmn is not None
    nodes = read(bundle.bpmn, file=bundle.process).nodes.values()
    assert not [node.id for node in nodes if node.kind in ("userTask", "endEvent", "callActivity") and not node.name]
    messages = {node.message for node in nodes if node.message}
    assert not [id for id in messages if set(bundle.labels.messages.get(id, {})) < {"fi", "sv", "en"}]


@pytest.mark.parametrize("bundle", drawn(), ids=by_id)
def test_an_instruction_is_there_in_every_language_or_in_none(bundle: Bundle) -> None:
    assert bundle.bpmn is not None
    nodes = read(bundle.bpmn, file=bundle.process).nodes.values()
    told = [node.id for node in nodes if node.kind == "userTask" and node.documentation]
    texts = bundle.labels.elements
    assert not [id for id in told if not {"instruction_sv", "instruction_en"} <= set(texts.get(id, {}))]


@pytest.mark.parametrize("bundle", drawn(), ids=by_id)
def test_every_letter_has_a_name_of_its_own_in_three_languages(bundle: Bundle) -> None:
    assert bundle.bpmn is not None
    nodes = read(bundle.bpmn, file=bundle.process).nodes.values()
    sending = [node.id for node in nodes if "letter" in node.attributes]
    texts = bundle.labels.elements
    assert not [id for id in sending if not {"letter_fi", "letter_sv", "letter_en"} <= set(texts.get(id, {}))]


def test_every_outcome_has_a_name_in_three_languages() -> None:
    for process, definition in definitions().items():
        names = folders()[process].labels.outcomes
        assert not [end for end in definition.main_ends if not {"fi", "sv", "en"} <= set(names.get(end, {}))]


@pytest.mark.parametrize("bundle", drawn(), ids=by_id)
def test_every_letter_is_written_in_finnish_and_swedish_and_sent_by_the_diagram(bundle: Bundle) -> None:
    assert bundle.bpmn is not None
    nodes = read(bundle.bpmn, file=bundle.process).nodes.values()
    sent = {value for node in nodes for key, value in node.attributes.items() if key == "letter"}
    assert set(bundle.letters) == {(name, language) for name in sent for language in ("fi", "sv")}


@pytest.mark.parametrize(("bundle", "name"), FORMS, ids=[f"{bundle.process}/{name}" for bundle, name in FORMS])
def test_a_form_has_three_languages_and_a_valid_example(bundle: Bundle, name: str) -> None:
    definition = bundle.forms[name]
    # Form.load refuses a form whose example is not a valid answer
    Form.load(definition, file=name, compile=feel, codes=codes(bundle, folders()[LAW]))
    assert definition["x-example"]
    assert not [place for place, part in titled(definition) if not _translated(part)]


def titled(form: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The form and every field in it, groups' own fields too."""
    yield place, form
    for name, field in form.get("properties", {}).items():
        yield from titled(field.get("items", field) | {"x-i18n": field.get("x-i18n"), "title": field.get("title")},
                          f"{place}/{name}")  # fmt: skip


def _translated(part: Mapping[str, Any]) -> bool:
    texts = part["x-i18n"] or {}
    return bool(part["title"]) and all(texts.get(language, {}).get("title") for language in ("sv", "en"))


@pytest.mark.parametrize("bundle", [bundle for bundle in drawn() if bundle.decisions], ids=by_id)
def test_every_row_of_a_table_decides_a_worked_example(bundle: Bundle) -> None:
    for name, decisions in bundle.decisions.items():
        examples = read_examples(bundle.files[f"{name}.csv"].decode())
        decided = {match.row for each in examples for match in decisions.evaluate_outputs(name, each.inputs)[1]}
        rows = ElementTree.fromstring(bundle.files[f"{name}.dmn"]).iter(f"{DMN}rule")
        assert decided == set(range(1, 1 + sum(1 for _ in rows))), name
