"""The values of FEEL: what a name may hold, how two of them compare, and what they look like in JSON.

null is None, a number Decimal, a text str, a list tuple, a context any Mapping; dates and times are Python's own,
a days-and-time duration is timedelta. Source: DMN 1.5, 10.3.2.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import total_ordering
from typing import TYPE_CHECKING, TypeAlias

from engine.errors import FeelError
from engine.feel.limits import STRING, check_list, check_string
from engine.said import say

if TYPE_CHECKING:
    from engine.feel.types import Type

# decimal128 of IEEE 754-2008, which DMN 10.3.2.3.1 asks for; no traps: what overflows becomes null
CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])


@total_ordering
@dataclass(frozen=True, slots=True)
class Months:
    """A duration in years and months, as a number of months (negative: backward)."""

    months: int

    def __lt__(self, other: Months) -> bool:
        return self.months < other.months


@dataclass(frozen=True, slots=True)
class Range:
    """A range of values; a missing end (None) is open to infinity."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True)
class Function:
    """A function that an expression or a business knowledge model defines; callers see names, types and body.

    `types` are those of the parameters ("Any" where none is declared), empty when none is; `result` is what it gives.
    """

    parameters: tuple[str, ...]
    body: Callable[[tuple[Value, ...]], Value]
    types: tuple[Type, ...] = ()
    result: Type | None = None


Value: TypeAlias = (
    "bool | Decimal | str | date | datetime | time | timedelta | Months | Range | Function"
    " | tuple[Value, ...] | Mapping[str, Value] | None"
)

KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    datetime: "date and time",
    time: "time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    Range: "range",
    Function: "function",
    tuple: "list",
    dict: "context",
}
PLAIN = frozenset({type(None), bool, date, datetime, time, timedelta, Months, Range, Function, dict})
SIMPLE = frozenset({bool, Decimal, str, date})
"""types whose values hold no others and are equal as Python has it"""
NESTED = frozenset({tuple, dict})
ORDERED = frozenset({Decimal, str, date, datetime, time, timedelta, Months})


def kind(value: Value) -> str:
    """Name the FEEL type of a value ("number", "date and time", "context", …)."""
    return KINDS.get(type(value), "context")


def normal(value: object) -> Value:
    """Make a FEEL value of what a context holds: int and float to Decimal, list to tuple; raises FeelError."""
    found = type(value)
    if found in PLAIN:
        return value  # type: ignore[return-value]
    if found is str and len(value) <= STRING:  # type: ignore[arg-type]
        return value  # type: ignore[return-value]
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, str):
        return check_string(value)
    if isinstance(value, int):
        return CONTEXT.create_decimal(value)
    if isinstance(value, float):
        return finite(CONTEXT.create_decimal(repr(value)))
    if isinstance(value, (list, tuple)):
        check_list(len(value))
        return tuple(normal(item) for item in value)
    if isinstance(value, Mapping):
        return value
    raise FeelError(say("a value of type {name} is no FEEL value", name=found.__name__))


def settled(value: Value) -> Value:
    """Return the value with everything inside contexts and lists turned into FEEL values, as results are."""
    if isinstance(value, tuple):
        return tuple(settled(item) for item in value)
    if isinstance(value, Mapping):
        return {str(key): settled(normal(item)) for key, item in value.items()}
    return value


def finite(number: Decimal) -> Decimal | None:
    """Return the number, or None when it overflowed or is no number."""
    return number if number.is_finite() else None


_SOME_DAY = date(2000, 1, 1)
"""the day on which times with a named zone are compared"""


def _aware(moment: datetime | time) -> bool:
    return moment.tzinfo is not None


def moment_of(value: datetime | time) -> datetime:
    """Give a moment that can be compared: in UTC when it has a zone; a time on the same day as all times.

    Python's own == is false in an hour that comes twice, and knows no offset of a time with a named zone.
    """
    moment = value if isinstance(value, datetime) else datetime.combine(_SOME_DAY, value)
    try:
        return moment if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:  # the first and the last hours of all years
        return moment.replace(tzinfo=UTC)


def equal(left: Value, right: Value) -> bool | None:
    """Say whether two values are equal; None when their types cannot be compared (DMN 1.5, table 53)."""
    if left is None or right is None:
        return left is right
    found = type(left)
    if found is type(right) and found in SIMPLE:
        return left == right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        same = left.keys() == right.keys()
        return same and all(equal(normal(left[key]), normal(right[key])) is True for key in left)
    if found is not type(right):
        return None
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if isinstance(left, (datetime, time)) and isinstance(right, (datetime, time)):
        return _aware(left) == _aware(right) and moment_of(left) == moment_of(right)
    return left == right


def less(left: Value, right: Value) -> bool | None:
    """Say whether left comes before right; None when they have no order."""
    found = type(left)
    if found is not type(right) or found not in ORDERED:
        return None
    if isinstance(left, (datetime, time)) and isinstance(right, (datetime, time)):
        return moment_of(left) < moment_of(right) if _aware(left) == _aware(right) else None
    return left < right  # type: ignore[operator]


def not_above(left: Value, right: Value) -> bool | None:
    """Say whether left is before or equal to right; None when they have no order."""
    before = less(right, left)
    return None if before is None else not before


def within(value: Value, bounds: Range) -> bool | None:
    """Say whether a value lies in a range; None when it cannot be compared with its ends."""
    low: bool | None = True
    high: bool | None = True
    if bounds.start is not None:
        low = not_above(bounds.start, value) if bounds.start_included else less(bounds.start, value)
    if bounds.end is not None:
        high = not_above(value, bounds.end) if bounds.end_included else less(value, bounds.end)
    if low is None or high is None or (bounds.start is None and bounds.end is None):
        return None
    return low and high


def is_in(value: Value, among: Value) -> bool | None:
    """Say whether a value is equal to, an item of, or inside what is given (DMN 1.5, table 54, `in`)."""
    if isinstance(among, Range):
        return equal(value, among) if isinstance(value, Range) else within(value, among)
    if isinstance(among, tuple):
        if isinstance(value, tuple) and equal(value, among):
            return True
        return any(is_in(value, item) is True for item in among)
    return equal(value, among)
