"""Moments and days as rows hold them, and the Helsinki day that a moment falls on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from tasks.errors import InvalidValue

HELSINKI = ZoneInfo("Europe/Helsinki")


def utc(moment: datetime, field: str = "now") -> datetime:
    """The same moment in UTC; a naive one is refused."""
    if moment.tzinfo is None:
        raise InvalidValue(field, "time_zone", f"{moment.isoformat()} has no time zone; a moment needs one")
    return moment.astimezone(UTC)


@lru_cache(maxsize=1024)
def day(moment: datetime) -> date:
    """The day in Finland."""
    return moment.astimezone(HELSINKI).date()


@lru_cache(maxsize=4096)
def start_of(on: date) -> datetime:
    """00:00 in Finland on a day, in UTC."""
    return datetime.combine(on, time(), HELSINKI).astimezone(UTC)


@lru_cache(maxsize=1024)
def iso(moment: datetime) -> str:
    """The fixed-width form that rows hold, which also sorts: 2026-02-09T08:00:00.000000+00:00."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@lru_cache(maxsize=4096)
def iso_day(on: date) -> str:
    """A day as rows hold it: 2026-02-09. The same days are written over and over."""
    return on.isoformat()


@lru_cache(maxsize=4096)
def _read(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def read_moment(value: Any) -> datetime | None:
    """A moment from a row of either database, or None."""
    if value is None:
        return None
    return _read(value) if isinstance(value, str) else value.astimezone(UTC)


def read_day(value: Any) -> date | None:
    """A day from a row of either database, or None."""
    return date.fromisoformat(value) if isinstance(value, str) else value
