"""Finnish days: the Act's days off 2020–2040, working days, months and periods."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import (
    Calendar,
    ClosedDay,
    add_months,
    add_years,
    end_of_month,
    end_of_year,
    first_day_of_period,
    last_day_of_period,
    recurring_period,
)
from engine.errors import DeadlineError

FINLAND = Calendar()
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def easter(year: int) -> date:
    """Easter Sunday by Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def weekday_from(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def days_of_the_act(year: int) -> dict[date, str]:
    """The holidays and eves of 150/1930 5 §, worked out without the library."""
    sunday = easter(year)
    return {
        date(year, 1, 1): "new_years_day",
        date(year, 1, 6): "epiphany",
        sunday - timedelta(days=2): "good_friday",
        sunday: "easter_sunday",
        sunday + timedelta(days=1): "easter_monday",
        date(year, 5, 1): "may_day",
        sunday + timedelta(days=39): "ascension_day",
        sunday + timedelta(days=49): "pentecost",
        weekday_from(date(year, 6, 19), 4): "midsummer_eve",
        weekday_from(date(year, 6, 20), 5): "midsummer_day",
        weekday_from(date(year, 10, 31), 5): "all_saints_day",
        date(year, 12, 6): "independence_day",
        date(year, 12, 24): "christmas_eve",
        date(year, 12, 25): "christmas_day",
        date(year, 12, 26): "second_day_of_christmas",
    }


@pytest.mark.parametrize("year", range(2020, 2041))
def test_every_day_of_the_year_is_off_exactly_when_the_act_says_so(year: int) -> None:
    weekend = {5: "saturday", 6: "sunday"}
    expected = days_of_the_act(year)
    day = date(year, 1, 1)
    while day.year == year:
        assert FINLAND.day_off(day) == expected.get(day, weekend.get(day.weekday())), day
        assert FINLAND.working_day(day) == (FINLAND.day_off(day) is None)
        day += timedelta(days=1)


WEEKDAYS_OFF = {  # law.md 2.5
    2025: "1.1 6.1 18.4 21.4 1.5 29.5 20.6 24.12 25.12 26.12",
    2026: "1.1 6.1 3.4 6.4 1.5 14.5 19.6 24.12 25.12",
    2027: "1.1 6.1 26.3 29.3 6.5 25.6 6.12 24.12",
}


@pytest.mark.parametrize("year", WEEKDAYS_OFF)
def test_the_weekdays_off_are_those_of_the_rule_base(year: int) -> None:
    every = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    found = [f"{day.day}.{day.month}" for day in every if day.weekday() < 5 and FINLAND.day_off(day)]
    assert found == WEEKDAYS_OFF[year].split()


@pytest.mark.parametrize("day", [date(2026, 4, 2), date(2026, 12, 31), date(2027, 4, 30)])
def test_maundy_thursday_new_years_eve_and_walpurgis_eve_are_due_days(day: date) -> None:
    assert FINLAND.day_off(day) is None  # CAL-6


def test_an_operators_closed_day_is_no_working_day_but_stays_a_due_day() -> None:
    calendar = Calendar((ClosedDay(date(2026, 12, 31), {"fi": "Suljettu"}),))
    assert not calendar.working_day(date(2026, 12, 31))
    assert calendar.why_closed(date(2026, 12, 31)) == "extra:2026-12-31"
    assert calendar.day_off(date(2026, 12, 31)) is None


def test_a_statutory_closed_day_rolls_a_due_day() -> None:
    calendar = Calendar((ClosedDay(date(2026, 12, 31), statutory=True),))
    assert calendar.day_off(date(2026, 12, 31)) == "extra:2026-12-31"
    assert calendar.next_due_day(date(2026, 12, 31)) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (date(2026, 3, 27), date(2026, 4, 14)),
        (date(2026, 6, 12), date(2026, 6, 29)),
        (date(2026, 12, 4), date(2026, 12, 18)),
        (date(2027, 3, 19), date(2027, 4, 6)),
        (date(2026, 1, 2), date(2026, 1, 19)),
    ],
)
def test_ten_working_days_after(start: date, expected: date) -> None:
    assert FINLAND.add_working_days(start, 10) == expected  # law.md 8.1


