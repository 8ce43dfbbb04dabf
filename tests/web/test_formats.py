from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.calendar import Calendar
from web import formats

CALENDAR = Calendar()
TUESDAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", "tiistaina 5. tammikuuta 2027"), ("sv", "tisdagen den 5 januari 2027"), ("en", "Tuesday 5 January 2027")],
)
def test_a_day_in_running_text_is_inflected(language: str, expected: str) -> None:
    assert formats.long_day(date(2027, 1, 5), language) == expected


def test_days_times_and_money_are_written_as_in_finland() -> None:
    assert formats.day(date(2027, 1, 5)) == "5.1.2027"
    assert formats.weekday(TUESDAY, "fi") == "ti\N{NO-BREAK SPACE}1.12.2026"
    assert formats.when(datetime(2026, 7, 1, 11, 30, tzinfo=UTC)) == "1.7.2026 14.30"
    assert formats.money("1260", "fi").replace("\N{NO-BREAK SPACE}", " ") == "1 260,00 €"


@pytest.mark.parametrize(
    ("due", "language", "expected"),
    [
        (date(2026, 12, 1), "fi", "tänään"),
        (date(2026, 12, 2), "fi", "huomenna"),
        (date(2026, 12, 4), "fi", "3 työpäivää"),
        (date(2026, 12, 8), "fi", "5 työpäivää"),  # 2, 3, 4, 7 and 8 December
        (date(2026, 11, 30), "fi", "myöhässä 1 työpäivän"),
        (date(2026, 11, 27), "fi", "myöhässä 2 työpäivää"),
        (date(2026, 11, 27), "sv", "2 arbetsdagar försenad"),
        (date(2026, 11, 27), "en", "2 working days late"),
    ],
)
def test_a_distance_is_told_in_working_days(due: date, language: str, expected: str) -> None:
    assert formats.distance(TUESDAY, due, CALENDAR, language) == expected


def test_over_a_weekend_calendar_days_are_told() -> None:
    assert formats.distance(date(2026, 12, 4), date(2026, 12, 6), CALENDAR, "fi") == "2 päivää"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("5.1.2027", date(2027, 1, 5)), ("2027-01-05", date(2027, 1, 5)), ("31.2.2027", None), ("huomenna", None)],
)
def test_a_typed_day_is_read_or_refused(typed: str, expected: date | None) -> None:
    assert formats.read_day(typed) == expected
