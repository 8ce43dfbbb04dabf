"""A person at a desk: signs in, types answers into forms by their fields' names, and does tasks by their titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.workflows.folders import stories

QUICK = 5000
"""Milliseconds: what does not show by then is missing."""


def answers(story: str) -> dict[str, Mapping[str, Any]]:
    """The answers of a story by what they answer: the id of a message or task; the last ones where there are many."""
    found = stories()[f"pay_subsidy/{story}"]
    return {str(step.target): step.data for step in found.steps if step.action and not step.refused}


def typed(value: Any) -> str:
    """A value as people type it."""
    if isinstance(value, date):
        return f"{value.day}.{value.month}.{value.year}"
    return str(value)


@dataclass
class Desk:
    """One person's browser window."""

    context: BrowserContext
    page: Page
    case: str = ""

    @classmethod
    def of(cls, browser: Browser, address: str, name: str, *, scripts: bool = True) -> Desk:
        """Sit down as a person of the demo's list."""
        context = browser.new_context(
            base_url=address, locale="fi-FI", reduced_motion="reduce", java_script_enabled=scripts
        )
        context.set_default_timeout(QUICK)
        return cls(context, sign_in(context.new_page(), name))

    def press(self, words: str) -> None:
        """Press a button of the page itself."""
        self.page.locator("main").get_by_role("button", name=words, exact=True).click()

    def says(self, words: str) -> None:
        """The page tells this."""
        expect(self.page.locator("main")).to_contain_text(words)

    def fill(self, values: Mapping[str, Any]) -> None:
        """Type the answers in the order given."""
        for name, value in values.items():
            field = self.page.locator(f"main [data-field='{name}']")
            follow = self.page.get_by_role("button", name="Näytä vastausten")
            if not field.is_visible() and follow.is_visible():
                follow.click()
            for each in value if isinstance(value, (list, tuple)) else [value]:
                self._answer(field, each)

    @staticmethod
    def _answer(field: Locator, value: Any) -> None:
        code = str(value).lower() if isinstance(value, bool) else typed(value)
        if field.locator("input[type=radio], input[type=checkbox]").count():
            field.locator(f"input[value='{code}']").check()
        elif field.locator("select").count():
            field.locator("select").select_option(code)
        else:
            field.locator("input:not([type=hidden]), textarea").first.fill(code)

    def open_case(self) -> None:
        """The case page."""
        self.page.goto(self.case)

    def open_task(self, title: str) -> None:
        """An open task of the case, taken."""
        self.open_case()
        self.page.locator("main").get_by_role("link", name=title).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        claim = self.page.get_by_role("button", name="Ota käsittelyyn", exact=True)
        if claim.count():
            claim.click()
            self.says("Tehtävä on nyt sinulla.")

    def do(self, title: str, values: Mapping[str, Any]) -> None:
        """Do an open task of the case from beginning to end."""
        self.open_task(title)
        self.fill(values)
        self.press("Tallenna")
        self.says(f"Valmis: {title}")

    def record(self, title: str, values: Mapping[str, Any]) -> None:
        """Record a message that has arrived for the case."""
        self.open_case()
        self.page.locator("main a.button", has_text="Kirjaa saapunut").filter(has_text=title).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(f"Kirjaa saapunut: {title}")
        self.fill({"arrival_channel": "e_service", **values})
        self.press("Kirjaa saapuneeksi")
        self.says(f"Kirjattu saapuneeksi: {title}")

    def start(self, values: Mapping[str, Any], employer: str, candidate: str) -> None:
        """Start a pay subsidy case from an application that has arrived."""
        self.page.goto("/cases/")
        self.page.get_by_role("link", name="Aloita asia").click()
        self.page.get_by_role("link", name="Palkkatukihakemus").click()
        self.page.get_by_label("Työnantaja").fill(employer)
        self.page.get_by_label("Palkattava työtön").fill(candidate)
        self.fill({"arrival_channel": "e_service", **values})
        self.press("Aloita käsittely")
        self.says("on aloitettu")
        self.case = self.page.url

    def wait(self, words: str, times: int = 1) -> None:
        """Let time pass with the demonstration's clock."""
        for _ in range(times):
            self.page.locator(".demo-band form").get_by_role("button", name=words, exact=True).click()

    def close(self) -> None:
        """Leave."""
        self.context.close()
