"""The daily work by keyboard alone, with and without scripts, and two browsers on one task."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, sign_in


def test_the_first_tab_reaches_the_skip_link(page: Page) -> None:
    sign_in(page)
    page.goto("/tasks/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Siirry sisältöön")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_shortcuts_walk_the_list_and_open_a_task(page: Page, site: Site) -> None:
    sign_in(page)
    page.goto("/tasks/")
    page.keyboard.press("j")
    first = page.locator(":focus").get_attribute("href")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator(":focus").get_attribute("href") == first
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.address}{first}")


def test_shortcuts_can_be_switched_off(page: Page) -> None:
    sign_in(page)
    page.goto("/settings/")
    page.get_by_label("Pois käytöstä").check()
    page.get_by_role("button", name="Tallenna asetukset").click()
    page.goto("/tasks/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page: Page, site: Site) -> None:
    sign_in(page)
    page.goto(f"/tasks/{site.mine}")
    page.get_by_role("button", name="Tallenna", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=complete]").first).to_be_focused()


def test_a_draft_saves_itself_and_comes_back(page: Page, site: Site) -> None:
    sign_in(page)
    page.goto(f"/tasks/{site.mine}")
    page.get_by_label("Ei", exact=True).check()
    expect(page.locator("#draft-status")).to_have_text(re.compile(r"Luonnos tallennettu \d+\.\d\d"))
    page.reload()
    expect(page.get_by_label("Ei", exact=True)).to_be_checked()


def test_two_browsers_one_task_the_slower_one_keeps_the_text(page: Page, browser: Browser, site: Site) -> None:
    sign_in(page)
    page.goto(f"/tasks/{site.free}")
    other = browser.new_context(base_url=site.address, locale="fi-FI")
    kalle = sign_in(other.new_page(), "Kalle")
    kalle.goto(f"/tasks/{site.free}")
    kalle.get_by_role("button", name="Ota käsittelyyn").click()
    page.get_by_role("button", name="Ota käsittelyyn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Joku muu ehti ensin")
    expect(page.get_by_role("alert")).to_contain_text("Kalle")
    other.close()


def test_the_work_is_done_without_scripts_too(browser: Browser, site: Site) -> None:
    task = site.town.start().task_ids[0]
    context = browser.new_context(base_url=site.address, locale="fi-FI", java_script_enabled=False)
    page = sign_in(context.new_page())
    page.goto(f"/tasks/{task}")
    page.get_by_role("button", name="Ota käsittelyyn").click()
    page.get_by_label("Kyllä").check()
    page.get_by_role("button", name="Tallenna luonnos").click()
    expect(page.get_by_label("Kyllä")).to_be_checked()
    page.get_by_role("button", name="Tallenna", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Valmis")
    context.close()


def test_a_party_is_added_by_keyboard_and_the_error_leads_to_its_field(page: Page, site: Site) -> None:
    sign_in(page)
    page.goto(f"/cases/{site.case_id}")
    page.get_by_role("link", name="Lisää asianosainen").press("Enter")
    customer = page.locator("input[name=customer]")
    customer.fill("Kuituri")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(customer).to_be_focused()
    expect(customer).to_have_value("Kuituri")


def test_the_register_is_searched_and_a_date_explained_by_keyboard_without_scripts(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(base_url=site.address, locale="fi-FI", java_script_enabled=False)
    page = sign_in(context.new_page())
    page.goto("/register/")
    page.get_by_label("Sana, säädös tai tunnus").focus()
    page.keyboard.type("D-TEST-01")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 sääntö")
    summary = page.locator("#permit-check summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#permit-check .trace .result")).to_be_visible()
    context.close()


def test_a_row_that_is_added_takes_the_focus_and_a_row_that_is_taken_away_gives_it_back(page: Page, site: Site) -> None:
    sign_in(page, "Olga", "sv")
    page.goto(f"/processes/drafts/{site.draft}/stories/own/steps/0")
    page.locator("button[name=add][value=facts]").press("Enter")
    expect(page.locator(":focus > legend")).to_have_text(re.compile(r"Rad [2-9]"))
    expect(page.locator(":focus")).to_have_css("outline-style", "solid")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("name", re.compile(r"facts\.[1-9]\."))
    page.locator("button[name=remove][value^='facts.']").last.press("Enter")
    expect(page.locator("button[name=add][value=facts]")).to_be_focused()


def test_answers_that_are_filled_in_leave_the_focus_where_they_were_asked_for(page: Page, site: Site) -> None:
    sign_in(page, "Olga", "sv")
    page.goto(f"/processes/drafts/{site.draft}")
    page.get_by_role("button", name="Prova för hand").press("Enter")
    fill = page.get_by_role("button", name="Fyll i blankettens exempelsvar")
    fill.press("Enter")
    expect(fill).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Utfört")
