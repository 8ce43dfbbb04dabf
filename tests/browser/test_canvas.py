"""The canvas of a draft: opened, drawn on by mouse and by keyboard, checked at the element, saved, kept apart."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import drawing
from engine.redraw import redraw, steps
from tasks.commands import drafts
from tests.browser.conftest import Site, sign_in
from tests.browser.test_accessibility import unfold, violations
from tests.browser.test_diagram import ON_TOP
from tests.tasks.test_drafts import NAMES, content, save
from web.i18n import LANGUAGES

FILE = "trial.bpmn"


@pytest.fixture
def draft(site: Site) -> int:
    """A draft of a new process, which has a layout."""
    town = site.town
    return drafts.start_empty(
        town.database, town.user("olga"), process="trial", kind="process", area="finding_work", prefix="KO",
        name=NAMES, title="Kokeilu", now=town.now,
    )  # fmt: skip


def open_canvas(page: Page, draft: int, language: str = "fi") -> None:
    sign_in(page, "Olga", language)
    page.goto(f"/processes/drafts/{draft}/drawing")
    page.wait_for_selector("[data-canvas][data-drawn]")


def choose(page: Page, id: str) -> None:
    page.locator("[data-canvas]").scroll_into_view_if_needed()
    box = page.locator(f".djs-element[data-element-id={id}]").first.bounding_box()
    assert box
    inside = box["width"] / 2
    page.mouse.click(box["x"] + inside, box["y"] + box["height"] / 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_canvas_and_in_its_fields(page: Page, site: Site, draft: int, language: str) -> None:
    open_canvas(page, draft, language)
    page.goto(f"/processes/drafts/{draft}/drawing?step=handle")
    page.wait_for_selector("[data-canvas][data-drawn]")
    unfold(page)
    found = violations(page)
    for id in ("arrived", "to_handle"):  # the step named in the address is chosen already
        choose(page, id)
        page.wait_for_selector("[data-panel] h2")
        unfold(page)
        found += violations(page)
    assert found == []


def test_the_canvas_that_takes_the_focus_is_named_and_says_where_the_keyboard_gets_further(
    page: Page, site: Site, draft: int
) -> None:
    open_canvas(page, draft, "en")
    page.locator("[data-canvas] svg[tabindex]").first.focus()
    told = page.evaluate(
        """() => { const it = document.activeElement; return [it.getAttribute("aria-label"),
        document.getElementById(it.getAttribute("aria-describedby")).textContent]; }"""
    )
    assert (told[0], "The steps as a list" in told[1]) == ("Drawing", True)


@pytest.mark.parametrize(("language", "name"), [("fi", "Käsittele asia"), ("en", "Handle the case")])
def test_the_fields_of_a_step_are_headed_in_the_language_of_the_page(
    page: Page, site: Site, draft: int, language: str, name: str
) -> None:
    open_canvas(page, draft, language)
    page.goto(f"/processes/drafts/{draft}/drawing?step=handle")
    page.wait_for_selector("[data-canvas][data-drawn]")
    assert page.locator("[data-panel] h2").first.text_content() == name


@pytest.mark.parametrize("width", [1400, 360])
def test_the_logo_of_bpmn_io_is_visible_and_nothing_covers_it(page: Page, site: Site, draft: int, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_canvas(page, draft)
    choose(page, "handle")
    logo = page.locator(".bjs-powered-by")
    logo.scroll_into_view_if_needed()
    assert logo.is_visible()
    assert logo.evaluate(ON_TOP)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_step_is_drawn_by_mouse_described_and_saved_with_its_form(page: Page, site: Site, draft: int) -> None:
    before = content(site.town, draft, FILE)
    open_canvas(page, draft)
    choose(page, "handle")
    page.locator(".djs-context-pad [data-action='append.append-task']").click()
    page.wait_for_selector(".djs-direct-editing-content")
    page.keyboard.type("Soita asiakkaalle")
    page.keyboard.press("Enter")
    choose(page, "handle")
    page.locator("[data-panel] #c-name").fill("Tutki asia")
    page.locator("[data-panel] #c-name_sv").fill("Undersök ärendet")
    page.locator("[data-panel] #c-name_sv").press("Tab")
    expect(page.locator("[data-status]")).to_contain_text("tallessa")
    expect(page.locator("[data-list]")).to_contain_text("soita_asiakkaalle")
    assert page.locator("[data-element-id=soita_asiakkaalle].found-error").count() == 1
    assert content(site.town, draft, FILE) == before
    page.get_by_role("button", name="Tallenna", exact=True).click()
    expect(page.locator("[data-canvas][data-drawn]")).to_be_visible()
    expect(page.locator("[data-status]")).to_have_text("")
    saved = content(site.town, draft, FILE)
    assert 'name="Tutki asia"' in saved.decode()
    assert b'id="soita_asiakkaalle"' in saved
    assert "Undersök ärendet" in content(site.town, draft, "labels.toml").decode()


def drawn(site: Site, draft: int) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The saved arrows from step to step, and the kinds of the steps."""
    diagram = drawing.read(content(site.town, draft, FILE), file=FILE)
    return [(flow.source, flow.target) for flow in diagram.flows], {it.id: it.kind for it in diagram.nodes.values()}


