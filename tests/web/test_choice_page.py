"""The page on which one chooses the next step, and the command that does the same."""

from __future__ import annotations

import pytest

from tests.tasks.conftest import BUNDLES, Town
from tests.tasks.test_choices import begin
from tests.web.command_line import CommandLine
from tests.web.conftest import Browser


@pytest.fixture
def task(town: Town, vilma: Browser) -> str:
    """A choice that Vilma has taken."""
    found = begin(town)
    vilma.post(f"/tasks/{found}/claim", version=1)
    return found


def test_the_page_offers_what_may_be_chosen_with_its_instruction(vilma: Browser, task: str) -> None:
    page = vilma.get(f"/tasks/{task}")
    assert "Valitse seuraava vaihe" in page
    assert "Kotikäynti" in page
    assert "Sovi aika ensin." in page
    assert "Kirjaa käynti" not in page.split("Valitse seuraava vaihe")[1].split("</section>")[0]


def test_choosing_says_what_began_and_leads_to_it(vilma: Browser, task: str) -> None:
    page = vilma.post(f"/tasks/{task}/pick", version=2, element="home_visit")
    assert "Vaihe ”Kotikäynti” alkoi." in page
    assert f"/tasks/{task.split('-')[0]}-2" in page
    assert "Kesken olevia vaiheita: 1" in page


def test_choosing_nothing_is_told_in_words(vilma: Browser, task: str) -> None:
    assert "Valitse yksi tarjolla olevista vaiheista." in vilma.post(f"/tasks/{task}/pick", 422, version=2)


def test_choosing_from_an_old_page_is_a_conflict(vilma: Browser, task: str) -> None:
    vilma.post(f"/tasks/{task}/pick", version=2, element="home_visit")
    vilma.post(f"/tasks/{task}/pick", 412, version=2, element="home_visit")


def test_enough_is_said_on_the_same_page(vilma: Browser, town: Town, task: str) -> None:
    vilma.post(f"/tasks/{task}/complete", version=2)
    assert town.value("SELECT path FROM tasks WHERE state = 'open'") == "closing"


def test_the_history_of_the_case_tells_it(vilma: Browser, task: str) -> None:
    vilma.post(f"/tasks/{task}/pick", version=2, element="phone_call")
    assert "Vaihe valittiin: Puhelu" in vilma.get(f"/cases/{task.split('-')[0]}")


def test_the_command_line_chooses_too(town: Town, cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASIAVIRTA_DATABASE_URL", town.database.url.render_as_string())
    task = begin(town)
    assert cli.ask("task", "pick", task, "phone_call", "--as", "vilma")["opened"] == [f"{task.split('-')[0]}-2"]


def test_scripts_find_choices_in_the_description(cli: CommandLine) -> None:
    (told,) = cli.ask("check", BUNDLES / "guidance", "--describe")["processes"]
    assert told["choices"] == [
        {"id": "support", "name": "Valitse ohjauksen vaihe", "offers": ["home_visit", "phone_call"]}
    ]
