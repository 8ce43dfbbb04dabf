"""Which kinds of values may be added, subtracted, multiplied, divided and raised, and that all others give null."""

from __future__ import annotations

from itertools import product

import pytest

from engine import feel

EXAMPLES = {
    "number": "10",
    "string": '"10"',
    "boolean": "true",
    "date": '@"2026-01-01"',
    "date and time": '@"2026-01-01T10:10:10"',
    "zoned": '@"2026-01-01T10:10:10+02:00"',
    "time": '@"10:10:10"',
    "list": "[10]",
    "context": "{a: 10}",
    "days": '@"P1D"',
    "months": '@"P1Y"',
    "range": "[1..10]",
    "function": "(function(a) a)",
    "null": "null",
}
MOMENTS = ("date", "date and time", "zoned")
SUMS = {
    *(pair for moment in MOMENTS for length in ("days", "months") for pair in ((moment, length), (length, moment))),
    ("time", "days"), ("days", "time"), ("number", "number"),
    ("string", "string"), ("days", "days"), ("months", "months"),
}  # fmt: skip
ALLOWED = {
    "+": SUMS,
    "-": {
        *((moment, length) for moment in MOMENTS for length in ("days", "months")),
        *((moment, moment) for moment in MOMENTS),
        ("date", "zoned"), ("zoned", "date"), ("time", "time"), ("time", "days"),
        ("number", "number"), ("days", "days"), ("months", "months"),
    },
    "*": {("number", "number"), ("number", "days"), ("days", "number"), ("number", "months"), ("months", "number")},
    "/": {("number", "number"), ("days", "number"), ("months", "number"), ("days", "days"), ("months", "months")},
    "**": {("number", "number")},
}  # fmt: skip


@pytest.mark.parametrize("operator", ALLOWED)
def test_only_what_has_a_meaning_gives_a_value(operator: str) -> None:
    given = {
        (left, right)
        for left, right in product(EXAMPLES, repeat=2)
        if feel.compile(f"{EXAMPLES[left]} {operator} {EXAMPLES[right]}")({}) is not None
    }
    assert given == ALLOWED[operator]


@pytest.mark.parametrize("kind", EXAMPLES)
def test_only_numbers_and_durations_have_a_sign(kind: str) -> None:
    assert (feel.compile(f"-({EXAMPLES[kind]})")({}) is not None) == (kind in ("number", "days", "months"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@"2026-01-02" - @"2026-01-01T14:00:00Z"', '@"PT10H"'),
        ('@"2026-01-02T02:00:00+02:00" - @"2026-01-01"', '@"P1D"'),
        ('@"2026-01-01" + @"PT36H"', '@"2026-01-02"'),
        ('@"2026-01-02" - @"PT1H"', '@"2026-01-01"'),
        ('@"10:15:00+11:00" + @"P1D"', '@"10:15:00+11:00"'),
        ('string(@"2026-01-12T10:10:10@Europe/Helsinki" + @"P1DT1H")', '"2026-01-13T11:10:10@Europe/Helsinki"'),
        ('-5.75 * @"P10M"', '@"-P4Y9M"'),
        ('@"P13Y" / 3', '@"P4Y4M"'),
    ],
)
def test_a_date_is_midnight_utc_beside_a_moment_and_lengths_are_cut_to_whole_ones(source: str, expected: str) -> None:
    assert feel.compile(source)({}) == feel.compile(expected)({})
