"""What a drawing tool changed reaches the stored file, and nothing else of what the tool wrote anew does."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from lxml import etree

from engine.diagram import Diagram
from engine.drawing import read
from engine.errors import EngineError, RedrawError, XmlError
from engine.notation import BPMN
from engine.redraw import (
    AddNode,
    Bend,
    Change,
    Connect,
    Move,
    Remove,
    Rename,
    SetText,
    carry_over,
    redraw,
)  # fmt: skip
from tests.engine.exporting import TOOLS, export
from tests.workflows.folders import drawn

FOLDERS = [bundle for bundle in drawn() if bundle.bpmn is not None and len(bundle.bpmn) < 60_000]


def anew(data: bytes) -> bytes:
    """A drawing as a tool writes it after opening it: other prefixes and quotes, no comments, no foreign words."""
    root = etree.fromstring(data)
    etree.strip_tags(root, etree.Comment)
    for extensions in list(root.iter(f"{BPMN}extensionElements")):
        for child in list(extensions):
            if not child.tag.startswith("{urn:asiavirta"):
                extensions.remove(child)
        if not len(extensions):
            extensions.getparent().remove(extensions)  # type: ignore[union-attr]
    for element in root.iter("{*}*"):
        if element.get("cancelActivity") == "true":
            del element.attrib["cancelActivity"]
    text = etree.tostring(root, encoding="unicode")
    return re.sub(r"(</?|xmlns:|type=\")bpmn(?=[:=])", r"\1semantic", text).encode()


def said(data: bytes) -> Diagram:
    """What a drawing means, without the lines on which it says so."""
    found = read(data, file="x")
    nodes = {id: replace(node, line=None) for id, node in found.nodes.items()}
    return replace(found, nodes=nodes, flows=tuple(sorted((replace(f, line=None) for f in found.flows), key=str)))


def one_change(data: bytes, dice: random.Random, number: int) -> Change:
    """A change that somebody could make with a tool."""
    found = read(data, file="x")
    node, flow = dice.choice(list(found.nodes.values())), dice.choice(found.flows)
    beside = [other for other in found.nodes.values() if other.parent == node.parent]
    new = f"new_{number}"
    ways: list[Change] = [
        Rename(node.id, f'Nimi "{number}" & <muut>'),
        Rename(flow.id, f"tie {number}"),
        SetText(node.id, "documentation", f"Ohje {number}"),
        SetText(flow.id, "conditionExpression", f"a < {number}"),
        AddNode(new, "userTask", node.parent or found.process, 10, 20, 100, 80, name="Uusi", lane=node.lane),
        Connect(new, node.id, dice.choice(beside).id, ((1, 2), (3, 4), (5, 6)), name="tie", condition="b = 1"),
        Move(node.id, 1234, 567.5),
        Bend(flow.id, ((1, 1), (2, 2), (3, 3), (4, 4), (5, 5))),
        Remove(node.id),
        Remove(flow.id),
    ]
    return dice.choice(ways)


@pytest.mark.parametrize("seed", range(30))
def test_random_changes_of_a_tool_are_carried_over_and_mean_the_same(seed: int) -> None:
    dice = random.Random(seed)
    stored = dice.choice(FOLDERS).bpmn or b""
    opened = anew(stored)
    now = opened
    for number in range(dice.randint(1, 6)):
        now = redraw(now, [one_change(now, dice, number)], file="x")
    result = carry_over(stored, opened, now, file="x")
    assert said(result) == said(now)
    assert carry_over(result, now, now, file="x") == result
    back = carry_over(result, now, opened, file="x")
    assert said(back) == said(stored)


@pytest.mark.parametrize("tool", TOOLS)
def test_opening_and_saving_changes_nothing_whatever_the_tool_lost(tool: str) -> None:
    data = export(tool)
    assert carry_over(data, anew(data), anew(data), file="x") == data


def test_a_renamed_step_is_one_changed_line_though_the_tool_wrote_everything_anew() -> None:
    stored = next(bundle.bpmn for bundle in FOLDERS if bundle.process == "supplement_request") or b""
    stored = stored.replace(b"    <bpmn:userTask", b"    <!-- drawn by hand -->\n    <bpmn:userTask", 1)
    opened = anew(stored)
    result = carry_over(stored, opened, redraw(opened, [Rename("write_request", "Toinen nimi")], file="x"), file="x")
    gone = [line for line in stored.splitlines() if line not in result.splitlines()]
    come = [line for line in result.splitlines() if line not in stored.splitlines()]
    assert (len(gone), len(come)) == (1, 1)
    assert b"<!-- drawn by hand -->" in result


def test_foreign_words_stay_on_a_step_that_moves_into_a_sub_process_and_becomes_another_kind() -> None:
    stored = export("camunda_7")
    opened = anew(stored)
    task = next(node.id for node in read(stored, file="x").nodes.values() if node.kind == "userTask")
    root = etree.fromstring(opened)
    step = next(element for element in root.iter(f"{BPMN}userTask") if element.get("id") == task)
    around = step.getparent()
    assert around is not None
    sub = etree.SubElement(around, f"{BPMN}subProcess", id="sub")
    sub.append(step)
    step.tag = f"{BPMN}manualTask"
    result = carry_over(stored, opened, etree.tostring(root), file="x")
    node = read(result, file="x").nodes[task]
    assert (node.kind, node.parent) == ("manualTask", "sub")
    own = re.search(rb'<bpmn:userTask id="%s".*?</bpmn:userTask>' % task.encode(), stored, re.DOTALL)
    assert own is not None
    kept = re.findall(rb'camunda:\w+="[^"]*"', own[0])
    assert kept
    assert all(word in result for word in kept)


@pytest.mark.parametrize(
    "hostile",
    [b"", b"<a", b"<html/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<a>" * 300, "Ä".encode("utf-16"), b"\x00"],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_no_drawing_is_refused_with_a_sentence(hostile: bytes, place: int) -> None:
    sent = [export("bpmn_io")] * 3
    sent[place] = hostile
    with pytest.raises(XmlError, match="x: "):
        carry_over(*sent, file="x")


def test_a_change_that_finds_no_place_is_refused_and_nothing_is_written() -> None:
    stored = export("bpmn_io")
    opened = stored.replace(b"</bpmn:process>", b'<bpmn:task id="elsewhere"/></bpmn:process>')
    with pytest.raises(RedrawError, match="elsewhere"):
        carry_over(stored, opened, redraw(opened, [Rename("elsewhere", "x")], file="x"), file="x")


def test_a_text_around_parts_is_not_written_over() -> None:
    part = b"<bpmn:documentation>a<b xmlns='urn:x'/></bpmn:documentation>"
    stored = export("bpmn_io").replace(b'name="Tarkista hakemus">', b'name="Tarkista hakemus">' + part)
    opened = stored.replace(part, b"<bpmn:documentation>a</bpmn:documentation>")
    with pytest.raises(EngineError, match="documentation"):
        carry_over(stored, opened, opened.replace(b">a</bpmn:doc", b">b</bpmn:doc"), file="x")
