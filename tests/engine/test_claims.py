"""Every row of the register that a process claims is used by a diagram, or says why it has no date."""

from __future__ import annotations

import pytest

from engine import claims
from engine.bundle import Bundle, inspect, pack
from engine.register import read_register
from engine.table import Findings
from tests.workflows.folders import folders


def read(text: str) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    findings = Findings("claims.toml")
    return claims.read_claims(text.encode(), findings), [finding.message for finding in findings]


def test_a_range_of_rows_is_each_of_them() -> None:
    assert read('P08 = ["D-PAL-01–03", "D-GEN-22"]') == (
        {"P08": ("D-PAL-01", "D-PAL-02", "D-PAL-03", "D-GEN-22")},
        [],
    )


@pytest.mark.parametrize("rows", ['["D-PAL-1"]', '["D-PAL-01-03"]', "[]", "3", "[3]"])
def test_what_is_no_row_is_an_error(rows: str) -> None:
    found, messages = read(f"P08 = {rows}")
    assert found == {}
    assert "expected ids such as 'D-PAL-01'" in messages[0]


def changed(folder: str, old: str, new: str) -> Bundle:
    files = dict(folders()[folder].files)
    text = files["deadlines.toml"].decode()
    assert old in text
    files["deadlines.toml"] = text.replace(old, new, 1).encode()
    return inspect(pack(files))


def rules(bundle: Bundle) -> dict[str, str]:
    return {finding.rule: finding.message for finding in claims.check(bundle, folders())}


def test_every_folder_uses_or_explains_what_it_claims() -> None:
    found = {name: rules(bundle) for name, bundle in folders().items()}
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_a_claimed_row_without_a_date_and_without_a_reason_is_told() -> None:
    told = rules(changed("pay_subsidy", "[untimed.D-PAL-13]", "[untimed.D-PAL-99]"))
    assert "D-PAL-13 is a row of P08 that no diagram uses; give [untimed.D-PAL-13]" in told["untimed-missing"]
    assert "untimed.D-PAL-99 is no row that P08 claims" in told["untimed-unknown"]


def test_a_reason_for_a_row_that_is_used_is_told() -> None:
    assert (
        "a diagram uses it"
        in rules(changed("pay_subsidy", "[untimed.D-PAL-13]", "[untimed.D-PAL-07]"))["untimed-stale"]
    )


def test_a_deadline_that_is_shown_on_nothing_is_not_used() -> None:
    hearing = folders()["hearing"]
    assert "D-GEN-04" in claims.timed(hearing, folders())
    aside = changed("hearing", 'shown_on = ["wait_hearing_reply", "decide_extension"]', 'shown_on = ["nowhere"]')
    files = dict(aside.files)
    files["hearing.bpmn"] = files["hearing.bpmn"].replace(b'deadline("hearing_reply")', b"today()")
    files["hearing.bpmn"] = files["hearing.bpmn"].replace(b"deadline(&quot;hearing_reply&quot;)", b"today()")
    assert "D-GEN-04" not in claims.timed(inspect(pack(files)), folders())


def test_rows_of_a_called_part_and_of_a_sent_letter_count() -> None:
    assert "D-PAL-09" in claims.timed(folders()["pay_subsidy"], folders())  # the part interruption
    assert {"D-GEN-06", "D-GEN-07"} <= claims.timed(folders()["decision"], folders())


def test_a_row_without_a_date_needs_its_texts_in_three_languages() -> None:
    findings = Findings("deadlines.toml")
    deadlines, untimed = read_register(
        b'[untimed.D-PAL-13]\nname = {fi = "a", sv = "b", en = "c"}\nodd = 1\n', findings
    )
    assert (deadlines, list(untimed)) == ({}, ["D-PAL-13"])
    assert {finding.rule for finding in findings} == {"toml-missing", "text-missing", "toml-unknown"}
