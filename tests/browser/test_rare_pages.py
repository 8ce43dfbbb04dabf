"""What one meets seldom, by keyboard alone and by axe: choosing a step, a message without a case, an incident."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tasks.actor import Actor
from tasks.arrival import Incoming
from tasks.commands import jobs, work
from tasks.commands.arrivals import deliver_message
from tasks.job import Answer, Call, CallFailed
from tests.browser.conftest import Site, sign_in
from tests.browser.test_accessibility import violations
from tests.tasks.calling import order
from tests.tasks.test_choices import begin
from web.i18n import LANGUAGES

FARTHEST = 120
"""Presses of Tab within which everything on a page is reached."""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; fails when Tab never gets there."""
    expect(target).to_be_visible()
    for _ in range(FARTHEST):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{FARTHEST} tabs do not reach {target}")


@pytest.fixture(scope="module")
def choice(site: Site) -> str:
    """A choice of the next step that Vilma has taken."""
    town = site.town
    found = begin(town)
    work.claim(town.database, town.user("vilma"), found, now=town.now)
    return found


@pytest.fixture(scope="module")
def failed(site: Site) -> int:
    """A case whose call has failed for good."""
    started = order(site.town)

    def fails(_: Call) -> Answer:
        raise CallFailed("no_code", 404, final=True)

    jobs.call_out(site.town.database, fails, lambda: site.town.now)
    return started.case_id


def sent(site: Site, id: str, text: str) -> int:
    """A reply of another system to a case that waits, named by the person alone; gives the message."""
    town: Any = site.town
    for _ in range(2):  # two that wait: a person must choose
        started = town.start()
        town.complete("vilma", started.task_ids[0], {"complete": "false"})
    said = {"parties": {"applicant": {"identity_code": "131052-308T"}}}
    sender = Actor(town.user("liisa").user_id, "register", "api")
    kept = deliver_message(town.database, sender, Incoming("reply", id, {"text": text}, said), now=town.now)
    assert kept.message_id is not None
    return int(kept.message_id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_a_choice_clean_or_in_conflict(page: Page, site: Site, choice: str, language: str) -> None:
    sign_in(page, language=language)
    page.goto(f"/tasks/{choice}")
    assert page.locator("ul.offers button").count() > 0
    assert violations(page) == []
    page.locator("form[action$='/pick'] input[name=version]").evaluate("field => { field.value = '1'; }")
    page.locator("ul.offers button").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []


def test_the_next_step_is_chosen_by_keyboard_alone(page: Page, site: Site, choice: str) -> None:
    sign_in(page)
    page.goto(f"/tasks/{choice}")
    offer = page.get_by_role("button", name="Kotikäynti")
    expect(offer).to_have_accessible_description("Sovi aika ensin.")
    tab_to(page, offer)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Kotikäynti")
    open_now = site.town.value("SELECT count(*) FROM tasks WHERE element = 'home_visit' AND state = 'open'")
    assert open_now == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_a_message_that_fits_several_cases(page: Page, site: Site, language: str) -> None:
    message = sent(site, f"axe-{language}", "Kilpirauhanen")
    sign_in(page, language=language)
    for address in ("/arrivals/", f"/arrivals/{message}"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
        assert violations(page) == []


def test_a_message_finds_its_case_by_keyboard_alone(page: Page, site: Site) -> None:
    message = sent(site, "walk-1", "Kilpirauhanen")
    sign_in(page)
    page.goto(f"/arrivals/{message}")
    tab_to(page, page.locator("section[aria-labelledby=cases-title] a.button").first)
    page.keyboard.press("Enter")
    record = page.get_by_role("button", name="Kirjaa saapuneeksi")
    expect(page.get_by_label("Vastaus")).to_have_value("Kilpirauhanen")
    tab_to(page, record)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Kirjattu saapuneeksi")
    assert site.town.value(f"SELECT state FROM messages WHERE id = {message}") == "delivered"


def test_a_message_is_discarded_by_keyboard_and_the_error_leads_to_the_reason(page: Page, site: Site) -> None:
    message = sent(site, "walk-2", "Väärä asia")
    sign_in(page)
    page.goto(f"/arrivals/{message}")
    tab_to(page, page.locator("#discard summary"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#discard .danger"))
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reason = page.locator("#reason")
    expect(reason).to_be_focused()
    page.keyboard.type("Lähettäjä perui viestin puhelimitse.")
    tab_to(page, page.locator("#discard .danger"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    assert site.town.value(f"SELECT state FROM messages WHERE id = {message}") == "discarded"


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_incidents_with_something_in_them(
    page: Page, site: Site, failed: int, language: str
) -> None:
    sign_in(page, "Outi", language)
    page.goto("/incidents/")
    assert page.locator("tbody tr").count() > 0
    assert violations(page) == []


def test_an_incident_is_tried_again_by_keyboard_alone(page: Page, site: Site, failed: int) -> None:
    sign_in(page, "Outi")
    page.goto("/incidents/")
    again = page.get_by_role("button", name="Yritä uudelleen").first
    tab_to(page, again)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Yritetään uudelleen")
    assert site.town.value(f"SELECT state FROM jobs WHERE case_id = {failed}") == "waiting"
