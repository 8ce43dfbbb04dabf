"""The diagram is drawn in the page, its maker's logo stays visible, and its steps need no script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine import captions
from engine.bundle import Bundle
from tests.browser.conftest import Site, sign_in
from tests.workflows.folders import drawn
from web.i18n import LANGUAGES

# the small process of the tests has no layout; a real drawing stands in for it
DRAWING = (Path(__file__).resolve().parents[2] / "workflows/pay_subsidy/pay_subsidy.bpmn").read_bytes()
ON_TOP = """logo => {
    const box = logo.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return logo.contains(top);
}"""


DRAWN = """async xml => {
    window.another?.destroy();
    const place = document.querySelector('.diagram');
    const family = getComputedStyle(document.body).fontFamily;
    window.another = new BpmnJS({container: place, textRenderer: {defaultStyle: {fontFamily: family, fontSize: 13}}});
    await window.another.importXML(xml);
}"""
"""Draws another diagram in the place of the page's own, lettered as web/static/diagram.js letters it."""
MISFITS = """texts => [...document.querySelectorAll('.djs-element')].flatMap(element => {
    const id = element.dataset.elementId.replace(/_label$/, '');
    const text = element.querySelector(':scope > .djs-visual text');
    const box = element.querySelector(':scope > .djs-visual > rect');
    if (!text || !texts[id]) return [];
    const words = texts[id].split(/\\s+/);
    const told = [...text.querySelectorAll('tspan')].flatMap(line => line.textContent.split(/\\s+/)).filter(Boolean);
    const broken = told.filter(word => !words.includes(word));
    const outer = box?.getBoundingClientRect(), inner = text.getBoundingClientRect();
    const out = outer && (inner.left < outer.left - 1 || inner.top < outer.top - 1
        || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1);
    return broken.length || out ? [`${id}: ${texts[id]}`] : [];
})"""


def open_diagram(page: Page, site: Site, drawing: bytes = DRAWING) -> None:
    """The case page with its diagram open and drawn."""
    page.route("**/versions/1/diagram", lambda route: route.fulfill(body=drawing, content_type="application/xml"))
    page.goto(f"/cases/{site.case_id}")
    page.locator("#diagram > summary").click()
    page.wait_for_selector(".diagram[data-drawn] .djs-shape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 360])
def test_the_logo_of_bpmn_io_is_visible_and_nothing_covers_it(page: Page, site: Site, scheme: str, width: int) -> None:
    sign_in(page)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_diagram(page, site)
    logo = page.locator(".bjs-powered-by")
    logo.scroll_into_view_if_needed()
    assert logo.is_visible()
    assert logo.evaluate(ON_TOP)
    assert page.locator(".diagram").evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(255, 255, 255)"


def test_where_the_case_stands_is_marked_in_the_drawing(page: Page, site: Site) -> None:
    sign_in(page)
    page.route(
        f"**/cases/{site.case_id}",
        lambda route: route.fulfill(
            body=route.fetch().text().replace("&#34;check&#34;", "&#34;check_completeness&#34;"),
            content_type="text/html; charset=utf-8",
        ),
    )
    open_diagram(page, site)
    assert page.locator(".djs-element.mark-now[data-element-id=check_completeness]").count() == 1


def test_the_diagram_is_not_fetched_until_it_is_opened(page: Page, site: Site) -> None:
    sign_in(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/cases/{site.case_id}")
    assert not [address for address in asked if "bpmn" in address or address.endswith("/diagram")]


def test_the_steps_are_there_without_a_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    page = sign_in(context.new_page())
    page.goto(f"/cases/{site.case_id}")
    page.locator("#diagram > summary").click()
    assert page.locator("#diagram li[aria-current=step]").is_visible()
    context.close()


@pytest.fixture(scope="module")
def easel(browser: Browser, site: Site) -> Iterator[Page]:
    """A case page with its diagram open and taken away, on which other drawings are drawn."""
    context = browser.new_context(base_url=site.address)
    page = sign_in(context.new_page())
    open_diagram(page, site)
    page.evaluate("document.querySelector('.diagram').replaceChildren()")
    yield page
    context.close()


@pytest.mark.parametrize("bundle", drawn(), ids=lambda bundle: bundle.process)
def test_the_words_of_a_drawing_fit_its_shapes_unbroken(easel: Page, bundle: Bundle) -> None:
    assert bundle.bpmn is not None
    finnish = {id: caption.text for id, caption in captions.drawn(bundle.bpmn, file=bundle.process).items()}
    for language in LANGUAGES:
        texts = finnish | (captions.names(bundle, language) if language != "fi" else {})
        easel.evaluate(DRAWN, captions.rename(bundle.bpmn, texts, file=bundle.process).decode())
        assert easel.locator(f"[data-element-id={next(iter(finnish))}]").count()
        assert (language, easel.evaluate(MISFITS, texts)) == (language, [])
