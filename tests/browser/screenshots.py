"""Takes the pictures of README and guides from a running demo: `python -m tests.browser.screenshots [ADDRESS]`.

The demo should be fresh (`make demo FRESH=1`): a task is claimed and a draft begun on the way. The pictures are kept
small by few colours; pages of text need no more.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import launch, sign_in

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
SIZE = {"width": 1280, "height": 900}
TASK = "Tarkista hakemuksen täydellisyys"
COLOURS = 96


def take(address: str) -> None:
    """My tasks, the page of a task that is not late yet, its case, and what would happen if a date passed."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_context(base_url=address, locale="fi-FI", viewport=SIZE).new_page()
        sign_in(page, "Kaisa")
        page.goto("/tasks/")
        keep(page, "my-tasks")
        coming = page.locator("#soon .what, #later .what").filter(has_text=TASK)
        while not coming.count():
            page.get_by_role("link", name="Seuraavat tehtävät").click()
        coming.first.click()
        page.get_by_role("heading", level=1, name=TASK).wait_for()
        if (claim := page.get_by_role("button", name="Ota käsittelyyn", exact=True)).count():
            claim.click()
        page.locator("details[id^=why-]").first.evaluate("it => { it.open = true; }")
        keep(page, "task")
        page.locator("nav.breadcrumb a").nth(1).click()
        keep(page, "case")
        page.get_by_role("link", name="Mitä asiassa tapahtuu itsestään seuraavaksi?").click()
        keep(page, "what-if")
        supervise(browser.new_context(base_url=address, locale="fi-FI", viewport=SIZE).new_page())
        own(browser.new_context(base_url=address, locale="fi-FI", viewport=SIZE).new_page())
        browser.close()


def keep(page: Page, name: str) -> None:
    """Keep what the window shows."""
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def supervise(page: Page) -> None:
    """The board, its work products, what is coming, and the map of a process."""
    sign_in(page, "Eeva")
    for name, path in (("board", "/board/"), ("ahead", "/board/ahead"), ("map", "/board/steps/pay_subsidy")):
        page.goto(path)
        if name == "map":
            page.locator(".diagram[data-drawn]").wait_for()
        elif name == "ahead":
            page.locator("#hand-over-title").evaluate("it => it.scrollIntoView()")
        keep(page, name)
        if name == "board":
            page.locator("#products").evaluate("it => it.scrollIntoView()")
            keep(page, "products")


def own(page: Page) -> None:
    """A draft of the pay subsidy: its drawing, its dates as sentences, a table, a run by hand."""
    sign_in(page, "Olga")
    page.goto("/processes/drafts/new?process=pay_subsidy")
    page.locator("#f-version-title").fill("Uusi vastausaika")
    page.locator("main form button.main-action").first.click()
    page.wait_for_url("**/drafts/*")
    draft = page.url
    for name, path, ready in (
        ("drawing", "/drawing", ".djs-shape"),
        ("dates", "/dates", "h1"),
        ("table", "/tables/eligibility", "table"),
    ):
        page.goto(draft + path)
        page.locator(ready).first.wait_for()
        keep(page, name)


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080")
