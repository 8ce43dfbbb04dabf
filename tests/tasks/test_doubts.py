"""Everything that a folder marks as uncertain is listed with its file, its key and its value."""

from __future__ import annotations

from tasks.doubts import doubts
from tests.workflows.folders import folders


def test_doubts_are_found_in_every_kind_of_file() -> None:
    files = {doubt.file for doubt in doubts(folders()["pay_subsidy"])}
    assert {"process.toml", "deadlines.toml", "parameters.toml", "eligibility.dmn"} <= files
    assert "forms/prepare_decision.json" in files
    assert "codes/contact_channels.toml" in {doubt.file for doubt in doubts(folders()["law"])}


def test_a_doubt_has_its_value_and_its_words_in_every_language() -> None:
    found = {(doubt.file, doubt.key): doubt for doubt in doubts(folders()["pay_subsidy"])}
    kept = found["process.toml", "retention"]
    assert kept.value == 10
    assert set(kept.texts) == {"fi", "sv", "en"}
    assert found["eligibility.dmn", "R16_interruption"].value is None


def test_every_folder_tells_its_doubts_in_every_language() -> None:
    told = [doubt for bundle in folders().values() for doubt in doubts(bundle)]
    assert told
    assert [doubt for doubt in told if set(doubt.texts) != {"fi", "sv", "en"}] == []
