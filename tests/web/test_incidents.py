"""Incidents for the operator, calls on the case page and answered by hand, and linked cases on both pages."""

from __future__ import annotations

import pytest

from tasks import clock
from tasks.commands import jobs
from tasks.job import Answer, Call, CallFailed
from tests.tasks.calling import order
from tests.tasks.conftest import Town
from tests.tasks.test_linked_cases import claim, deciding, publish, refuse
from tests.web.conftest import Browser


@pytest.fixture
def failed(town: Town) -> int:
    """A case whose call has failed for good; gives the case."""
    started = order(town)

    def fails(_: Call) -> Answer:
        raise CallFailed("no_code", 404, final=True)

    jobs.call_out(town.database, fails, lambda: town.now)
    return started.case_id


def test_the_operator_sees_what_failed_and_tries_again(town: Town, failed: int) -> None:
    outi = Browser(town, "outi")
    page = outi.get("/incidents/")
    assert all(
        text in page
        for text in ("Palvelu vastasi tilalla 404", "register", f"Tunniste {failed}-", "Prosessin omistaja: o")
    )
    assert not [secret for secret in ("Sami", "EX/1/2026", "KOODI-77") if secret in page]
    incident = town.value("SELECT id FROM incidents")
    assert "Yritetään uudelleen" in outi.post(f"/incidents/{incident}/retry")
    assert "Avoimia häiriöitä ei ole" in outi.get("/incidents/")
    assert "oli jo ratkennut" in outi.post(f"/incidents/{incident}/retry")
    assert town.value("SELECT state FROM jobs") == "waiting"


def test_a_machine_that_watches_is_told_how_much_waits(town: Town, failed: int) -> None:
    waiting = Browser(town, "outi").client.get("/readyz").json["waiting"]
    assert waiting == {
        "calls": 0, "calls_failed": 1, "incidents": 1, "messages_early": 0, "messages_unplaced": 0,
    }  # fmt: skip


@pytest.mark.parametrize("who", ["vilma", "olga"])
def test_nobody_else_sees_incidents(town: Town, failed: int, who: str) -> None:
    browser = Browser(town, who)
    browser.get("/incidents/", 403)
    browser.post("/incidents/1/retry", 403)


def test_a_caseworker_answers_for_a_service(town: Town, failed: int, vilma: Browser) -> None:
    page = vilma.get(f"/cases/{failed}")
    assert all(text in page for text in ("Ulkoiset palvelut", "ei onnistunut", "Vastaa palvelun puolesta"))
    number = town.value("SELECT number FROM jobs")
    address = f"/cases/{failed}/calls/{number}"
    assert "Kirjaa tiedot" in vilma.get(address)
    vilma.post(address, 422, amount="paljon")
    assert "Vastaus on kirjattu" in vilma.post(address, amount="12,50")
    assert "Ulkoiset palvelut" not in vilma.get(f"/cases/{failed}")
    vilma.get(address, 404)


def test_linked_cases_stand_on_both_pages_for_whom_may_see_them(town: Town, vilma: Browser) -> None:
    publish(town, deciding(), claim())
    case = refuse(town)
    clock.run_until(town.database, town.now)
    other = town.value("SELECT case_id FROM links")
    numbers = {row.id: row.number for row in town.rows("SELECT id, number FROM cases")}
    page = vilma.get(f"/cases/{case}")
    assert (numbers[other] in page, "Oikaisuvaatimus" in page) == (True, True)
    assert numbers[case] in vilma.get(f"/cases/{other}")
    with town.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE cases SET unit_id = {town.unit('south')} WHERE id = {other}")
    page = vilma.get(f"/cases/{case}")
    assert (numbers[other] in page, "Ei liity" in page or "ei liity muita" in page) == (False, True)


def test_a_case_begun_by_hand_from_another_is_filled_with_what_that_would_hand_on(town: Town, vilma: Browser) -> None:
    publish(town, deciding(), claim())
    closed = refuse(town)
    assert 'value="myöhässä"' in vilma.get(f"/cases/new/claim/claim_made?linked={closed}")
    assert 'value="myöhässä"' not in vilma.get("/cases/new/claim/claim_made")


def test_a_person_starts_a_case_linked_to_a_closed_one(town: Town, vilma: Browser) -> None:
    publish(town, deciding(""), claim())
    closed = refuse(town)
    assert f"linked={closed}" in vilma.get(f"/cases/new?linked={closed}")
    address = f"/cases/new/claim/claim_made?linked={closed}"
    page = vilma.get(address)
    assert "Sami Esimerkki" in page
    fields = {"party-customer": "131052-308T", "unit": town.unit("north"), "why": "väärin", "once": "y"}
    fields |= {"arrival_moment": "9.2.2026 10:00", "arrival_channel": "letter", "link": "rectification"}
    vilma.post(address, linked=closed, **fields)
    assert [tuple(row) for row in town.rows("SELECT from_case_id, kind FROM links")] == [(closed, "rectification")]
