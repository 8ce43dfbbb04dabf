"""`check --law` tells for each section what carries it or why nothing does, in three languages and for scripts."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.web.command_line import WORKFLOWS, CommandLine


def copied(tmp_path: Path, *names: str) -> Path:
    for name in names:
        shutil.copytree(WORKFLOWS / name, tmp_path / name)
    shutil.copytree(WORKFLOWS / "letters", tmp_path / "letters")
    shutil.copytree(WORKFLOWS / "codes", tmp_path / "codes")
    return tmp_path


def test_each_section_has_its_state_and_what_carries_it(cli: CommandLine) -> None:
    told = cli.ask("check", "--law", WORKFLOWS / "hearing", "--language", "en")
    found = {section["citation"]: section for section in told["law"]}
    late = found["Government Decree 385/2024, section 18"]
    assert (late["state"], "pay_subsidy" in late["elsewhere"]) == ("elsewhere", True)
    assert found["Act 380/2023, section 143a"]["state"] == "explained"
    assert "private employment services" in found["Act 380/2023, section 144"]["why"]
    assert "error" not in {finding["severity"] for finding in told["law_findings"]}


def test_people_read_it_in_their_language(cli: CommandLine) -> None:
    out = cli("check", "--law", WORKFLOWS / "interruption", "--language", "sv").out
    assert "380/2023 92 §  Tillfälligt avbrott\n  interruption: " in out
    assert "interruption: tidsfrist " in out
    assert "paragrafer: " in out.splitlines()[-1]


def test_an_open_section_ends_with_status_1(cli: CommandLine, tmp_path: Path) -> None:
    folder = copied(tmp_path, "law", "hearing")
    told = cli.ask("check", "--law", folder, status=1)
    assert "380/2023 85 §" in {f["element"] for f in told["law_findings"] if f["rule"] == "law-open"}
    assert all(file["ok"] for file in told["files"])
    out = cli("check", "--law", folder, status=1).out
    assert "380/2023 85 §  Palkkatuella katettavat palkkakustannukset\n  AVOIN: " in out


def test_a_folder_without_a_law_beside_it_is_measured_by_the_house_s_own(cli: CommandLine, tmp_path: Path) -> None:
    shutil.copytree(WORKFLOWS / "interruption", tmp_path / "interruption")
    told = cli.ask("check", "--law", tmp_path / "interruption", status=1)
    assert {s["state"] for s in told["law"] if (s["act"], s["section"]) == ("380/2023", "92")} == {"carried"}


def test_without_a_folder_the_product_s_own_are_meant(cli: CommandLine) -> None:
    states = {section["state"] for section in cli.ask("check", "--law")["law"]}
    assert "open" not in states
    assert {"carried", "explained"} <= states
