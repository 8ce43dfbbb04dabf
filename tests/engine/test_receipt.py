"""When a notice counts as received."""

from __future__ import annotations

from datetime import date

import pytest

from engine.calendar import Calendar
from engine.deadline import Rule, compute, deemed_receipt, recompute
from engine.errors import DeadlineError

SENT = date(2026, 11, 19)


@pytest.mark.parametrize(
    ("channel", "authority", "received_on", "expected", "statute"),
    [
        ("letter", False, None, date(2026, 11, 26), "HL 59 §"),
        ("e_notice", False, None, date(2026, 11, 22), "SAL 19 §"),
        ("letter", True, date(2026, 11, 21), date(2026, 11, 21), "HL 59.2 §"),
        ("letter", True, None, SENT, "HL 59.2 §"),
        ("letter", False, date(2026, 12, 1), date(2026, 12, 1), "HL 59 §"),
        ("proof", False, date(2026, 11, 24), date(2026, 11, 24), "HL 60 §"),
        ("handed_over", False, None, SENT, "HL 60 §"),
    ],
)
def test_receipt_depends_on_channel_recipient_and_proof(
    channel: str, authority: bool, received_on: date | None, expected: date, statute: str
) -> None:
    computed = deemed_receipt(SENT, channel, authority=authority, received_on=received_on)
    assert computed.legal_on == computed.due_on == expected
    assert next(step for step in computed.trace if step["step"] == "rule")["statute"] == statute
    assert recompute(computed.trace) == computed


def test_an_unknown_day_of_arrival_is_marked_as_assumed() -> None:
    assert deemed_receipt(SENT, "letter", authority=True).trace[0]["assumed"] is True
    assert deemed_receipt(SENT, "proof").trace[0]["assumed"] is True
    assert deemed_receipt(SENT, "letter").trace[0]["assumed"] is False
    assert deemed_receipt(SENT, "handed_over").trace[0]["assumed"] is False


def test_receipt_on_a_sunday_is_not_moved() -> None:
    assert deemed_receipt(date(2026, 11, 22), "letter").legal_on == date(2026, 11, 29)


def test_an_appeal_time_counts_from_receipt_of_the_letter() -> None:
    received = deemed_receipt(SENT, "letter")
    start = [step for step in received.trace if step["step"] == "start"]
    appeal = compute(Rule("appeal", 30, statute="HL 49 c §"), received.legal_on, Calendar(), start=start)
    assert (appeal.nominal_on, appeal.legal_on) == (date(2026, 12, 26), date(2026, 12, 28))  # law.md 8.1
    assert recompute(appeal.trace) == appeal


def test_dated_rows_of_the_law_folder_win_over_the_built_in_lengths() -> None:
    rules = {"e_notice": Rule("e_notice_received", 5, roll="period")}
    assert deemed_receipt(SENT, "e_notice", rules=rules).legal_on == date(2026, 11, 24)


def test_another_channel_or_a_receipt_before_sending_is_refused() -> None:
    with pytest.raises(DeadlineError, match=r"'pigeon'.*letter"):
        deemed_receipt(SENT, "pigeon")
    with pytest.raises(DeadlineError, match="before it was sent"):
        deemed_receipt(SENT, "proof", received_on=date(2026, 11, 18))