def name_and_save(page: Page, name: str) -> None:
    page.locator("[data-panel] #c-name").fill(name)
    page.locator("[data-panel] #c-name").press("Tab")
    with page.expect_navigation():
        page.get_by_role("button", name="Tallenna", exact=True).first.click()
    page.wait_for_selector("[data-canvas][data-drawn]")


def across(page: Page, id: str) -> tuple[float, float]:
    """From where to where a step reaches from left to right."""
    box = page.locator(f".djs-shape[data-element-id={id}] .djs-hit").first.bounding_box()
    assert box
    return box["x"], box["x"] + box["width"]


def test_a_step_added_on_the_canvas_goes_between_its_neighbours_as_in_the_list(
    page: Page, site: Site, draft: int
) -> None:
    open_canvas(page, draft)
    choose(page, "handle")
    page.locator(".djs-context-pad [data-action='append.append-task']").click()
    page.wait_for_selector(".djs-direct-editing-content")
    page.keyboard.press("Escape")
    name_and_save(page, "Soita")
    flows, kinds = drawn(site, draft)
    assert set(flows) == {("arrived", "handle"), ("handle", "soita"), ("soita", "handled")}
    assert kinds["soita"] == "userTask"
    assert across(page, "handle")[1] < across(page, "soita")[0]
    assert across(page, "soita")[1] < across(page, "handled")[0]
    expect(page.locator("[data-panel] h2")).to_have_text("Soita")  # what was chosen is chosen still
    expect(page.locator("[data-panel]")).to_contain_text("Aloita vaiheelle uusi lomake")


def drop(page: Page, id: str) -> None:
    """Draw a step from the tools onto the middle of an arrow."""
    arrow = page.locator(f".djs-connection[data-element-id={id}] .djs-hit").first.bounding_box()
    tool = page.locator(".djs-palette [data-action='create.task']").bounding_box()
    assert arrow
    assert tool
    page.mouse.move(tool["x"] + 10, tool["y"] + 10)
    page.mouse.down()
    page.mouse.move(tool["x"] + 120, tool["y"] + 40, steps=4)
    page.mouse.move(arrow["x"] + arrow["width"] / 2, arrow["y"] + arrow["height"] / 2, steps=8)
    page.mouse.up()
    page.wait_for_selector(".djs-shape[data-element-id^=Activity_]")


def test_a_step_dropped_on_an_arrow_finds_room_and_is_one_change(page: Page, site: Site, draft: int) -> None:
    open_canvas(page, draft)
    drop(page, "to_handled")
    page.get_by_role("button", name="Kumoa", exact=True).click()
    expect(page.get_by_role("button", name="Kumoa", exact=True)).to_be_disabled()
    drop(page, "to_handled")
    name_and_save(page, "Soita")
    flows, kinds = drawn(site, draft)
    assert set(flows) == {("arrived", "handle"), ("handle", "soita"), ("soita", "handled")}
    assert kinds["soita"] == "userTask"
    assert across(page, "handle")[1] < across(page, "soita")[0]
    assert across(page, "soita")[1] < across(page, "handled")[0]


def test_a_menu_of_the_canvas_opens_inside_the_window(page: Page, site: Site, draft: int) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    open_canvas(page, draft)
    choose(page, "handle")
    page.evaluate("scrollTo(0, 0)")
    page.locator(".djs-context-pad [data-action='replace']").click()
    page.locator(".djs-popup").wait_for()
    below = "document.querySelector('.djs-popup').getBoundingClientRect().bottom > innerHeight"
    for _ in range(100):  # it is drawn first and moved then; wait_for_function would need eval
        if not page.evaluate(below):
            break
        page.wait_for_timeout(50)
    assert not page.evaluate(below)


