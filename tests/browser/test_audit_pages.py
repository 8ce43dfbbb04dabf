"""The pages of the auditor, the operator and the supervisor are as accessible as the others."""

from __future__ import annotations

from playwright.sync_api import Page

from tasks.commands import people
from tests.browser.conftest import Site, sign_in
from tests.browser.test_accessibility import violations
from tests.tasks.conftest import HOUSE


def test_axe_finds_nothing_on_the_pages_of_the_auditor(page: Page, site: Site) -> None:
    user = people.add_user(site.town.database, HOUSE, name="taina", full_name="Taina", now=site.town.now)
    people.add_role(site.town.database, HOUSE, user_id=user, role="auditor", now=site.town.now)
    sign_in(page, name="Vilma").goto(f"/cases/{site.case_id}")
    page.context.clear_cookies()
    sign_in(page, name="Taina")
    found = []
    for address in ("/audit/", "/audit/changes", f"/audit/cases/{site.case_id}"):
        page.goto(address)
        found += violations(page)
    assert found == []


def test_axe_finds_nothing_on_emergency_access_clean_or_in_error(page: Page, site: Site) -> None:
    sign_in(page, name="Outi").goto("/emergency/")
    found = violations(page)
    page.locator(".main button.danger").click()
    page.wait_for_selector(".error-summary")
    assert [*found, *violations(page)] == []


def test_a_supervisor_takes_the_event_log_out_by_keyboard(page: Page, site: Site) -> None:
    sign_in(page, name="Esko").goto("/figures/exports/")
    found = violations(page)
    page.locator("#from").focus()
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error-summary")
    found += violations(page)
    page.locator("#from").fill("")
    page.locator("#format-csv").focus()
    page.keyboard.press("ArrowDown")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".xes")
    page.keyboard.press("ArrowDown")
    with page.expect_download(timeout=2000) as another:  # at once: other answers are no double click
        page.keyboard.press("Enter")
    assert another.value.suggested_filename.endswith(".json")
    assert b"<trace>" in download.value.path().read_bytes()
    assert found == []
