"""The walks of the guide for process owners call everything by the words that stand on the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine import bundle as bundles
from engine.bundle import Bundle
from tasks.town import PEOPLE
from web import i18n
from web.ownform import load
from web.processes.editors import dates, forms, stories, values

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "process-owner.md").read_text(encoding="utf-8")
WALKS = {
    "fi": ("### Kolme muutosta alusta loppuun", "### Luonnos"),
    "sv": ("## Tre ändringar från början till slut", "## For process owners, in English"),
    "en": ("### Three changes from beginning to end", "### The draft"),
}
MORE = {
    "fi": ("### Asioiden siirtäminen uuteen versioon", "### Kirjasto, kartta ja vertailu"),
    "en": ("### Moving cases to a new version", "### Library, map and comparison"),
}
"""what else is told step by step; in Swedish it follows the walks"""
TYPED = {
    "Soita asiakkaalle", "Ring kunden", "Call the customer", "7", "21", "1.1.2027", "2 100,50", "HL 23 §",
    "Tavoititko asiakkaan?", "Nådde du kunden?", "Did you reach the customer?", "Soitto siirron jälkeen",
    "Samtal efter överföring", "Call after the transfer", "Enimmäismäärä 2027", "Vastausaika 21 päivään",
    "Miten asia hoidettiin", "How the case was handled", "Hur ärendet sköttes",
    "kyllä",
}  # fmt: skip
"""what the walks tell one to write"""
FOLDERS = ("document_request", "law", "pay_subsidy")


def walk(language: str) -> str:
    """The three changes step by step, in one line."""
    start, end = WALKS[language]
    return " ".join(GUIDE[GUIDE.index(start) : GUIDE.index(end)].split())


def names(bundle: Bundle, language: str) -> set[str]:
    """What a folder calls itself, its steps, its values and its messages."""
    found = [bundle.manifest.name, *bundle.labels.elements.values(), *bundle.labels.messages.values()]
    found += [each.names for each in (*bundle.parameters.values(), *bundle.deadlines.values())]
    told = {i18n.pick(each, language) for each in found}
    drawn = re.findall(r' name="([^"]+)"', (bundle.bpmn or b"").decode()) if language == "fi" else []
    return told | set(drawn)


@pytest.mark.parametrize("language", MORE)
def test_moves_and_copies_are_told_by_the_words_of_the_pages(language: str) -> None:
    start, end = MORE[language]
    told = " ".join(GUIDE[GUIDE.index(start) : GUIDE.index(end)].split())
    pages = {i18n.translate(key, language) for key in i18n.texts()}
    pressed = [piece for words in re.findall(r"\*\*(.+?)\*\*", told) for piece in words.split(" → ")]
    assert [words for words in pressed if words not in pages] == []
    assert len(pressed) > 10


@pytest.mark.parametrize("language", WALKS)
def test_every_button_and_heading_of_the_walks_is_on_the_pages(language: str) -> None:
    pages = {i18n.translate(key, language) for key in i18n.texts()}
    people = {person.full_name for person in PEOPLE}
    own = set().union(*(names(bundles.read(ROOT / "workflows" / folder), language) for folder in FOLDERS))
    own |= {i18n.translate("start.done", language, name=name) for name in own}
    bold = re.findall(r"\*\*(.+?)\*\*", walk(language))
    pressed = [piece for words in bold for piece in words.split(" → ")]
    assert [words for words in pressed if words not in pages | people | own] == []
    chosen = re.findall(r"(?<!\*)\*([^*]+?)\*(?!\*)", walk(language))
    own |= {name.partition(":")[0] for name in own}
    request = bundles.read(ROOT / "workflows" / FOLDERS[0])
    forms_of = [dates.form_of(request, {}), load(values.FORM), load(forms.QUESTION), load(stories.FORM)]
    fields = [field for form in forms_of for field in form.fields]
    fields += [part for field in fields for part in field.fields]
    pages |= {field.title(language) for field in fields}
    kinds = {code.name(language) for field in fields for code in field.codes}
    assert [words for words in chosen if words not in pages | own | kinds | TYPED] == []