def test_the_list_is_one_press_from_the_tools(page: Page, site: Site, draft: int) -> None:
    open_canvas(page, draft)
    page.get_by_role("link", name="Siirry luetteloon").press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Siirry vaiheeseen")).to_be_focused()


def test_what_is_drawn_is_undone_and_what_another_saved_first_is_told(page: Page, site: Site, draft: int) -> None:
    open_canvas(page, draft)
    choose(page, "handle")
    name = page.locator("[data-panel] #c-name")
    name.fill("Toinen nimi")
    name.press("Tab")
    page.get_by_role("button", name="Kumoa").click()
    expect(name).to_have_value("Käsittele asia")
    page.get_by_role("button", name="Tee uudelleen").click()
    expect(name).to_have_value("Toinen nimi")
    theirs = content(site.town, draft, FILE).replace("Käsittele asia".encode(), b"Oonan nimi")
    save(site.town, draft, FILE, theirs, who="oona")
    page.get_by_role("button", name="Tallenna", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("oona tallensi tiedoston")
    assert violations(page) == []
    assert content(site.town, draft, FILE) == theirs
    page.get_by_role("link", name="Katso molempia").click()
    expect(page.locator("#f-text")).to_have_value(re.compile("Toinen nimi"))


def test_without_scripts_a_step_is_added_described_and_removed_by_keyboard(
    site: Site, browser: Browser, draft: int
) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False, locale="fi-FI")
    page = sign_in(context.new_page(), "Olga")
    page.goto(f"/processes/drafts/{draft}/drawing")
    page.locator("a[data-step=handle]").press("Enter")
    page.get_by_text("Lisää vaihe tämän jälkeen").press("Enter")
    page.locator("#a-name").press_sequentially("Soita asiakkaalle")
    page.locator("#a-name_sv").press_sequentially("Ring kunden")
    page.locator("#a-name_en").press_sequentially("Call the customer")
    page.locator("#a-name_en").press("Enter")
    expect(page.get_by_role("heading", name="Soita asiakkaalle")).to_be_visible()
    page.locator("#s-basis").press_sequentially("HL 34 §")
    page.locator("#s-basis").press("Enter")
    expect(page.locator("#s-basis")).to_have_value("HL 34 §")
    assert "HL 34 §" in content(site.town, draft, "forms/soita_asiakkaalle.json").decode()
    page.get_by_role("button", name="Poista kaaviosta").press("Enter")
    expect(page.get_by_text("Soita asiakkaalle")).to_have_count(0)
    assert b"soita_asiakkaalle" not in content(site.town, draft, FILE)
    context.close()


def test_a_chosen_step_stays_chosen_when_it_is_clicked_again(page: Page, site: Site, draft: int) -> None:
    open_canvas(page, draft)
    for _ in range(3):
        choose(page, "handle")
        expect(page.locator("[data-panel] h2")).to_have_text("Käsittele asia")
        page.wait_for_timeout(350)  # two clicks that follow each other faster begin to edit the name


