"""A run by hand in a browser: axe in three languages, and from the first day to the kept story by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tasks.commands import drafts
from tests.browser.conftest import Site, sign_in
from tests.browser.test_accessibility import unfold, violations
from web.i18n import LANGUAGES


def begun(page: Page, site: Site) -> int:
    """A run of a fresh draft whose case has begun; gives the draft."""
    town = site.town
    made = drafts.start_from_version(town.database, town.user("olga"), process="permit", title="Koe", now=town.now)
    page.goto(f"/processes/drafts/{made}")
    page.locator("form[action$='/tryouts'] button").press("Enter")
    page.locator("#f-day").fill("9.2.2026")
    page.locator("button[name=example]").press("Enter")
    expect(page.locator("#f-reason")).to_have_value("Työpaja")  # the page with the answers has come
    page.locator("#deed .main-action").press("Enter")
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_a_run(page: Page, site: Site, language: str) -> None:
    sign_in(page, "Olga", language)
    page.goto(f"/processes/tryouts/{site.tryout}")
    unfold(page)
    found = violations(page)
    page.locator("#f-day").fill("31.2.2026")
    page.locator("#deed .main-action").click()
    page.wait_for_selector(".error-summary")
    found += violations(page)
    begun(page, site)
    here = page.url
    task = page.locator("section[aria-labelledby=tasks-title] a[href*='/task']").get_attribute("href")
    for address in (here, task or "", f"{here.partition('?')[0]}/story"):
        page.goto(address)
        unfold(page)
        found += violations(page)
    assert found == []


def test_a_run_is_played_and_kept_by_keyboard(page: Page, site: Site) -> None:
    sign_in(page, "Olga")
    draft = begun(page, site)
    expect(page.locator("#clock-title")).to_contain_text("9.2.2026")
    page.locator("section[aria-labelledby=tasks-title] a[href*='/task']").press("Enter")
    page.locator("input[name=complete][value=false]").press("Space")
    page.locator("#deed .main-action").press("Enter")
    expect(page.locator("section[aria-labelledby=waits-title]")).to_contain_text("Vastaus")
    page.locator("button[name=pass][value=next]").press("Enter")
    expect(page.locator("section[aria-labelledby=tasks-title]")).to_contain_text("Jatka ilman vastausta")
    page.locator("#f-to").fill("1.1.2020")
    page.locator("#f-to").press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Talleta tarinana").press("Enter")
    page.locator("#f-name").fill("by_keyboard")
    page.locator("#f-name").press("Enter")
    expect(page).to_have_url(f"{site.address}/processes/drafts/{draft}/stories/by_keyboard")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_law_changes_meanwhile_and_a_task_is_put_off_by_keyboard(page: Page, site: Site, language: str) -> None:
    town = site.town
    draft = drafts.start_from_version(
        town.database, town.user("olga"), process="permit", title=f"Kokeiltava {language}", now=town.now
    )
    sign_in(page, "Olga", language)
    page.goto(f"/processes/drafts/{draft}")
    page.locator("form[action$='/tryouts'] button").press("Enter")
    page.locator("#f-day").fill("9.2.2026")
    page.locator("#f-reason").fill("Työpaja")
    unfold(page)
    assert violations(page) == []
    page.locator("#deed .main-action").press("Enter")
    page.locator("a[href*='/hold']").press("Enter")
    assert violations(page) == []
    page.locator("#f-until").fill("12.2.2026")
    page.locator("#f-reason").fill("Odottaa")
    page.locator("#f-reason").press("Enter")
    expect(page.locator("#tasks-title ~ ul .tag")).to_contain_text("12.2.2026")
    page.locator("a[href*='/row']").press("Enter")
    assert violations(page) == []
    page.locator("input[value='deadlines/permit/reply_time']").check()
    page.locator("#f-new").fill("21")
    page.locator("#f-new").press("Enter")
    expect(page.locator(".aside table tr").last).to_contain_text("1.3.2026")
    page.locator("a[href*='/cancel']").press("Enter")
    assert violations(page) == []
    page.locator("#deed .main-action").press("Enter")
    page.wait_for_selector(".error-summary")
    assert violations(page) == []
    page.locator("#f-reason").fill("Perui")
    page.locator("#f-reason").press("Enter")
    unfold(page)
    assert violations(page) == []
    expect(page.locator("a[href*='/cancel']")).to_have_count(0)
