"""Moving cases in a browser: axe with something in the pages, by keyboard, following the worker, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tasks.commands import migrating
from tests.browser.conftest import Site, sign_in
from tests.browser.test_accessibility import violations
from tests.tasks.test_migrating import edited, publish
from web.i18n import LANGUAGES

NEW = "/processes/permit/moves/new?from=1&to="


@pytest.fixture(autouse=True)
def versions(site: Site) -> dict[str, int]:
    """Two more versions of the permit and running cases on the first."""
    town: Any = site.town
    for _ in range(2):
        town.start(version=1)
    return {name: publish(town, edited(name)) for name in ("nag", "no_check")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_preview_nor_on_a_report(page: Page, site: Site, language: str) -> None:
    sign_in(page, "Outi", language)
    for number in (2, 3):
        page.goto(f"{NEW}{number}")
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
        assert violations(page) == []
    page.goto(f"{NEW}2")
    page.locator(".main form[method=post] .main-action").click()
    page.wait_for_selector("progress")
    assert violations(page) == []
    migrating.carry_on(site.town.database, site.town.now)
    page.reload()
    assert violations(page) == []


def test_a_move_is_ordered_by_keyboard_and_followed_to_its_end(page: Page, site: Site) -> None:
    sign_in(page, "Outi")
    page.goto("/processes/permit")
    page.get_by_role("link", name="Siirrä asioita versiosta toiseen").press("Enter")
    page.get_by_label("Mistä versiosta").select_option("1")
    page.get_by_label("Mihin versioon").select_option("2")
    page.get_by_role("button", name="Näytä, mitä siirto tekisi").press("Enter")
    boxes = page.get_by_role("checkbox")
    chosen = boxes.count()
    boxes.first.press("Space")
    page.get_by_role("button", name="Siirrä valitut asiat").press("Enter")
    expect(page.get_by_role("status")).to_contain_text(f"Käsitelty 0 / {chosen - 1}")
    migrating.carry_on(site.town.database, site.town.now, limit=1)
    expect(page.get_by_role("status")).to_contain_text(f"Käsitelty 1 / {chosen - 1}")
    migrating.carry_on(site.town.database, site.town.now)
    expect(page.get_by_role("heading", name="Siirto on valmis")).to_be_visible()
    expect(page.get_by_role("link", name="Katso, mitä on jäljellä")).to_be_visible()


def test_without_scripts_a_move_is_ordered_and_its_report_asked_for(site: Site, browser: Any) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False, locale="fi-FI")
    page = sign_in(context.new_page(), "Outi")
    page.goto(f"{NEW}2")
    page.get_by_role("button", name="Siirrä valitut asiat").click()
    migrating.carry_on(site.town.database, site.town.now)
    page.get_by_role("link", name="Päivitä").click()
    expect(page.get_by_role("heading", name="Siirto on valmis")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_its_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, "Outi")
    for number in (2, 3):
        page.goto(f"{NEW}{number}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_report_is_printed_with_every_case_and_without_buttons(page: Page, site: Site, tmp_path: Path) -> None:
    sign_in(page, "Outi")
    page.goto(f"{NEW}2")
    page.locator(".main form[method=post] .main-action").click()
    migrating.carry_on(site.town.database, site.town.now)
    page.reload()
    page.emulate_media(media="print")
    expect(page.get_by_role("rowheader").first).to_be_visible()
    expect(page.get_by_role("link", name="Katso, mitä on jäljellä")).to_be_hidden()
