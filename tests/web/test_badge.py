"""The deadline badge says in words how a date stands; a period only runs and ends."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.calendar import Calendar
from web.badge import Badge, badge

TODAY = date(2026, 12, 1)


def shown(**values: Any) -> Badge:
    facts: dict[str, Any] = {"due_on": TODAY, "legal_on": TODAY, "kind": "statutory", "roll": "forward"} | values
    return badge(today=TODAY, calendar=Calendar(), **facts)


@pytest.mark.parametrize(
    ("day", "look"), [(date(2026, 11, 30), "late"), (date(2026, 12, 2), "soon"), (date(2026, 12, 28), "later")]
)
def test_a_date_to_act_by_is_late_soon_or_later(day: date, look: str) -> None:
    assert shown(due_on=day, legal_on=day).look == look


def test_a_target_that_has_passed_is_not_late_before_the_legal_day() -> None:
    found = shown(due_on=date(2026, 11, 27), legal_on=date(2026, 12, 5), roll="target")
    assert (found.look, "tavoitepäivä 27.11.2026 ohi" in found.kind) == ("soon", True)


def test_nobody_is_late_when_a_period_is_over() -> None:
    found = shown(due_on=date(2025, 12, 1), legal_on=date(2025, 12, 1), roll="period")
    assert (found.look, found.words) == ("none", "ajanjakso on päättynyt")
    assert shown(due_on=date(2027, 1, 1), legal_on=date(2027, 1, 1), roll="period").words == "ajanjakso päättyy"


def test_a_stopped_clock_says_what_is_left() -> None:
    found = shown(paused_on=date(2026, 11, 20), remaining=9)
    assert (found.look, found.words) == ("paused", "keskeytetty, 9 päivää jäljellä")
