"""A change to a stored drawing touches nothing else: not a quote, a comment, a line end or a foreign word."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from engine import lint
from engine.contents import contents
from engine.drawing import read
from engine.errors import EngineError, RedrawError
from engine.redraw import (
    AddNode,
    Bend,
    Change,
    Connect,
    Move,
    PutInLane,
    Reconnect,
    Remove,
    Rename,
    Resize,
    SetAttribute,
    SetText,
    redraw,
)  # fmt: skip
from tests.engine.exporting import TOOLS, export

MIWG = Path(__file__).resolve().parents[2] / ".." / "shared" / "miwg"
OURS = Path(__file__).resolve().parents[2] / "workflows"
REFERENCES = ("A.1.0", "A.2.0", "A.3.0", "A.4.0", "B.1.0", "C.1.0", "C.4.0")


def changed(data: bytes, *changes: Change) -> tuple[list[bytes], list[bytes]]:
    """The lines that went and the lines that came."""
    before, after = data.splitlines(keepends=True), redraw(data, changes, file="x").splitlines(keepends=True)
    return [line for line in before if line not in after], [line for line in after if line not in before]


def ids(data: bytes) -> list[str]:
    return [node.id for process in contents(data, file="x").processes for node in process.nodes]


@pytest.mark.parametrize("tool", TOOLS)
def test_renaming_a_label_changes_one_line_and_back_again_none(tool: str) -> None:
    data = export(tool)
    for id in ids(data):
        name = read(data, file="x").nodes[id].name
        gone, come = changed(data, Rename(id, "Päätä \"tämä\" & <se>\n'heti'"))
        assert (len(gone), len(come)) == (1, 1)
        there = redraw(data, [Rename(id, "Päätä \"tämä\" & <se>\n'heti'")], file="x")
        assert read(there, file="x").nodes[id].name == "Päätä \"tämä\" & <se>\n'heti'"
        had = re.search(rb"[\s]name=", gone[0]) is not None
        back = [Rename(id, name)] if had else [SetAttribute(id, "name", None)]
        assert redraw(there, back, file="x") == data or "\n" in name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "iso-8859-1"])
def test_the_encoding_stays_and_holds_every_letter(encoding: str) -> None:
    declared = encoding.removesuffix("-be").removesuffix("-sig")
    text = re.sub(r"encoding='[^']*'", f"encoding='{declared}'", export("aris").decode())
    data = (("\ufeff" if encoding == "utf-16-be" else "") + text).encode(encoding)
    there = redraw(data, [Rename("AC_1", "Ratkaise ž€")], file="x")
    assert read(there, file="x").nodes["AC_1"].name == "Ratkaise ž€"
    assert redraw(there, [Rename("AC_1", "Decide")], file="x") == data


def test_line_ends_and_comments_stay() -> None:
    data = export("visual_paradigm")
    there = redraw(data, [SetText("Bx1vb3aD.AUAChUC", "documentation", "Katso ensin")], file="x")
    assert there.count(b"\r\n") == there.count(b"\n") == data.count(b"\n") + 1
    assert b"<!-- exported -->" in there


def test_a_text_in_cdata_stays_in_cdata_and_others_are_escaped() -> None:
    assert changed(export("bizagi"), SetText("Id_f3", "conditionExpression", 'a < 1 and b = "x"'))[1] == [
        b'      <conditionExpression><![CDATA[a < 1 and b = "x"]]></conditionExpression>\n'
    ]
    there = redraw(export("camunda_7"), [SetText("yes", "conditionExpression", "a < 1")], file="x")
    assert b">a &lt; 1</bpmn:conditionExpression>" in there


def test_a_text_is_made_where_it_belongs_and_taken_out_again() -> None:
    data = export("bpmn_io")
    change = SetText("Activity_1", "documentation", "Katso & päätä")
    assert changed(data, change) == (
        [],
        ["      <bpmn:documentation>Katso &amp; päätä</bpmn:documentation>\n".encode()],
    )
    assert redraw(data, [change, SetText("Activity_1", "documentation", "")], file="x") == data
    timed = redraw(data, [SetText("StartEvent_1", "timerEventDefinition/timeDuration", "P3D")], file="x")
    assert read(timed, file="x").nodes["StartEvent_1"].events[0].text == "P3D"


def test_an_attribute_of_ours_declares_its_namespace_once() -> None:
    changes = [SetAttribute("Activity_1", "asiavirta:form", "check"), SetAttribute("Event_1", "asiavirta:form", "b")]
    there = redraw(export("bpmn_io"), changes, file="x")
    assert read(there, file="x").nodes["Activity_1"].attributes["form"] == "check"
    assert there.count(b'xmlns:asiavirta="urn:asiavirta:bpmn:1"') == 1
    gone = redraw(there, [SetAttribute("Activity_1", "asiavirta:form", None)], file="x")
    assert read(gone, file="x").nodes["Activity_1"].attributes == {}


@pytest.mark.parametrize("tool", TOOLS)
def test_an_element_is_drawn_connected_and_taken_out_again(tool: str) -> None:
    data = export(tool)
    process = contents(data, file="x").processes[0].id
    task = next(node.id for node in read(data, file="x").nodes.values() if node.kind.lower().endswith("task"))
    add = AddNode("uusi", "userTask", process, 700, 80, 100, 80, name="Uusi")
    join = Connect("uusi_flow", task, "uusi", ((400, 120), (700, 120)), name="sitten", condition="a < 1")
    diagram = read(redraw(data, [add, join], file="x"), file="x")
    assert (diagram.nodes["uusi"].name, diagram.entering("uusi")[0].condition) == ("Uusi", "a < 1")
    back = redraw(data, [add, join, Remove("uusi")], file="x")
    assert _squeezed(back) == _squeezed(data)


def _squeezed(data: bytes) -> bytes:
    """A file without regard to whether what is empty is written with one tag or two, and to space between tags."""
    closed = re.sub(rb"<([^\s/>]+)([^<>]*[^<>/])?></\1>", rb"<\1\2/>", re.sub(rb">\s+<", b"><", data))
    return re.sub(rb"\s*/>", b"/>", closed)


def test_a_new_element_has_its_shape_lane_and_mentions() -> None:
    changes = [
        AddNode("uusi", "task", "sid-pr01", 300.5, 80, 100, 80, lane="sid-l001"),
        Connect("f", "sid-t001", "uusi", ((0, 0), (10, 0))),
    ]
    there = redraw(export("signavio"), changes, file="x")
    diagram = read(there, file="x")
    assert (diagram.nodes["uusi"].lane, diagram.entering("uusi")[0].source) == ("sid-l001", "sid-t001")
    assert b"<outgoing>f</outgoing>" in there
    drawn = redraw(export("bpmn_io"), [AddNode("u", "task", "Process_1", 300.5, 80, 100, 80)], file="x")
    assert b'<bpmndi:BPMNShape id="u_di" bpmnElement="u">\n        <dc:Bounds x="300.5" y="80"' in drawn


def test_removing_takes_flows_mentions_shapes_and_what_hangs_on_it_along() -> None:
    there = redraw(export("camunda_7"), [Remove("check")], file="x")
    assert ids(there) == ["start", "granted", "remind", "yes_end", "no_end", "reminded"]
    assert [flow.id for flow in read(there, file="x").flows] == ["yes", "no", "d"]
    there = redraw(export("bpmn_io"), [Remove("Gateway_1")], file="x")
    assert not any(word in there for word in (b"Gateway_1", b"Flow_2", b"Flow_3", b"Flow_4"))
    assert read(redraw(export("camunda_7"), [Remove("no")], file="x"), file="x").nodes["granted"].default == ""


def test_a_flow_is_led_elsewhere() -> None:
    there = redraw(export("bpmn_io"), [Reconnect("Flow_3", "Gateway_1", "Event_2", ((420, 95), (502, 170)))], file="x")
    assert [flow.id for flow in read(there, file="x").entering("Event_2")] == ["Flow_3", "Flow_4"]
    assert b"<bpmn:incoming>Flow_3</bpmn:incoming>" in there.split(b'id="Event_2"')[1]


def test_shapes_move_and_flows_bend() -> None:
    data = export("bpmn_io")
    assert changed(data, Move("Activity_1", 250, 90.5))[1] == [
        b'        <dc:Bounds x="250" y="90.5" width="100" height="80" />\n'
    ]
    assert changed(data, Resize("Activity_1", 120, 80))[1] == [
        b'        <dc:Bounds x="240" y="80" width="120" height="80" />\n'
    ]
    gone, come = changed(data, Bend("Flow_1", ((192, 121), (240, 121))))
    assert (len(gone), len(come)) == (2, 2)
    bent = redraw(data, [Bend("Flow_1", ((192, 120), (200, 130), (240, 120)))], file="x")
    assert b'<di:waypoint x="200" y="130"/>' in bent


def test_an_element_changes_its_lane() -> None:
    data = export("signavio").replace(b"</lane>", b'</lane><lane id="other" name="b"/>')
    assert read(redraw(data, [PutInLane("sid-t001", "other")], file="x"), file="x").nodes["sid-t001"].lane == "other"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Rename("gone", "x"), "found no element 'gone'"),
        (SetAttribute("Activity_1", "id", "x"), "everything refers to it"),
        (SetAttribute("Activity_1", "camunda:x", "x"), "expected a plain name or asiavirta"),
        (SetText("Activity_1", "a b", "x"), "is no part of"),
        (AddNode("Event_1", "task", "Process_1", 0, 0, 1, 1), "is taken"),
        (AddNode("9 x", "task", "Process_1", 0, 0, 1, 1), "is no id"),
        (AddNode("x", "sculpture", "Process_1", 0, 0, 1, 1), "is no kind of element"),
        (AddNode("x", "task", "Event_1", 0, 0, 1, 1), "expected a process or a sub-process"),
        (AddNode("x", "boundaryEvent", "Process_1", 0, 0, 1, 1), "hangs on an activity"),
        (AddNode("x", "boundaryEvent", "Process_1", 0, 0, 1, 1, attached_to="Event_1"), "expected an activity"),
        (Connect("x", "Flow_1", "Event_1", ((0, 0), (1, 1))), "expected an element that a flow can join"),
        (Reconnect("Activity_1", "Event_1", "Event_2", ()), "expected a sequence flow"),
        (Move("Flow_1", 0, 0), "has no BPMNShape"),
        (Resize("Activity_1", 0, 5), "expected a size"),
        (Bend("Flow_1", ((0, 0),)), "expected at least two"),
        (PutInLane("Activity_1", "Event_1"), "expected a lane"),
        (Remove("Process_1"), "which is not removed here"),
        (Rename("Activity_1", "\x00"), "would break the file"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_in_words(change: Change, words: str) -> None:
    with pytest.raises(RedrawError, match=re.escape(words)):
        redraw(export("bpmn_io"), [change], file="x.bpmn")


def test_what_is_no_drawing_is_not_changed() -> None:
    for data in (b"<a/>", b"<!DOCTYPE a><definitions/>", b""):
        with pytest.raises(EngineError):
            redraw(data, [], file="x")


@pytest.mark.parametrize("path", sorted(OURS.glob("*/*.bpmn")), ids=lambda path: path.stem)
def test_our_own_drawings_change_by_one_line(path: Path) -> None:
    data = path.read_bytes()
    for id in ids(data)[::7]:
        gone, come = changed(data, Rename(id, "Jotain muuta"))
        assert (len(gone), len(come)) == (1, 1)
    assert lint.check(redraw(data, [], file="x"), "x") == lint.check(data, "x")


@pytest.mark.parametrize("name", REFERENCES)
def test_every_element_of_a_reference_diagram_is_renamed_and_all_else_kept(name: str) -> None:
    if not MIWG.is_dir() and os.environ.get("CI") != "true":
        pytest.skip("no reference diagrams beside the project (../shared/miwg)")
    data = (MIWG / f"{name}.bpmn").read_bytes()
    there = redraw(data, [Rename(id, "Uusi") for id in ids(data)], file="x")
    before, after = contents(data, file="x"), contents(there, file="x")
    assert {node.name for process in after.processes for node in process.nodes} == {"Uusi"}
    assert (before.beside, before.diagrams, before.extensions) == (after.beside, after.diagrams, after.extensions)
    assert re.sub(rb' name="[^"]*"', b"", there) == re.sub(rb' name="[^"]*"', b"", data)


LABELLED = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI">
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="a"/><bpmn:endEvent id="b"/><bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">
    <bpmndi:BPMNEdge bpmnElement="f">
      <di:waypoint x="100" y="100"/><di:waypoint x="200" y="100"/>
      <bpmndi:BPMNLabel><dc:Bounds x="140" y="80" width="30" height="14"/></bpmndi:BPMNLabel>
    </bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


@pytest.mark.parametrize(
    ("points", "placed"),
    [
        (((100, 200), (200, 200)), b'x="140" y="180"'),
        (((100, 100), (300, 100), (300, 300)), b'x="290" y="80"'),
        (((100, 100), (100, 100)), b'x="90" y="80"'),
    ],
)
def test_the_label_of_a_flow_stays_beside_its_middle(points: tuple[tuple[float, float], ...], placed: bytes) -> None:
    bent = redraw(LABELLED, [Bend("f", points)], file="x.bpmn")
    assert b"<dc:Bounds " + placed + b' width="30" height="14"/>' in bent
