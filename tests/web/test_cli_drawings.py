"""Drawings of other tools on the command line: checked, listed, read as if executable, tried out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.exporting import TOOLS, export
from tests.web.command_line import CommandLine


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    for tool in TOOLS:
        (tmp_path / f"{tool}.bpmn").write_bytes(export(tool))
    return tmp_path


def test_a_folder_of_drawings_is_checked_file_by_file(cli: CommandLine, drawn: Path) -> None:
    files = cli("check", drawn, "--json", status=1).json["files"]
    assert [Path(file["path"]).stem for file in files] == TOOLS
    assert {Path(file["path"]).stem: file["ok"] for file in files}["flowable"]


def test_all_that_a_drawing_holds_is_listed(cli: CommandLine, drawn: Path) -> None:
    (drawing,) = cli("check", drawn / "signavio.bpmn", "--describe", "--json").json["drawings"]
    (process,) = drawing["processes"]
    assert [node["kind"] for node in process["nodes"]] == ["startEvent", "task", "endEvent"]
    assert [flow["sourceRef"] for flow in process["flows"]] == ["sid-e001", "sid-t001"]
    assert [pool["name"] for pool in drawing["pools"]] == ["Office", "Customer"]
    words = cli("check", drawn / "signavio.bpmn", "--describe").out
    assert "3 nodes, 2 flows, 1 lanes" in words
    assert "pool sid-p002 'Customer': a black box" in words


def test_a_drawing_is_read_as_if_executable_only_when_asked(cli: CommandLine, drawn: Path) -> None:
    assert not cli("check", drawn / "bpmn_io.bpmn", "--json", status=1).json["files"][0]["ok"]
    (file,) = cli("check", drawn / "bpmn_io.bpmn", "--as-executable", "--json").json["files"]
    told = {rewrite["element"]: rewrite["message"] for rewrite in file["rewrites"]}
    assert told["Flow_3"] == "stand-in: the flow 'kyllä' is a choice"


def test_a_drawing_is_tried_out_to_its_end(cli: CommandLine, drawn: Path) -> None:
    (file,) = cli("simulate", drawn / "bpmn_io.bpmn", "--json").json["files"]
    (process,) = file["processes"]
    assert (file["ended"], process["ended"], process["coverage"]["missed"]) == (True, True, [])
    assert [move["kind"] for move in process["walks"][0]["moves"]] == ["start", "complete"]
    assert "complete Activity_1 (Tarkista hakemus) → Gateway_1, Event_1" in cli("simulate", drawn).out


def test_what_cannot_be_tried_out_is_said_in_words(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "no.bpmn").write_bytes(b"<definitions/>")
    assert "expected BPMN 2.0" in cli("simulate", tmp_path / "no.bpmn", status=1).out
    assert "does not exist" in cli("simulate", tmp_path / "gone.bpmn", status=2).err
