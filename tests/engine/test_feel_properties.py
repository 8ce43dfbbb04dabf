"""Any text at all is an expression or a FeelError; any expression gives a value or an EngineError."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

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


CORPUS = [
    'if a > 3 then "x" else [1, 2][1]',
    "for i in [1..3], j in 1..2 return i * j + 1",
    "some r in rows satisfies r.n = 2 and not(r = null)",
    "rows[item instance of number or n > 1].n... x",
    '{"a b": function(x: number, y: list<string>) x + count(y), r: a}.r',
    'date("2026-02-28") + @"P1M" - duration("P1DT2H")',
    "a in (< 3, [4..6), not(5), ]1..2[)",
    "sort([3, 1], precedes: function(x, y) x < y)",
    'replace(text, "(o+)b", "$1\\u0041") = substring before("x", "y")',
    "-2 ** 2 / .5 - 1e3 between 1 and 2",
    "{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r",
    'context merge([{a: 1}, {b: {c: [1, null]}}]) = get value({}, "a")',
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """An expression of the corpus with some characters dropped, doubled, swapped, or taken from another one."""
    text = draw(st.sampled_from(CORPUS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(text) - 1, 0)))
        kind = draw(st.sampled_from(["drop", "double", "swap", "splice", "sign"]))
        other = draw(st.sampled_from(CORPUS))
        text = {
            "drop": text[:at] + text[at + 1 :],
            "double": text[:at] + text[at : at + 6] + text[at:],
            "swap": text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
            "splice": text[:at] + other[at:],
            "sign": text[:at] + draw(st.sampled_from(list('()[]{}.,:<>="@?\\-'))) + text[at:],
        }[kind]
    return text


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_a_mutated_expression_gives_a_value_or_an_error_with_its_place(source: str) -> None:
    for compiled in (feel.compile, feel.compile_unary):
        refused: FeelError | None = None
        try:
            made = compiled(source)
        except FeelError as error:
            refused = error
        if refused is not None:
            assert refused.position is not None
            assert refused.source
            continue
        with suppress(EngineError):
            feel.to_json(made(Decimal(1), DATA) if isinstance(made, feel.UnaryTests) else made(DATA))


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


ZONES = st.none() | st.just(UTC) | st.sampled_from([ZoneInfo("Europe/Helsinki"), timezone(timedelta(hours=-11))])


@settings(max_examples=200, deadline=None)
@given(st.datetimes(timezones=ZONES), st.datetimes(timezones=ZONES))
def test_any_two_moments_are_compared_and_counted_between(left: datetime, right: datetime) -> None:
    data = {"l": left, "r": right}
    for source in ("l < r", "l = r", "time(l) < time(r)", "time(l) = time(r)", "l - r", "date(l) - r", "sort([l, r])"):
        feel.compile(source)(data)
    same = (left.tzinfo is None) == (right.tzinfo is None)
    assert (feel.compile("l < r or l = r or l > r")(data) is True) == same


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates()


@settings(max_examples=100, deadline=None)
@given(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)))
def test_a_value_is_equal_to_itself(found: object) -> None:
    assert feel.compile("x = x")({"x": found}) is True
