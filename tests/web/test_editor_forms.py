"""Forms of a draft: questions written in words, in their order, with answers tried on a preview."""

from __future__ import annotations

import json

import pytest

from engine import bundle as bundles
from tests.tasks.conftest import BUNDLES, Town
from tests.web.conftest import Browser
from tests.web.test_editors import DRAFT, fields, olga, send, stored
from web.i18n import LANGUAGES

__all__ = ["olga"]
CHECK = f"{DRAFT}/forms/check"


def test_saving_every_question_unchanged_keeps_every_byte(town: Town, olga: Browser) -> None:
    files = bundles.read(BUNDLES / "permit").files
    forms = {path: content.decode() for path, content in files.items() if path.startswith("forms/")}
    for path, content in forms.items():
        name = path.removeprefix("forms/").removesuffix(".json")
        send(olga, f"{DRAFT}/forms/{name}")
        for field in json.loads(content)["properties"]:
            assert "Tallennettu." in send(olga, f"{DRAFT}/forms/{name}/fields/{field}")
    assert {path: stored(town, path) for path in forms} == forms


def test_a_question_is_added_moved_and_taken_out(town: Town, olga: Browser) -> None:
    before = stored(town, "forms/check.json")
    page = olga.get(f"{CHECK}/new-field?id=follow_on&kind=date")
    sent = fields(page) | {
        "act": "save",
        "secrecy": "secret",
        "category": "380/114 § 1",
        "visible_if": "complete = true",
    }
    sent |= {f"title_{language}": f"Päivä {language}" for language in LANGUAGES}
    olga.post(f"{CHECK}/fields/follow_on", **sent)
    told = json.loads(stored(town, "forms/check.json"))
    assert told["properties"]["follow_on"] == {
        "type": "string", "format": "date", "title": "Päivä fi", "x-kind": "date", "x-secrecy": "secret",
        "x-category": "380/114 § 1", "x-visibleIf": "complete = true",
        "x-i18n": {"sv": {"title": "Päivä sv"}, "en": {"title": "Päivä en"}},
    }  # fmt: skip
    first = list(told["properties"])
    send(olga, CHECK, "up:follow_on")
    moved = list(json.loads(stored(town, "forms/check.json"))["properties"])
    assert moved.index("follow_on") == first.index("follow_on") - 1
    send(olga, f"{CHECK}/fields/follow_on", "drop")
    assert stored(town, "forms/check.json") == before


def test_options_and_the_duty_to_answer_are_written(town: Town, olga: Browser) -> None:
    page = olga.get(f"{CHECK}/new-field?id=way&kind=choice")
    sent = fields(page) | {f"title_{language}": f"Tapa {language}" for language in LANGUAGES}
    sent |= {"act": "save", "required": "true", "secrecy": "ordinary"}
    page = olga.post(f"{CHECK}/fields/way", 422, **sent)
    assert "Anna vaihtoehdot" in page
    for at, code in enumerate(("a", "b")):
        sent |= {f"options.{at}.code": code} | {
            f"options.{at}.{language}": f"{code} {language}" for language in LANGUAGES
        }
    olga.post(f"{CHECK}/fields/way", **sent)
    told = json.loads(stored(town, "forms/check.json"))
    assert (told["properties"]["way"]["enum"], "way" in told["required"]) == (["a", "b"], True)
    assert told["properties"]["way"]["x-enum"]["b"]["sv"] == "b sv"


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_are_tried_on_the_preview_in_any_language(olga: Browser, language: str) -> None:
    page = olga.post(CHECK, 422, _act=["rows", "try"], _language=language)
    need = {"fi": "Tämä tieto puuttuu", "sv": "Uppgiften saknas", "en": "This is missing"}[language]
    assert (f'<div class="preview" lang="{language}">' in page, need in page or "error-summary" in page) == (True, True)
    page = olga.post(CHECK, _act=["rows", "try"], _language=language, complete="true")
    assert "Lomake hyväksyy vastaukset" in page


def test_answers_become_the_example_of_the_file(town: Town, olga: Browser) -> None:
    base = fields(olga.get(CHECK))["base"]
    olga.post(CHECK, _act=["rows", "example"], _language="fi", complete="true", base=base)
    assert json.loads(stored(town, "forms/check.json"))["x-example"] == {"complete": True}


def test_a_question_that_cannot_be_is_refused_and_stays_typed(town: Town, olga: Browser) -> None:
    before = stored(town, "forms/check.json")
    page = send(olga, f"{CHECK}/fields/complete", "save", 422, visible_if="= 3", title_fi="Kirjoitettu")
    assert ("Kaavaa ei voi lukea" in page, 'value="Kirjoitettu"' in page) == (True, True)
    page = olga.get(f"{CHECK}/new-field?id=today", 422)
    assert "varattu sana" in page
    assert stored(town, "forms/check.json") == before


def test_a_step_without_a_form_gets_one(town: Town, olga: Browser) -> None:
    page = olga.get(f"{DRAFT}/files/forms/go_on.json")
    base = page.split('name="base" value="')[1].split('"')[0]
    olga.post(f"{DRAFT}/files/forms/go_on.json", act="remove", base=base)
    assert '<option value="go_on">' in olga.get(f"{DRAFT}/forms")
    page = olga.post(f"{DRAFT}/forms", form="go_on")
    assert "Huomautus" in page
    told = json.loads(stored(town, "forms/go_on.json"))
    assert (told["x-i18n"]["en"]["title"], list(told["properties"])) == ("Continue without a reply", ["note"])
    assert "Valitse vaihe" in olga.post(f"{DRAFT}/forms", 422, form="nobody")
