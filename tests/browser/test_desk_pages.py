"""Reminders and outgoing mail in a browser, with something in them: axe, keyboard, narrow windows, print."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tasks import clock
from tests.browser.conftest import Site, later, sign_in
from tests.browser.test_accessibility import violations
from web.i18n import LANGUAGES

PATHS = ("/reminders/", "/reminders/?show=all", "/outgoing/")


@pytest.fixture(autouse=True)
def busy(site: Site) -> None:
    """Reminders that have come, and letters that wait: one of each channel's section, one address protected."""
    town = site.town
    for _ in range(2):
        opened = town.complete("vilma", town.start().task_ids[0], {"complete": "true"}).opened
        town.complete("paula", opened[0], {"approved": "true"})
    letters = town.rows("SELECT case_id, number FROM outbox ORDER BY case_id")
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE customers SET protected = :yes"), {"yes": True})
        first = {"c": letters[0].case_id}
        connection.execute(text("UPDATE documents SET channel = 'e_notice' WHERE case_id = :c"), first)
    town.start()
    later(site, days=12)
    clock.run_until(town.database, town.now)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_full_pages(page: Page, language: str) -> None:
    sign_in(page, language=language)
    for path in PATHS:
        page.goto(path)
        assert violations(page) == []
    page.locator(".main .main-action").first.click()
    page.wait_for_selector(".error-summary")
    assert violations(page) == []


def test_axe_finds_nothing_in_the_dark_nor_after_marking(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    sign_in(page)
    page.goto("/outgoing/")
    page.get_by_role("checkbox").first.check()
    page.locator(".main .main-action").first.click()
    expect(page.get_by_role("heading", name="Merkintöjen tulos")).to_be_visible()
    assert violations(page) == []
    page.goto("/reminders/")
    assert violations(page) == []


def test_enter_in_the_day_never_marks_a_letter_that_was_not_chosen(page: Page, site: Site) -> None:
    sign_in(page)
    page.goto("/outgoing/")
    page.get_by_label("Lähetetty", exact=True).first.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox").first).to_be_focused()


def test_reminders_are_walked_and_marked_by_keyboard(page: Page) -> None:
    sign_in(page)
    page.goto("/reminders/")
    before = page.locator(".task-row").count()
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator(".notice-done")).to_have_text("Muistutus on merkitty nähdyksi.")
    assert page.locator(".task-row").count() == before - 1


@pytest.mark.parametrize("path", PATHS)
def test_a_narrow_window_needs_no_sideways_scrolling(page: Page, path: str) -> None:
    sign_in(page)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_print_shows_the_list_without_its_buttons(page: Page) -> None:
    sign_in(page)
    page.goto("/outgoing/")
    page.emulate_media(media="print")
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_text("Sami Esimerkki").first).to_be_visible()
