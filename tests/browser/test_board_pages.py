"""The board in a browser: axe in three languages, from a number to its case by keyboard, pictures, the map, paper."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tasks.commands import people
from tests.browser.conftest import Site, sign_in
from tests.browser.test_accessibility import unfold, violations
from tests.tasks.conftest import HOUSE
from tests.web.test_comparing import second
from tests.workflows.folders import WORKFLOWS
from web.i18n import LANGUAGES

PAGES = (
    "/board/", "/board/ahead", "/board/steps/permit", "/board/cases?what=late", "/board/people", "/board/customers",
    "/board/?period=own&from=x", "/board/products/interview", "/board/entries?what=made&kind=interview",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(site: Site) -> Site:
    """The same with two permits that were checked, one of them decided."""
    town = site.town
    for task in (town.start().task_ids[0], town.start().task_ids[0]):
        opened = town.complete("vilma", task, {"complete": "true"}).opened
    town.complete("paula", opened[0], {"approved": "true"})
    return site


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_board(page: Page, made: Site, language: str) -> None:
    sign_in(page, "Esko", language)
    found = []
    for address in PAGES:
        page.goto(address)
        unfold(page)
        found += violations(page)
    assert found == []


def test_a_supervisor_goes_from_a_number_to_its_case_by_keyboard(page: Page, site: Site) -> None:
    sign_in(page, "Esko").goto("/board/")
    late = page.locator("#standing").locator("xpath=..").get_by_role("link", name="Myöhässä")
    late.first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Myöhässä")
    page.locator("tbody th a").first.press("Enter")
    expect(page).to_have_url(f"{site.address}/cases/{site.case_id}")


def test_a_table_wider_than_its_place_is_scrolled_by_keyboard(page: Page, site: Site) -> None:
    sign_in(page, "Esko").goto("/board/")
    wide = page.locator(".table-wrap[tabindex='0']")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(wide).to_have_count(0)
    page.set_viewport_size({"width": 320, "height": 640})
    expect(wide.first).to_have_attribute("role", "group")
    wide.first.focus()
    page.keyboard.press("ArrowRight")
    for _ in range(40):  # it glides, and the policy of the page lets nothing else be waited for
        if page.evaluate("document.activeElement.scrollLeft") > 0:
            break
        page.wait_for_timeout(50)
    assert page.evaluate("document.activeElement.scrollLeft") > 0
    assert violations(page) == []


def test_a_supervisor_goes_from_a_work_product_to_its_rows_by_keyboard(page: Page, made: Site) -> None:
    sign_in(page, "Esko").goto("/board/")
    row = page.get_by_role("table", name="Työn tulokset", exact=True).get_by_role("row", name="Haastattelut")
    row.get_by_role("link", name="2 Haastattelut ja keskustelut").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Haastattelut ja keskustelut")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.go_back()
    row.get_by_role("link", name="erittely").press("Enter")
    expect(page.get_by_role("table", name="Vaiheittain").get_by_role("row", name="Tarkista (Lupa)")).to_contain_text(
        "2"
    )


def test_the_numbers_of_a_picture_open_by_keyboard_and_stand_on_paper(page: Page, site: Site) -> None:
    sign_in(page, "Esko").goto("/board/")
    numbers = page.locator(".picture details").first
    numbers.locator("summary").press("Enter")
    expect(numbers.get_by_role("table")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".picture svg.bars").first).to_be_visible()
    expect(numbers.get_by_role("table")).to_be_visible()  # what was opened
    expect(page.locator(".picture details").nth(1)).to_be_hidden()  # and not what was not
    expect(page.locator(".subnav")).to_be_hidden()


def test_a_monday_paper_is_short_and_with_everything_opened_it_is_whole(page: Page, site: Site) -> None:
    sign_in(page, "Esko").goto("/board/")
    short = pages(page)
    page.get_by_role("link", name="Avaa kaikki taulukot ja määritelmät").press("Enter")
    expect(page.get_by_text("Avoimet asiat, joiden").first).to_be_visible()
    whole = pages(page)
    assert short <= 2 < whole
    page.emulate_media(media="print")
    for name in ("Saapuneet ja valmistuneet viikoittain", "Prosessien versiot"):
        expect(page.get_by_role("table", name=name)).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Sulje taulukot ja määritelmät").press("Enter")
    expect(page.get_by_text("Avoimet asiat, joiden").first).to_be_hidden()


def pages(page: Page) -> int:
    """How many sheets of paper the page takes."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_what_the_paper_is_narrowed_to_stands_on_it(page: Page, site: Site) -> None:
    sign_in(page, "Esko").goto("/board/ahead?process=permit")
    page.emulate_media(media="print")
    expect(page.get_by_text("Rajaus: Lupa.")).to_be_visible()
    expect(page.locator("#hand-over")).to_be_hidden()