def test_a_timer_gets_a_new_deadline_from_the_canvas_and_comes_back_with_it(page: Page, site: Site, draft: int) -> None:
    open_canvas(page, draft)
    page.goto(f"/processes/drafts/{draft}/drawing?step=handle#step")
    page.get_by_text("Lisää tapahtuma vaiheen aikana").press("Enter")
    for name, text in (("h-name", "Liian pitkään"), ("h-name_sv", "För länge"), ("h-name_en", "Too long")):
        page.locator(f"#{name}").fill(text)
    page.locator("#h-name_en").press("Enter")
    page.wait_for_selector("[data-canvas][data-drawn]")
    expect(page.locator("[data-panel] h2")).to_have_text("Liian pitkään")
    page.locator("[data-panel]").get_by_role("link", name="Tee uusi määräaika tätä varten").press("Enter")
    for name, text in (
        ("name_fi", "Käsittelyaika"), ("name_sv", "Handläggningstid"), ("name_en", "Handling time"),
        ("statute", "HL 23 §"), ("rows.0.from", "1.1.2026"), ("rows.0.length", "14"),
    ):  # fmt: skip
        page.locator(f'[name="{name}"]').fill(text)
    for name, value in (("kind", "target"), ("starts", "case"), ("roll", "target"), ("binds", "authority")):
        page.locator(f'select[name="{name}"]').select_option(value)
    page.get_by_role("button", name="Tallenna", exact=True).last.press("Enter")
    page.wait_for_selector("[data-canvas][data-drawn]")
    expect(page.locator("#step").get_by_text("Tallennettu.")).to_be_in_viewport()
    expect(page.locator("[data-told]")).to_be_focused()
    moment = page.locator("[data-panel] #c-moment")
    expect(moment).to_have_value('deadline("liian_pitkaan_deadline")')
    expect(page).not_to_have_url(re.compile("moment="))
    with page.expect_navigation():  # saving opens the page anew
        page.get_by_role("button", name="Tallenna", exact=True).first.press("Enter")
    page.wait_for_selector("[data-canvas][data-drawn]")
    expect(page.locator("[data-panel] #c-moment")).to_have_value('deadline("liian_pitkaan_deadline")')
    expect(page.locator("#s-moment")).to_have_value('deadline("liian_pitkaan_deadline")')
    assert b'deadline("liian_pitkaan_deadline")' in content(site.town, draft, FILE).replace(b"&#34;", b'"')
    unfold(page)
    assert violations(page) == []


def added(page: Page, draft: int, kind: str, name: str) -> None:
    """A step after the first one, from the list."""
    page.goto(f"/processes/drafts/{draft}/drawing?step=handle#step")
    page.locator("#step details:has(#a-kind) > summary").press("Enter")
    page.locator("#a-kind").select_option(kind)
    for it, text in (("", name), ("_sv", f"{name} sv"), ("_en", f"{name} en")):
        page.locator(f"#a-name{it}").fill(text)
    page.locator("#a-name_en").press("Enter")
    page.wait_for_selector("[data-canvas][data-drawn]")
    language = page.locator("html").get_attribute("lang")
    expect(page.locator("[data-panel] h2")).to_have_text(name if language == "fi" else f"{name} {language}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_made_for_a_step_by_keyboard_and_comes_back_chosen(
    page: Page, site: Site, draft: int, language: str
) -> None:
    open_canvas(page, draft, language)
    added(page, draft, "sendTask", "Ilmoita asiakkaalle")
    page.locator("[data-panel] a[href*='new-letter']").press("Enter")
    page.locator("#f-pattern").select_option("notice")
    page.locator("#f-pattern ~ button, form:has(#f-pattern) button").first.press("Enter")
    unfold(page)
    assert violations(page) == []
    page.locator("#f-id").fill("handled_notice")
    page.locator("#f-to").select_option("applicant")
    page.locator("#f-slot-0").select_option("handle.text")
    expect(page.locator("#live article.letter")).to_have_count(2)
    assert violations(page) == []
    page.locator("#f-title_fi").fill("Asianne on käsitelty")
    page.locator("#f-title_fi").press("Enter")
    page.wait_for_selector("[data-canvas][data-drawn]")
    expect(page.locator("[data-panel] #c-letter")).to_have_value("handled_notice")
    expect(page.locator("[data-panel] #c-to")).to_have_value("applicant")
    expect(page).not_to_have_url(re.compile("letter="))
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    page.wait_for_selector("[data-canvas][data-drawn]")
    expect(page.locator("[data-panel] #c-letter")).to_have_value("handled_notice")
    assert b'asiavirta:letter="handled_notice"' in content(site.town, draft, FILE)
    assert "Asianne on käsitelty" in content(site.town, draft, "letters/handled_notice.fi.html").decode()
    page.goto(f"/processes/drafts/{draft}")
    expect(page.locator("main")).not_to_contain_text("letter-")