def test_five_working_days_over_christmas() -> None:
    assert FINLAND.add_working_days(date(2025, 12, 22), 5) == date(2026, 1, 2)  # S1


@given(DAYS, st.integers(-60, 60))
def test_working_days_added_are_the_working_days_between(start: date, count: int) -> None:
    start = FINLAND.next_working_day(start)
    assert FINLAND.working_days_between(start, FINLAND.add_working_days(start, count)) == count


@given(DAYS, st.integers(0, 400), st.sets(st.integers(0, 400), max_size=5))
def test_working_days_between_counts_each_working_day_once(start: date, length: int, closed: set[int]) -> None:
    calendar = Calendar(tuple(ClosedDay(start + timedelta(days=n)) for n in closed))
    days = [start + timedelta(days=n) for n in range(1, length + 1)]
    assert calendar.working_days_between(start, start + timedelta(days=length)) == sum(map(calendar.working_day, days))


@given(DAYS)
def test_neighbouring_working_days_enclose_a_day(day: date) -> None:
    assert FINLAND.previous_working_day(day) <= day <= FINLAND.next_working_day(day)
    assert (FINLAND.previous_working_day(day) == day) == FINLAND.working_day(day)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2026, 10, 31), 2, date(2026, 12, 31)),
        (date(2026, 2, 28), 2, date(2026, 4, 28)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_keep_the_number_or_end_with_the_month(start: date, months: int, expected: date) -> None:
    assert add_months(start, months) == expected


def test_three_months_again_and_again() -> None:
    expected = [date(2026, 4, 14), date(2026, 7, 14), date(2026, 10, 14), date(2027, 1, 14)]
    assert [add_months(date(2026, 1, 14), 3 * n) for n in (1, 2, 3, 4)] == expected


def test_four_years_from_a_leap_day_is_a_leap_day() -> None:
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 3, 2), 5, date(2026, 8, 1)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 3, 1), 24, date(2028, 2, 29)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 2, 2), 12, date(2027, 2, 1)),
        (date(2025, 9, 1), 24, date(2027, 8, 31)),
    ],
)
def test_the_last_day_of_a_single_period(start: date, months: int, expected: date) -> None:
    assert last_day_of_period(start, months) == expected  # law.md 2.3


@given(DAYS, st.integers(1, 60))
def test_a_period_read_backwards_gives_its_first_day(start: date, months: int) -> None:
    end = last_day_of_period(start, months)
    assert last_day_of_period(first_day_of_period(end, months), months) == end


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        (date(2026, 1, 31), "31.1–27.2 28.2–30.3 31.3–29.4"),
        (date(2025, 12, 30), "30.12–29.1 30.1–27.2 28.2–29.3"),
    ],
)
def test_recurring_periods_are_anchored_and_do_not_drift(anchor: date, expected: str) -> None:
    periods = [recurring_period(anchor, n) for n in range(3)]
    assert " ".join(f"{a.day}.{a.month}–{b.day}.{b.month}" for a, b in periods) == expected  # law.md 2.3, S1


@given(DAYS, st.integers(-40, 40), st.integers(1, 12))
def test_recurring_periods_follow_each_other_without_gap_or_overlap(anchor: date, index: int, months: int) -> None:
    _, last = recurring_period(anchor, index, months)
    assert recurring_period(anchor, index + 1, months)[0] == last + timedelta(days=1)


def test_the_ends_of_month_and_year() -> None:
    assert end_of_month(date(2028, 2, 1)) == date(2028, 2, 29)
    assert end_of_year(date(2026, 2, 1)) == date(2026, 12, 31)


@pytest.mark.parametrize("day", [date(2200, 1, 1), date(1899, 12, 31), date(9999, 12, 31), date(1, 1, 1)])
def test_a_day_outside_the_calendar_is_refused_with_the_years(day: date) -> None:
    with pytest.raises(DeadlineError, match="1900–2199"):
        FINLAND.next_due_day(day)
    with pytest.raises(DeadlineError, match="1900–2199"):
        add_months(day, 1 if day.year > 2000 else -1)


def test_equal_calendars_are_equal_and_hashable() -> None:
    one, other = (Calendar((ClosedDay(date(2026, 12, 31), {"fi": "Suljettu"}),)) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
