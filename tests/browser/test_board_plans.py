"""Customers' plans on the board in a browser: axe, by keyboard from a number to its case, and on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, sign_in
from tests.browser.test_accessibility import unfold, violations
from tests.browser.test_board_pages import pages
from tests.tasks.planned import begun, done, published
from web.i18n import LANGUAGES


@pytest.fixture(scope="module")
def planned(site: Site) -> Site:
    """A plan past its day, one up to date, and one that is still to be made."""
    town = site.town
    published(town)
    begun(town)
    done(town, begun(town))
    town.pass_time(days=12)
    begun(town)
    return site


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_where_plans_are(page: Page, planned: Site, language: str) -> None:
    sign_in(page, "Esko", language)
    found = []
    for address in ("/board/", "/board/entries?what=plans&which=debt"):
        page.goto(address)
        unfold(page)
        found += violations(page)
    assert found == []


def test_a_supervisor_goes_from_the_plan_debt_to_its_case_by_keyboard(page: Page, planned: Site) -> None:
    sign_in(page, "Esko").goto("/board/")
    section = page.locator("section[aria-labelledby=plans]")
    section.get_by_role("link", name="1 Suunnitelmavelka").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Suunnitelmavelka")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a[href*='/cases/']").first.press("Enter")
    expect(page.get_by_text("Suunnitelma tehtävä").first).to_be_visible()


def test_the_picture_of_the_debt_has_its_numbers_by_keyboard(page: Page, planned: Site) -> None:
    sign_in(page, "Esko").goto("/board/")
    picture = page.locator("section[aria-labelledby=picture-plans]")
    picture.locator("summary").press("Enter")
    expect(picture.locator("tbody tr")).to_have_count(13)
    expect(picture.locator("tbody tr").last.locator("td")).to_have_text(["1", "0"])


def test_with_plans_the_monday_paper_takes_a_sheet_more(page: Page, planned: Site) -> None:
    sign_in(page, "Esko").goto("/board/")
    assert pages(page) <= 3
