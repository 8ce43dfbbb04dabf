"""FEEL values to JSON and back: dates as ISO texts, numbers as decimal texts, never binary fractions (formats.md 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from engine.errors import FeelError
from engine.feel.functions.conversion import number_text, text
from engine.feel.temporal import parse_date, parse_datetime, parse_time, read_duration, text_of
from engine.feel.values import CONTEXT, Function, Months, Range, Value, finite, normal
from engine.said import say

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def to_json(value: Value, *, numbers: bool = False) -> Json:
    """Write a value for storage; with `numbers` as JSON numbers, for people and scripts."""
    value = normal(value)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Decimal):
        if not numbers:
            return number_text(value)
        if abs(value) > 10**300:  # more than a JSON reader takes as a number
            return number_text(value)
        return int(value) if value == value.to_integral_value() and abs(value) < 10**18 else float(value)
    if isinstance(value, (date, time, timedelta, Months)):
        return text_of(value)
    if isinstance(value, tuple):
        return [to_json(item, numbers=numbers) for item in value]
    if isinstance(value, (Range, Function)):
        return text(value)
    return {str(key): to_json(item, numbers=numbers) for key, item in value.items()}


def _number(value: object) -> Value:
    if isinstance(value, str):
        try:
            return finite(CONTEXT.create_decimal(value))
        except ValueError:
            return None
    return normal(value) if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) else None


def _read(parser: Callable[[str], Value]) -> Callable[[object], Value]:
    return lambda value: parser(value) if isinstance(value, str) else normal(value)


_READERS: dict[str, Callable[[object], Value]] = {
    "number": _number,
    "date": _read(parse_date),
    "time": _read(parse_time),
    "datetime": _read(parse_datetime),
    "duration": _read(read_duration),
}
_SAME = {
    "dateTime": "datetime",
    "date and time": "datetime",
    "days and time duration": "duration",
    "years and months duration": "duration",
    "dayTimeDuration": "duration",
    "yearMonthDuration": "duration",
    "integer": "number",
    "money": "number",
    "double": "number",
    "long": "number",
}


def from_json(value: object, type_name: str = "any") -> Value:
    """Read a JSON value as the named FEEL type; null stays null; raises FeelError for what is not of that type."""
    if value is None:
        return None
    reader = _READERS.get(_SAME.get(type_name, type_name))
    if reader is None:
        return normal(value)
    if isinstance(value, (list, tuple)):  # what was gathered from several answers
        return tuple(from_json(item, type_name) for item in value)
    found = None if isinstance(value, Mapping) else reader(value)
    if found is None:
        raise FeelError(say("{value!r} is no {type_name}", value=value, type_name=type_name))
    return found
