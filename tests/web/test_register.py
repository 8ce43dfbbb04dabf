"""The register of deadlines tells every rule of every published process, in words and with an example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import g

from engine import bundle as bundles
from engine.law import Edition, Law
from tasks.commands.publishing import publish
from tests.tasks.conftest import Town
from tests.web.conftest import Browser
from tests.workflows.folders import folders
from web import register, rule

PERMIT = Path(__file__).parents[1] / "tasks" / "bundles" / "permit"
LAW = Law.of(Edition("", bundle) for bundle in folders().values())
ON = date(2026, 11, 30)


@pytest.fixture(params=["fi", "sv", "en"])
def language(request: pytest.FixtureRequest, vilma: Browser) -> Iterator[str]:
    """A page in each language."""
    with vilma.client.application.test_request_context():
        g.language = request.param
        yield request.param


def told(process: str, name: str) -> rule.RuleTold:
    """A rule of the process folders as it is told on a day."""
    definition = folders()[process].deadlines[name]
    return rule.tell(definition, definition.rows[-1], rule.values_on(LAW, process, ON))


SENTENCES = {
    ("law", "rectification"): (
        "30 päivää siitä, kun asianosainen on saanut päätöksen tiedoksi; siirtyy seuraavaan arkipäivään.",
        "30 dagar från det att parten har fått del av beslutet; flyttas till följande vardag.",
        "30 days after the party has received the decision; moves to the next working day.",
    ),
    ("pay_subsidy", "conversation"): (
        "1 kuukausi ennen kuin palkkatuetun työn arvioidaan päättyvän; ei siirry, tavoite on edellinen työpäivä.",
        "1 månad innan arbetet med lönesubvention beräknas upphöra; flyttas inte, målet är föregående arbetsdag.",
        "1 month before the subsidised work is expected to end; does not move, the target is the working day before.",
    ),
    ("interruption", "long_interruption"): (
        "1 kuukausi siitä päivästä alkaen, jona toiminta on keskeytynyt; jakson päivä ei siirry.",
        "1 månad från och med den dag då verksamheten har avbrutits; en dag i en period flyttas inte.",
        "1 month from the day on which the activity has been interrupted, that day included;"
        " a day of a period does not move.",
    ),
    ("pay_subsidy", "continuation_by"): (
        "Samana päivänä, jona tuki päättyy; jakson päivä ei siirry.",
        "Samma dag då stödet upphör; en dag i en period flyttas inte.",
        "On the day on which the support ends; a day of a period does not move.",
    ),
    ("payment", "payment_handling"): (
        "30 päivää siitä, kun maksatushakemus on saapunut; ei siirry, tavoite on edellinen työpäivä.",
        "30 dagar från det att ansökan om utbetalning har kommit in; flyttas inte, målet är föregående arbetsdag.",
        "30 days after the payment application has arrived; does not move, the target is the working day before.",
    ),
}


@pytest.mark.parametrize("key", SENTENCES, ids="/".join)
def test_a_rule_is_one_sentence_made_of_its_data(language: str, key: tuple[str, str]) -> None:
    assert told(*key).sentence == SENTENCES[key][("fi", "sv", "en").index(language)]


def test_a_length_by_the_case_tells_what_it_may_be(language: str) -> None:
    length = told("hearing", "hearing_reply").length
    assert re.search(r"\(\d+, \d+ (tai|eller|or) \d+ (päivää|dagar|days)\)", length)
    assert not re.search(r"\d", told("pay_subsidy", "support_end_86").length)


def test_reminders_notices_pauses_and_validity_are_told(language: str) -> None:
    support, check = told("pay_subsidy", "support_end_86"), told("interruption", "interruption_check")
    assert {"fi": "puolet", "sv": "hälften", "en": "half"}[language] in told("hearing", "hearing_reply").reminders[0]
    assert {"fi": "esihenkilö", "sv": "chef", "en": "supervisor"}[language] in check.escalation
    assert support.pause == folders()["pay_subsidy"].deadlines["support_end_86"].suspension[language]
    assert told("pay_subsidy", "final_claim").pause in ("Ei keskeydy.", "Avbryts inte.", "Does not pause.")
    assert "1.1.2025" in support.valid


def test_every_rule_of_every_folder_can_be_told(language: str) -> None:
    for process, bundle in folders().items():
        for name in bundle.deadlines:
            found = told(process, name)
            assert found.sentence.endswith(".")
            assert "{" not in found.sentence + "".join(found.reminders)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_tells_every_rule_in_the_language_of_the_page(town: Town, vilma: Browser, language: str) -> None:
    vilma.post("/language", language=language)
    page = vilma.get("/register/").replace("\N{NO-BREAK SPACE}", " ")
    assert 'id="permit-check"' in page
    assert {"fi": "Tarkistusaika", "sv": "Granskningstid", "en": "Time to check"}[language] in page
    assert {"fi": "HL 33 §", "sv": "FörvL 33 §", "en": "Administrative Procedure Act, section 33"}[language] in page


def test_the_example_is_the_date_for_an_event_on_the_asked_day(town: Town, vilma: Browser) -> None:
    page = vilma.get("/register/?on=10.12.2026")
    assert "Jos tapahtuma on to\N{NO-BREAK SPACE}10.12.2026" in page
    assert 'datetime="2026-12-23"' in page  # the fourteenth day is Christmas Eve
    assert "Aika lasketaan siitä, kun hakemus saapui:" in page


def test_a_search_finds_by_word_in_any_language_by_section_and_by_id(town: Town, vilma: Browser) -> None:
    for text in ("tarkistus", "granskningstid", "HL 23", "d-test-01", "permit check"):
        page = vilma.get(f"/register/?q={text}")
        assert ('id="permit-check"' in page, 'id="permit-reply_time"' in page) == (True, False), text
    assert "ei löydy sääntöjä" in vilma.get("/register/?q=olematon")


def test_a_day_that_is_none_is_told_and_kept(town: Town, vilma: Browser) -> None:
    page = vilma.get("/register/?on=huomenna")
    assert 'value="huomenna"' in page
    assert "Kirjoita päivä muodossa 5.1.2027." in page


@pytest.mark.parametrize("name", ["vilma", "olga"])
def test_caseworkers_and_process_owners_read_it(town: Town, name: str) -> None:
    assert "Määräaikojen rekisteri" in Browser(town, name).get("/register/")


def test_the_process_page_and_every_explained_date_lead_to_the_rule(town: Town, vilma: Browser) -> None:
    case: Any = town.start()
    assert 'href="/register/?process=permit"' in vilma.get("/processes/permit")
    for address in (f"/cases/{case.case_id}", f"/tasks/{case.task_ids[0]}"):
        assert 'href="/register/?process=permit#permit-check"' in vilma.get(address)


def test_the_process_page_tells_how_long_cases_are_kept_and_what_is_in_doubt(town: Town, vilma: Browser) -> None:
    vilma.post("/language", language="sv")
    page = vilma.get("/processes/permit").replace("\N{NO-BREAK SPACE}", " ")
    assert "10 år (906/2019 21 §)" in page
    assert "Tiden är ett förslag." in page


def test_a_row_without_a_date_has_its_reason_in_the_language_of_the_page(language: str) -> None:
    found = {row.id: row for row in register.untimed_rows(folders()["pay_subsidy"], [], "")}
    words = {"fi": "laskusääntö", "sv": "räkna ett belopp", "en": "computes an amount"}
    assert words[language] in found["D-PAL-13"].reason
    assert list(register.untimed_rows(folders()["pay_subsidy"], ["d-pal-14"], "")) == [found["D-PAL-14"]]


def test_the_page_shows_rows_without_a_date_and_finds_them(town: Town, vilma: Browser) -> None:
    permit = bundles.read(PERMIT)
    row = '\n[untimed.D-TEST-09]\nname = {fi = "Odottamaton", sv = "x", en = "y"}\n'
    row += 'reason = {fi = "ei ole", sv = "x", en = "y"}\n'
    files = dict(permit.files) | {"deadlines.toml": permit.files["deadlines.toml"] + row.encode()}
    changed = bundles.inspect(bundles.pack(files))
    publish(town.database, town.user("outi"), [changed], author="olga", approver="oona", now=town.now)
    page = vilma.get("/register/?q=odottamaton")
    assert ('id="permit-D-TEST-09"' in page, "<td>ei ole</td>" in page, 'id="permit-check"' in page) == (
        True,
        True,
        False,
    )
