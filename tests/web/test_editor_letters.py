"""Letters of a draft: the text beside what becomes of it on example data, with the parts that the law requires."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from engine.letter import lacking, read_template
from engine.passage import included
from tasks.check import read_folders
from tests.tasks.conftest import Town
from tests.web.conftest import Browser
from tests.web.test_editors import DRAFT, fields, olga, send, stored
from web.i18n import LANGUAGES
from web.processes.editors import patterns, specimen

__all__ = ["olga"]
NOTICE = f"{DRAFT}/letters/notice/fi"


def test_every_letter_of_ours_is_written_on_example_data_with_its_required_parts() -> None:
    wrong = []
    for bundle in read_folders(Path(__file__).parents[2] / "workflows"):
        for (name, language), template in bundle.letters.items():
            html, why = specimen.tried(template, bundle, language, date(2026, 12, 1), ())
            wrong += [(template.file, why)] if why else []
            wrong += [(template.file, part) for part in lacking(template, bundle.manifest.letters[name].requires, html)]
    assert wrong == []


def test_a_letter_is_shown_saved_and_left_as_it_was(town: Town, olga: Browser) -> None:
    before = stored(town, "letters/notice.fi.html")
    assert "Kirje esimerkkitiedoilla" in send(olga, NOTICE)
    assert stored(town, "letters/notice.fi.html") == before
    page = send(olga, NOTICE, "show", text=f"{before}<p>Lisätty kappale {{{{ case.number }}}}</p>\n")
    assert "Lisätty kappale ESIM/1/2026" in page
    assert stored(town, "letters/notice.fi.html") == before
    send(olga, NOTICE, text=f"{before}<p>Lisätty</p>\n")
    assert stored(town, "letters/notice.fi.html") == f"{before}<p>Lisätty</p>\n"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ case.number", "{% for x in a %}"])
def test_a_text_that_is_no_letter_is_never_written(olga: Browser, text: str) -> None:
    page = send(olga, NOTICE, "show", text=text)
    assert "Kirjettä ei voi näyttää" in page
    assert "<script>alert" not in page


def test_a_required_part_that_is_missing_is_told(town: Town, olga: Browser) -> None:
    old = stored(town, "process.toml")
    rules = '[letters.notice]\nrequires = ["appeal_instruction"]\n'
    base = fields(olga.get(f"{DRAFT}/files/process.toml"))["base"]
    olga.post(f"{DRAFT}/files/process.toml", act="save", base=base, text=old.replace("[letters.notice]\n", rules))
    page = olga.get(NOTICE)
    assert ("puuttuu</span> <code>appeal_instruction" in page, "letter-part" in page) == (True, True)


def test_two_who_write_one_letter_lose_nothing(town: Town, olga: Browser) -> None:
    mine = fields(olga.get(NOTICE))
    send(Browser(town, "oona"), NOTICE, text="<p>Oonan</p>\n")
    page = olga.post(NOTICE, 412, **mine | {"act": "save", "text": "<p>Olgan</p>"})
    assert ("&lt;p&gt;Oonan" in page, "&lt;p&gt;Olgan" in page) == (True, True)
    assert stored(town, "letters/notice.fi.html") == "<p>Oonan</p>\n"


NEW = f"{DRAFT}/new-letter"


def begun(**changed: object) -> dict[str, object]:
    """What the form of a request for a supplement sends."""
    sent = {
        "pattern": "request", "act": "save", "id": "supplement_request", "to": "applicant",
        "title_fi": "Täydennyspyyntö", "title_sv": "Begäran om komplettering", "slot-0": "check.note",
    }  # fmt: skip
    return sent | changed


@pytest.fixture
def noting(town: Town, olga: Browser) -> Browser:
    """The draft whose check has a note, which a letter may tell."""
    page = olga.get(f"{DRAFT}/forms/check/new-field?id=note&kind=long_text")
    titles = {f"title_{it}": f"Huomio {it}" for it in LANGUAGES}
    olga.post(f"{DRAFT}/forms/check/fields/note", **fields(page) | titles | {"act": "save", "secrecy": "ordinary"})
    return olga


def test_a_new_letter_is_shown_before_it_is_made(town: Town, noting: Browser) -> None:
    assert "HL 22 ja 33 §" in noting.get(NEW)
    page = noting.get(f"{NEW}?pattern=request")
    assert ('value="Täydennyspyyntö"' in page, "viimeinen vastauspäivä" in page) == (True, True)
    page = noting.post(NEW, **begun(act="show"))
    assert page.count('<article class="letter"') == 2
    assert ("[[viimeinen vastauspäivä]]" in page, "[[sista svarsdag]]" in page) == (True, True)
    assert stored(town, "letters/supplement_request.fi.html") == ""


def test_a_new_letter_has_its_parts_in_both_languages_and_nothing_else_changes(town: Town, noting: Browser) -> None:
    before = stored(town, "process.toml")
    page = noting.post(NEW, **begun())
    assert "Kirje on tehty suomeksi ja ruotsiksi." in page
    rules = '\n[letters.supplement_request]\nto = "applicant"\nfields = ["check.note"]\nrequires = '
    after = stored(town, "process.toml")
    assert after.startswith(before.rstrip("\n") + "\n" + rules)
    for language, word in (("fi", "Mitä tarvitaan"), ("sv", "Vad som behövs")):
        text = stored(town, f"letters/supplement_request.{language}.html")
        assert (word in text, "{{ check.note }}" in text, "slot." in text) == (True, True, False)
    assert stored(town, "letters/passages/contact.sv.html")
    assert "letter-unwritten" in page  # what is left to write keeps the draft from being proposed


def test_the_words_that_are_left_to_write_are_written_and_the_letter_is_whole(town: Town, noting: Browser) -> None:
    noting.post(NEW, **begun())
    for language in ("fi", "sv"):
        path = f"{DRAFT}/letters/supplement_request/{language}"
        text = str(fields(noting.get(path))["text"][0])
        page = send(noting, path, text=re.sub(r"\[\[.*?\]\]", "Kirjoitettu.", text))
    assert ("letter-unwritten" in page, "puuttuu</span>" in page) == (False, False)
    assert "letters/supplement_request" not in noting.get(DRAFT).partition('id="findings"')[2].partition("<h2")[0]


def test_a_letter_in_use_is_a_pattern_too(town: Town, olga: Browser) -> None:
    page = olga.get(f"{NEW}?pattern=permit/notice")
    assert '<option value="application.reason" selected>' in page
    sent = begun(pattern="permit/notice", id="second_notice", **{"slot-0": "", "slot-1": ""})
    slots = {name: value[0] for name, value in fields(page).items() if name.startswith("slot-")}
    olga.post(NEW, **sent | slots | {"title_fi": "Toinen <ilmoitus>"})
    text = stored(town, "letters/second_notice.fi.html")
    assert "<h1>Toinen &lt;ilmoitus&gt;</h1>" in text
    old = stored(town, "letters/notice.fi.html")
    assert re.sub(r"<h1>.*?</h1>", "", text) == re.sub(r"<h1>.*?</h1>", "", old)


def test_a_day_is_written_as_people_write_it(town: Town, noting: Browser) -> None:
    page = noting.post(NEW, **begun(act="show", **{"slot-0": "application.on"}))
    assert "<p>{{" not in page
    noting.post(NEW, **begun(**{"slot-0": "application.on", "slot-1": "application.on"}))
    text = stored(town, "letters/supplement_request.sv.html")
    assert ("{{ application.on | date }}" in text, "{{ application.on | long_date }}" in text) == (True, True)


def test_a_letter_that_cannot_be_is_refused_at_its_fields(town: Town, noting: Browser) -> None:
    page = noting.post(NEW, 422, **begun(id="notice", to="nobody", title_sv=" "))
    assert [f'href="#{id}"' in page for id in ("f-id", "f-title_sv", "f-to", "f-title_fi")] == [True, True, True, False]
    assert 'href="#f-id"' in noting.post(NEW, 422, **begun(id="Uusi kirje"))
    assert "Mistä mallista" in noting.post(NEW, **begun(pattern="nothing"))
    noting.get(f"{NEW}?pattern=nobody/notice")


def test_a_letter_made_for_a_step_comes_back_to_it(town: Town, olga: Browser) -> None:
    page = olga.get(f"{DRAFT}/drawing?step=send_notice")
    assert "new-letter?step=send_notice" in page
    page = olga.post(NEW, **begun(step="send_notice", pattern="notice", id="told"))
    assert '<option value="told" selected>' in page
    assert "&#34;own:letter&#34;, &#34;told&#34;" in page  # the canvas says it, too


def test_every_pattern_of_the_house_reads_its_slots_and_has_its_parts() -> None:
    rows = tomllib.loads((patterns.HOUSE / "patterns.toml").read_text("utf-8"))
    for id, row in rows.items():
        for language in ("fi", "sv"):
            source = (patterns.HOUSE / f"{id}.{language}.html").read_text("utf-8")
            passages = {name: (name, (patterns.STANDARD / f"{name}.{language}.html").read_text("utf-8"))
                        for name in included(source)}  # fmt: skip
            template, findings = read_template(source.encode(), id, passages)
            assert (findings, template is not None) == ([], True), id
            assert template
            assert set(row["requires"]) <= set(template.ids), id
            read = {path for path in template.paths if path.startswith("slot.")}
            assert read == {f"slot.{name}" for name in row["slots"]}
        assert {frozenset(told) for told in row["slots"].values()} == {frozenset(LANGUAGES)}


RULES = f"{DRAFT}/letters/notice/rules"


def test_the_rules_of_a_letter_are_written_where_they_stand(town: Town, olga: Browser) -> None:
    before = stored(town, "process.toml")
    send(olga, RULES)
    assert stored(town, "process.toml") == before
    send(olga, RULES, requires="matter\ncontact", fields="application.reason\ndecide.*\n")
    assert stored(town, "process.toml") == before.rstrip("\n") + '\nrequires = ["matter", "contact"]\n'
    olga.get(f"{DRAFT}/letters/nothing/rules", 404)


def test_what_a_letter_reads_without_leave_is_told_and_allowed(town: Town, olga: Browser) -> None:
    text = str(fields(olga.get(NOTICE))["text"][0])
    assert "Kuka kirjeen saa" in send(olga, NOTICE, text=f"{text}<p>{{{{ check.complete }}}}</p>")
    page = send(olga, RULES, "allow")
    assert "application.reason\ndecide.*\ncheck.complete</textarea>" in page
    assert stored(town, "process.toml").count("check.complete") == 0
    olga.post(RULES, **fields(page) | {"act": "save"})
    assert 'fields = ["application.reason", "decide.*", "check.complete"]' in stored(town, "process.toml")
    assert "Kirje lukee vain tietoja, jotka vastaanottaja saa nähdä." in olga.get(RULES)
