"""Any text at all is an expression or a FeelError; any expression gives a value or an EngineError."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.errors import EngineError, FeelError

LANGUAGE = (
    'a b rows day text null true 1 2.5 .5 -3 "x" @"P1D" @"2026-02-28" '
    "+ - * / ** = != < <= > >= ( ) [ ] { } , . .. : ? "
    "and or not( between in instance of if then else for return some every satisfies function( item partial "
    "count( sum( date( string( substring( sort( list replace( matches( number date and time( duration( min("
)
WORDS = LANGUAGE.split()
DATA = {"a": 5, "b": "x", "rows": [1, {"n": 2}, None], "day": date(2026, 2, 28), "text": "foobar"}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_words_of_the_language_in_any_order_end_well(words: list[str]) -> None:
    with suppress(EngineError):
        feel.to_json(feel.compile(" ".join(words))(DATA))
    with suppress(EngineError):
        assert feel.compile_unary(" ".join(words))(Decimal(1), DATA) in (True, False, None)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(source: str) -> None:
    with suppress(FeelError):
        feel.compile(source)
    with suppress(FeelError):
        feel.compile_unary(source)


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)


@settings(max_examples=100, deadline=None)
@given(NUMBERS, NUMBERS)
def test_numbers_are_compared_and_added_exactly(left: Decimal, right: Decimal) -> None:
    data = {"l": left, "r": right}
    assert feel.compile("l + r - r = l")(data) is True
    assert feel.compile("l < r or l = r or l > r")(data) is True
    assert feel.from_json(feel.to_json(left), "number") == left


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(-5000, 5000))
def test_a_day_moved_and_moved_back_is_the_same(day: date, days: int) -> None:
    data = {"day": day, "days": days}
    assert feel.compile('day + days * @"P1D" - days * @"P1D" = day')(data) is True
    assert feel.compile('(day + days * @"P1D" - day) / @"P1D" = days')(data) is True


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates()


@settings(max_examples=100, deadline=None)
@given(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)))
def test_a_value_is_equal_to_itself(found: object) -> None:
    assert feel.compile("x = x")({"x": found}) is True
