"""A newcomer takes an application from arrival to paid and closed in the browser, letting time pass on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text
from werkzeug.serving import make_server

from tasks.actor import Actor
from tasks.commands.cases import start_case
from tasks.commands.customers import create_customer
from tasks.commands.work import complete
from tasks.db import Database
from tasks.migrations import upgrade
from tasks.town import HOUSE, furnish
from tests.browser.conftest import SECRET
from tests.browser.desk import Desk, answers
from tests.browser.test_accessibility import violations
from tests.conftest import Templates
from tests.workflows.folders import folders
from web.app import create_app
from web.config import Config
from web.formats import HELSINKI

MONDAY = datetime(2026, 2, 9, 9, 30, tzinfo=HELSINKI)
EMPLOYER, CANDIDATE = "9004101-6", "140573-9119"
NEXT = "Asian seuraava tapahtuma"


def prepare(database: Database) -> None:
    """The demo's authority with its people and folders, one employer and one person, and no cases yet."""
    upgrade(database)
    furnish(database, list(folders().values()))
    create_customer(
        database, HOUSE, kind="organisation", name="Varasto Esimerkki Oy", business_id=EMPLOYER, now=MONDAY,
    )  # fmt: skip
    create_customer(
        database, HOUSE, kind="person", name="Sami Esimerkki", identity_code=CANDIDATE, now=MONDAY,
    )  # fmt: skip


@dataclass
class Office:
    """The served authority."""

    address: str
    browser: Browser
    database: Database

    def desk(self, name: str, *, scripts: bool = True) -> Desk:
        """Somebody's browser window."""
        return Desk.of(self.browser, self.address, name, scripts=scripts)


