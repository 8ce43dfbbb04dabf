"""Dates, times and durations of FEEL: reading, writing and counting (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.errors import FeelError
from engine.feel.values import Months
from engine.said import say

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2}(?::\d{2})?|@[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*)?")
_DAYS = re.compile(
    r"(-)?P(?=.)(?:(\d{1,8})W)?(?:(\d{1,10})D)?"
    r"(?:T(?=.)(?:(\d{1,12})H)?(?:(\d{1,14})M)?(?:(\d{1,15})(\.\d{0,12})?S)?)?"
)
_MONTHS = re.compile(r"(-)?P(?=.)(?:(\d{1,10})Y)?(?:(\d{1,11})M)?")
_FARTHEST = timedelta(hours=18)


@lru_cache(maxsize=4096)  # the same days are read over and over, and a date never changes
def parse_date(text: str) -> date | None:
    """Read "2026-02-28"; None when it is no date."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def parse_zone(text: str | None) -> tzinfo | None:
    """Read "Z", "+02:00" or "@Europe/Helsinki"; None for no zone; raises ValueError for an unknown one or 18 h off."""
    if not text:
        return None
    if text == "Z":
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (KeyError, OSError) as error:
            raise ValueError(text) from error
    hours, minutes, seconds = (int(part) for part in (text[1:] + ":00").split(":")[:3])
    if minutes > 59 or seconds > 59:
        raise ValueError(text)
    return offset_zone(timedelta(hours=hours, minutes=minutes, seconds=seconds) * (-1 if text[0] == "-" else 1))


def offset_zone(offset: timedelta) -> tzinfo:
    """Make a zone of an offset; no offset is UTC; raises ValueError for more than 18 hours (ISO 8601, XML Schema)."""
    if abs(offset) > _FARTHEST:
        raise ValueError(offset)
    return timezone(offset) if offset else UTC


def parse_time(text: str) -> time | None:
    """Read "14:30:00", with an optional fraction and zone; None when it is no time."""
    found = _TIME.fullmatch(text.strip().removeprefix("T"))
    if found is None:
        return None
    hour, minute, second, fraction, zone = found.groups()
    try:
        micros = int(((fraction or ".0")[1:] + "000000")[:6])
        return time(int(hour), int(minute), int(second), micros, parse_zone(zone))
    except ValueError:
        return None


def parse_datetime(text: str) -> datetime | None:
    """Read "2026-02-28T14:30:00+02:00" (a bare date is midnight); None when it is no date and time."""
    day_text, separator, time_text = text.strip().partition("T")
    day = parse_date(day_text)
    clock = parse_time(time_text) if separator else time()
    return None if day is None or clock is None else datetime.combine(day, clock)


def parse_duration(text: str) -> timedelta | Months:
    """Read an ISO 8601 duration: "P14D", "PT36H", "P2W" -> timedelta, "P1Y6M" -> Months; raises FeelError."""
    found = read_duration(text)
    if found is None:
        raise FeelError(say("{text!r} is no duration; expected for example P14D, PT36H or P3M", text=text))
    return found


@lru_cache(maxsize=1024)
def read_duration(text: str) -> timedelta | Months | None:
    """Read a duration like parse_duration, with None for what is none."""
    found = _MONTHS.fullmatch(text.strip())
    if found is not None:
        total = int(found[2] or 0) * 12 + int(found[3] or 0)
        return Months(-total if found[1] else total)
    found = _DAYS.fullmatch(text.strip())
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(found[n] or 0) for n in (2, 3, 4, 5, 6))
    micros = int(((found[7] or ".0")[1:] + "000000")[:6])
    try:
        length = timedelta(days, seconds, micros, 0, minutes, hours, weeks)
        return -length if found[1] else length
    except OverflowError:
        return None


def parse_any(text: str) -> date | datetime | time | timedelta | Months | None:
    """Read the text of an @"…" literal: a date, a date and time, a time or a duration."""
    moment = parse_datetime(text) if "T" in text[1:] else parse_date(text)
    for found in (moment, parse_time(text)):
        if found is not None:
            return found
    return read_duration(text)


def zone_text(zone: tzinfo | None, at: datetime | None) -> str:
    """Write a zone as FEEL does: "Z", "+02:00", "@Europe/Helsinki" or nothing."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(at) or timedelta()
    if not offset:
        return "Z"
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    rest = f":{seconds % 60:02}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}{rest}"


def text_of(value: date | datetime | time | timedelta | Months) -> str:
    """Write a date, time or duration in the form that FEEL reads."""
    if isinstance(value, datetime):
        return _short(value.replace(tzinfo=None).isoformat()) + zone_text(value.tzinfo, value)
    if isinstance(value, time):
        return _short(value.replace(tzinfo=None).isoformat()) + zone_text(value.tzinfo, None)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Months):
        years, months = divmod(abs(value.months), 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if value.months < 0 else "") + "P" + (parts or "0M")
    return _days_text(value)


def _short(clock: str) -> str:
    """Drop the zeros that a fraction of a second ends in."""
    return clock.rstrip("0") if "." in clock else clock


def _days_text(length: timedelta) -> str:
    sign, length = ("-", -length) if length < timedelta() else ("", length)
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{length.microseconds:06}".rstrip("0") if length.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        clock += f"{seconds}{fraction}S"
    day = f"{length.days}D" if length.days else ""
    return f"{sign}P{day}{'T' + clock if clock else ''}" if day or clock else "PT0S"


def add_months(day: date, months: int) -> date | None:
    """Move a date or a date and time by months, clamped to the last day of the month; None outside years 1 to 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def add_length(moment: datetime, length: timedelta) -> datetime:
    """Move a moment by elapsed time: across a clock change an hour is an hour."""
    if moment.tzinfo is None:
        return moment + length
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)
