"""axe finds nothing at WCAG 2.1 A and AA on any page of the route map in any language, clean or in error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Site, sign_in
from web.auth import is_keyed
from web.i18n import LANGUAGES

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
NOT_PAGES = {
    "static": "files", "health.livez": "for machines", "health.readyz": "for machines",
    "metrics.show": "for machines", "pages.home": "leads on",
    "pages.accessibility_in_finnish": "leads on", "cases.attachment": "a file",
    "processes.diagram": "a file", "processes.draft_zip": "a file", "processes.raw_file": "a file",
    "processes.new_file": "leads on", "processes.tryout_diagram": "a file",
    "processes.draft_diagram": "a file", "processes.compared_diagram": "a file",
    "processes.drawing_source": "for the canvas", "openapi": "for machines",
}  # fmt: skip
ERRORS = (
    ("/tasks/{mine}", "form#form .main-action", "an empty form"),
    ("/tasks/{mine}", "form[action$='/hold'] button", "an empty hold"),
    ("/tasks/{mine}", "form[action$='/comments'] button", "an empty note"),
    ("/login", "form[action='/login'] .main-action", "an empty login"),
    ("/cases/new/permit/application", ".main .main-action", "an empty start"),
    ("/cases/{case}", "#comments button", "an empty comment"),
    ("/cases/{case}", "#attachments button", "no attachment"),
    ("/customers/new", ".main .main-action", "an empty customer"),
    ("/cases/{case}/parties/new", ".main .main-action", "an empty party"),
    ("/cases/{case}/parties/{party}/end", ".main .danger", "an end without a reason"),
    ("/cases/{case}/consents/new", ".main .main-action", "an empty consent"),
    ("/arrivals/1", "form[action$='/case'] button", "a message for no case"),
    ("/arrivals/1", "#discard .danger", "a message discarded without a reason"),
)
# What watches sizes runs once a frame, and axe measures between two: a table that new letters have just made wider than
# its place would be told as one that no keyboard scrolls.
SETTLED = """async () => {
  await document.fonts.ready;
  for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
}"""


def samples(site: Site) -> dict[str, Any]:
    """A value for each argument of an address; a new argument must be added here."""
    return {
        "task": site.mine, "case_id": site.case_id, "customer_id": site.town.customer, "number": 1, "version": 1,
        "process": "permit", "message": "application", "party": site.party, "consent_id": site.consent,
        "move_id": site.move, "draft_id": site.draft, "path": "labels.toml", "rehearsal_id": site.rehearsal,
        "tryout_id": site.tryout, "key": "1",
        "deadline": "reply_time", "value": "fee", "table": "age", "flow": "f4", "form": "check",
        "field": "complete", "letter": "notice", "language": "sv", "story": "own", "step": 0,
        "alert_id": 1, "area_id": 1, "name": "targets.median", "kind": "decision",
    }  # fmt: skip


def addresses(site: Site) -> Iterator[str]:
    """Every page of the route map that can be opened."""
    with site.app.test_request_context():
        for rule in site.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES and not is_keyed(rule.endpoint):
                values = {name: samples(site)[name] for name in rule.arguments}
                yield site.app.url_for(rule.endpoint, **values, _external=False)


def violations(page: Page) -> list[str]:
    """What axe finds, one line each, on the page once its letters have come and what watches sizes has run."""
    page.evaluate(SETTLED)
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{page.url}: {each['id']}: {node['target']}" for each in found for node in each["nodes"]]


def unfold(page: Page) -> None:
    """Open everything that is folded away."""
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page(page: Page, site: Site, language: str) -> None:
    sign_in(page, language=language)
    found = []
    for address in addresses(site):
        page.goto(address)
        unfold(page)
        found += violations(page)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("address", "button", "what"), ERRORS, ids=[what for _, _, what in ERRORS])
def test_axe_finds_nothing_on_a_page_in_error(
    page: Page, site: Site, language: str, address: str, button: str, what: str
) -> None:
    sign_in(page, language=language)
    if address == "/login":
        page.locator("form[action='/logout'] button").click()
    page.goto(address.format(mine=site.mine, case=site.case_id, party=site.party))
    unfold(page)
    page.locator(button).first.click()
    page.wait_for_selector(".error-summary")
    assert violations(page) == []


def test_axe_finds_nothing_in_the_dark(page: Page, site: Site) -> None:
    page.emulate_media(color_scheme="dark")
    sign_in(page)
    for address in ("/tasks/", f"/tasks/{site.mine}", "/settings/"):
        page.goto(address)
        assert violations(page) == []


@pytest.mark.parametrize("path", ["/tasks/", "/tasks/{mine}", "/login", "/accessibility"])
def test_a_page_needs_no_sideways_scrolling_at_400_percent(page: Page, site: Site, path: str) -> None:
    sign_in(page)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path.format(mine=site.mine))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
