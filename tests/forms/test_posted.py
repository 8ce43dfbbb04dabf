"""Flat names from a browser become nested answers."""

from __future__ import annotations

from forms import posted
from tests.forms.conftest import Make, field, options


def test_names_that_the_form_does_not_have_are_left_out(make: Make) -> None:
    form = make(answer=field("text"))
    assert posted.read(form, [("csrf_token", "x"), ("answer", "5"), ("version", "3")]) == {"answer": "5"}


def test_rows_keep_their_order_and_empty_ones_go(make: Make) -> None:
    row = {"type": "object", "properties": {"start": field("date"), "kinds": field("many", "array", **options("a"))}}
    form = make(rows=field("group", "array", items=row))
    pairs = [("rows.2.start", "6.1.2027"), ("rows.0.start", "5.1.2027"), ("rows.1.start", ""), ("rows.x.start", "1")]
    assert posted.read(form, pairs) == {"rows": [{"start": "5.1.2027"}, {"start": "6.1.2027"}]}


def test_many_is_a_list_of_what_was_ticked(make: Make) -> None:
    form = make(kinds=field("many", "array", **options("a", "b")))
    assert posted.read(form, [("kinds", ""), ("kinds", "b"), ("kinds", "a")]) == {"kinds": ["b", "a"]}
