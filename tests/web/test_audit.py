"""The auditor's pages, and an operator's emergency access."""

from __future__ import annotations

import re

import pytest

from tasks.actor import Actor
from tasks.commands import people
from tests.tasks.conftest import HOUSE, Town
from tests.web.conftest import Browser


@pytest.fixture
def taina(town: Town) -> Browser:
    """An auditor."""
    user = people.add_user(town.database, HOUSE, name="taina", full_name="Taina", now=town.now)
    people.add_role(town.database, HOUSE, user_id=user, role="auditor", now=town.now)
    return Browser(town, "taina")


def test_the_log_tells_who_looked_at_whose_data_and_why(town: Town, vilma: Browser, taina: Browser) -> None:
    case = town.start()
    vilma.get(f"/cases/{case.case_id}")
    page = taina.get("/audit/")
    assert all(word in page for word in ("Vilma", "Sami Esimerkki", case.number, "asian sivu", "rooli yksikössä"))


def test_an_auditor_begins_at_the_log_and_is_offered_no_casework(taina: Browser) -> None:
    assert taina.client.get("/").location == "/audit/"
    page = taina.get("/audit/")
    assert 'href="/processes/"' in page
    assert not [place for place in ("/tasks/", "/cases/", "/customers/", "/search") if f'"{place}"' in page]


@pytest.mark.parametrize(
    ("query", "found"),
    [("customer=%231", True), ("customer=999", False), ("user=nobody", False), ("user=Vilma", True),
     ("case=lu/1/2026", True), ("case=LU/9/2026", False), ("from=9.2.2026&to=9.2.2026", True),
     ("to=8.2.2026", False), ("from=10.2.2026", False)],
)  # fmt: skip
def test_the_log_is_narrowed(town: Town, vilma: Browser, taina: Browser, query: str, found: bool) -> None:
    vilma.get(f"/cases/{town.start().case_id}")
    assert ("Sami Esimerkki" in taina.get(f"/audit/?{query}")) is found


def test_the_log_goes_on_a_page_at_a_time(town: Town, vilma: Browser, taina: Browser) -> None:
    for _ in range(60):
        vilma.client.get(f"/customers/{town.customer}")
    assert "before=" in taina.get("/audit/")
    assert "Sami Esimerkki" in taina.get("/audit/?before=5")


def test_changes_are_told_in_words_and_not_in_ids(town: Town, taina: Browser) -> None:
    page = taina.get("/audit/changes")
    assert "Rooli: käsittelijä" in page
    assert "Työroolit: tukipäätöksen valmistelija" in page
    assert "Yksiköt: Pohjola" in page
    assert "Prosessi: Lupa" in page
    assert not re.search(r"user_roles|work_roles|grant_officer|caseworker", page)


def test_reading_the_log_is_recorded_too(town: Town, vilma: Browser, taina: Browser) -> None:
    vilma.get(f"/customers/{town.customer}")
    taina.get(f"/audit/?customer={town.customer}")
    assert town.value("SELECT count(*) FROM views WHERE what = 'access_log'") == 1
    assert "käyttölokia luettu" in taina.get("/audit/changes")


def test_the_auditor_reads_the_history_and_not_the_data(town: Town, taina: Browser) -> None:
    case = town.start("Kilpirauhasen vajaatoiminta")
    page = taina.get(f"/audit/case?number={case.number.lower()}")
    assert case.number in page
    assert "Kilpirauhasen" not in page
    taina.get(f"/cases/{case.case_id}", 403)
    assert town.value("SELECT why FROM views WHERE what = 'history'") == "role"


@pytest.mark.parametrize("name", ["vilma", "esko", "outi", "olga"])
@pytest.mark.parametrize("page", ["/audit/", "/audit/changes", "/audit/case?number=LU/1/2026", "/audit/cases/1"])
def test_nobody_else_reads_the_log(town: Town, name: str, page: str) -> None:
    town.start()
    Browser(town, name).get(page, 403)


def enter(browser: Browser, number: str, reason: str, status: int = 200) -> str:
    return browser.post("/emergency/", status, number=number, reason=reason)


def test_emergency_access_opens_one_case_for_an_hour_and_is_told(town: Town, taina: Browser) -> None:
    case, other, outi = town.start(), town.start(), Browser(town, "outi")
    outi.get(f"/cases/{case.case_id}", 403)
    enter(outi, case.number, "Häiriö 112: ajastin ei laukea")
    assert "Sami Esimerkki" in outi.get(f"/cases/{case.case_id}")
    outi.get(f"/cases/{other.case_id}", 403)
    assert town.events(case.case_id)[-1] == "emergency_access"
    assert "Häiriö 112" in taina.get("/audit/changes")
    assert "hätäpääsy" in taina.get(f"/audit/?case={case.number}")
    town.pass_time(minutes=61)
    outi.get(f"/cases/{case.case_id}", 403)


def test_emergency_access_is_for_reading_only(town: Town) -> None:
    case, outi = town.start(), Browser(town, "outi")
    enter(outi, case.number, "Häiriö 112: ajastin ei laukea")
    before = len(town.events(case.case_id))
    outi.post(f"/cases/{case.case_id}/comments", 403, text="Kirjoitan.")
    outi.post(f"/cases/{case.case_id}/call-off", 403, reason="x")
    outi.post(f"/tasks/{case.task_ids[0]}/claim", 403, version=1)
    assert len(town.events(case.case_id)) == before


def test_emergency_access_asks_for_a_reason_and_a_case(town: Town) -> None:
    case, outi = town.start(), Browser(town, "outi")
    assert "vähintään 10" in enter(outi, case.number, "lyhyt", 422)
    assert 'value="LU/99/2026"' in enter(outi, "LU/99/2026", "Häiriö 112: ajastin ei laukea", 422)
    assert town.value("SELECT count(*) FROM emergency_access") == 0


@pytest.mark.parametrize("name", ["vilma", "saara", "olga", "taina"])
def test_emergency_access_is_the_operators(town: Town, taina: Browser, name: str) -> None:
    enter(Browser(town, name), town.start().number, "Häiriö 112: ajastin ei laukea", 403)


def test_the_house_itself_never_comes_through_a_page() -> None:
    for via in ("web", "api"):
        with pytest.raises(ValueError, match="person"):
            Actor(None, "anybody", via)
