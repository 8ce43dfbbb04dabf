"""Turning values into numbers and texts (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.functions.builtin import builtin
from engine.feel.temporal import text_of
from engine.feel.values import CONTEXT, Function, Months, Range, Value, equal, finite, normal

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,4})?")


@builtin("number(from: string, grouping separator?: string, decimal separator?: string)")
def _number(text: str, grouping: str | None = None, point: str | None = None) -> Value:
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping and grouping == point):
        return None
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    return finite(CONTEXT.create_decimal(plain)) if _NUMBER.fullmatch(plain) else None


@builtin("string(from: any)")
def _string(value: Value) -> Value:
    return None if value is None else text(value)


def number_text(number: Decimal) -> str:
    """Write a number without an exponent and without trailing zeros after the point."""
    plain = format(number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


def text(value: Value) -> str:
    """Write a value as the function string() does."""
    parts: list[str] = []
    _write(value, parts, False)
    return "".join(parts)


def _write(value: Value, parts: list[str], inside: bool) -> None:
    if isinstance(value, tuple):
        _write_all([("", item) for item in value], "[]", parts)
    elif isinstance(value, Mapping):
        _write_all([(f"{key}: ", normal(item)) for key, item in value.items()], "{}", parts)
    else:
        parts.append(f'"{value}"' if inside and isinstance(value, str) else _scalar(value))


def _write_all(items: list[tuple[str, Value]], brackets: str, parts: list[str]) -> None:
    parts.append(brackets[0])
    for index, (label, item) in enumerate(items):
        parts.append((", " if index else "") + label)
        _write(item, parts, True)
    parts.append(brackets[1])


def _scalar(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, (date, time, timedelta, Months)):
        return text_of(value)
    if isinstance(value, Range):
        ends = ("" if end is None else text(end) for end in (value.start, value.end))
        return ("[" if value.start_included else "(") + "..".join(ends) + ("]" if value.end_included else ")")
    return "function" if isinstance(value, Function) else str(value)


@builtin("is(value1: any, value2: any)")
def _is(left: Value, right: Value) -> Value:
    """Say whether two values are the same in each of their parts: the same moment at two offsets is not."""
    if type(left) is not type(right) or equal(left, right) is not True:
        return False
    if isinstance(left, (datetime, time)) and isinstance(right, (datetime, time)) and left.tzinfo and right.tzinfo:
        return left.replace(tzinfo=None) == right.replace(tzinfo=None)
    return True


@builtin("get or else(value: any, default: any)")
def _or_else(value: Value, default: Value) -> Value:
    return default if value is None else value
