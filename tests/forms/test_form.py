"""A form judges all its answers together."""

from __future__ import annotations

import logging
from datetime import date
from decimal import Decimal

import pytest

from forms.codes import Codes
from forms.errors import FormError
from tests.forms.conftest import Make, field, options

CHECK = {
    "valid": "end_on >= start_on",
    "field": "end_on",
    "message": {"fi": "Loppu on alun jälkeen.", "sv": "Slutet är efter början.", "en": "The end is after the start."},
}


def errors_of(form: object, raw: object, **more: object) -> list[tuple[str, str]]:
    with pytest.raises(FormError) as caught:
        form.validate(raw, **more)  # type: ignore[attr-defined]
    return [(error.pointer, error.code) for error in caught.value.errors]


def completeness(make: Make) -> object:
    return make(
        required=("complete",),
        complete=field("yes_no", "boolean"),
        missing=field("long_text", **{"x-visibleIf": "complete = false", "x-requiredIf": "complete = false"}),
    )


def test_a_required_field_without_an_answer_is_missing(make: Make) -> None:
    assert errors_of(completeness(make), {}) == [("/complete", "missing")]


def test_a_condition_asks_for_what_another_answer_makes_necessary(make: Make) -> None:
    assert errors_of(completeness(make), {"complete": "ei"}) == [("/missing", "missing")]


def test_a_hidden_answer_is_dropped_even_when_it_is_wrong(make: Make) -> None:
    form = completeness(make)
    assert form.validate({"complete": "kyllä", "missing": "x" * 9000}) == {"complete": True}  # type: ignore[attr-defined]


def test_a_field_hidden_by_a_hidden_field_is_hidden_too(make: Make) -> None:
    form = make(
        a=field("yes_no", "boolean"),
        b=field("yes_no", "boolean", **{"x-visibleIf": "a = true"}),
        c=field("text", **{"x-visibleIf": "b = true", "x-requiredIf": "b = true"}),
    )
    assert form.validate({"a": "ei", "b": "kyllä", "c": ""}) == {"a": False}


@pytest.mark.parametrize(
    ("last", "told"), [(date(2026, 4, 30), "30.4.2026"), (Decimal("1260.5"), "1\xa0260,5"), ("PT/1", "PT/1")]
)
def test_a_check_tells_what_the_answer_goes_past(make: Make, last: object, told: str) -> None:
    message = {"fi": "Enintään {value}.", "sv": "Högst {value}.", "en": "At most {value}."}
    form = make(
        a=field("yes_no", "boolean"), checks=({"valid": "a", "field": "a", "message": message, "shows": "data.x"},)
    )
    with pytest.raises(FormError) as caught:
        form.validate({"a": "ei"}, data={"x": last})
    assert [error.message("sv") for error in caught.value.errors] == [f"Högst {told}."]


def test_a_condition_reads_the_case_data(make: Make) -> None:
    form = make(reason=field("text", **{"x-requiredIf": "data.application.late = true"}))
    assert form.validate({}) == {}
    assert errors_of(form, {}, data={"application": {"late": True}}) == [("/reason", "missing")]


def test_a_check_across_fields_is_told_at_its_field_in_its_own_words(make: Make) -> None:
    form = make(start_on=field("date"), end_on=field("date"), checks=(CHECK,))
    with pytest.raises(FormError) as caught:
        form.validate({"start_on": "5.1.2027", "end_on": "4.1.2027"})
    (error,) = caught.value.errors
    assert (error.pointer, error.message("sv")) == ("/end_on", "Slutet är efter början.")


def test_a_check_over_an_empty_field_does_not_fail(make: Make) -> None:
    form = make(start_on=field("date"), end_on=field("date"), checks=(CHECK,))
    assert form.validate({"start_on": "5.1.2027"}) == {"start_on": "2027-01-05"}


def test_an_unknown_field_is_refused_with_the_names_that_are_known(make: Make) -> None:
    with pytest.raises(FormError) as caught:
        make(answer=field("text")).validate({"anwser": "x"})
    assert "answer" in caught.value.errors[0].message("fi")


