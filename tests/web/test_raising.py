"""Putting a case first on its page, and what the list, the history and the others see of it."""

from __future__ import annotations

from tests.tasks.conftest import Town
from tests.web.conftest import Browser


def test_a_case_is_put_first_with_a_reason_and_back(town: Town, vilma: Browser) -> None:
    started = town.start()
    address, esko = f"/cases/{started.case_id}", Browser(town, "esko")
    page = esko.post(f"{address}/first", reason="Työ alkaa maanantaina")
    for words in ("Asia on nostettu etusijalle.", "Etusijalla", "Työ alkaa maanantaina", "Palauta omalle paikalleen"):
        assert words in page
    found = vilma.get("/tasks/")
    assert 'id="first-title">Etusijalla' in found
    assert "Työ alkaa maanantaina" in found
    assert "Asia nostettiin etusijalle: Työ alkaa maanantaina" in vilma.get(f"{address}/history")
    assert "Palauta omalle paikalleen" not in vilma.get(address)
    page = esko.post(f"{address}/first", first="no")
    assert "Asia on palautettu omalle paikalleen." in page
    assert 'id="first-title"' not in vilma.get("/tasks/")
    assert "Asian etusija oli jo muutettu" in esko.post(f"{address}/first", first="no")


def test_a_reason_that_will_not_do_is_kept(town: Town) -> None:
    address, esko = f"/cases/{town.start().case_id}/first", Browser(town, "esko")
    assert "Kerro perustelu, enintään 500 merkkiä." in esko.post(address, status=422, reason="")
    page = esko.post(address, status=422, reason="pitkä " * 100)
    assert '<a href="#raise-reason">' in page
    assert "pitkä " * 100 in page


def test_a_caseworker_puts_nothing_first(town: Town, vilma: Browser) -> None:
    started = town.start()
    assert "Nosta asia etusijalle" not in vilma.get(f"/cases/{started.case_id}")
    vilma.post(f"/cases/{started.case_id}/first", status=403, reason="x")
    assert town.value("SELECT raised_reason FROM cases") is None
