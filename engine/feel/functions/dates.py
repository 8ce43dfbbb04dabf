"""Dates, times and durations (DMN 1.5, 10.3.4.1 and 10.3.4.8)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.functions.builtin import builtin
from engine.feel.temporal import offset_zone, parse_date, parse_datetime, parse_time, read_duration
from engine.feel.values import Months, Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SPRING = ("January", "February", "March", "April", "May", "June")
_MONTHS = (*_SPRING, "July", "August", "September", "October", "November", "December")


def _whole(*numbers: Value) -> list[int] | None:
    found = [int(n) for n in numbers if isinstance(n, Decimal) and abs(n) < 10**9]
    return found if len(found) == len(numbers) else None


@builtin("date(from: any)", "date(year: number, month: number, day: number)")
def _date(first: Value, month: Value = None, day: Value = None) -> Value:
    if isinstance(first, str):
        return parse_date(first)
    if isinstance(first, datetime):
        return first.date()
    if isinstance(first, date):
        return first
    numbers = _whole(first, month, day)
    try:
        return date(*numbers) if numbers else None
    except ValueError:
        return None


@builtin("time(from: any)", "time(hour: number, minute: number, second: number, offset?: days and time duration)")
def _time(first: Value, minute: Value = None, second: Value = None, offset: Value = None) -> Value:
    if isinstance(first, str):
        return parse_time(first)
    if isinstance(first, datetime):
        return first.timetz()
    if isinstance(first, time):
        return first
    if isinstance(first, date):
        return time(tzinfo=UTC)
    numbers = _whole(first, minute, second)
    if numbers is None or not isinstance(second, Decimal):
        return None
    try:
        zone = offset_zone(offset) if isinstance(offset, timedelta) else None
        hours, minutes, seconds = numbers
        return time(hours, minutes, seconds, int((second - seconds) * 1_000_000), zone)
    except ValueError:
        return None


@builtin("date and time(from: any)", "date and time(date: date, time: time)")
def _date_and_time(first: Value, clock: time | None = None) -> Value:
    if isinstance(first, str):
        return parse_datetime(first)
    if isinstance(first, date) and clock is not None:
        return datetime.combine(first.date() if isinstance(first, datetime) else first, clock)
    if isinstance(first, datetime):
        return first
    return datetime.combine(first, time()) if isinstance(first, date) else None


@builtin("duration(from: any)")
def _duration(source: Value) -> Value:
    if isinstance(source, str):
        return read_duration(source)
    return source if isinstance(source, (timedelta, Months)) else None


@builtin("years and months duration(from: date, to: date)")
def _months_between(start: date, end: date) -> Value:
    if _day(end) < _day(start):
        months = -_full_months(end, start)
    else:
        months = _full_months(start, end)
    return Months(months)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _full_months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


@builtin("day of year(date: date)")
def _day_of_year(day: date) -> Value:
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week(date: date)")
def _day_of_week(day: date) -> Value:
    return _DAYS[day.weekday()]


@builtin("month of year(date: date)")
def _month_of_year(day: date) -> Value:
    return _MONTHS[day.month - 1]


@builtin("week of year(date: date)")
def _week_of_year(day: date) -> Value:
    return Decimal(day.isocalendar().week)


@builtin("last day of month(date: date)")
def _last_day_of_month(day: date) -> Value:
    return Decimal(monthrange(day.year, day.month)[1])
