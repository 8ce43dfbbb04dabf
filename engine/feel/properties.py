"""The entries that a path may read of a value that is no context: `date.year`, `duration.days`, `range.start`.

A closed table of names; nothing looks up a Python attribute by a name from an expression. Source: DMN 1.5, table 65.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.values import Months, Range, Value, normal

_DAY: dict[str, Callable[[Any], Value]] = {
    "year": lambda v: Decimal(v.year),
    "month": lambda v: Decimal(v.month),
    "day": lambda v: Decimal(v.day),
    "weekday": lambda v: Decimal(v.isoweekday()),
}
_CLOCK: dict[str, Callable[[Any], Value]] = {
    "hour": lambda v: Decimal(v.hour),
    "minute": lambda v: Decimal(v.minute),
    "second": lambda v: Decimal(v.second),
    "time offset": lambda v: v.utcoffset(),
    "timezone": lambda v: v.tzinfo.key if isinstance(v.tzinfo, ZoneInfo) else None,
}


def _part(length: timedelta, unit: int, within: int) -> Decimal:
    seconds = abs(length) // timedelta(seconds=1)
    return Decimal((-1 if length < timedelta() else 1) * (seconds // unit % within))


_TABLE: dict[type, dict[str, Callable[[Any], Value]]] = {
    date: _DAY,
    datetime: {**_DAY, **_CLOCK},
    time: _CLOCK,
    timedelta: {
        "days": lambda v: _part(v, 86400, 10**12),
        "hours": lambda v: _part(v, 3600, 24),
        "minutes": lambda v: _part(v, 60, 60),
        "seconds": lambda v: _part(v, 1, 60),
    },
    Months: {
        "years": lambda v: Decimal(int(v.months / 12)),
        "months": lambda v: Decimal(abs(v.months) % 12 * (-1 if v.months < 0 else 1)),
    },
    Range: {
        "start": lambda v: v.start,
        "end": lambda v: v.end,
        "start included": lambda v: v.start_included,
        "end included": lambda v: v.end_included,
    },
}


def entry(value: Value, name: str) -> Value:
    """Give the entry of a context, of each item of a list, or of a date, duration or range; null when it has none."""
    if isinstance(value, Mapping):
        return normal(value.get(name))
    if isinstance(value, tuple):
        return tuple(entry(item, name) for item in value)
    reader = _TABLE.get(type(value), {}).get(name)
    return reader(value) if reader else None


def descendants(value: Value, name: str) -> tuple[Value, ...]:
    """Give the entries of a name at any depth, those inside first, without those that are null."""
    found: list[Value] = []
    if isinstance(value, tuple):
        for item in value:
            found += descendants(item, name)
    elif isinstance(value, Mapping):
        for inner in value.values():
            found += descendants(normal(inner), name)
        own = normal(value.get(name))
        if own is not None:
            found.append(own)
    return tuple(found)
