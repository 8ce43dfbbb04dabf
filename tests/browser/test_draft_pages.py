"""Drafts in a browser: axe, by keyboard from a finding to its line, autosave, without scripts, in a narrow window."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tasks.commands import draft_files, drafts, rehearsing, reviewing
from tasks.drafting import digest
from tests.browser.conftest import Site, sign_in
from tests.browser.test_accessibility import unfold, violations
from tests.tasks.test_drafts import content, revision, save
from web.i18n import LANGUAGES

BROKEN = b'roll = "sideways"'


@pytest.fixture
def draft(site: Site) -> int:
    """A draft with an error in its deadlines."""
    town = site.town
    made = drafts.start_from_version(town.database, town.user("olga"), process="permit", title="Luonnos", now=town.now)
    save(town, made, "deadlines.toml", content(town, made, "deadlines.toml").replace(b'roll = "target"', BROKEN))
    return made


def proposed(site: Site, by: str = "olga") -> int:
    town = site.town
    made = drafts.start_from_version(town.database, town.user(by), process="permit", title="Ehdotus", now=town.now)
    reviewing.propose(town.database, town.user(by), made, revision=revision(town, made), comment="Katso", now=town.now)
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_drafts(page: Page, site: Site, draft: int, language: str) -> None:
    sign_in(page, "Olga", language)
    rehearsing.carry_on(site.town.database, lambda: site.town.now)
    found = []
    for address in (
        "/processes/", "/processes/permit", "/processes/drafts/new", "/processes/drafts/new?process=permit&version=1",
        f"/processes/drafts/{draft}", f"/processes/drafts/{draft}/files/deadlines.toml",
        f"/processes/drafts/{site.draft}", f"/processes/drafts/{site.draft}/files/permit.bpmn",
        f"/processes/drafts/{draft}/review?file=deadlines.toml",
        f"/processes/permit/compare?old=1&new=draft-{draft}&file=deadlines.toml", "/processes/map", "/processes/doubts",
        f"/processes/drafts/{draft}/states", f"/processes/drafts/{site.draft}/rehearsals/{site.rehearsal}",
        f"/processes/drafts/{proposed(site, 'oona')}",
    ):  # fmt: skip
        page.goto(address)
        unfold(page)
        found += violations(page)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_where_two_have_saved_or_nothing_was_given(
    page: Page, site: Site, draft: int, language: str
) -> None:
    sign_in(page, "Olga", language)
    page.goto(f"/processes/drafts/{draft}/files/labels.toml")
    save(site.town, draft, "labels.toml", b"# first\n", who="oona")
    page.locator("#f-text").fill("# second\n")
    page.locator("button[value=save]").click()
    page.wait_for_selector(".difference")
    assert violations(page) == []
    page.goto("/processes/drafts/new")
    unfold(page)
    page.locator("details form button").last.click()
    page.wait_for_selector(".error-summary")
    assert violations(page) == []


def test_a_file_is_written_by_keyboard_from_a_finding_to_its_line(page: Page, site: Site, draft: int) -> None:
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{draft}")
    page.locator("#findings ~ ul a").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("deadlines.toml")
    expect(page.locator("#f-text")).to_be_focused()
    expect(page.locator("[data-place]")).to_contain_text("Rivi ")
    page.locator("a[data-line]").first.press("Enter")
    expect(page.locator("#f-text")).to_be_focused()
    chosen = page.locator("#f-text").evaluate("text => text.value.slice(text.selectionStart, text.selectionEnd)")
    numbers = page.locator("[data-lines]").inner_text().split("\n")
    assert numbers[-1] == str(page.locator("#f-text").input_value().count("\n") + 1)
    assert chosen
    text = page.locator("#f-text").input_value().replace("sideways", "target")
    page.locator("#f-text").fill(text)
    page.get_by_role("button", name="Tallenna", exact=True).press("Enter")
    expect(page.get_by_text("Tarkistus ei löytänyt tästä tiedostosta huomautettavaa.")).to_be_visible()
    page.locator("#f-text").press("Tab")  # the text keeps nobody in
    expect(page.locator("#f-text")).not_to_be_focused()


def test_what_is_typed_is_kept_without_a_button_and_found_again(page: Page, site: Site, draft: int) -> None:
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{draft}/files/labels.toml")
    page.locator("#f-text").fill("# kesken\n")
    expect(page.locator("#draft-status")).to_contain_text("Kirjoittamasi on tallessa")
    page.goto(f"/processes/drafts/{draft}/files/labels.toml")
    assert page.locator("#f-text").input_value() == "# kesken\n"
    assert b"kesken" not in content(site.town, draft, "labels.toml")


def test_without_scripts_a_draft_is_written_proposed_approved_and_published(site: Site, browser: Any) -> None:
    town = site.town
    made = drafts.start_from_version(
        town.database, town.user("olga"), process="permit", title="Ilman skriptejä", now=town.now
    )
    context = browser.new_context(base_url=site.address, java_script_enabled=False, locale="fi-FI")
    page = sign_in(context.new_page(), "Olga")
    page.goto(f"/processes/drafts/{made}/files/labels.toml")
    text = page.locator("#f-text").input_value()
    page.locator("#f-text").fill(text.replace('"Granska"', '"Kontrollera"'))
    page.get_by_role("button", name="Tallenna", exact=True).click()
    expect(page.get_by_text("Tallennettu.")).to_be_visible()
    assert content(town, made, "labels.toml").decode() == text.replace('"Granska"', '"Kontrollera"')
    page.goto(f"/processes/drafts/{made}")
    page.get_by_role("button", name="Ehdota hyväksyttäväksi").click()
    page.locator("form[action='/logout'] button").click()
    sign_in(page, "Oona")
    page.goto(f"/processes/drafts/{made}")
    page.get_by_role("button", name="Hyväksy luonnos").click()
    page.get_by_role("button", name="Julkaise versio").click()
    expect(page.get_by_text("Versio 2 on julkaistu, voimassa")).to_be_visible()
    context.close()


def test_a_rehearsal_is_ordered_and_followed_to_its_end(page: Page, site: Site) -> None:
    town = site.town
    olga = (town.database, town.user("olga"))
    before = content(town, site.draft, "stories/own.toml")
    draft_files.save_file(*olga, site.draft, "stories/own.toml", before + b"\n", expected=digest(before), now=town.now)
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{site.draft}")
    page.get_by_role("button", name="Pelaa kaikki tarinat").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Pelattu 0 / 1")
    with page.expect_response("**/rehearsals/*"):
        page.locator("#progress-title").evaluate("title => { title.textContent = 'Koeajo seisoo'; }")
    expect(page.get_by_role("heading", name="Koeajo odottaa vuoroaan")).to_be_visible()  # told anew, too
    rehearsing.carry_on(town.database, lambda: town.now)
    expect(page.get_by_role("heading", name="Koeajo on valmis")).to_be_visible(timeout=10000)
    expect(page.get_by_role("row", name="Lupa")).to_contain_text("Meni läpi")


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_its_window(page: Page, site: Site, draft: int, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, "Olga")
    for path in ("", "/files/deadlines.toml", "/files/permit.bpmn", "/review?file=deadlines.toml"):
        page.goto(f"/processes/drafts/{draft}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_save_is_undone_and_done_again_by_keyboard_where_one_edits(page: Page, site: Site, draft: int) -> None:
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{draft}/settings")
    save(site.town, draft, "labels.toml", b"# second\n")
    page.reload()
    page.get_by_role("button", name="Kumoa viimeisin tallennus").press("Enter")
    expect(page.get_by_text("Viimeisin tallennus on kumottu.")).to_be_visible()
    expect(page).to_have_url(re.compile("/settings$"))
    assert content(site.town, draft, "labels.toml") != b"# second\n"
    page.get_by_role("button", name="Tee uudelleen").press("Enter")
    expect(page.get_by_text("Kumottu tallennus on tehty uudelleen.")).to_be_visible()
    assert content(site.town, draft, "labels.toml") == b"# second\n"
    page.get_by_role("link", name="Tallennetut vaiheet").press("Enter")
    page.get_by_role("row", name="Luonnoksen alku").get_by_role("button").press("Enter")
    expect(page.get_by_text("Luonnos on nyt sellainen kuin tallennuksessa 1.")).to_be_visible()
    assert BROKEN not in content(site.town, draft, "deadlines.toml")


def test_a_double_click_begins_one_draft(page: Page, site: Site) -> None:
    sign_in(page, "Olga")
    page.goto("/processes/drafts/new?process=permit")
    page.locator("#f-version-title").fill("Kahdesti")
    page.locator("main form button.main-action").first.dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kahdesti")
    assert len(site.town.rows("SELECT id FROM drafts WHERE title = 'Kahdesti'")) == 1


def test_a_file_too_large_is_told_by_its_name_before_it_is_sent(page: Page, site: Site, draft: int) -> None:
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{draft}")
    unfold(page)
    page.evaluate("document.body.dataset.largest = 65536 + 1000")
    page.locator("#f-upload").set_input_files({"name": "kuva.png", "mimeType": "image/png", "buffer": b"x" * 1001})
    page.locator("form[action$='/upload'] button").press("Enter")
    told = page.locator("#f-upload-too-large")
    expect(told).to_have_text("Tiedosto kuva.png on liian suuri, eikä mitään lähetetty. Koko saa olla enintään 20 Mt.")
    expect(page.locator("#f-upload")).to_be_focused()
    assert violations(page) == []
    page.locator("#f-upload").set_input_files({"name": "own.json", "mimeType": "text/plain", "buffer": b"{}"})
    page.locator("form[action$='/upload'] button").press("Enter")  # what is small enough goes on
    expect(page.locator(".main")).to_contain_text("Tiedosto own.json on luonnoksessa.")
