"""Every error has a sentence in each language, and every sentence can be filled."""

from __future__ import annotations

import re

import pytest

from forms.texts import SENTENCES, sentence


@pytest.mark.parametrize("code", SENTENCES)
def test_the_three_languages_differ_and_ask_for_the_same_facts(code: str) -> None:
    finnish, swedish, english = SENTENCES[code]
    assert len({finnish, swedish, english}) == 3
    facts = [set(re.findall(r"{(\w+)}", text)) for text in (finnish, swedish, english)]
    assert facts[0] == facts[1] == facts[2]


def test_a_wrong_option_names_the_options_in_the_readers_language() -> None:
    options = [{"fi": "Kirje", "sv": "Brev", "en": "Letter"}, {"fi": "Viesti", "sv": "Meddelande", "en": "Message"}]
    assert sentence("choice", {"options": options}, "sv") == "Välj något av dessa: Brev, Meddelande."


def test_an_unknown_language_reads_finnish() -> None:
    assert sentence("date", {}, "se") == "Anna päivä muodossa 5.1.2027."
