"""Customers: their page, their protection, adding and changing them; and the search."""

from __future__ import annotations

import pytest

from tasks.commands import customers, people
from tests.tasks.conftest import HOUSE, Town
from tests.web.conftest import Browser

PERSON = {"kind": "person", "name": "Aino Uusi", "language": "sv", "notice_channel": "letter"}


def protect(town: Town) -> None:
    changes = {"protected": True, "phone": "0401234567"}
    customers.update_customer(town.database, HOUSE, town.customer, changes=changes, now=town.now)


def test_the_page_shows_cases_and_coming_dates(town: Town, vilma: Browser) -> None:
    started = town.start()
    page = vilma.get(f"/customers/{town.customer}")
    assert started.number in page
    assert "Salakuja 1" in page
    assert "badge" in page
    assert "131052-308T" in page


def test_the_list_tells_the_number_that_fields_take(town: Town, vilma: Browser) -> None:
    town.start()
    for path in ("/customers/", "/search?q=sami"):
        assert f'<td class="number">#{town.customer}</td>' in vilma.get(path)


def test_cases_of_other_units_are_counted_but_not_shown(town: Town) -> None:
    started = town.start()
    page = Browser(town, "saara").get(f"/customers/{town.customer}")
    assert started.number not in page
    assert "Lisäksi 1 asia" in page


def test_looking_at_a_customer_is_recorded(town: Town, vilma: Browser) -> None:
    vilma.get(f"/customers/{town.customer}")
    row = town.rows("SELECT customer_id, what FROM views ORDER BY id DESC")[0]
    assert (row.customer_id, row.what) == (town.customer, "customer")


@pytest.mark.parametrize(
    "path", ["/customers/{c}", "/customers/", "/search?q=sami", "/cases/{k}", "/customers/{c}/edit"]
)
def test_a_protected_address_is_on_no_page(town: Town, vilma: Browser, path: str) -> None:
    case = town.start().case_id
    protect(town)
    page = vilma.get(path.format(c=town.customer, k=case))
    assert "Turvakielto" in page
    assert "Salakuja" not in page
    assert "0401234567" not in page


def test_a_protected_address_is_shown_for_a_reason_that_is_recorded(town: Town, vilma: Browser) -> None:
    protect(town)
    address = f"/customers/{town.customer}/edit"
    assert "Salakuja" not in vilma.post(address, 422, why=" ")
    assert "Salakuja" in vilma.post(address, why="Kirjeen lähettäminen")
    row = town.rows("SELECT what, why FROM views ORDER BY id DESC")[0]
    assert (row.what, row.why) == ("protected_address", "Kirjeen lähettäminen")


def test_a_person_is_added_with_a_checked_identity_code(town: Town, vilma: Browser) -> None:
    page = vilma.post("/customers/new", 422, **PERSON, identity_code="010190-900X")
    assert 'href="#f-identity_code"' in page
    assert 'value="010190-900X"' in page
    assert "Aino Uusi" in vilma.post("/customers/new", **PERSON, identity_code="010190-900P")
    assert town.value("SELECT language FROM customers WHERE identity_code = '010190-900P'") == "sv"


def test_an_identity_code_that_somebody_has_is_told_at_its_field(vilma: Browser) -> None:
    page = vilma.post("/customers/new", 422, **PERSON, identity_code="131052-308T")
    assert "on jo tämä tunnus" in page


def test_changes_are_saved_and_an_old_version_keeps_what_was_typed(town: Town, vilma: Browser) -> None:
    address = f"/customers/{town.customer}/edit"
    sent = {"save": "1", "version": 1, "name": "Sami E.", "language": "fi", "notice_channel": "letter", "city": "Oulu"}
    assert "Oulu" in vilma.post(address, **sent)
    page = vilma.post(address, 412, **sent | {"city": "Kemi"})
    assert 'value="Kemi"' in page
    assert "Joku muu muutti" in page


def test_search_finds_by_name_part_code_and_number(town: Town, vilma: Browser) -> None:
    started = town.start()
    assert "Sami Esimerkki" in vilma.get("/search?q=esim")
    assert "Sami Esimerkki" in vilma.get("/search?q=131052-308t")
    answer = vilma.client.get(f"/search?q={started.number.lower()}")
    assert answer.headers["Location"] == f"/cases/{started.case_id}"


def test_an_operator_sees_no_customers(town: Town) -> None:
    Browser(town, "outi").get("/customers/", 403)
    Browser(town, "outi").get("/search?q=sami", 403)


def test_lists_hide_the_end_of_an_identity_code(town: Town, vilma: Browser) -> None:
    town.start()
    page = vilma.get("/customers/")
    assert "308T" not in page
    assert "131052-" in page


def test_a_process_page_tells_its_deadlines_and_versions(vilma: Browser) -> None:
    page = vilma.get("/processes/permit")
    assert "Olga" in page
    assert "Oona" in page
    assert "HL " in page
    vilma.get("/processes/nothing", 404)
    vilma.get("/processes/permit?version=9", 404)


def test_the_reason_of_a_change_of_a_protected_customer_is_on_the_trail(town: Town, vilma: Browser) -> None:
    protect(town)
    sent = {"save": "1", "version": 2, "name": "Sami E.", "language": "fi", "notice_channel": "letter"}
    vilma.post(f"/customers/{town.customer}/edit", **sent, why="Muutto  ilmoitettiin", protected="true")
    assert town.value("SELECT why FROM audit ORDER BY id DESC LIMIT 1") == "Muutto ilmoitettiin"
    user = people.add_user(town.database, HOUSE, name="taina", full_name="Taina", now=town.now)
    people.add_role(town.database, HOUSE, user_id=user, role="auditor", now=town.now)
    assert "Muutto ilmoitettiin" in Browser(town, "taina").get("/audit/changes")
