"""The pages on which running cases are moved: preview, order, progress and report; numbers, never people."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from engine import bundle as bundles
from engine.compare import FACETS, HOWS, WHATS, compare
from engine.moving.verdict import EFFECTS, REASONS
from tasks.commands import migrating, work
from tests.tasks.conftest import Town
from tests.tasks.test_migrating import edited, publish
from tests.web.conftest import Browser
from web import comparison
from web.i18n import LANGUAGES, known

TITLES = {
    "fi": "Siirrä asioita versiosta toiseen",
    "sv": "Flytta ärenden från en version till en annan",
    "en": "Move cases from one version to another",
}
NEW = "/processes/permit/moves/new?from=1&to="
FOLDERS = Path(__file__).resolve().parents[2] / "workflows"


@pytest.fixture
def outi(town: Town) -> Browser:
    """An operator, with two cases on version 1 and two versions after it."""
    town.start()
    town.start()
    for name in ("nag", "no_check"):
        publish(town, edited(name))
    return Browser(town, "outi")


def order(outi: Browser, *cases: int, to: int = 2) -> str:
    return outi.post("/processes/permit/moves", **{"from": 1, "to": to, "case": list(cases)})


def test_the_page_of_a_process_leads_to_moving_its_cases(outi: Browser) -> None:
    assert TITLES["fi"] in outi.get("/processes/permit")
    assert "1 (2 asiaa)" in outi.get("/processes/permit/moves/new")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_preview_speaks_the_language(outi: Browser, language: str) -> None:
    outi.post("/language", language=language)
    page = outi.get(NEW + "2")
    assert TITLES[language] in page
    assert {"fi": "alkaa odottaa", "sv": "börjar vänta", "en": "begins to wait"}[language] in page


def test_the_preview_shows_each_case_by_number_and_nobody_by_name(outi: Browser) -> None:
    page = outi.get(NEW + "2")
    assert ("LU/1/2026" in page, "LU/2/2026" in page, "Voidaan siirtää: 2. Ei voida siirtää: 0." in page) == (True,) * 3
    assert page.count('name="case"') == 2
    for secret in ("Sami", "Esimerkki", "Työpaja"):
        assert secret not in page


def test_what_cannot_move_says_why_by_the_names_that_people_know_and_offers_no_box(outi: Browser) -> None:
    page = outi.get(NEW + "3")
    assert "Tarkista on auki, eikä sitä ole uudessa versiossa" in page
    assert 'name="case"' not in page


def test_a_step_that_got_a_new_id_can_be_told(outi: Browser) -> None:
    assert 'name="map.check"' in outi.get(NEW + "3")
    page = outi.get(NEW + "3&map.check=inspect")
    assert "Voidaan siirtää: 2." in page
    assert '<input type="hidden" name="map.check" value="inspect">' in page


def test_the_versions_differences_stand_in_sentences(outi: Browser) -> None:
    page = outi.get(NEW + "2")
    assert "Vaihe: nag on lisätty" in page
    assert "Reitti Hakemus saapui → Tarkista kulkee nyt: Hakemus saapui → Tutki" in outi.get(NEW + "3")


def test_an_order_leads_to_its_report_which_follows_what_the_worker_does(town: Town, outi: Browser) -> None:
    page = order(outi, 1, 2)
    assert ("Siirto on käynnissä" in page, "Käsitelty 0 / 2" in page, "data-follow" in page) == (True, True, True)
    migrating.carry_on(town.database, town.now, limit=1)
    assert "Käsitelty 1 / 2" in outi.get("/processes/permit/moves/1")
    migrating.carry_on(town.database, town.now)
    page = outi.get("/processes/permit/moves/1")
    assert ("Siirto on valmis" in page, "Siirretty: 2" in page, "data-follow" in page) == (True, True, False)
    assert "Siirto versiosta 1 versioon 2" in outi.get("/processes/permit")


def test_all_or_none_of_the_cases_are_chosen_at_once(outi: Browser) -> None:
    page = outi.get(NEW + "2")
    assert page.count(" checked>") == 2
    none = re.search(r'href="([^"]+)">Poista valinnat', page)
    assert none
    page = outi.get(unescape(none[1]))
    assert (page.count('name="case"'), page.count(" checked>")) == (2, 0)
    every = re.search(r'href="([^"]+)">Valitse kaikki', page)
    assert every
    assert outi.get(unescape(every[1])).count(" checked>") == 2
    assert "Valitse kaikki" not in outi.get(NEW + "3")  # none of them can move


def test_only_the_chosen_cases_move(town: Town, outi: Browser) -> None:
    order(outi, 2)
    migrating.carry_on(town.database, town.now)
    assert [row.version for row in town.rows("SELECT version FROM cases ORDER BY id")] == [1, 2]


def test_an_order_can_be_stopped(town: Town, outi: Browser) -> None:
    order(outi, 1, 2)
    migrating.carry_on(town.database, town.now, limit=1)
    page = outi.post("/processes/permit/moves/1/stop")
    assert ("Siirto on keskeytetty" in page, "Jätetty siirtämättä: 1" in page) == (True, True)
    outi.post("/processes/permit/moves/1/stop", status=409)


def test_an_order_of_nothing_says_what_is_missing(outi: Browser) -> None:
    page = outi.post("/processes/permit/moves", status=422, **{"from": 1, "to": 2})
    assert ("Valitse vähintään yksi asia" in page, 'href="#cases"' in page) == (True, True)
    assert (page.count('name="case"'), " checked" in page) == (2, False)  # who chose none is not given all


@pytest.mark.parametrize("query", ["", "?from=1&to=1", "?from=x&to=2", "?from=9&to=2", "?to=2", "?from=1&to=²"])
def test_versions_that_cannot_be_chosen_show_the_choice_again(outi: Browser, query: str) -> None:
    assert 'name="case"' not in outi.get(f"/processes/permit/moves/new{query}")


def test_a_name_that_is_nowhere_is_a_sentence(outi: Browser) -> None:
    outi.get(NEW + "3&map.check=nowhere", status=422)


@pytest.mark.parametrize("path", ["/processes/nothing/moves/new", "/processes/permit/moves/9"])
def test_what_is_not_there_is_not_found(outi: Browser, path: str) -> None:
    outi.get(path, status=404)


@pytest.mark.parametrize("who", ["vilma", "esko"])
def test_others_are_neither_offered_nor_let_in(town: Town, outi: Browser, who: str) -> None:
    browser = Browser(town, who)
    assert TITLES["fi"] not in browser.get("/processes/permit")
    assert "Vain ylläpitäjä ja prosessin omistaja" in browser.get(NEW + "2", status=403)
    browser.post("/processes/permit/moves", status=403, **{"from": 1, "to": 2, "case": 1})


def test_what_was_answered_before_the_move_is_still_told_in_the_words_of_then(town: Town, outi: Browser) -> None:
    vilma = Browser(town, "vilma")
    town.complete("vilma", "1-1", {"complete": "true"})
    before = vilma.get("/cases/1")
    assert "Tarkista" in before
    town.pass_time(hours=1)
    outi.post("/processes/permit/moves", **{"from": 1, "to": 3, "case": 1, "map.check": "inspect"})
    migrating.carry_on(town.database, town.now)
    assert town.value("SELECT version FROM cases WHERE id = 1") == 3
    assert "Asia siirrettiin toiseen prosessiversioon" in vilma.get("/cases/1")
    assert "Onko hakemus täydellinen" in before
    assert "Onko hakemus täydellinen" in vilma.get("/cases/1")


def test_a_task_with_a_draft_for_another_form_opens_after_the_move(town: Town, outi: Browser) -> None:
    work.save_draft(town.database, town.user("vilma"), "1-1", draft={"complete": "true"}, now=town.now)
    to = publish(town, edited("asks_else"))
    assert "luonnoksessa on vastauksia, joita uusi lomake ei kysy" in outi.get(f"{NEW}{to}")
    order(outi, 1, to=to)
    migrating.carry_on(town.database, town.now)
    vilma = Browser(town, "vilma")
    assert 'name="whole"' in vilma.post("/tasks/1-1/claim", version=vilma.version("1-1"))


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_has_words(code: str) -> None:
    assert known(f"moving.reason_{code}")


@pytest.mark.parametrize("code", EFFECTS)
def test_every_effect_has_words(code: str) -> None:
    assert known(f"moving.effect_{code}")


def test_every_kind_of_change_has_words() -> None:
    keys = [f"what_{what}" for what in WHATS] + [f"facet_{facet}" for facet in FACETS] + [f"how_{how}" for how in HOWS]
    assert [key for key in keys if not known(f"compare.{key}")] == []


@pytest.mark.parametrize("name", ["interruption", "payment", "law"])
def test_any_two_folders_are_compared_in_sentences(app, name: str) -> None:
    changes = compare(bundles.read(FOLDERS / "pay_subsidy"), bundles.read(FOLDERS / name))
    with app.test_request_context():
        told = [comparison.sentence(change) for change in changes]
    assert all(sentence and "None" not in sentence and "{" not in sentence for sentence in told)
