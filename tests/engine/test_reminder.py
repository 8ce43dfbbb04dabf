"""Days to remind on before a date and to escalate on after it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.calendar import Calendar
from engine.deadline import Pause, Rule, compute, escalation_on, reminders
from engine.errors import DeadlineError

FINLAND = Calendar()
REPLY = compute(Rule("reply", 14), date(2026, 12, 10), FINLAND)  # due 28.12.


def test_reminders_come_halfway_and_two_working_days_before() -> None:
    assert reminders(REPLY, ["2 working days", "50 %"], FINLAND) == (date(2026, 12, 19), date(2026, 12, 22))


@pytest.mark.parametrize(
    ("offset", "expected"),
    [("1 week", date(2026, 12, 21)), ("3 days", date(2026, 12, 25)), ("25%", date(2026, 12, 14))],
)
def test_a_reminder_takes_any_length_or_share(offset: str, expected: date) -> None:
    assert reminders(REPLY, [offset], FINLAND) == (expected,)


def test_reminders_go_by_the_target_of_an_authoritys_duty() -> None:
    review = compute(Rule("review", 3, "months", "target"), date(2025, 11, 28), FINLAND)  # target pe 27.2.
    assert reminders(review, ["2 working days"], FINLAND) == (date(2026, 2, 25),)


def test_reminders_outside_the_time_and_double_ones_are_left_out() -> None:
    assert reminders(REPLY, ["1 month", "0 days", "6 days", "4 working days"], FINLAND) == (
        date(2026, 12, 18),
        date(2026, 12, 22),
    )
    assert reminders(REPLY, ["6 days", "2 working days"], FINLAND) == (date(2026, 12, 22),)


def test_escalation_is_on_the_first_working_day_after_the_legal_day() -> None:
    duty = compute(Rule("plan", 21, roll="target"), date(2026, 12, 4), FINLAND)  # legal 25.12., target 23.12.
    assert escalation_on(duty, "1 working days", FINLAND) == date(2026, 12, 28)
    assert escalation_on(duty, "1 month", FINLAND) == date(2027, 1, 25)
    assert escalation_on(duty, None, FINLAND) is None


def test_nothing_is_reminded_or_escalated_while_the_clock_stands_still() -> None:
    paused = compute(Rule("reply", 14), date(2026, 12, 10), FINLAND, [Pause(date(2026, 12, 11))])
    assert reminders(paused, ["50 %"], FINLAND) == ()
    assert escalation_on(paused, "1 working days", FINLAND) is None


def test_an_offset_that_is_no_length_is_refused() -> None:
    with pytest.raises(DeadlineError, match="50 %"):
        reminders(REPLY, ["soon"], FINLAND)
    with pytest.raises(DeadlineError, match="14 days"):
        escalation_on(REPLY, "later", FINLAND)


def test_a_date_counted_back_from_its_event_is_reminded_of_before_it() -> None:
    rule = Rule(name="notice", length=1, roll="backward", direction="before")
    computed = compute(rule, date(2026, 3, 2), Calendar())
    assert computed.due_on == date(2026, 3, 1)
    assert reminders(computed, ("50 %", "2 working days"), Calendar()) == (date(2026, 2, 26),)
