"""When a timer of a diagram is due: Finnish local days, clamped months, anchored cycles. No clock is read here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from engine.calendar import add_months
from engine.errors import TimerError
from engine.feel import Expression
from engine.feel import compile as feel
from engine.feel.values import Months
from engine.said import say
from engine.stored import HELSINKI, local, utc

_ISO = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?"
)
_CYCLE = re.compile(r"R(\d{0,4})/(P.+)")
_DEADLINE = re.compile(r'\s*deadline\s*\(\s*"([^"]+)"\s*\)\s*')


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time: months and days are counted in local days, seconds as they pass."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def after(self, moment: datetime, times: int = 1) -> datetime:
        """The UTC moment `times` lengths after another: months clamp to the month's last day (150/1930 3 §)."""
        start = local(moment)
        day = add_months(start.date(), self.months * times) + timedelta(days=self.days * times)
        wall = datetime.combine(day, start.time(), HELSINKI) if (self.months or self.days) else start
        return wall.astimezone(UTC) + timedelta(seconds=self.seconds * times)


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer event, ready to compute: its kind, and its expression or its fixed length."""

    kind: str
    expression: Expression | None = None
    length: Length | None = None
    repeats: int | None = None
    deadline: str | None = None


def parse_length(text: str) -> Length | None:
    """An ISO 8601 duration such as P14D, P1M or PT36H; None when it is not one, or empty, or zero."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    length = Length(years * 12 + months, weeks * 7 + days, hours * 3600 + minutes * 60 + seconds)
    return length if length != Length() else None


def read(kind: str, text: str) -> Timer:
    """Read a timer's text as the diagram has it; raises EngineError (FeelError for an expression)."""
    text = text.strip()
    if kind == "timeDate":
        match = _DEADLINE.fullmatch(text)
        return Timer(kind, feel(text), deadline=match[1] if match else None)
    if kind == "timeDuration":
        if not text.startswith("P"):
            return Timer(kind, feel(text))
        length = parse_length(text)
        if length is None:
            raise TimerError(
                say("found the duration {text!r}, expected one such as P14D, P1M or PT36H", text=text[:60])
            )
        return Timer(kind, length=length)
    if kind == "timeCycle":
        cycle = _CYCLE.fullmatch(text)
        length = parse_length(cycle[2]) if cycle else None
        if cycle is None or length is None or cycle[1] == "0":
            raise TimerError(say("found the cycle {text!r}, expected one such as R3/P1M or R/P1W", text=text[:60]))
        return Timer(kind, length=length, repeats=int(cycle[1]) if cycle[1] else None)
    raise TimerError(say("found a timer without exactly one of timeDate, timeDuration and timeCycle"))


def moment_of(value: Any, *, day_after: bool) -> datetime | None:
    """The UTC moment of a date (00:00 on it, or on the day after for a deadline) or of a date and time."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, date):
        return _midnight(value + timedelta(days=1) if day_after else value)
    raise TimerError(say("a timer's date is {value!r}, expected a date or a date and time", value=value))


@lru_cache(maxsize=4096)
def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HELSINKI).astimezone(UTC)


def length_of(value: Any) -> Length:
    """The length of a FEEL duration: whole days are local days, anything else is elapsed time."""
    if isinstance(value, Months) and value.months > 0:
        return Length(months=value.months)
    if isinstance(value, timedelta) and value > timedelta():
        if value % timedelta(days=1) == timedelta():
            return Length(days=value.days)
        return Length(seconds=round(value.total_seconds()))
    raise TimerError(say("a timer's duration is {value!r}, expected a duration longer than zero", value=value))
