"""What a form tells besides its questions is checked too: sections of law and doubts."""

from __future__ import annotations

from typing import Any

from tasks.formwords import remarks

FIELD: dict[str, Any] = {"x-basis": "HL 33 §", "x-doubt": {"fi": "epävarma", "sv": "osäkert", "en": "in doubt"}}


def found(**parts: Any) -> list[tuple[str, str | None]]:
    form = {"x-basis": "HL 22 §", "properties": {"rows": {"items": {"properties": {"day": {**FIELD, **parts}}}}}}
    return [(finding.rule, finding.element) for finding in remarks(form, "forms/a.json")]


def test_a_readable_section_and_a_doubt_in_three_languages_are_fine() -> None:
    assert found() == []


def test_a_section_that_cannot_be_read_is_found_at_its_field() -> None:
    assert found(**{"x-basis": "hallintolain henki"}) == [("citation", "/properties/rows/items/properties/day")]


def test_a_doubt_in_finnish_alone_is_found() -> None:
    assert found(**{"x-doubt": "epävarma"}) == [("doubt-language", "/properties/rows/items/properties/day")]
    assert found(**{"x-doubt": {"fi": "epävarma", "sv": "osäkert", "en": ""}}) == [
        ("doubt-language", "/properties/rows/items/properties/day")
    ]
