"""What each kind of field accepts and refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from forms.errors import FormError
from tests.forms.conftest import Make, field, options

GOOD: list[tuple[dict[str, Any], object, object]] = [
    (field("text"), "  Aino  ", "Aino"),
    (field("text"), "A\u0308iti", "Äiti"),  # NFC
    (field("long_text"), "yksi\r\nkaksi", "yksi\nkaksi"),
    (field("integer", "integer"), "1 260", 1260),
    (field("integer", "integer"), 12, 12),
    (field("number", "number"), "37,5", "37.5"),
    (field("number", "number"), 0.1, "0.1"),
    (field("number", "number"), "\u22121,50", "-1.50"),
    (field("money", "number"), "1 260,00 €", "1260.00"),
    (field("money", "number"), "1\u00a0260,5", "1260.50"),
    (field("money", "string"), Decimal("15"), "15.00"),
    (field("date"), "5.1.2027", "2027-01-05"),
    (field("date"), "05.01.2027", "2027-01-05"),
    (field("date"), date(2027, 1, 5), "2027-01-05"),
    (field("datetime"), "5.1.2027 14.30", "2027-01-05T14:30:00+02:00"),
    (field("datetime"), "5.6.2027 klo 9:05", "2027-06-05T09:05:00+03:00"),
    (field("datetime"), "2027-01-05T14:30", "2027-01-05T14:30:00+02:00"),
    (field("datetime"), datetime(2027, 1, 5, 12, 30, tzinfo=UTC), "2027-01-05T14:30:00+02:00"),
    (field("datetime"), "2027-01-05T12:30:00Z", "2027-01-05T14:30:00+02:00"),
    (field("yes_no", "boolean"), "Kyllä", True),
    (field("yes_no", "boolean"), "nej", False),
    (field("yes_no", "boolean"), False, False),
    (field("choice", **options("a", "b")), "b", "b"),
    (field("many", "array", **options("a", "b", "c")), ["c", "a", "c"], ["a", "c"]),
    (field("many", "array", **options("a", "b", "c")), "b", ["b"]),
    (field("hetu"), "131052-308t", "131052-308T"),
    (field("hetu"), "010190-900P", "010190-900P"),  # temporary code
    (field("business_id"), "20774740", "2077474-0"),
    (field("iban"), "fi21 1234 5600 0007 85", "FI2112345600000785"),
    (field("email"), "aino@esimerkki.fi", "aino@esimerkki.fi"),
    (field("phone"), "+358 40 123 4567", "+358401234567"),
    (field("file"), 3, "3"),
]

BAD: list[tuple[dict[str, Any], object, str]] = [
    (field("text"), 5, "text"),
    (field("text"), "a\nb", "one_line"),
    (field("text"), "a\x00b", "characters"),
    (field("text"), "\ud800", "characters"),
    (field("text"), "x" * 201, "too_long"),
    (field("text", minLength=3), "ab", "too_short"),
    (field("integer", "integer"), "1,5", "integer"),
    (field("integer", "integer"), "9" * 5000, "integer"),
    (field("integer", "integer"), True, "integer"),
    (field("integer", "integer", minimum=1), "0", "too_small"),
    (field("number", "number"), "NaN", "number"),
    (field("number", "number"), float("inf"), "number"),
    (field("number", "number"), "1e999999", "number"),
    (field("number", "number", maximum=80), "80,1", "too_large"),
    (field("number", "number"), "1.260,00", "number"),
    (field("money", "number"), "1,234", "cents"),
    (field("date"), "31.2.2027", "no_such_day"),
    (field("date"), "5/1/2027", "date"),
    (field("date"), "5.1.27", "date"),
    (field("date"), "5.1.3027", "date_range"),
    (field("date"), datetime(2027, 1, 5, tzinfo=UTC), "date"),
    (field("datetime"), "5.1.2027 25.00", "datetime"),
    (field("datetime"), "28.3.2027 3.30", "no_such_moment"),
    (field("yes_no", "boolean"), "ehkä", "yes_no"),
    (field("choice", **options("a", "b")), "c", "choice"),
    (field("many", "array", **options("a", "b")), ["a", {"x": 1}], "choice"),
    (field("many", "array", minItems=2, **options("a", "b")), ["a"], "too_few_items"),
    (field("hetu"), "131052-308U", "hetu"),
    (field("business_id"), "2077474-1", "business_id"),
    (field("iban"), "FI2112345600000786", "iban"),
    (field("email"), "aino@", "email"),
    (field("phone"), "puhelin", "phone"),
    (field("file"), "../etc/passwd", "file"),
]


@pytest.mark.parametrize(("part", "given", "stored"), GOOD)
def test_a_good_answer_is_stored_as_clean_json(make: Make, part: dict[str, Any], given: object, stored: object) -> None:
    assert make(answer=part).validate({"answer": given}) == {"answer": stored}


@pytest.mark.parametrize(("part", "given", "stored"), GOOD)
def test_what_is_stored_is_accepted_again_unchanged(
    make: Make, part: dict[str, Any], given: object, stored: object
) -> None:
    assert make(answer=part).validate({"answer": stored}) == {"answer": stored}


@pytest.mark.parametrize(("part", "given", "stored"), GOOD)
def test_what_is_shown_in_an_input_is_accepted_again(
    make: Make, part: dict[str, Any], given: object, stored: object
) -> None:
    form = make(answer=part)
    if part["x-kind"] != "many":  # shown as words, chosen by code
        assert form.validate({"answer": form.fields[0].format(stored, "sv")}) == {"answer": stored}


@pytest.mark.parametrize(("part", "given", "code"), BAD)
def test_a_wrong_answer_keeps_its_value_and_says_what_was_expected(
    make: Make, part: dict[str, Any], given: object, code: str
) -> None:
    with pytest.raises(FormError) as caught:
        make(answer=part).validate({"answer": given})
    (error,) = caught.value.errors
    assert (error.pointer, error.code) == ("/answer", code)
    assert error.value is given


@pytest.mark.parametrize("given", ["", "   ", None, "\n"])
def test_an_empty_answer_is_no_answer(make: Make, given: object) -> None:
    assert make(answer=field("date"), other=field("text")).validate({"answer": given, "other": "x"}) == {"other": "x"}


def test_numbers_are_never_binary_floats(make: Make) -> None:
    stored = make(answer=field("number", "number")).validate({"answer": 1260.1})
    assert stored == {"answer": "1260.1"}


def test_values_are_shown_in_words() -> None:
    from forms.kinds import KINDS

    assert KINDS["money"]().show("1260.00", "fi") == "1\u00a0260,00\u00a0€"
    assert KINDS["date"]().show("2027-01-05", "fi") == "5.1.2027"
    assert KINDS["yes_no"]().show(True, "sv") == "Ja"
    assert KINDS["iban"]().show("FI2112345600000785", "en") == "FI21 1234 5600 0007 85"


def test_a_field_can_say_an_answer_that_it_takes(make: Make) -> None:
    kinds = {
        "reached": (field("yes_no", "boolean"), True), "day": (field("date"), "2027-01-05"),
        "fee": (field("money", "string"), "1260.00"), "said": (field("long_text"), "Esimerkki"),
        "way": (field("choice", **options("a", "b")), "a"), "small": (field("integer", "integer", maximum=3), None),
    }  # fmt: skip
    form = make(**{name: each for name, (each, _) in kinds.items()})
    assert {each.name: each.sample() for each in form.fields} == {name: it for name, (_, it) in kinds.items()}