def test_a_quarter_and_a_process_of_customers_groups_are_chosen_by_keyboard_and_print(page: Page, site: Site) -> None:
    sign_in(page, "Esko").goto("/board/")
    page.get_by_role("link", name="Asiakasryhmittäin").press("Enter")
    table = page.get_by_role("table", name="Asiakkaan laji ja ikä")
    expect(table.get_by_role("row", name="Henkilö, alle 25 vuotta")).to_contain_text("ei kerrota")
    page.get_by_label("Vuosineljännes").press("ArrowDown")
    page.get_by_label("Prosessi").press("ArrowDown")
    page.get_by_label("Prosessi").press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.address}/board/customers?quarter=2025-07-01&process=permit")
    expect(page.get_by_label("Vuosineljännes")).to_have_value("2025-07-01")
    page.emulate_media(media="print")
    expect(table).to_be_visible()
    expect(page.locator("form.filters")).to_be_hidden()
    expect(page.get_by_text("3. neljännes 2025").last).to_be_visible()  # what was chosen stands on the paper


def test_the_map_shows_its_numbers_on_the_drawing(page: Page, site: Site) -> None:
    sign_in(page, "Esko")
    drawing = (WORKFLOWS / "pay_subsidy" / "pay_subsidy.bpmn").read_text().replace("check_completeness", "check")
    page.route("**/versions/1/diagram", lambda route: route.fulfill(body=drawing, content_type="application/xml"))
    page.goto("/board/steps/permit")
    expect(page.locator(".diagram-note").first).to_contain_text("avoinna")
    before = scale(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert scale(page) < before  # the whole drawing
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert scale(page) == before
    assert pages(page) <= 2


def scale(page: Page) -> float:
    """How large the drawing is shown."""
    found = re.match(r"matrix\(([\d.]+)", page.locator(".diagram svg .viewport").first.get_attribute("transform") or "")
    assert found
    return round(float(found[1]), 4)


def test_versions_stand_side_by_side_from_the_map_by_keyboard_and_axe_finds_nothing(page: Page, made: Site) -> None:
    second(
        made.town, ("permit.bpmn", b'"Tarkista"', b'"Tarkista heti"')
    )  # the last test here: the map has it from now on
    sign_in(page, "Esko").goto("/board/steps/permit")
    page.get_by_role("link", name="Vertaa versioita").press("Enter")
    steps = page.get_by_role("table", name="Vaiheet versioittain")
    expect(steps.get_by_role("row", name="Tarkista heti")).to_contain_text("alle 10")
    steps.get_by_role("link", name="2 Tarkista heti, Tehty jaksolla, Versio 1").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.go_back()
    page.get_by_label("Uudempi versio").press("ArrowUp")
    page.get_by_role("button", name="Näytä").press("Enter")
    expect(page.get_by_text("Valitse kaksi eri versiota.")).to_be_visible()
    found = []
    for language in ("Suomi", "Svenska", "English"):
        page.get_by_role("button", name=language).click()
        page.goto("/board/versions/permit")
        unfold(page)
        found += violations(page)
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_of_persons_are_asked_for_by_keyboard_with_a_purpose(page: Page, site: Site, language: str) -> None:
    town = site.town
    people.set_setting(
        town.database, HOUSE, area_id=town.value("SELECT id FROM areas"), name="figures.persons", value=True,
        from_on=date(2026, 1, 1), now=town.now,
    )  # fmt: skip
    sign_in(page, "Esko", language).goto("/board/people")
    page.locator(".main-action").press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    found = violations(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#purpose")).to_be_focused()
    page.keyboard.type("Työn jakaminen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name=re.compile("^Vilma"))).to_be_visible()
    assert [*found, *violations(page)] == []


def test_a_task_that_is_due_within_the_week_is_handed_over_by_keyboard(page: Page, site: Site) -> None:
    task = site.town.start().task_ids[0]
    site.town.pass_time(days=9)  # of the fourteen that it has
    sign_in(page, "Esko").goto("/board/ahead")
    tick = page.locator(f"input[name=task][value^='{task}:']")
    tick.focus()
    page.keyboard.press("Space")
    expect(tick).to_be_checked()
    page.locator("#hand-over-person").focus()
    page.keyboard.type("Kalle")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told = page.locator(".outcomes")
    expect(told).to_contain_text("1/1 tehtävää siirtyi.")
    expect(page.locator("tr", has=page.locator(f"a[href$='/tasks/{task}']"))).to_contain_text("Kalle")
    assert violations(page) == []
