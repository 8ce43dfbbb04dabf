"""`check` reads folders, zips and single files, and says what is wrong, where, whatever they hold."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from engine import bundle
from tests.web.command_line import WORKFLOWS, CommandLine

ENTITIES = "".join(f'<!ENTITY {name} "{f"&{of};" * 10}">' for of, name in zip("abcdefgh", "bcdefghi", strict=True))
HOSTILE = {
    "no.bpmn": b"hello",
    "empty.bpmn": b"",
    "noise.bpmn": bytes(range(256)),
    "doctype.bpmn": b'<!DOCTYPE d SYSTEM "http://127.0.0.1:1/d.dtd"><definitions/>',
    "entity.bpmn": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><definitions>&x;</definitions>',
    "laughs.bpmn": f'<!DOCTYPE d [<!ENTITY a "ha">{ENTITIES}]><definitions>&i;</definitions>'.encode(),
    "long.bpmn": b"<definitions>" + b"<a/>" * 2_600_000 + b"</definitions>",
    "deep.bpmn": b"<a>" * 50_000,
    "entity.dmn": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><definitions>&x;</definitions>',
    "no.dmn": b"<definitions",
    "no.json": b"{",
    "list.json": b"[]",
    "deep.json": b"[" * 100_000,
    "kind.json": b'{"type": "object", "title": "x", "properties": {"a": {"type": "banana", "title": "a"}}}',
    "no.toml": b"a = [",
    "latin.toml": "a = 'ä'".encode("latin-1"),
    "deadlines.toml": b"[late]\nlaw = 3\n",
    "parameters.toml": b"[cap]\nrows = [{from = 2025-02-30, value = 1}]\n",
    "no.zip": b"PK",
    "letter.txt": b"hello",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_unusable_file_is_a_finding(cli: CommandLine, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name])
    (file,) = cli.ask("check", tmp_path / name, status=1)["files"]
    assert not file["ok"]
    assert all(set(found) == {"rule", "severity", "element", "line", "message"} for found in file["findings"])
    assert all(len(found["message"]) < 600 for found in file["findings"])


def packed(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return path


def test_a_zip_that_reaches_out_of_its_folder_is_refused(cli: CommandLine, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("../escaped", "x")
    assert "outside its folder" in cli("check", tmp_path / "out.zip", status=1).out


def test_a_zip_that_grows_beyond_measure_is_not_unpacked(cli: CommandLine, tmp_path: Path) -> None:
    packed(tmp_path / "bomb.zip", process_dot_toml=b"x" * 30_000_000)
    assert "30000000 bytes" in cli("check", tmp_path / "bomb.zip", status=1).out


def test_what_is_not_there_is_wrong_usage(cli: CommandLine, tmp_path: Path) -> None:
    assert "does not exist" in cli.refused("check", tmp_path / "nowhere")
    assert "PATHS" in cli.refused("check")


def test_a_folder_without_a_process_is_a_finding(cli: CommandLine, tmp_path: Path) -> None:
    assert "has no process.toml" in cli("check", tmp_path, status=1).out


def test_a_story_that_cannot_be_played_is_a_finding(cli: CommandLine, payment: Path) -> None:
    story = payment / "stories" / "national_one_day.toml"
    story.write_text(story.read_text().replace("start = ", "begin = ", 1))
    (file,) = cli.ask("check", story, status=1)["files"]
    assert "begin" in file["findings"][0]["message"]


@pytest.fixture
def payment(tmp_path: Path) -> Path:
    """A copy of the folders in which one may break things."""
    shutil.copytree(WORKFLOWS, tmp_path / "workflows")
    return tmp_path / "workflows" / "payment"


@pytest.mark.parametrize(
    ("file", "before", "after", "rule"),
    [
        ("payment.bpmn", 'calledElement="decision"', 'calledElement="nowhere"', "part-unknown"),
        ("payment.bpmn", "check_lateness.late = false", "check_lateness.late = ", ""),
        ("timeliness.dmn", "<text>true</text>", "<text>maybe(</text>", "decision"),
        ("deadlines.toml", 'roll = "target"', 'roll = "sideways"', "toml"),
        ("parameters.toml", None, "[x]\nrows = 3\n", "toml"),
        ("labels.toml", None, "[elements", "toml-syntax"),
        ("process.toml", 'kind = "part"', 'kind = "piece"', "toml"),
        ("forms/check_payment.json", '"x-kind": "money"', '"x-kind": "gold"', "form"),
        ("stories/national_one_day.toml", "start = ", "begin = ", "story"),
    ],
)
def test_a_fault_in_a_folder_names_its_file(
    cli: CommandLine, payment: Path, file: str, before: str | None, after: str, rule: str
) -> None:
    text = (payment / file).read_text() if before is not None else ""
    assert before is None or before in text
    (payment / file).write_text(text.replace(before, after, 1) if before is not None else after)
    answer = cli.ask("check", payment, status=1)
    faults = {each["path"]: each["findings"] for each in answer["files"] if not each["ok"]}
    (path,) = [path for path in faults if path.endswith(file)]
    assert any(found["rule"].startswith(rule) for found in faults[path]), faults[path]


def test_the_folders_of_the_product_are_fine(cli: CommandLine) -> None:
    answer = cli.ask("check", WORKFLOWS)
    assert {bool(each["ok"]) for each in answer["files"]} == {True}
    assert {each["path"].rsplit("/", 1)[-1] for each in answer["files"]} >= {"pay_subsidy.bpmn", "deadlines.toml"}


def test_zips_that_are_checked_together_resolve_each_other(cli: CommandLine, tmp_path: Path) -> None:
    zips = []
    for folder in WORKFLOWS.iterdir():
        if (folder / "process.toml").is_file():
            zips.append(tmp_path / f"{folder.name}.zip")
            zips[-1].write_bytes(bundle.read(folder).to_zip())
    assert all(each["ok"] for each in cli.ask("check", *zips)["files"])


def test_every_file_of_a_folder_may_be_checked_alone(cli: CommandLine) -> None:
    files = [path for kind in ("*.bpmn", "*.dmn", "*.toml", "forms/*.json", "stories/s*.toml")
             for path in sorted(WORKFLOWS.glob(f"*/{kind}"))]  # fmt: skip
    answer = cli.ask("check", *files)
    assert [each["path"] for each in answer["files"] if each["findings"]] == []


def test_a_form_far_from_its_code_lists_is_only_warned_about(cli: CommandLine, tmp_path: Path) -> None:
    shutil.copy(WORKFLOWS / "arrival" / "forms" / "register.json", tmp_path)
    (file,) = cli.ask("check", tmp_path / "register.json")["files"]
    assert {found["severity"] for found in file["findings"]} == {"warning"}


def test_doubts_are_listed_with_file_key_value_and_doubt(cli: CommandLine) -> None:
    doubts = cli.ask("check", WORKFLOWS / "pay_subsidy", "--doubts")["doubts"]
    assert all(set(doubt) == {"file", "key", "value", "doubt"} for doubt in doubts)
    assert any("2 770" in doubt["doubt"] and doubt["key"].startswith("cap_87") for doubt in doubts)


def test_a_process_is_described_for_scripts(cli: CommandLine) -> None:
    (process,) = cli.ask("check", WORKFLOWS / "pay_subsidy", "--describe")["processes"]
    assert (process["process"], process["number"]) == ("pay_subsidy", "P08")
    assert {"prepare_decision", "assess_candidate"} <= {task["id"] for task in process["tasks"]}
    assert "application" in {message["id"] for message in process["messages"]}
    assert {"paid", "refused"} <= {outcome["id"] for outcome in process["outcomes"]}
    assert {"eligibility", "variant", "amount"} == {decision["id"] for decision in process["decisions"]}
    assert "D-PAL-07" in {deadline["law"] for deadline in process["deadlines"]}
    assert set(process["calls"]) == {
        "arrival", "supplement_request", "hearing", "decision", "payment", "interruption", "change_notice",
        "de_minimis", "earlier_period", "withdrawal",
    }  # fmt: skip
    told = cli("check", WORKFLOWS / "pay_subsidy", "--describe", "--doubts").out
    assert "outcome paid" in told


def test_a_local_copy_that_lies_alone_is_compared_with_the_product_s_own_folder(
    cli: CommandLine, tmp_path: Path
) -> None:
    base = bundle.inspect(WORKFLOWS / "hearing")
    for name in ("law", "codes", "letters", "hearing"):
        shutil.copytree(WORKFLOWS / name, tmp_path / name)
    manifest = tmp_path / "hearing" / "process.toml"
    text = f'base = "hearing@{base.hash[:12]}"\n' + manifest.read_text()
    manifest.write_text(text)
    assert all(file["ok"] for file in cli.ask("check", tmp_path / "hearing")["files"])
    manifest.write_text(text.replace('"facts", "evidence", "reply_by", "consequence"', '"facts", "reply_by"'))
    out = cli("check", tmp_path / "hearing", status=1).out
    assert "the letter hearing need not have the part 'evidence'; the base requires it [copy-removed]" in out


def test_findings_are_told_in_the_language_that_is_asked_for(cli: CommandLine, tmp_path: Path) -> None:
    drawing = tmp_path / "odd.bpmn"
    drawing.write_text("<definitions/>", encoding="utf-8")
    told = {lang: cli("check", drawing, "--lang", lang, status=1).out for lang in ("fi", "sv", "en")}
    assert "odotettiin BPMN 2.0 -määrittelyjä" in told["fi"]
    assert "BPMN 2.0-definitioner väntades" in told["sv"]
    assert "expected BPMN 2.0 definitions" in told["en"]
    assert cli("check", drawing, status=1).out == told["en"]
    (file,) = cli.ask("check", drawing, "--lang", "fi", status=1)["files"]
    assert "odotettiin" in file["findings"][0]["message"]
