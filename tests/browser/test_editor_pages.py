"""The editors of a draft in a browser: by keyboard, with the result drawn beside while one types."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tasks.commands import draft_files, drafts
from tests.browser.conftest import EXAMPLES, Site, sign_in
from tests.browser.test_accessibility import unfold, violations
from tests.engine.test_amend_table import SAMPLE
from tests.tasks.test_drafts import content
from web.i18n import LANGUAGES


@pytest.fixture
def draft(site: Site) -> int:
    """A draft of the permit."""
    town = site.town
    return drafts.start_from_version(town.database, town.user("olga"), process="permit", title="Luonnos", now=town.now)


def test_an_empty_row_is_judged_when_one_leaves_it(page: Page, site: Site) -> None:
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{site.draft}/forms/check/fields/ground?new=1&kind=choice&title=Peruste")
    page.locator("button[name=add]").click()
    expect(page.locator("[data-focus]")).to_be_focused()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[name='options.0.fi']").press_sequentially("Muu")
    expect(page.locator("#live")).to_be_visible()
    page.keyboard.press("Tab")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.type("Annan")
    errors = page.locator(".group-row .field-error")
    expect(errors).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    expect(page.locator("[name='options.0.fi']")).to_be_focused()
    page.locator("[name='longest']").evaluate("it => it.closest('details').open = true")
    page.locator("[name='longest']").focus()
    expect(errors).to_have_count(1)
    expect(page.locator("#f-options-0-en-error")).to_be_visible()
    page.locator("[name='options.0.en']").fill("Another")
    expect(errors).to_have_count(0)


def test_a_reply_time_changes_from_a_day_on_by_keyboard(page: Page, site: Site, draft: int) -> None:
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{draft}")
    page.get_by_role("link", name="Määräajat ja arvot").press("Enter")
    page.get_by_role("link", name="Vastausaika").press("Enter")
    page.locator("#f-change_from").press_sequentially("1.4.2026")
    page.keyboard.press("Tab")
    page.keyboard.type("kaksi viikkoa")
    expect(page.locator("#f-change_length-field .field-error")).to_contain_text("Kaavaa ei voi lukea")
    page.locator("#f-change_length").fill("21")
    expect(page.locator("#live")).to_contain_text("viimeinen päivä on ke 22.4.2026".replace("ke ", "ke\xa0"))
    expect(page.locator("#live")).to_contain_text("Muutosta ei ole vielä tallennettu")
    expect(page.locator("#f-change_length-field .field-error")).to_have_count(0)
    page.locator("#f-change_length").press("Enter")
    expect(page.get_by_text("Tallennettu.")).to_be_visible()
    assert b"to = 2026-03-31}, {from = 2026-04-01, length = 21}" in content(site.town, draft, "deadlines.toml")


def test_a_row_of_a_table_is_added_and_moved_by_keyboard(page: Page, site: Site) -> None:
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{site.draft}/tables/age")
    page.locator("button[value='add:0']").press("Enter")
    expect(page.locator("#c-1-0")).to_be_focused()
    page.keyboard.type("null")
    expect(page.locator("#live")).to_contain_text("Muutosta ei ole vielä tallennettu")
    page.locator("button[value='down:1']").press("Enter")
    expect(page.locator("#down-2, #up-2").first).to_be_focused()
    expect(page.locator("#c-2-0")).to_have_value("null")


def test_what_was_typed_before_the_script_came_is_shown_too(page: Page, site: Site) -> None:
    sign_in(page, "Olga")
    waiting: list[Route] = []
    page.route("**/static/live.js*", lambda route: waiting.append(route))
    page.goto(f"/processes/drafts/{site.draft}/tables/age", wait_until="commit")
    page.locator("#c-0-0").fill("null")
    for route in waiting:
        route.continue_()
    expect(page.locator("#live")).to_contain_text("Muutosta ei ole vielä tallennettu")


def test_axe_finds_nothing_where_somebody_was_first_or_a_field_is_wrong(page: Page, site: Site, draft: int) -> None:
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{draft}/deadlines/reply_time")
    page.locator("#f-statute").fill("jokin")
    page.get_by_role("button", name="Tallenna").first.click()
    page.wait_for_selector(".error-summary")
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_no_editor_is_wider_than_its_window(page: Page, site: Site, draft: int, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, "Olga")
    for path in (
        "dates", "deadlines/reply_time", "conditions/f4", "forms/check", "forms/check/fields/complete",
        "letters/notice/fi", "settings", "tables", "tables/age/columns/0", "tables/age/examples",
    ):  # fmt: skip
        page.goto(f"/processes/drafts/{site.draft if 'age' in path else draft}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_head_of_a_story_is_changed_by_keyboard(page: Page, site: Site, language: str) -> None:
    sign_in(page, "Olga", language)
    page.goto(f"/processes/drafts/{site.draft}/stories/own")
    page.locator("a[href$='/stories/own/head']").press("Enter")
    unfold(page)
    assert violations(page) == []
    page.locator("#f-name").fill(f"Tarina {language}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Tarina {language}")
    assert f'name = "Tarina {language}"'.encode() in content(site.town, site.draft, "stories/own.toml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_column_is_added_by_keyboard_and_filled_in(page: Page, site: Site, draft: int, language: str) -> None:
    olga = (site.town.database, site.town.user("olga"))
    for path, text in (("age.dmn", SAMPLE), ("age.csv", EXAMPLES)):
        draft_files.save_file(*olga, draft, path, text, expected="", now=site.town.now)
    sign_in(page, "Olga", language)
    page.goto(f"/processes/drafts/{draft}/tables/age")
    page.locator("a[href$='new-column?kind=question']").press("Enter")
    page.locator("#f-label").fill("Kunta")
    page.keyboard.press("Tab")
    page.keyboard.type('town <"')
    expect(page.locator("#f-formula-error")).to_be_visible()
    page.locator("#f-formula").fill("town")
    expect(page.locator("#live th", has_text="Kunta")).to_be_visible()
    unfold(page)
    assert violations(page) == []
    page.locator("#f-label").press("Enter")
    expect(page.get_by_label("Kunta").first).to_have_value("-")
    assert b"<text>town</text>" in content(site.town, draft, "age.dmn")
    page.locator("thead a").first.press("Enter")
    unfold(page)
    assert violations(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_is_copied_by_keyboard_and_told_whether_it_holds(page: Page, site: Site, language: str) -> None:
    sign_in(page, "Olga", language)
    page.goto(f"/processes/drafts/{site.draft}/tables/age/examples")
    expect(page.locator("#came-0 .badge-fine")).to_be_visible()
    page.locator("button[value='copy:0']").press("Enter")
    expect(page.locator("#e-1-0")).to_be_focused()
    expect(page.locator("#came-1 .badge-fine")).to_be_visible()
    page.locator("#e-1-1").fill("18")
    expect(page.locator("#came-1 .badge-late")).to_be_visible()
    unfold(page)
    assert violations(page) == []
    page.locator("#e-1-1").fill("kahdeksan")
    expect(page.locator("#e-1-1-error")).to_be_visible()
    page.locator("button.main-action").click()
    page.wait_for_selector(".error-summary")
    assert violations(page) == []


def test_the_way_to_change_a_row_of_a_story_is_in_sight_in_a_narrow_window(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{site.draft}/stories/own")
    box = page.locator("main td.stays a").first.bounding_box()
    assert box
    assert box["x"] + box["width"] <= 360


def test_a_step_of_a_story_is_checked_as_one_types(page: Page, site: Site) -> None:
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{site.draft}/stories/own/steps/0")
    page.locator("[name=moment]").fill("joskus")
    expect(page.locator(".field-error[data-live-error]").first).to_be_visible()


def test_the_fields_of_a_step_follow_what_happens_in_it(page: Page, site: Site) -> None:
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{site.draft}/stories/own/steps/100000")
    page.locator("[name=action]").select_option("hold")
    for name, seen in (("task", True), ("until", True), ("reason", True), ("message", False), ("change", False)):
        expect(page.locator(f"[name={name}]")).to_be_visible(visible=seen)
    page.locator("[name=task]").select_option(label="Päätä")
    page.locator("[name=action]").select_option("message")
    expect(page.locator("[name=message]")).to_be_visible()
    expect(page.locator("[name=task]")).to_be_hidden()
    unfold(page)
    assert violations(page) == []


def test_who_leaves_with_something_typed_is_asked_first(page: Page, site: Site) -> None:
    sign_in(page, "Olga")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(f"/processes/drafts/{site.draft}/tables/age")
    page.locator("#c-0-0").fill("< 17")
    page.locator("thead a").first.click(no_wait_after=True)
    expect(page.locator("#c-0-0")).to_have_value("< 17")
    assert asked == ["beforeunload"]


def test_a_table_of_a_thousand_cells_follows_as_one_types(page: Page, site: Site, draft: int) -> None:
    olga = (site.town.database, site.town.user("olga"))
    row = b'<rule id="w%d"><inputEntry><text>%d</text></inputEntry><outputEntry><text>true</text></outputEntry></rule>'
    wide = SAMPLE.replace(
        b"    </decisionTable>", b"".join(row % (n, n + 200) for n in range(260)) + b"</decisionTable>"
    )
    draft_files.save_file(*olga, draft, "age.dmn", wide, expected="", now=site.town.now)
    sign_in(page, "Olga")
    page.goto(f"/processes/drafts/{draft}/tables/age")
    page.locator("#c-0-0").fill("< 15")
    expect(page.locator("#live")).to_contain_text("Muutosta ei ole vielä tallennettu")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_of_the_rows_of_a_group_is_made_by_keyboard(
    page: Page, site: Site, draft: int, language: str
) -> None:
    sign_in(page, "Olga", language)
    page.goto(f"/processes/drafts/{draft}/forms/check")
    for name, kind in (("periods", "group"), ("start_on", "date")):
        page.locator("#f-new-field").fill(name)
        page.locator("#f-new-kind").select_option(kind)
        page.locator("#f-new-field").press("Enter")
        for it in LANGUAGES:
            page.locator(f"#f-title_{it}").fill(f"{name} {it}")
        expect(page.locator("#live .preview").first).to_contain_text(f"{name} fi")
        unfold(page)
        assert violations(page) == []
        page.locator("#f-title_en").press("Enter")
        expect(page.locator("h1")).to_have_text(f"{name} {language}")
        if kind == "date":
            page.locator("nav.breadcrumb a").last.press("Enter")
        expect(page.locator("#rows-title")).to_be_visible()
    page.locator("button[value='up:periods.start_on']").press("Enter")
    expect(page.locator("button[value='down:periods.start_on']")).to_be_focused()
    unfold(page)
    assert violations(page) == []
    told = content(site.town, draft, "forms/check.json")
    assert told.index(b'"start_on"') < told.index(b'"text"', told.index(b'"periods"'))
