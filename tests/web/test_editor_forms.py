"""Forms of a draft: questions written in words, in their order, with answers tried on a preview."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from engine import bundle as bundles
from engine.amend import amend_json
from tests.tasks.conftest import BUNDLES, Town
from tests.web.conftest import Browser
from tests.web.test_editors import DRAFT, fields, olga, send, stored
from web import ownform
from web.i18n import LANGUAGES
from web.processes.editors import questions
from web.processes.editors.forms import QUESTION

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


def test_a_new_question_is_called_by_its_words_and_is_not_there_before_it_is_saved(olga: Browser) -> None:
    page = olga.get(f"{CHECK}/new-field?id=Tavoititko+asiakkaan?&kind=yes_no")
    assert "Tätä ei ole vielä luonnoksessa" in page
    assert "Kysymys näkyy tässä, kun se on kirjoitettu kolmella kielellä." in page
    found = re.search(r'<form method="post" action="([^"]+)" id="form"', page)
    assert found
    page = olga.post(found[1], 422, **fields(page) | {"act": "save", "title_sv": ""})
    assert "<h1>Tavoititko asiakkaan?</h1>" in page
    assert "Tätä ei ole vielä luonnoksessa" not in olga.get(f"{CHECK}/fields/complete")


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


@pytest.fixture
def grouped(town: Town, olga: Browser) -> Browser:
    """The form of the check with a group of periods, each of which has a text, and an example of two."""
    page = olga.get(f"{CHECK}/new-field?id=periods&kind=group")
    sent = fields(page) | {"act": "save", "most": "9"} | {f"title_{it}": f"Jaksot {it}" for it in LANGUAGES}
    olga.post(f"{CHECK}/fields/periods", **sent)
    whole = json.loads(stored(town, "forms/check.json"))
    whole["x-example"] = {"complete": True, "periods": [{"text": "a"}, {"text": "b"}]}
    base = fields(olga.get(f"{DRAFT}/files/forms/check.json"))["base"]
    olga.post(f"{DRAFT}/files/forms/check.json", act="save", base=base, text=json.dumps(whole, indent=2))
    return olga


def rows(town: Town) -> dict[str, object]:
    found = json.loads(stored(town, "forms/check.json"))["properties"]["periods"]["items"]
    assert isinstance(found, dict)
    return found


PERIODS = f"{CHECK}/fields/periods"


def test_a_question_of_the_rows_is_added_changed_moved_and_taken_out(town: Town, grouped: Browser) -> None:
    before = stored(town, "forms/check.json")
    assert json.loads(before)["properties"]["periods"]["maxItems"] == 9
    page = grouped.get(f"{CHECK}/new-field?id=start&kind=date&within=periods")
    assert "Jaksot fi" in page
    sent = fields(page) | {"act": "save", "secrecy": "ordinary", "required": "true", "visible_if": 'text = "a"'}
    sent |= {f"title_{it}": f"Alku {it}" for it in LANGUAGES}
    page = grouped.post(f"{PERIODS}.start", **sent | {"act": "show"})
    assert ("Alku sv" in page, "Muutosta ei ole vielä tallennettu" in page) == (True, True)
    grouped.post(f"{PERIODS}.start", **sent)
    told = rows(town)
    assert (list(told["properties"]), told["required"]) == (["text", "start"], ["start"])  # type: ignore[call-overload]
    assert "/fields/periods.start" in grouped.get(CHECK)
    page = send_rows(grouped, "up:periods.start")
    assert list(rows(town)["properties"]) == ["start", "text"]  # type: ignore[call-overload]
    send(grouped, f"{PERIODS}.start", title_fi="Alkoi", required="false")
    assert rows(town)["required"] == []
    send(grouped, f"{PERIODS}.start", "drop")
    assert stored(town, "forms/check.json") == before


def send_rows(browser: Browser, act: str, status: int = 200) -> str:
    base = fields(browser.get(PERIODS))["base"][0]
    return browser.post(PERIODS, status, act=act, base=base)


def test_the_example_follows_a_question_of_the_rows_that_goes(town: Town, grouped: Browser) -> None:
    page = send(grouped, f"{PERIODS}.text", "drop", 422)
    assert "Ainoaa kysymystä ei voi poistaa" in page
    page = grouped.get(f"{CHECK}/new-field?id=note&kind=text&within=periods")
    titles = {f"title_{it}": f"Huomio {it}" for it in LANGUAGES}
    grouped.post(f"{PERIODS}.note", **fields(page) | {"act": "save", "secrecy": "ordinary"} | titles)
    send(grouped, f"{PERIODS}.text", "drop")
    assert json.loads(stored(town, "forms/check.json"))["x-example"]["periods"] == [{}, {}]


def test_a_question_of_the_rows_needs_a_name_that_its_row_lacks(town: Town, grouped: Browser) -> None:
    for name in ("text", "", "today"):
        page = grouped.get(f"{CHECK}/new-field?id={name}&kind=text&within=periods", 422)
        assert ('href="#f-new-field"' in page, "Rivin kysymykset" in page) == (True, True), name
    grouped.get(f"{CHECK}/new-field?id=complete&kind=text&within=periods")
    grouped.get(f"{CHECK}/fields/periods.nothing", 404)
    grouped.get(f"{CHECK}/fields/nothing.text?new=1", 404)
    page = send(grouped, PERIODS, "save", 422, fewest="5", most="2")
    assert "pienempi kuin vähimmäismäärä" in page


def test_a_group_stands_in_a_group_only_so_deep(town: Town, grouped: Browser) -> None:
    name = "periods"
    for at, inner in enumerate(("days", "hours")):
        page = grouped.get(f"{CHECK}/new-field?id={inner}&kind={'group' if not at else 'text'}&within={name}")
        titles = {f"title_{it}": f"{inner} {it}" for it in LANGUAGES}
        name = f"{name}.{inner}"
        sent = fields(page) | {"act": "save", "secrecy": "ordinary"} | titles
        grouped.post(f"{CHECK}/fields/{name}", **sent)
    assert '<option value="group"' not in grouped.get(f"{CHECK}/fields/periods.days.hours")
    assert "Tarkistus ei löytänyt tästä huomautettavaa" in grouped.get(f"{CHECK}/fields/periods.days.hours")


def test_two_who_change_the_rows_of_one_group_lose_nothing(town: Town, grouped: Browser) -> None:
    mine = fields(grouped.get(f"{PERIODS}.text"))
    send(Browser(town, "oona"), f"{PERIODS}.text", title_fi="Oonan sanat")
    page = grouped.post(f"{PERIODS}.text", 412, **mine | {"act": "save", "title_fi": "Olgan sanat"})
    assert ("Oonan sanat" in page, 'value="Olgan sanat"' in page) == (True, True)


def test_every_question_of_every_process_is_written_as_it_stands() -> None:
    judge = ownform.load(QUESTION)
    for path in sorted((Path(__file__).parents[2] / "workflows").glob("*/forms/*.json")):
        content = path.read_bytes()
        document = json.loads(content)
        for name in named(document):
            part = questions.holder_of(name, document)["properties"][name.rpartition(".")[2]]
            given = questions.answers(part, name.rpartition(".")[2] in questions.required(name, document))
            raw = {key: value for key, value in given.items() if any(each.name == key for each in judge.fields)}
            clean = judge.validate(raw, on=date(2026, 12, 1))
            assert (questions.faults(clean), path.name) == ([], path.name)
            assert amend_json(content, questions.changes(name, document, clean), file=path.name) == content, (
                path,
                name,
            )


def named(document: dict[str, object], above: str = "") -> Iterator[str]:
    holder = questions.holder_of(f"{above}x", document)
    for name, part in holder["properties"].items():
        yield f"{above}{name}"
        if questions.inside(part):
            yield from named(document, f"{above}{name}.")


def test_a_question_is_begun_by_its_words_and_the_example_of_the_form_answers_it(town: Town, olga: Browser) -> None:
    page = olga.get(f"{CHECK}/new-field?id=Tavoititko+asiakkaan%3F&kind=yes_no")
    assert ("<h1>Tavoititko asiakkaan?</h1>" in page, 'value="Tavoititko asiakkaan?"' in page) == (True, True)
    sent = fields(page) | {"act": "save", "required": "true", "title_sv": "Nådde du kunden?", "title_en": "Reached?"}
    page = olga.post(f"{CHECK}/fields/tavoititko_asiakkaan", **sent)
    assert ("Tallennettu." in page, "Lomaketta ei voi näyttää" in page) == (True, False)
    told = json.loads(stored(town, "forms/check.json"))
    assert told["x-example"]["tavoititko_asiakkaan"] is True
    assert "tavoititko_asiakkaan_2" in olga.get(f"{CHECK}/new-field?id=Tavoititko+asiakkaan%3F")
    page = send(olga, f"{CHECK}/fields/tavoititko_asiakkaan", kind="date")
    assert json.loads(stored(town, "forms/check.json"))["x-example"]["tavoititko_asiakkaan"] == "2027-01-05"
    assert "Tarkistus ei löytänyt tästä huomautettavaa" in page


def test_an_option_without_a_code_gets_one_of_its_words(town: Town, olga: Browser) -> None:
    sent = fields(olga.get(f"{CHECK}/new-field?id=way&kind=choice"))
    sent |= {f"title_{language}": f"Tapa {language}" for language in LANGUAGES} | {"act": "save", "required": "true"}
    for at, words in enumerate(("Käynti toimistossa", "Käynti toimistossa")):
        sent |= {f"options.{at}.{language}": words for language in LANGUAGES}
    olga.post(f"{CHECK}/fields/way", **sent)
    told = json.loads(stored(town, "forms/check.json"))
    assert told["properties"]["way"]["enum"] == ["kaynti_toimistossa", "kaynti_toimistossa_2"]
    assert told["x-example"]["way"] == "kaynti_toimistossa"


def test_a_form_whose_example_is_wrong_is_shown_so_that_a_better_one_can_be_written(town: Town, olga: Browser) -> None:
    text = stored(town, "forms/check.json")
    base = re.search(r'name="base" value="([^"]*)"', olga.get(f"{DRAFT}/files/forms/check.json"))
    assert base
    broken = re.sub(r'("x-example": \{)[^}]*\}', r'\1"complete": "ehkä"}', text)
    assert broken != text
    olga.post(f"{DRAFT}/files/forms/check.json", act="save", base=base[1], text=broken)
    page = olga.get(CHECK)
    assert ("Lomaketta ei voi näyttää" in page, "ei hyväksy omaa esimerkkivastaustaan" in page) == (False, True)
    olga.post(CHECK, _act=["rows", "example"], _language="fi", complete="true", base=fields(page)["base"])
    assert json.loads(stored(town, "forms/check.json"))["x-example"] == {"complete": True}


def test_a_file_that_would_be_too_large_is_told_by_its_name(olga: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    page = olga.get(f"{CHECK}/fields/complete")
    monkeypatch.setattr(bundles, "MAX_FILE", 3_000)  # the drawing alone is larger
    page = olga.post(f"{CHECK}/fields/complete", 422, **fields(page) | {"act": "save", "title_en": "Is it complete?"})
    assert "Tiedosto permit.bpmn on liian suuri: enintään 5 megatavua." in page
    assert "Is it complete?" in page
