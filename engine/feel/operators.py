"""Arithmetic and three-valued logic of FEEL: what has no meaning is null, never an error (DMN 1.5, 10.3.2.13 to 15)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.limits import check_string
from engine.feel.temporal import add_length, add_months
from engine.feel.values import CONTEXT, Months, Value, finite

_MICRO = timedelta(microseconds=1)


def add(left: Value, right: Value) -> Value:
    """Add numbers, texts, durations, or a duration to a date or time."""
    if type(left) is Decimal and type(right) is Decimal:
        return finite(CONTEXT.add(left, right))
    if isinstance(left, str) and isinstance(right, str):
        return check_string(left + right)
    if isinstance(left, Months) and isinstance(right, Months):
        return Months(left.months + right.months)
    if isinstance(right, (timedelta, Months)) and not isinstance(left, Months):
        return _moved(left, right)
    if isinstance(left, (timedelta, Months)):
        return _moved(right, left)
    return None


def _moved(start: Value, length: timedelta | Months) -> Value:
    try:
        if isinstance(length, Months):
            return add_months(start, length.months) if isinstance(start, date) else None
        if isinstance(start, datetime):
            return add_length(start, length)
        if isinstance(start, date):
            return (datetime.combine(start, time()) + length).date()
        if isinstance(start, time):
            return (datetime.combine(date(2000, 1, 1), start) + length % timedelta(days=1)).timetz()
        return start + length if isinstance(start, timedelta) else None
    except OverflowError:
        return None


def subtract(left: Value, right: Value) -> Value:
    """Subtract numbers or durations, a duration from a date or time, or one date or time from another."""
    if type(left) is Decimal and type(right) is Decimal:
        return finite(CONTEXT.subtract(left, right))
    if type(left) is date and type(right) is date:
        return left - right
    if isinstance(right, (timedelta, Months)):
        if isinstance(left, Months) and isinstance(right, timedelta):
            return None
        return add(left, negate(right))
    if isinstance(left, date) and isinstance(right, date):
        return _between(left, right)
    if isinstance(left, time) and isinstance(right, time):
        return _between(datetime.combine(date(2000, 1, 1), left), datetime.combine(date(2000, 1, 1), right))
    return None


def _between(left: date, right: date) -> timedelta | None:
    """Count from one moment to another; a date beside a moment is its midnight in UTC (DMN 1.5, 10.3.2.3.5)."""
    if type(left) is not type(right):
        left, right = (m if isinstance(m, datetime) else datetime.combine(m, time(), UTC) for m in (left, right))
    try:
        return left - right
    except TypeError:  # one has a zone, the other has none
        return None


def negate(value: Value) -> Value:
    """Turn the sign of a number or of a duration."""
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    if isinstance(value, Months):
        return Months(-value.months)
    return -value if isinstance(value, timedelta) else None


def multiply(left: Value, right: Value) -> Value:
    """Multiply numbers, or a duration by a number."""
    if type(left) is Decimal and type(right) is Decimal:
        return finite(CONTEXT.multiply(left, right))
    if isinstance(left, Decimal):
        left, right = right, left
    return _scaled(left, CONTEXT.multiply, right) if isinstance(right, Decimal) else None


def _scaled(length: Value, operation: object, factor: Decimal) -> Value:
    assert callable(operation)
    amount = Decimal(length.months if isinstance(length, Months) else _micros(length))
    result = operation(amount, factor)
    if not result.is_finite() or abs(result) > Decimal("1E+20"):
        return None
    if isinstance(length, Months):
        return Months(int(result))
    try:
        return timedelta(microseconds=int(result)) if isinstance(length, timedelta) else None
    except OverflowError:
        return None


def _micros(length: Value) -> int:
    return length // _MICRO if isinstance(length, timedelta) else 0


def divide(left: Value, right: Value) -> Value:
    """Divide numbers, a duration by a number, or a duration by one of its kind; by zero gives null."""
    if isinstance(right, Decimal):
        if not right:
            return None
        return (
            finite(CONTEXT.divide(left, right)) if isinstance(left, Decimal) else _scaled(left, CONTEXT.divide, right)
        )
    if isinstance(left, Months) and isinstance(right, Months) and right.months:
        return finite(CONTEXT.divide(Decimal(left.months), Decimal(right.months)))
    if isinstance(left, timedelta) and isinstance(right, timedelta) and right:
        return finite(CONTEXT.divide(Decimal(_micros(left)), Decimal(_micros(right))))
    return None


def power(left: Value, right: Value) -> Value:
    """Raise to a power within 34 digits; what overflows is null, so no exponent costs more than another."""
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    return finite(CONTEXT.power(left, right))


ARITHMETIC = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}
