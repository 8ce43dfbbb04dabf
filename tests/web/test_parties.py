"""Parties and consents on the pages of a case and a customer: adding, ending, recording, withdrawing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tasks.commands import customers
from tests.tasks.conftest import HOUSE, Town
from tests.tasks.test_secrecy import told  # noqa: F401  # a fixture
from tests.web.conftest import Browser
from web.i18n import LANGUAGES

GIVEN = {"party": "1", "scope": "Lausunto työkyvystä", "purpose": "Työn sovittaminen", "recipient": "employer",
         "from_on": "9.2.2026", "to_on": ""}  # fmt: skip


def company(town: Town, name: str = "Kuituri Oy", **more: Any) -> int:
    return customers.create_customer(town.database, HOUSE, kind="organisation", name=name, now=town.now, **more)


def test_a_second_party_of_a_role_of_one_is_told_who_has_it(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    first, second = company(town, "Kuituri Oy"), company(town, "Verstas Oy")
    vilma.post(f"/cases/{case}/parties/new", role="employer", customer=f"#{first}")
    page = vilma.post(f"/cases/{case}/parties/new", status=422, role="employer", customer=f"#{second}")
    assert "Roolissa on jo Kuituri Oy" in page
    assert f'value="#{second}"' in page


def test_a_party_is_added_by_business_id_with_a_representative(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    company(town, business_id="2077474-0")
    page = vilma.get(f"/cases/{case}/parties/new")
    assert "Työnantaja" in page
    page = vilma.post(
        f"/cases/{case}/parties/new", role="employer", customer="2077474-0", representative=f"#{town.customer}"
    )
    assert "Asianosainen on lisätty." in page
    assert "Edustaja Sami Esimerkki" in page
    assert "Asianosainen lisättiin" in page


@pytest.mark.parametrize(
    ("typed", "expected"),
    [({"customer": "Kuituri"}, "Löytyi useita"), ({"customer": "Sami"}, "Organisaatiota ei löydy"),
     ({"customer": ""}, "customer-error"), ({"customer": "#2", "representative": "Nobody"}, "Asiakasta ei löydy"),
     ({"customer": "#2", "representative": "#2"}, "oma edustajansa")],
)  # fmt: skip
def test_what_was_typed_of_a_party_is_kept_with_its_error(
    town: Town, vilma: Browser, typed: dict[str, str], expected: str
) -> None:
    case = town.start().case_id
    assert company(town) == 2
    company(town, "Kuituri Pohjoinen Oy")
    page = vilma.post(f"/cases/{case}/parties/new", 422, role="employer", **typed)
    assert expected in page
    assert all(f'value="{value}"' in page for value in typed.values())
    assert town.value("SELECT count(*) FROM parties") == 1


def test_names_that_an_error_tells_are_recorded_as_seen(town: Town, vilma: Browser) -> None:
    case, seen = town.start().case_id, (company(town), company(town, "Kuituri Pohjoinen Oy"))
    vilma.post(f"/cases/{case}/parties/new", 422, role="employer", customer="Kuituri")
    rows = town.rows("SELECT customer_id FROM views WHERE why = 'add_party' ORDER BY customer_id")
    assert tuple(row.customer_id for row in rows) == seen


def test_a_party_stands_in_a_role_once(town: Town, vilma: Browser) -> None:
    case, address = town.start().case_id, "/cases/1/parties/new"
    number = company(town)
    vilma.post(address, role="employer", customer=f"#{number}")
    assert "jo asianosaisena" in vilma.post(address, 422, role="employer", customer=f"#{number}")
    assert case == 1


def test_a_party_added_in_error_is_removed_with_a_reason(town: Town, vilma: Browser) -> None:
    case, other = town.start().case_id, company(town)
    number = customers.add_party(town.database, HOUSE, case, role="employer", customer_id=other, now=town.now)
    address = f"/cases/{case}/parties/{number}/end"
    assert address in vilma.get(f"/cases/{case}")
    assert "reason-error" in vilma.post(address, 422, reason="")
    page = vilma.post(address, reason="Väärä yritys")
    assert "Osallisuus päättyi" in page
    assert "Väärä yritys" in page
    vilma.get(address, 404)
    assert "LU/1/2026" not in vilma.get(f"/customers/{other}")


def test_the_principal_customer_is_not_removed(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    principal = town.value("SELECT number FROM parties")
    vilma.post(f"/cases/{case}/parties/{principal}/end", 404, reason="x")
    assert "/end" not in vilma.get(f"/cases/{case}")


def test_a_consent_is_recorded_shown_and_withdrawn(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    number = town.value("SELECT number FROM parties")
    page = vilma.post(f"/cases/{case}/consents/new", **GIVEN | {"party": number})
    told_of = ("Lausunto työkyvystä", "Työn sovittaminen", "Voimassa 9.2.2026 alkaen", "Suostumus kirjattiin")
    assert all(words in page for words in told_of)
    assert all(words in vilma.get(f"/customers/{town.customer}") for words in told_of[:3])
    consent = town.value("SELECT id FROM consents")
    address = f"/cases/{case}/consents/{consent}/withdraw"
    assert "Lausunto työkyvystä" in vilma.get(address)
    page = vilma.post(address)
    assert "Suostumus peruttiin" in page
    assert "Peruttu ennen" in page
    vilma.get(address, 404)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [({"scope": ""}, "scope-error"), ({"to_on": "8.2.2026"}, "ennen ensimmäistä"),
     ({"purpose": ""}, "purpose-error"), ({"recipient": "nobody"}, "recipient-error")],
)  # fmt: skip
def test_what_was_typed_of_a_consent_is_kept(town: Town, vilma: Browser, wrong: dict[str, str], expected: str) -> None:
    case, given = town.start().case_id, GIVEN | {"party": town.value("SELECT number FROM parties")} | wrong
    page = vilma.post(f"/cases/{case}/consents/new", 422, **given)
    assert expected in page
    assert (given["scope"] or given["purpose"]) in page
    assert town.value("SELECT count(*) FROM consents") == 0


def test_a_consent_covers_data_that_the_letters_name(told: Town) -> None:  # noqa: F811
    case, vilma = told.start().case_id, Browser(told, "vilma")
    field = "permit:application.reason"
    assert field in vilma.get(f"/cases/{case}/consents/new")
    number = told.value("SELECT number FROM parties")
    given = GIVEN | {"party": number, "scope": "", "fields": field}
    nothing = vilma.post(f"/cases/{case}/consents/new", 422, **given | {"fields": ""})
    assert "Kerro, mitä tietoja" in nothing
    page = vilma.post(f"/cases/{case}/consents/new", **given)
    assert "Peruste" in page
    assert told.value("SELECT scope FROM consents") == "Peruste"


def test_a_consent_of_a_case_beyond_reach_is_on_no_page(town: Town) -> None:
    case = town.start().case_id
    customers.add_consent(
        town.database, HOUSE, town.customer, case_id=case, scope="Lausunto", from_on=date(2026, 2, 1), now=town.now
    )
    saara = Browser(town, "saara")
    assert "Lausunto" not in saara.get(f"/customers/{town.customer}")
    for path in ("consents/new", "consents/1/withdraw", "parties/new"):
        saara.get(f"/cases/{case}/{path}", 403)
        saara.post(f"/cases/{case}/{path}", 403)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_parties_and_consents_open_in_every_language(town: Town, vilma: Browser, language: str) -> None:
    case, other = town.start().case_id, company(town)
    number = customers.add_party(town.database, HOUSE, case, role="employer", customer_id=other, now=town.now)
    consent = customers.add_consent(
        town.database, HOUSE, other, case_id=case, scope="x", recipient="", from_on=date(2026, 2, 1), now=town.now
    )
    vilma.post("/language", language=language)
    for path in ("parties/new", f"parties/{number}/end", "consents/new", f"consents/{consent}/withdraw", ""):
        page = vilma.get(f"/cases/{case}/{path}".rstrip("/"))
        assert f'<html lang="{language}">' in page
        assert " style=" not in page
