"""Deadlines, parameters and closed days are dated rows with clear errors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.register import read_calendar, read_deadlines, read_parameters
from engine.table import Findings

REPLY = """
[reply]
law = "D-GEN-03"
name = {fi = "Vastaus", sv = "Svar", en = "Reply"}
kind = "agreed"
binds = "customer"
anchor = "request.received_on"
event = {fi = "tiedoksisaanti", sv = "delfåendet", en = "receipt"}
unit = "days"
roll = "forward"
statute = "HL 33 §"
reminders = ["50 %", "2 working days"]
[[reply.rows]]
from = 2025-01-01
to = 2026-02-28
length = 14
[[reply.rows]]
from = 2026-03-01
length = 'parameter("reply_days")'
doubt = {fi = "epävarma", sv = "osäkert", en = "in doubt"}
"""


def read(text: str) -> tuple[dict[str, object], list[str]]:
    findings = Findings("deadlines.toml")
    return dict(read_deadlines(text.encode(), findings)), [f.message for f in findings]


def test_the_row_is_chosen_by_the_event_date() -> None:
    findings = Findings("deadlines.toml")
    reply = read_deadlines(REPLY.encode(), findings)["reply"]
    assert not findings
    early, late = reply.row(date(2026, 2, 28)), reply.row(date(2026, 3, 1))
    assert early is not None
    assert late is not None
    assert (early.length, early.doubt, late.doubt["sv"]) == (14, {}, "osäkert")
    assert reply.row(date(2024, 12, 31)) is None


@pytest.mark.parametrize("length", ["'7.5'", "'-3'", "-3", "40000"])
def test_a_length_that_is_a_number_is_whole_and_can_be_counted(length: str) -> None:
    found = read(REPLY.replace("length = 14", f"length = {length}"))[1]
    assert any("expected a whole number from 0 to 36600" in message for message in found)


def test_rows_may_not_overlap() -> None:
    assert "rows overlap" in read(REPLY.replace("2026-02-28", "2026-03-15"))[1][0]


def test_an_open_row_before_another_needs_an_end() -> None:
    assert "open-ended" in read(REPLY.replace("to = 2026-02-28\n", ""))[1][0]


def test_whom_it_binds_is_one_of_five_and_is_missed_where_it_is_not_said() -> None:
    assert "'nobody_else', expected one of authority" in read(REPLY.replace('"customer"', '"nobody_else"'))[1][0]
    silent = {roll: Findings("deadlines.toml") for roll in ("target", "backward", "forward", "period")}
    taken = {
        roll: read_deadlines(
            REPLY.replace('binds = "customer"\n', "").replace('"forward"', f'"{roll}"').encode(), findings
        )["reply"].binds
        for roll, findings in silent.items()
    }
    assert taken == {"target": "authority", "backward": "authority", "forward": "customer", "period": "nobody"}
    assert {(f.rule, f.severity) for findings in silent.values() for f in findings} == {("deadline-binds", "warning")}


def test_a_wrong_roll_mode_is_shown_with_the_right_ones() -> None:
    assert "'upward', expected one of forward, target" in read(REPLY.replace('"forward"', '"upward"'))[1][0]


def test_an_anchor_that_is_not_feel_leaves_the_rule_out() -> None:
    rules, messages = read(REPLY.replace('"request.received_on"', '"request. +"'))
    assert "reply" not in rules
    assert "reply.anchor" in messages[0]


def test_a_reminder_is_a_length_or_a_share() -> None:
    assert "soon" in read(REPLY.replace("50 %", "soon"))[1][0]


def test_money_is_a_decimal_and_the_newest_row_in_force_wins() -> None:
    text = """
[cap]
name = {fi = "Katto", sv = "Tak", en = "Cap"}
unit = "euro_per_month"
source = "380/94 §"
rows = [{from = 2027-01-01, value = "1300.50"}, {from = 2025-01-01, value = "1260.00"}]
"""
    cap = read_parameters(text.encode(), Findings("parameters.toml"))["cap"]
    assert [row.value for row in (cap.row(date(2026, 5, 1)), cap.row(date(2027, 1, 1))) if row] == [
        Decimal("1260.00"),
        Decimal("1300.50"),
    ]
    assert cap.row(date(2024, 1, 1)) is None


def test_a_parameter_without_a_source_is_refused() -> None:
    findings = Findings("parameters.toml")
    read_parameters(
        b'[a]\nname = {fi = "a", sv = "b", en = "c"}\nunit = "days"\nrows = [{from = 2025-01-01, value = 1}]', findings
    )
    assert findings[0].message == "a has no 'source'"


def test_closed_days_say_whether_they_roll_a_customers_date() -> None:
    text = """
[[closed]]
on = 2026-12-31
name = {fi = "Suljettu", sv = "Stängt", en = "Closed"}
statutory = true
"""
    assert read_calendar(text.encode(), Findings("calendar.toml"))[0].statutory