def test_a_table_is_made_for_a_step_by_mouse_and_comes_back_chosen(page: Page, site: Site, draft: int) -> None:
    open_canvas(page, draft)
    added(page, draft, "businessRuleTask", "Ratkaise määrä")
    page.locator("[data-panel]").get_by_role("link", name="Tee uusi päätöstaulu tätä varten").click()
    page.get_by_label("Taulun nimi").fill("Tuen määrä")
    page.get_by_label("Taulun tunnus").fill("support")
    page.get_by_role("button", name="Tee taulu").click()
    page.wait_for_selector("[data-canvas][data-drawn]")
    expect(page.locator("[data-panel] #c-decision")).to_have_value("support")
    with page.expect_navigation():
        page.get_by_role("button", name="Tallenna", exact=True).first.click()
    page.wait_for_selector("[data-canvas][data-drawn]")
    assert b'asiavirta:decision="support"' in content(site.town, draft, FILE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_the_fields_of_every_kind_of_step_in_the_list(
    page: Page, site: Site, draft: int, language: str
) -> None:
    source = content(site.town, draft, FILE)
    ids = {}
    for kind in steps.HUNG:
        ids[kind] = kind.partition(":")[2]
        source = redraw(source, steps.hang(source, "handle", kind=kind, id=ids[kind], name=kind, file=FILE), file=FILE)
    for kind in steps.ADDED:
        ids[kind] = f"x_{kind.replace(':', '_')}"
        step = steps.add_after(source, "handle", kind=kind, id=ids[kind], name=kind, file=FILE)
        source = redraw(source, step, file=FILE)
    save(site.town, draft, FILE, source)
    page.route(re.compile("canvas|bpmn-js"), lambda route: route.abort())  # the list alone, as it is without a script
    sign_in(page, "Olga", language)
    found = []
    for id in (*ids.values(), "handle", "to_handled"):
        page.goto(f"/processes/drafts/{draft}/drawing?step={id}")
        expect(page.locator("#step-title")).to_be_visible()
        unfold(page)
        found += violations(page)
    page.goto(f"/processes/drafts/{draft}/drawing/deadline?step=timer&timer=1")
    unfold(page)
    found += violations(page)
    assert found == []


def lengthen(site: Site, draft: int, count: int) -> None:
    """Add so many steps, one after the other."""
    source, before = content(site.town, draft, FILE), "handle"
    for number in range(count):
        id = f"step_{number}"
        step = steps.add_after(source, before, kind="userTask", id=id, name=id, file=FILE)
        source, before = redraw(source, step, file=FILE), id
    if count:
        save(site.town, draft, FILE, source)


@pytest.mark.parametrize("count", [0, 4, 9])
def test_the_tools_cover_nothing_of_the_drawing_at_first_nor_when_all_of_it_is_shown(
    page: Page, site: Site, draft: int, count: int
) -> None:
    lengthen(site, draft, count)
    open_canvas(page, draft)
    for act in (None, "fit"):
        if act:
            page.locator(f"[data-act={act}]").click()
        right = page.locator(".djs-palette").evaluate("it => it.getBoundingClientRect().right")
        shapes = page.locator("[data-canvas] .djs-shape .djs-visual")
        assert min(shapes.evaluate_all("all => all.map((one) => one.getBoundingClientRect().left)")) > right


def test_the_step_that_a_link_names_is_in_sight_beside_the_tools(page: Page, site: Site, draft: int) -> None:
    lengthen(site, draft, 9)
    open_canvas(page, draft)
    for id in ("step_8", "arrived"):
        page.goto(f"/processes/drafts/{draft}/drawing?step={id}")
        page.wait_for_selector("[data-canvas][data-drawn]")
        found = page.locator(f".djs-element[data-element-id={id}]").first.bounding_box()
        canvas, tools = (page.locator(name).bounding_box() for name in ("[data-canvas]", ".djs-palette"))
        assert found
        assert canvas
        assert tools
        assert tools["x"] + tools["width"] <= found["x"]
        assert found["x"] + found["width"] <= canvas["x"] + canvas["width"]


def test_a_step_on_the_canvas_leads_to_its_form(page: Page, site: Site, draft: int) -> None:
    open_canvas(page, draft)
    choose(page, "handle")
    page.locator("[data-panel]").get_by_role("link", name="Muokkaa lomaketta").click()
    expect(page).to_have_url(re.compile("/forms/handle$"))


def test_a_step_is_reached_by_keyboard_without_walking_the_whole_list(page: Page, site: Site, draft: int) -> None:
    open_canvas(page, draft, "sv")
    chosen = page.get_by_label("Gå till steget")
    tabs = 0
    page.locator("#main").focus()
    while not chosen.evaluate("it => it === document.activeElement"):
        page.keyboard.press("Tab")
        tabs += 1
        assert tabs < 15
    chosen.press("End")
    wanted = chosen.input_value()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"step={wanted}#step$"))
    page.wait_for_selector("[data-canvas][data-drawn]")
    page.keyboard.press("Tab")
    expect(page.locator("#step :focus")).to_be_visible()
    assert violations(page) == []
