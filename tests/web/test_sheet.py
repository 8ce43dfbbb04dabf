from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.feel import compile as feel
from forms.errors import FormError
from forms.form import Form
from web.sheet import Sheet, sheet

ON = date(2026, 2, 9)


def words(text: str) -> dict[str, Any]:
    """A field's texts in three languages, ordinary."""
    return {
        "title": text, "x-secrecy": "ordinary",
        "x-i18n": {"sv": {"title": f"{text} sv"}, "en": {"title": f"{text} en"}},
    }  # fmt: skip


FORM = Form.load(
    {
        "title": "Lomake", "x-i18n": {"sv": {"title": "Blankett"}, "en": {"title": "Form"}}, "x-basis": "HL 22 §",
        "type": "object", "required": ["complete"],
        "properties": {
            "complete": {"type": "boolean", "x-kind": "yes_no", **words("Valmis")},
            "missing": {
                "type": "string", "x-kind": "long_text", "x-visibleIf": "complete = false",
                "x-requiredIf": "complete = false", **words("Puuttuu"),
            },
            "periods": {
                "type": "array", "x-kind": "group", **words("Jaksot"),
                "items": {
                    "type": "object", "required": ["start"],
                    "properties": {"start": {"type": "string", "x-kind": "date", **words("Alkaa")}},
                },
            },
        },
    },
    file="form.json", compile=feel,
)  # fmt: skip


def drawn(raw: Mapping[str, Any], **more: Any) -> Sheet:
    """The form with these answers, outside any request (Finnish)."""
    return sheet(FORM, raw, data={}, on=ON, **more)


def test_a_conditional_question_is_shown_by_the_answer_that_brings_it_up() -> None:
    assert [item.visible for item in drawn({}).fields] == [True, False, True]
    complete, missing, _ = drawn({"complete": "false"}).fields
    assert complete.chosen == ("false",)
    assert (missing.visible, missing.required) == (True, True)


def test_a_group_starts_with_one_row_and_grows_by_request() -> None:
    assert len(drawn({}).fields[2].rows_of) == 1
    grown = drawn({"periods": [{"start": "1.3.2026"}]}, blank_rows={"periods": 1}).fields[2].rows_of
    assert [row[0].value for row in grown] == ["1.3.2026", ""]
    assert grown[1][0].name == "periods.1.start"


def test_a_stored_value_is_shown_as_people_write_it_and_a_wrong_one_as_typed() -> None:
    shown = [drawn({"periods": [{"start": text}]}).fields[2].rows_of[0][0].value for text in ("2026-03-01", "huomenna")]
    assert shown == ["1.3.2026", "huomenna"]


def test_errors_lead_to_the_control_of_their_field() -> None:
    raw = {"complete": "false", "periods": [{"start": "31.2.2026"}]}
    try:
        FORM.validate(raw, data={}, on=ON)
        raise AssertionError("the answers should be refused")
    except FormError as error:
        page = drawn(raw, errors=error.errors)
    assert [target for target, _ in page.errors] == ["f-missing", "f-periods-0-start"]
    assert page.fields[2].rows_of[0][0].error
    assert page.fields[1].id == "f-missing"
