"""Finnish days: which day is a day off under Act 150/1930, which is a working day, and arithmetic with months."""

from __future__ import annotations

from bisect import bisect_right
from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays

from engine.errors import DeadlineError
from engine.said import say

ONE_DAY = timedelta(days=1)
# The holiday rules below are those of the law in force; outside these years a date is a slip of the pen.
FIRST_YEAR, LAST_YEAR = 1900, 2199
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day that an operator closed: its names by language, and whether it also rolls a customer's date."""

    on: date
    name: Mapping[str, str] = field(default_factory=dict, hash=False)
    statutory: bool = False


@lru_cache(maxsize=LAST_YEAR - FIRST_YEAR + 1)
def _days_off(year: int) -> dict[date, str]:
    """All days of one year that 150/1930 5 § moves a last day away from, each with its reason id."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DeadlineError(
            say(
                "year {year} is outside the calendar, expected {first_year}–{last_year}",
                year=year,
                first_year=FIRST_YEAR,
                last_year=LAST_YEAR,
            )
        )
    table: dict[date, str] = {}
    first = date(year, 1, 1).toordinal()
    for ordinal in range(first, date(year, 12, 31).toordinal() + 1):
        if ordinal % 7 in (6, 0):  # 1.1.0001 was a Monday with ordinal 1
            table[date.fromordinal(ordinal)] = "saturday" if ordinal % 7 == 6 else "sunday"
    for day, name in holidays.country_holidays("FI", years=year, language="en_US").items():
        table[day] = _reason(name)
    return table


def _reason(name: str) -> str:
    """The reason id of a holiday: "New Year's Day" -> "new_years_day"; the first name where two meet."""
    return name.split(";")[0].strip().lower().replace("'", "").replace(" ", "_")


@lru_cache(maxsize=LAST_YEAR - FIRST_YEAR + 1)
def _working_ordinals(year: int) -> tuple[int, ...]:
    """Ordinals of the year's working days, without extra closed days, in order."""
    closed = {day.toordinal() for day in _days_off(year)}
    return tuple(n for n in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1) if n not in closed)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of Finland with an operator's extra closed days; equal calendars have equal extra days.

    Every method raises DeadlineError for a day outside the years 1900–2199.
    """

    extra: tuple[ClosedDay, ...] = ()
    _statutory: frozenset[date] = field(init=False, repr=False, compare=False)
    _closed: frozenset[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_statutory", frozenset(day.on for day in self.extra if day.statutory))
        object.__setattr__(self, "_closed", frozenset(day.on for day in self.extra))

    def day_off(self, day: date) -> str | None:
        """Why a last day moves away from this day (150/1930 5 §): a reason id, or None for a due day.

        Ids: saturday, sunday, the holiday in snake_case (christmas_eve), or extra:<date> for a statutory closed day.
        """
        reason = _days_off(day.year).get(day)
        if reason is None and day in self._statutory:
            return f"extra:{day.isoformat()}"
        return reason

    def why_closed(self, day: date) -> str | None:
        """Why this is no working day: a reason id as in `day_off`, any extra closed day included, or None."""
        reason = _days_off(day.year).get(day)
        if reason is None and day in self._closed:
            return f"extra:{day.isoformat()}"
        return reason

    def working_day(self, day: date) -> bool:
        """Monday to Friday, no holiday, no Christmas or Midsummer Eve and no extra closed day (CAL-7)."""
        return day not in _days_off(day.year) and day not in self._closed

    def next_due_day(self, day: date) -> date:
        """The first day on or after this one that is not a day off (150/1930 5 §)."""
        while self.day_off(day) is not None:
            day += ONE_DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """The last working day on or before this one: the day to plan an authority's duty for."""
        while not self.working_day(day):
            day -= ONE_DAY
        return day

    def next_working_day(self, day: date) -> date:
        """The first working day on or after this one."""
        while not self.working_day(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`th working day after this one (before it when negative); the day itself is not counted."""
        step = ONE_DAY if count >= 0 else -ONE_DAY
        closed = self._closed
        left = abs(count)
        while left:
            day += step
            if day not in _days_off(day.year) and day not in closed:  # `working_day`, in place for speed
                left -= 1
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` comes first."""
        if end < start:
            return -self.working_days_between(end, start)
        low, high = start.toordinal(), end.toordinal()
        total = 0
        for year in range(start.year, end.year + 1):
            days = _working_ordinals(year)
            total += bisect_right(days, high) - bisect_right(days, low)
        return total - sum(1 for day in self._closed if start < day <= end and day not in _days_off(day.year))


def add_days(day: date, days: int) -> date:
    """The date so many days on (back when negative); DeadlineError when it leaves the calendar."""
    try:
        moved = day + timedelta(days=days)
    except OverflowError:
        moved = date.max
    if not FIRST_YEAR <= moved.year <= LAST_YEAR:
        raise DeadlineError(
            say(
                "{days} days from {day} is outside the years {first_year}–{last_year}",
                days=days,
                day=day.isoformat(),
                first_year=FIRST_YEAR,
                last_year=LAST_YEAR,
            )
        )
    return moved


def _length(year: int, month: int) -> int:
    """Days in a month; the standard library's monthrange also asks for its first weekday."""
    return 29 if month == 2 and isleap(year) else _LENGTHS[month - 1]


def add_months(day: date, months: int) -> date:
    """The same day so many months on (back when negative), or the last day of that month (150/1930 3 §)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DeadlineError(
            say(
                "{months} months from {day} is outside the years {first_year}–{last_year}",
                months=months,
                day=day.isoformat(),
                first_year=FIRST_YEAR,
                last_year=LAST_YEAR,
            )
        )
    number = day.day
    if number > 28:
        number = min(number, _length(year, month + 1))
    return date(year, month + 1, number)


def add_years(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 28 February where there is none (150/1930 3 §)."""
    return add_months(day, 12 * years)


def last_day_of_period(start: date, months: int) -> date:
    """The last day of one period of so many months whose first day is `start` (law.md 2.3).

    The day before the same number; where that number does not exist, the last day of the month.
    """
    end = add_months(start, months)
    return end - ONE_DAY if end.day == start.day else end


def first_day_of_period(end: date, months: int) -> date:
    """The first day of one period of so many months whose last day is `end`: `last_day_of_period` read backwards."""
    return add_months(add_days(end, 1), -months)


def recurring_period(anchor: date, index: int, months: int = 1) -> tuple[date, date]:
    """First and last day of the recurring period number `index` (from 0), anchored and never chained (law.md 2.3)."""
    first = add_months(anchor, index * months)
    return first, add_months(anchor, (index + 1) * months) - ONE_DAY


def end_of_month(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=_length(day.year, day.month))


def end_of_year(day: date) -> date:
    """The last day of the year."""
    return day.replace(month=12, day=31)
