"""What a part is given when a story plays it by itself, written in FEEL."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from engine.alone import literal
from engine.feel import compile as feel

VALUES: list[Any] = [
    None, True, False, 0, -3, Decimal("12.50"), "", 'said "so"', "back\\slash", "rivi\nvaihtuu", "ä–\u2028",
    date(2026, 2, 9), time(9, 30), [], [1, "a", None], {}, {"first_key": date(2026, 2, 9), "ä b": [{"x": 1}]},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_read_back_as_it_was(value: Any) -> None:
    assert feel(literal(value))({}) == _read(value)


def _read(value: Any) -> Any:
    """Lists are tuples in FEEL."""
    if isinstance(value, list):
        return tuple(_read(each) for each in value)
    return {key: _read(each) for key, each in value.items()} if isinstance(value, dict) else value


def test_a_fraction_is_the_decimal_that_was_written() -> None:
    assert feel(literal(0.1))({}) == Decimal("0.1")


def test_a_moment_keeps_its_offset() -> None:
    moment = datetime(2026, 2, 9, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    assert feel(literal(moment))({}) == moment