@pytest.mark.parametrize("raw", [None, [], "x", 5])
def test_answers_that_are_not_an_object_are_refused(make: Make, raw: object) -> None:
    assert errors_of(make(answer=field("text")), raw) == [("", "object")]


def test_errors_come_in_the_order_of_the_page(make: Make) -> None:
    form = make(required=("first", "third"), first=field("text"), second=field("date"), third=field("text"))
    assert [pointer for pointer, _ in errors_of(form, {"second": "x"})] == ["/first", "/second", "/third"]


def periods(make: Make) -> object:
    row = {
        "type": "object",
        "required": ["start"],
        "properties": {"start": field("date"), "paid": field("yes_no", "boolean"), "sum": field("money", "number")},
    }
    row["properties"]["sum"]["x-requiredIf"] = "paid = true"  # type: ignore[index]
    return make(periods=field("group", "array", items=row, minItems=1, maxItems=2), required=("periods",))


def test_rows_are_judged_one_by_one_with_pointers_to_their_fields(make: Make) -> None:
    rows = [{"start": "5.1.2027"}, {"start": "x", "paid": "kyllä"}]
    assert errors_of(periods(make), {"periods": rows}) == [("/periods/1/sum", "missing"), ("/periods/1/start", "date")]


def test_good_rows_are_stored_clean(make: Make) -> None:
    rows = [{"start": "5.1.2027", "paid": "kyllä", "sum": "10"}]
    stored = periods(make).validate({"periods": rows})  # type: ignore[attr-defined]
    assert stored == {"periods": [{"start": "2027-01-05", "paid": True, "sum": "10.00"}]}


@pytest.mark.parametrize(
    ("rows", "code"),
    [("x", "group"), ([{}] * 3, "too_many_items"), ([], "missing"), (None, "missing")],
)
def test_rows_that_are_no_rows_or_too_many_are_refused(make: Make, rows: object, code: str) -> None:
    assert errors_of(periods(make), {"periods": rows}) == [("/periods", code)]


def test_a_row_that_is_no_object_is_refused_at_its_place(make: Make) -> None:
    assert ("/periods/0", "object") in errors_of(periods(make), {"periods": [5]})


def test_an_option_that_is_no_longer_in_force_is_refused(make: Make) -> None:
    table = {"code": "old", "name": {"fi": "Vanha", "sv": "Gammal", "en": "Old"}, "to": date(2026, 12, 31)}
    codes = {"kinds": Codes.read({"codes": [table]}, name="kinds", file="kinds.toml")}
    form = make(codes=codes, kind=field("choice", **{"x-codes": "kinds"}))
    assert form.validate({"kind": "old"}, on=date(2026, 12, 31)) == {"kind": "old"}
    assert errors_of(form, {"kind": "old"}, on=date(2027, 1, 1)) == [("/kind", "not_in_force")]


def test_defaults_come_from_the_case_data_and_wrong_ones_are_left_out(make: Make) -> None:
    form = make(
        start_on=field("date", **{"x-default": "application.start_on"}),
        hours=field("number", "number", **{"x-default": "application.hours"}),
    )
    data = {"application": {"start_on": date(2027, 1, 5), "hours": "paljon"}}
    assert form.prefill(data) == {"start_on": "2027-01-05"}


def test_types_and_secrecy_are_told_by_path(make: Make) -> None:
    health = {"x-secrecy": "health", "x-category": "380/2023 114 §"}
    form = make(
        limit=field("text", **health),
        when=field("date"),
        rows=field("group", "array", items={"type": "object", "properties": {"sum": field("money", "number")}}),
        kinds=field("many", "array", **options("a")),
    )
    assert form.types == {"limit": "string", "when": "date", "rows": "list", "rows.sum": "number", "kinds": "list"}
    assert form.secret_fields == {"limit": "health"}


def test_an_identity_code_is_in_no_error_text(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FormError) as caught:
        make(code=field("hetu")).validate({"code": "131052-308U"})
    logging.getLogger("test").warning("%s %r", caught.value, caught.value.errors)
    assert "308U" not in caplog.text + str(caught.value)
    assert caught.value.errors[0].value == "131052-308U"
