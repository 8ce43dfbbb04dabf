"""process.toml and labels.toml are read whole or with findings."""

from __future__ import annotations

from engine.manifest import read_labels, read_manifest
from engine.table import Findings

GOOD = """
id = "grant"
kind = "process"
owner = "olga"
prefix = "GR"
[name]
fi = "Tuki"
sv = "Stöd"
en = "Grant"
[lanes.officer]
role = "grant_officer"
[lanes.employer]
outside = true
[parties.employer]
kind = "organisation"
principal = true
name = {fi = "työnantaja", sv = "arbetsgivare", en = "employer"}
[acts]
decision = "national"
[starts]
messages = ["application"]
"""


def findings_of(text: str) -> list[str]:
    findings = Findings("process.toml")
    read_manifest(text.encode(), findings)
    return [finding.message for finding in findings]


def test_a_good_manifest_has_no_findings() -> None:
    findings = Findings("process.toml")
    manifest = read_manifest(GOOD.encode(), findings)
    assert not findings
    assert (manifest.principal_role, manifest.lanes["officer"].role) == ("employer", "grant_officer")


def test_the_principal_customer_is_no_role_of_several() -> None:
    assert (
        "of whom there is one" in findings_of(GOOD.replace("principal = true", "principal = true\nseveral = true"))[0]
    )


def test_a_letter_goes_to_a_role_of_one() -> None:
    witness = '[parties.witness]\nkind = "person"\nseveral = true\nname = {fi = "a", sv = "b", en = "c"}\n'
    assert "a letter has one recipient" in findings_of(f'{GOOD}\n{witness}[letters.call]\nto = "witness"\n')[0]


def test_exactly_one_party_is_the_principal_customer() -> None:
    assert "exactly one party" in findings_of(GOOD.replace("principal = true", "principal = false"))[0]


def test_a_lane_is_either_a_role_or_outside() -> None:
    assert "either a work role or outside" in findings_of(GOOD.replace('role = "grant_officer"', ""))[0]


def test_an_act_is_national_or_here() -> None:
    assert "'abroad', expected one of national, here" in findings_of(GOOD.replace('"national"', '"abroad"'))[0]


def test_an_output_that_is_not_feel_is_shown_with_its_place() -> None:
    text = GOOD.replace('"process"', '"part"') + "[outputs]\nx = '1 +'\n"
    assert "outputs.x" in findings_of(text)[0]


def test_labels_need_every_language() -> None:
    findings = Findings("labels.toml")
    read_labels(b'[outcomes.paid]\nfi = "Maksettu"\nsv = "Utbetald"\n', findings)
    assert findings[0].message == "outcomes.paid has no 'en'"
