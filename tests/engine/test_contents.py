"""All that a file contains is listed, whether it runs or not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.contents import contents
from engine.errors import XmlError
from tests.engine.exporting import export

MIWG = Path(__file__).resolve().parents[2] / ".." / "shared" / "miwg"


def test_a_process_is_listed_with_its_pool_lanes_elements_flows_and_notes() -> None:
    (process,) = contents(export("signavio"), file="x").processes
    assert (process.id, process.executable, process.pool) == ("sid-pr01", False, "sid-p001")
    assert [(node.kind, node.id, node.lane) for node in process.nodes] == [
        ("startEvent", "sid-e001", "sid-l001"), ("task", "sid-t001", "sid-l001"), ("endEvent", "sid-e002", "sid-l001"),
    ]  # fmt: skip
    assert process.nodes[1].name == "Check\nthe claim"
    assert dict(process.flows[0].facts) == {"sourceRef": "sid-e001", "targetRef": "sid-t001"}
    (note, _) = contents(export("bpmn_io"), file="x").processes[0].artifacts
    assert (note.kind, note.name) == ("textAnnotation", "Laki 380/2023")


def test_black_boxes_messages_and_foreign_words_are_listed() -> None:
    found = contents(export("signavio"), file="x")
    assert [(pool.name, "processRef" in pool.facts) for pool in found.pools] == [("Office", True), ("Customer", False)]
    (flow,) = found.beside["message_flows"]
    assert (flow.facts["sourceRef"], flow.facts["targetRef"]) == ("sid-p002", "sid-t001")
    assert found.extensions == {"http://www.signavio.com": 3}
    assert contents(export("aris"), file="x").beside["messages"][0].name == "Claim"


def test_data_is_listed_with_what_it_refers_to() -> None:
    found = contents(export("visual_paradigm"), file="x")
    data = {entry.kind: entry for entry in found.processes[0].data}
    assert data["dataStoreReference"].facts["dataStoreRef"] == found.beside["data_stores"][0].id
    assert (data["dataInputAssociation"].facts["sourceRef"], data["dataInputAssociation"].parent) == (
        "dsr.1", "Bx1vb3aD.AUAChUC",
    )  # fmt: skip


def test_conditions_and_events_are_listed() -> None:
    flows = {flow.id: flow for flow in contents(export("bizagi"), file="x").processes[0].flows}
    assert flows["Id_f3"].facts["condition"] == 'The reply came & it is "complete"'
    assert contents(export("aris"), file="x").processes[0].nodes[0].events == ("message",)


def test_what_is_no_bpmn_has_no_contents() -> None:
    with pytest.raises(XmlError, match="expected BPMN 2"):
        contents(b"<a/>", file="x")


# nodes, flows, data, lanes, pools, messages and message flows of each reference diagram
COUNTS = {
    "A.1.0": (5, 4, 0, 0, 0, 0, 0),
    "A.2.0": (8, 9, 0, 0, 0, 0, 0),
    "A.3.0": (10, 8, 0, 0, 0, 0, 0),
    "A.4.0": (17, 13, 0, 2, 1, 2, 2),
    "B.1.0": (29, 26, 7, 2, 2, 2, 2),
    "C.1.0": (21, 20, 0, 4, 2, 1, 5),
    "C.4.0": (40, 41, 30, 2, 4, 0, 0),
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_reference_diagram_is_listed_in_full(name: str) -> None:
    if not MIWG.is_dir() and os.environ.get("CI") != "true":
        pytest.skip("no reference diagrams beside the project (../shared/miwg)")
    found = contents((MIWG / f"{name}.bpmn").read_bytes(), file=name)
    count = [sum(len(getattr(p, key)) for p in found.processes) for key in ("nodes", "flows", "data", "lanes")]
    beside = [len(found.beside.get(key, ())) for key in ("messages", "message_flows")]
    assert (*count, len(found.pools), *beside) == COUNTS[name]