@pytest.fixture
def office(templates: Templates, browser: Browser, tmp_path: Path) -> Iterator[Office]:
    """The authority on a Monday morning; its clock stands still unless somebody moves it on."""
    with templates.copy("sqlite", "office", prepare) as database:
        config = Config(
            secret_key=SECRET, secure_cookies=False, demo=True, demo_clock=str(tmp_path / "clock"),
            session_idle_minutes=10**8, session_hours=10**6,
        )  # fmt: skip
        server = make_server("127.0.0.1", 0, create_app(config, database, lambda: MONDAY), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Office(f"http://127.0.0.1:{server.server_port}", browser, database)
        server.shutdown()


def registered(office: Office) -> Desk:
    """Kaisa at her desk, with an application that has come in and been registered by commands."""
    told, database = answers("supplement_without_reply"), office.database
    kaisa = office.desk("Kaisa")
    with database.read() as connection:
        person = connection.execute(text("SELECT id FROM users WHERE name = 'kaisa.kasittelija'")).scalar_one()
        unit = connection.execute(text("SELECT id FROM units WHERE code = 'keskusta'")).scalar_one()
        parties = {"employer": "organisation", "candidate": "person"}
        found = {
            role: connection.execute(text("SELECT id FROM customers WHERE kind = :kind"), {"kind": kind}).scalar_one()
            for role, kind in parties.items()
        }
    actor = Actor(person, "Kaisa Käsittelijä", "web")
    started = start_case(
        database, actor, process="pay_subsidy", message="application", answers=told["application"], parties=found,
        unit_id=unit, channel="e_service", now=MONDAY,
    )  # fmt: skip
    complete(database, actor, started.task_ids[0], answers=told["arrival/register"], now=MONDAY)
    kaisa.case = f"/cases/{started.case_id}"
    return kaisa


def test_from_arrival_to_paid_and_closed(office: Office) -> None:
    kaisa, told = office.desk("Kaisa"), answers("paid_and_closed")
    kaisa.start(told["application"], EMPLOYER, CANDIDATE)
    kaisa.do("Kirjaa hakemus saapuneeksi", told["arrival/register"])
    raija, hannu = office.desk("Raija"), office.desk("Hannu")
    raija.case = hannu.case = kaisa.case
    kaisa.do("Tarkista hakemuksen täydellisyys", told["check_completeness"])
    kaisa.do("Kirjaa rekisteritarkistukset", told["register_checks"])
    kaisa.do("Arvioi työttömän tuen tarve", told["assess_candidate"])
    kaisa.wait("+1 viikko")
    kaisa.do("Valmistele päätös", told["prepare_decision"])
    raija.do("Ratkaise asia", told["decision/decide"])
    raija.do("Kirjaa kansallisessa järjestelmässä tehty päätös", told["decision/record_decision"])
    kaisa.wait("+1 viikko", 2)
    kaisa.record("Ilmoitus työsuhteen alkamisesta", told["employment_started"])
    kaisa.wait("+1 päivä")
    kaisa.do("Kirjaa palkkatuettu työ ja anna lausunto", told["report_employment"])
    kaisa.open_case()
    kaisa.wait(NEXT)
    kaisa.wait("+1 viikko", 2)
    kaisa.do("Pidä työnhakukeskustelu", told["hold_conversation"])
    kaisa.wait("+1 kuukausi", 2)
    kaisa.record("Maksatushakemus", told["payment_claim"])
    kaisa.do("Tarkista maksatushakemus", told["payment/check_payment"])
    hannu.do("Hyväksy maksu", told["payment/approve_payment"])
    kaisa.do("Kirjaa kansallisessa järjestelmässä tehty maksu", told["payment/record_payment"])
    kaisa.do("Päätä asia", told["close_case"])
    kaisa.says("on päättynyt")
    kaisa.open_case()
    expect(kaisa.page.locator(".lead")).to_contain_text("maksettu", ignore_case=True)


def test_a_reply_day_passes_as_foretold(office: Office) -> None:
    kaisa, told = registered(office), answers("supplement_without_reply")
    kaisa.wait("+1 päivä", 2)
    kaisa.do("Tarkista hakemuksen täydellisyys", {"complete": False, "missing": "Selvitys irtisanomisista puuttuu."})
    kaisa.do("Laadi täydennyspyyntö", told["supplement_request/write_request"])
    kaisa.open_case()
    kaisa.page.get_by_role("link", name="Mitä tapahtuu, jos päivä menee ohi?").first.click()
    kaisa.says("jos kukaan ei tekisi mitään")
    kaisa.says("5.3.2026")
    kaisa.says("Jatka ilman täydennystä tai kirjaa se")
    assert violations(kaisa.page) == []
    kaisa.open_case()
    expect(kaisa.page.get_by_role("link", name="Jatka ilman täydennystä")).to_have_count(0)
    kaisa.wait(NEXT)
    expect(kaisa.page.locator(".demo-band time")).to_contain_text("5.3.2026")
    kaisa.do("Jatka ilman täydennystä tai kirjaa se", {"action": "continue"})
    kaisa.do("Tarkista hakemuksen täydellisyys", {"complete": True})
    kaisa.open_case()
    expect(kaisa.page.get_by_role("link", name="Kirjaa rekisteritarkistukset")).to_be_visible()


def test_a_task_is_done_by_keyboard_alone(office: Office) -> None:
    kaisa = registered(office)
    kaisa.open_case()
    page = kaisa.page
    tab_to(page, "Tarkista hakemuksen täydellisyys")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tarkista hakemuksen täydellisyys")
    tab_to(page, "Ota käsittelyyn")
    page.keyboard.press("Enter")
    kaisa.says("Tehtävä on nyt sinulla.")
    tab_to(page, "true")
    page.keyboard.press("Space")
    expect(page.locator("input[name=complete][value=true]")).to_be_checked()
    tab_to(page, "Tallenna")
    page.keyboard.press("Enter")
    kaisa.says("Valmis: Tarkista hakemuksen täydellisyys")


def tab_to(page: Page, words: str, most: int = 80) -> None:
    """Press Tab until the focus is on what has this text or value."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate("[document.activeElement.innerText, document.activeElement.value]")
        if words in [str(each or "").strip() for each in found]:
            return
    raise AssertionError(f"Tab does not reach {words!r}")


def test_the_slower_of_two_is_told_who_and_when_and_keeps_the_text(office: Office) -> None:
    kaisa = registered(office)
    eeva, kalle = office.desk("Eeva"), office.desk("Kalle")
    kaisa.open_task("Tarkista hakemuksen täydellisyys")
    kaisa.fill({"complete": False, "missing": "Puuttuu tilinpäätös."})
    expect(kaisa.page.locator("#draft-status")).to_contain_text("Luonnos tallennettu")
    eeva.page.goto(kaisa.page.url)
    eeva.page.get_by_text("Anna tehtävä").first.click()
    eeva.page.get_by_label("Käsittelijä").select_option(label="Kalle Käsittelijä")
    eeva.press("Anna tehtävä")
    kalle.case = kaisa.case
    kalle.do("Tarkista hakemuksen täydellisyys", {"complete": True})
    kaisa.press("Tallenna")
    expect(kaisa.page.get_by_role("heading", level=1)).to_have_text("Joku muu ehti ensin")
    expect(kaisa.page.get_by_role("alert")).to_contain_text("Kalle Käsittelijä")
    expect(kaisa.page.get_by_role("alert")).to_contain_text("9.2.2026 9.30")
    expect(kaisa.page.locator("#typed")).to_contain_text("Puuttuu tilinpäätös.")


def test_a_case_starts_and_a_task_is_done_without_scripts(office: Office) -> None:
    kaisa, told = office.desk("Kaisa", scripts=False), answers("supplement_without_reply")
    kaisa.start(told["application"], EMPLOYER, CANDIDATE)
    kaisa.do("Kirjaa hakemus saapuneeksi", told["arrival/register"])
    kaisa.page.get_by_role("link", name="Avaa asia").click()
    kaisa.page.get_by_role("link", name="Mitä asiassa tapahtuu itsestään seuraavaksi?").click()
    kaisa.says("Tämä on vain kuvaus")


def test_answers_in_error_keep_what_was_typed(office: Office) -> None:
    kaisa = office.desk("Kaisa")
    page = kaisa.page
    page.goto("/cases/new/pay_subsidy/application")
    page.get_by_label("Työnantaja").fill("9004101-6")
    kaisa.fill({"arrival_channel": "letter", "job_title": "Varastotyöntekijä", "start_on": "32.13.2026"})
    with page.expect_navigation() as sent:  # what is asked while one types has answers of its own
        kaisa.press("Aloita käsittely")
    assert sent.value is not None
    assert sent.value.status == 422
    expect(page.locator(".error-summary")).to_be_focused()
    for name, value in (
        ("party-employer", "9004101-6"),
        ("job_title", "Varastotyöntekijä"),
        ("start_on", "32.13.2026"),
    ):
        expect(page.locator(f"main [name={name}]")).to_have_value(value)
