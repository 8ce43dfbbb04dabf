"""FEEL expressions: values, arithmetic, null logic, paths, lists, dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from engine import feel
from engine.errors import FeelError
from engine.feel import Months, Range, Value

D = Decimal
CONTEXT = {
    "a": 5,
    "price": 12.5,
    "text": "foobar",
    "nothing": None,
    "day": date(2026, 1, 31),
    "moment": datetime(2026, 3, 28, 12, 0, tzinfo=UTC),
    "loan": {"amount": 600000, "Monthly Fee": D("2.50")},
    "rows": [{"n": 1, "s": "a"}, {"n": 2, "s": "b"}],
    "Full Name": "Maija Esimerkki",
    "end-date": date(2026, 2, 1),
}


def value(source: str) -> Value:
    return feel.compile(source, ["Full Name", "Monthly Fee", "end-date"])(CONTEXT)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", D(7)),
        ("10 + 20 / -5 - 3", D(3)),
        ("-2 ** 2", D(4)),
        ("2 ** -1", D("0.5")),
        ("2 ** 3 ** 2", D(64)),
        (".5 + 1e2", D("100.5")),
        ("a + price", D("17.5")),
        ("1 / 0", None),
        ("10 + null", None),
        ('"a" + 1', None),
        ('"a" + "b"', "ab"),
        ("0.1 + 0.2 = 0.3", True),
        ("// why\n1 /* not */ + 1", D(2)),
    ],
)
def test_arithmetic_is_decimal_and_null_spreads(source: str, expected: Value) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("false or null", None),
        ("not(null)", None),
        ('true and "x"', None),
        ("null = null", True),
        ("nothing = 1", False),
        ('1 = "1"', None),
        ("null > 1", None),
        ('a > "x"', None),
        ("if null then 1 else 2", D(2)),
        ("missing.path.further", None),
        ("text.length", None),
        ("[1, null] = [1, null]", True),
        ("{a: 1} = {a: 1.0}", True),
    ],
)
def test_logic_has_three_values(source: str, expected: Value) -> None:
    assert value(source) is expected or value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a in [1..5]", True),
        ("a in ]1..5[", False),
        ("a in (1..5]", True),
        ("a in (1, 2, 5)", True),
        ("a in (> 7, < 2)", False),
        ("a in >= 5", True),
        ("a in [5, 6]", True),
        ("a between 1 and 5 and true", True),
        ("a instance of number", True),
        ("day instance of date", True),
        ("null instance of string", False),
        ('@"P1M" instance of years and months duration', True),
        ("[1] instance of list<number>", True),
        ("[1..5]", Range(D(1), D(5))),
        ("(< 5)", Range(None, D(5), False, False)),
        ("[1..5].start included", True),
    ],
)
def test_membership_and_types(source: str, expected: Value) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("rows[2].s", "b"),
        ("rows[-1].n", D(2)),
        ("rows[3]", None),
        ("rows[n > 1].s", ("b",)),
        ("rows.n", (D(1), D(2))),
        ("[1, 2, 3][item > 1]", (D(2), D(3))),
        ("for i in 1..3 return i * i", (D(1), D(4), D(9))),
        ("for i in 3..1 return i", (D(3), D(2), D(1))),
        ("for i in [1, 2], j in [i, 10] return i * j", (D(1), D(10), D(4), D(20))),
        ("for i in 1..4 return if i = 1 then 1 else i * partial[-1]", (D(1), D(2), D(6), D(24))),
        ("some r in rows satisfies r.n > 1", True),
        ("every r in rows satisfies r.n > 1", False),
        ("some r in [] satisfies true", False),
        ("{x: 1, y z: x + 1}.y z", D(2)),
        ("{f: function(x: number) x * 2, r: f(4)}.r", D(8)),
        ("sort([3, 1, 2], function(x, y) x > y)", (D(3), D(2), D(1))),
    ],
)
def test_lists_contexts_and_functions(source: str, expected: Value) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('day + duration("P1M")', date(2026, 2, 28)),
        ('day - @"P1Y"', date(2025, 1, 31)),
        ('@"2026-03-01" - day', timedelta(days=29)),
        ('day + @"P1D"', date(2026, 2, 1)),
        ("day.year * 100 + day.month", D(202601)),
        ("day.weekday", D(6)),
        ('@"2026-02-30"', FeelError),
        ('date("2026-02-30")', None),
        ("date(2026, 2, 28)", date(2026, 2, 28)),
        ('time("14:30:00")', time(14, 30)),
        ('duration("P1Y6M")', Months(18)),
        ('duration("-P1DT2H")', -timedelta(days=1, hours=2)),
        ("string(moment)", "2026-03-28T12:00:00Z"),
        ('date and time("2026-03-28T23:00:00@Europe/Helsinki") + @"P1D"', "2026-03-30T00:00:00+03:00"),
        ('years and months duration(@"2025-01-31", @"2026-03-01")', Months(13)),
        ('date(moment) in [@"2026-03-01"..@"2026-03-31"]', True),
        ('date and time("2026-01-01T00:00:00") < moment', None),
        ("end-date > day", True),
        ('date and time("2026-10-25T03:30:00@Europe/Helsinki") = date and time("2026-10-25T03:30:00+03:00")', True),
    ],
)
def test_dates_and_durations(source: str, expected: object) -> None:
    if expected is FeelError:
        with pytest.raises(FeelError):
            value(source)
        return
    found = value(source)
    assert (found.isoformat() if isinstance(found, datetime) else found) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Full Name", "Maija Esimerkki"),
        ("loan.Monthly  Fee * 2", D(5)),
        ("for Full Name in [1] return Full Name + 1", (D(2),)),
        ("string length(Full Name)", D(15)),
    ],
)
def test_known_names_may_have_spaces(source: str, expected: Value) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("1 +", 3),
        ("a b", 2),
        ("(1", 2),
        ('"open', 0),
        ("a ==", 3),
        ("if a then 1", 11),
        ("a#b", 1),
        ("for in x return 1", 4),
    ],
)
def test_a_broken_expression_names_its_place(source: str, position: int) -> None:
    with pytest.raises(FeelError) as caught:
        value(source)
    assert caught.value.position == position


def test_the_place_in_several_lines_is_a_line_and_a_column() -> None:
    with pytest.raises(FeelError, match=r"expected 'else', found the end at line 2, column 9: 'then 1'"):
        value("if a > 1\n  then 1")


def test_an_expression_names_its_paths_and_calls() -> None:
    made = feel.compile('a.b > sum(c[x = 1].y) and (for i in data.l return i.z)[1] = deadline("reply", today)')
    assert made.paths == ("a.b", "c", "data.l", "today")
    assert made.calls == (("sum", (None,)), ("deadline", ("reply", None)))


def test_functions_are_handed_in_at_the_call() -> None:
    made = feel.compile('deadline("reply") > day and count([1]) = 1')
    assert made(CONTEXT, {"deadline": lambda name: date(2026, 2, 2) if name == "reply" else None}) is True


def test_a_function_of_the_engine_with_other_arguments_is_refused() -> None:
    with pytest.raises(FeelError, match=r"today\(\) is called with 1 arguments"):
        feel.compile("today(1)")(CONTEXT, {"today": lambda: date(2026, 1, 1)})


def test_an_unknown_function_is_refused() -> None:
    with pytest.raises(FeelError, match="no function 'nowhere'"):
        value("nowhere(1)")


def test_a_wrong_number_of_arguments_is_refused_when_compiled() -> None:
    with pytest.raises(FeelError, match="substring"):
        feel.compile("substring(text)")


def test_results_hold_no_binary_fractions() -> None:
    assert value("{x: [price, a], y: loan}") == {
        "x": (D("12.5"), D(5)),
        "y": {"amount": D(600000), "Monthly Fee": D("2.50")},
    }
    assert type(value("a")) is Decimal


@pytest.mark.parametrize(
    ("kind", "stored", "read"),
    [
        ("date", "2026-02-01", date(2026, 2, 1)),
        ("number", "1260.00", D("1260.00")),
        ("duration", "P3M", Months(3)),
        ("datetime", "2026-02-01T10:00:00Z", datetime(2026, 2, 1, 10, tzinfo=UTC)),
        ("string", "2026-02-01", "2026-02-01"),
        ("boolean", True, True),
    ],
)
def test_values_survive_json(kind: str, stored: object, read: Value) -> None:
    assert feel.from_json(stored, kind) == read
    assert feel.from_json(feel.to_json(read), kind) == read


def test_json_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(FeelError, match="'soon' is no date"):
        feel.from_json("soon", "date")


def test_json_for_people_has_numbers() -> None:
    assert feel.to_json((D("1.50"), D(2)), numbers=True) == [1.5, 2]
