"""What people read in the process folders is really told in Swedish and in English."""

from __future__ import annotations

import re

import pytest

from tests.workflows.spoken import spoken

SAME: dict[str, str] = {
    # text: why Swedish or English may say the same as Finnish
}
SPOKEN = spoken()
FINNISH_FORMS = re.compile(r"\b(?:HL|SAL|HOL|VNa|TEMa|TTL|KHO|kohta|mom)\b|\d\.\d+ §")


@pytest.mark.parametrize("place", sorted(SPOKEN))
def test_a_text_is_translated(place: str) -> None:
    texts = SPOKEN[place]
    for language in ("sv", "en"):
        text = texts.get(language, "")
        assert text.strip(), f"no {language}"
        assert not re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", text), f"{language} is an id"
        assert text != texts["fi"] or text in SAME, f"{language} equals Finnish"


def test_the_list_of_equal_texts_has_only_texts_that_are_equal() -> None:
    equal = {text["fi"] for text in SPOKEN.values() if text["fi"] in (text.get("sv"), text.get("en"))}
    assert equal == set(SAME)


def test_swedish_and_english_cite_the_law_in_their_own_way() -> None:
    wrong = {
        place: text["sv"] for place, text in SPOKEN.items() if FINNISH_FORMS.search(text["sv"].replace(" mom.", ""))
    }
    wrong |= {
        place: text["en"] for place, text in SPOKEN.items() if FINNISH_FORMS.search(text["en"]) or "§" in text["en"]
    }
    assert wrong == {}
