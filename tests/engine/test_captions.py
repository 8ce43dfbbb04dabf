"""The words of a drawing are replaced by element id, and nothing else in it."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from engine import captions
from engine.bundle import Bundle
from engine.manifest import Labels
from tests.workflows.folders import drawn, folders

PART = folders()["pay_subsidy"]
DRAWING = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:x="urn:x"><!-- kept -->
  <collaboration id="c"><participant id="pool" name="Altaat" processRef="p"/></collaboration>
  <process id="p" name="P"><userTask id="a" name="Tarkista&#10;hakemus" x:name="oma"/><userTask id="b" name="Muu"/>
  <textAnnotation id="n"><text>Huomio</text></textAnnotation><sequenceFlow id="f" name="ei"/></process>
  <di:BPMNDiagram><di:BPMNPlane bpmnElement="c"><di:BPMNShape bpmnElement="pool"/><di:BPMNShape bpmnElement="a"/>
  <di:BPMNShape bpmnElement="n"/><di:BPMNEdge bpmnElement="f"/></di:BPMNPlane></di:BPMNDiagram></definitions>"""


def bare(data: bytes) -> bytes:
    """A drawing without the words that a picture shows."""
    root = etree.fromstring(data)
    for element in root.iter("{http://www.omg.org/spec/BPMN/20100524/MODEL}*"):
        element.attrib.pop("name", None)
        if element.tag.endswith("}textAnnotation"):
            element[0].text = None
    written: bytes = etree.tostring(root, method="c14n")
    return written


def test_what_is_drawn_is_read_from_shapes_lines_and_notes() -> None:
    found = {id: caption.text for id, caption in captions.drawn(DRAWING, file="x").items()}
    assert found == {"pool": "Altaat", "a": "Tarkista hakemus", "n": "Huomio", "f": "ei"}


def test_only_the_words_change() -> None:
    told = captions.rename(DRAWING, {"a": "Granska", "n": "Obs", "f": "nej"}, file="x")
    assert {caption.text for caption in captions.drawn(told, file="x").values()} == {"Altaat", "Granska", "Obs", "nej"}
    assert b'x:name="oma"' in told
    assert b"<!-- kept -->" in told
    assert bare(told) == bare(DRAWING)


def test_every_text_of_every_drawing_is_told_in_swedish_and_english() -> None:
    for bundle in drawn():
        assert bundle.bpmn is not None
        shown = captions.drawn(bundle.bpmn, file=bundle.process)
        for language in ("sv", "en"):
            assert shown.keys() <= captions.names(bundle, language).keys(), bundle.process


def test_the_pool_of_the_process_has_the_name_of_the_process_and_a_message_that_of_its_label() -> None:
    names = captions.names(PART, "sv")
    assert names["pay_subsidy_pool"] == "Lönesubvention"
    assert names["application"] == PART.labels.messages["application"]["sv"]


def test_a_text_without_a_label_and_a_label_without_an_element_are_found() -> None:
    labels = {**PART.labels.elements, "gone": {"sv": "borta", "en": "gone"}}
    labels.pop("check_completeness")
    changed: Bundle = replace(PART, labels=Labels(elements=labels))
    found = {(finding.rule, finding.element) for finding in captions.check(changed)}
    assert found == {("label-language", "check_completeness"), ("label-unknown", "gone")}
