"""Values keep their type beside plain JSON, and data never names a type."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.feel.values import Months, Range, equal
from engine.stored import form_shape, restore, store

SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=8),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=st.just(UTC), min_value=datetime(1950, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
    st.timedeltas(timedelta(), timedelta(days=9000)).map(
        lambda length: timedelta(seconds=length // timedelta(seconds=1))
    ),
    st.integers(1, 900).map(Months),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)


@given(VALUES)
def test_every_value_comes_back_from_json_as_it_was(value: Any) -> None:
    plain, shape = orjson.loads(orjson.dumps(store(value)))
    assert equal(restore(plain, shape), value) is True


def test_text_that_looks_like_a_date_stays_text() -> None:
    assert restore(*store({"a": "2026-01-01", "typename": "date"})) == {"a": "2026-01-01", "typename": "date"}


@pytest.mark.parametrize("value", [Range(Decimal(1), Decimal(2)), object(), b"x", 1.5])
def test_what_data_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(EngineError, match="cannot be kept"):
        store(value)


@pytest.mark.parametrize(
    ("value", "shape"), [("x", "date"), ("x", "number"), ("x", "datetime"), ("x", "duration"), ([], "date")]
)
def test_stored_text_that_does_not_fit_its_type_is_null(value: Any, shape: str) -> None:
    assert restore(value, shape) in (None, ())


def test_a_form_gives_its_answers_their_types() -> None:
    form = {
        "properties": {
            "day": {"x-kind": "date"},
            "sum": {"x-kind": "money"},
            "name": {"x-kind": "text"},
            "rows": {"x-kind": "group", "items": {"properties": {"from": {"x-kind": "date"}}}},
        }
    }
    answers = {"day": "2026-01-02", "sum": "10.50", "name": "1", "rows": [{"from": "2026-02-03"}], "on": "2026-03-04"}
    assert restore(answers, form_shape(form)) == {
        "day": date(2026, 1, 2),
        "sum": Decimal("10.50"),
        "name": "1",
        "rows": ({"from": date(2026, 2, 3)},),
        "on": date(2026, 3, 4),
    }
