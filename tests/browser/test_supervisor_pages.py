"""A supervisor acts by keyboard, with and without scripts; the pages that only a supervisor opens, through axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tasks.commands import work
from tests.browser.conftest import Site, sign_in
from tests.browser.test_accessibility import unfold, violations
from web.i18n import LANGUAGES

NOTE = "/notes/new?process=permit&version=1&step=check"
PAGES = ("/tasks/?who=all&select=all", "/substitutions/", "/alerts/", "/alerts/1", "/notes/", NOTE)
FORMS = (
    ("/tasks/?who=all", "#hand-over button"),
    ("/substitutions/", "form.form .main-action"),
    ("/alerts/1", "form[action$='/close'] button"),
    (NOTE, ".main .main-action"),
)
"""pages with a form, and the button that sends it empty"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_a_supervisors_pages(page: Page, site: Site, language: str) -> None:
    sign_in(page, "Esko", language)
    found = []
    for address in PAGES:
        page.goto(address)
        unfold(page)
        found += violations(page)
    for address, button in (
        ("/tasks/?who=all", "#hand-over button"),
        ("/substitutions/", "form.form .main-action"),
        ("/alerts/1", "form[action$='/close'] button"),
        (NOTE, ".main .main-action"),
    ):
        page.goto(address)
        unfold(page)
        page.locator(button).first.click()
        expect(page.locator(".error-summary")).to_be_focused()
        found += violations(page)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_is_written_and_answered_by_keyboard(browser: Browser, page: Page, site: Site, language: str) -> None:
    sign_in(page, "Esko", language)
    page.goto("/board/steps/permit")
    page.locator(f'a[href="{NOTE}"]').press("Enter")
    page.locator("#text").press_sequentially(f"Tarkistus jumittaa ({language}).")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".message, [role=status]").first).to_be_visible()
    context = browser.new_context(base_url=site.address, locale="fi-FI")
    owner = sign_in(context.new_page(), "Olga", language)
    owner.goto("/notes/")
    sheet = owner.locator(".sheet", has_text=f"Tarkistus jumittaa ({language}).")
    found = violations(owner)
    sheet.get_by_role("button").press("Enter")
    expect(owner.locator(".error-summary")).to_be_focused()
    found += violations(owner)
    sheet = owner.locator(".sheet", has_text=f"Tarkistus jumittaa ({language}).")
    sheet.locator("textarea").press_sequentially("Korjaan sen.")
    sheet.get_by_role("button").press("Enter")
    sheet = owner.locator(".sheet", has_text=f"Tarkistus jumittaa ({language}).")
    expect(sheet).to_contain_text("Korjaan sen.")
    assert found + violations(owner) == []
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_area_settings(page: Page, site: Site, language: str) -> None:
    sign_in(page, "Outi", language)
    page.goto("/area/")
    unfold(page)
    found = violations(page)
    for name in ("targets.median", "four_eyes.check_and_decision"):
        page.goto(f"/area/1/{name}")
        found += violations(page)
        page.locator("form.form .main-action").click()
        expect(page.locator(".error-summary")).to_be_focused()
        found += violations(page)
    assert found == []


def test_a_target_is_set_by_keyboard_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, locale="fi-FI", java_script_enabled=False)
    page = sign_in(context.new_page(), "Outi")
    page.goto("/area/")
    page.get_by_role("row", name="Läpimenoaika, puolet").first.get_by_role("link").press("Enter")
    page.get_by_role("textbox", name="Arvo").press_sequentially("60")
    page.get_by_label("Kuka tavoitteesta päätti ja milloin").press_sequentially("Työllisyyslautakunta 12.1.2026 § 4")
    page.get_by_label("Voimaan").fill("1.1.2030")
    page.get_by_role("button", name="Tallenna").press("Enter")
    expect(page.get_by_role("row", name="Läpimenoaika, puolet").first).to_contain_text(
        "1.1.2030 alkaen: enintään 60 päivää"
    )
    context.close()


def test_tasks_are_handed_over_by_keyboard_without_scripts(browser: Browser, site: Site) -> None:
    site.town.start()
    context = browser.new_context(base_url=site.address, locale="fi-FI", java_script_enabled=False)
    page = sign_in(context.new_page(), "Esko")
    page.goto("/tasks/?who=all")
    page.get_by_role("link", name="Valitse kaikki tällä sivulla").press("Enter")
    page.get_by_role("checkbox").first.press("Space")
    chosen = page.locator(".task-row input:checked").count()
    page.get_by_label("Käsittelijä", exact=True).select_option(label="Kalle")
    page.get_by_role("button", name="Anna valitut").press("Enter")
    outcomes = page.get_by_role("region", name="Mitä tehtäville tapahtui").or_(page.locator(".outcomes"))
    expect(outcomes.first).to_contain_text(f"{chosen}/{chosen} tehtävää siirtyi.")
    expect(outcomes.first.get_by_role("listitem")).to_have_count(chosen)
    context.close()


def test_a_substitution_is_made_by_keyboard_and_the_substitute_sees_the_task(
    browser: Browser, page: Page, site: Site
) -> None:
    work.claim(site.town.database, site.town.user("vilma"), site.town.start().task_ids[0], now=site.town.now)
    sign_in(page, "Esko")
    page.goto("/substitutions/")
    page.get_by_label("Poissa", exact=True).focus()
    page.keyboard.type("Vilma")
    page.keyboard.press("Tab")
    page.keyboard.type("Kalle")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("31.3.2026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Sijaisuus on lisätty.")
    other = browser.new_context(base_url=site.address, locale="fi-FI")
    kalle = sign_in(other.new_page(), "Kalle")
    kalle.goto("/tasks/")
    expect(kalle.locator(".task-row", has_text="sijaistat: Vilma").first).to_be_visible()
    other.close()


def test_an_alert_is_snoozed_by_keyboard_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, locale="fi-FI", java_script_enabled=False)
    page = sign_in(context.new_page(), "Esko")
    page.get_by_role("link", name="1 uusi hälytys").press("Enter")
    page.get_by_role("link", name="Tehtävä on myöhässä").press("Enter")
    page.locator("summary", has_text="Siirrä myöhemmäksi").press("Enter")
    page.get_by_label("Päivä, jona hälytys palaa").focus()
    page.keyboard.type("3.3.2026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Hälytys on siirretty myöhemmäksi.")
    expect(page.locator("main")).to_contain_text("palaa ti")
    context.close()
