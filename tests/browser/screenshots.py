"""Takes the pictures of README.md from a demo that runs: `python -m tests.browser.screenshots [ADDRESS]`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import launch, sign_in

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
SIZE = {"width": 1280, "height": 900}
TASK = "Tarkista hakemuksen täydellisyys"


def take(address: str) -> None:
    """My tasks, the page of a task that is not late yet, its case, and what would happen if a date passed."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_context(base_url=address, locale="fi-FI", viewport=SIZE).new_page()
        sign_in(page, "Kaisa")
        page.goto("/tasks/")
        page.screenshot(path=IMAGES / "my-tasks.png")
        coming = page.locator("#soon .what, #later .what").filter(has_text=TASK)
        while not coming.count():
            page.get_by_role("link", name="Seuraavat tehtävät").click()
        coming.first.click()
        page.get_by_role("heading", level=1, name=TASK).wait_for()
        if (claim := page.get_by_role("button", name="Ota käsittelyyn", exact=True)).count():
            claim.click()
        page.locator("details[id^=why-]").first.evaluate("it => { it.open = true; }")
        page.screenshot(path=IMAGES / "task.png")
        page.locator("nav.breadcrumb a").nth(1).click()
        page.screenshot(path=IMAGES / "case.png")
        page.get_by_role("link", name="Mitä asiassa tapahtuu itsestään seuraavaksi?").click()
        page.screenshot(path=IMAGES / "what-if.png")
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080")
