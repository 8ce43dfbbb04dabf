"""The case page, the list of cases, and what is recorded of looking at them."""

from __future__ import annotations

import io
import re

import pytest

from tasks import incident
from tasks.commands import remarks
from tests.tasks.conftest import Town
from tests.tasks.test_values import read_from_values
from tests.web.conftest import Browser


def test_the_case_page_shows_open_work_dates_and_data_with_their_source(town: Town, vilma: Browser) -> None:
    case = town.start("Savipaja").case_id
    page = vilma.get(f"/cases/{case}")
    assert "Miksi tämä päivä?" in page
    assert "Aika lasketaan siitä, kun hakemus saapui" in page
    assert "Savipaja" in page
    assert "kirjasi Vilma" in page
    assert f"/tasks/{case}-1" in page


def test_a_date_tells_the_value_that_its_length_was_read_from(town: Town, vilma: Browser) -> None:
    read_from_values(town, 'parameter("reply_days")')
    case = town.start()
    town.complete("vilma", case.task_ids[0], {"complete": False})
    page = vilma.get(f"/cases/{case.case_id}").replace("\N{NO-BREAK SPACE}", " ")
    assert "Vastausaika: 21 päivää, voimassa 9.2.2026 alkaen (HL 33 §)." in page
    assert "Arvo on tästä: Lupa, versio 2." in page
    assert "Epävarmaa: arvo on ehdotus" in page
    vilma.post("/language", language="sv")
    assert "Osäkert: värdet är ett förslag" in vilma.get(f"/cases/{case.case_id}")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_of_the_family_opens_in_every_language(town: Town, vilma: Browser, language: str) -> None:
    case = town.start().case_id
    vilma.post("/language", language=language)
    paths = (
        *("/cases/", f"/cases/{case}", f"/cases/{case}/history", "/cases/new", "/cases/new/permit/application"),
        *("/customers/", f"/customers/{town.customer}", f"/customers/{town.customer}/edit", "/customers/new"),
        *("/customers/new?kind=organisation", "/search?q=sami", "/search?q=zz", "/search", "/processes/"),
        *("/processes/permit", "/cases/?q=sami&status=open&process=permit", "/customers/?q=sami"),
    )
    for path in paths:
        page = vilma.get(path)
        assert f'<html lang="{language}">' in page
        assert "<h1" in page
        assert " style=" not in page


def test_looking_at_a_case_is_recorded(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    vilma.get(f"/cases/{case}")
    row = town.rows("SELECT user_name, customer_id, case_id, what, why FROM views ORDER BY id DESC")[0]
    assert (row.customer_id, row.case_id, row.what, row.why) == (town.customer, case, "case", "role_in_unit")


def test_a_list_records_every_customer_it_shows(town: Town, vilma: Browser) -> None:
    town.start()
    town.start()
    vilma.get("/cases/")
    assert town.value("SELECT count(*) FROM views WHERE what = 'case_list'") == 2


def test_another_unit_sees_neither_the_case_nor_its_row(town: Town) -> None:
    case = town.start().case_id
    saara = Browser(town, "saara")
    saara.get(f"/cases/{case}", 403)
    assert town.value("SELECT number FROM cases") not in saara.get("/cases/")
    assert "ei löytynyt" in saara.get("/search?q=permit")


def test_a_missing_case_is_not_found(vilma: Browser) -> None:
    vilma.get("/cases/999", 404)


def test_a_comment_is_kept_and_an_empty_one_is_told(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    assert "Soitettu hakijalle" in vilma.post(f"/cases/{case}/comments", text="Soitettu hakijalle")
    page = vilma.post(f"/cases/{case}/comments", 422, text="  ")
    assert 'href="#refused-control"' in page
    assert "x" * 50 in vilma.post(f"/cases/{case}/comments", 422, text="x" * (remarks.LONGEST_COMMENT + 1))


def test_an_attachment_is_only_ever_a_download(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    sent = {"file": (io.BytesIO(b"%PDF-1.7 sisalto"), "ansioluettelo.pdf")}
    page = vilma.client.post(f"/cases/{case}/attachments", data=sent, follow_redirects=True)
    assert "ansioluettelo.pdf" in page.text
    number = town.value("SELECT number FROM attachments")
    answer = vilma.client.get(f"/cases/{case}/attachments/{number}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data == b"%PDF-1.7 sisalto"


def test_a_file_of_another_kind_is_refused_in_words(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    sent = {"file": (io.BytesIO(b"MZ\x90"), "lasku.pdf")}
    answer = vilma.client.post(f"/cases/{case}/attachments", data=sent)
    assert answer.status_code == 422
    assert "Tiedosto lasku.pdf ei ole sisällöltään" in answer.text
    answer = vilma.client.post(f"/cases/{case}/attachments", data={"file": (io.BytesIO(b""), "tyhja.pdf")})
    assert "Tiedosto tyhja.pdf on tyhjä tai liian suuri" in answer.text
    assert "Valitse tiedosto." in vilma.post(f"/cases/{case}/attachments", 422)


def test_the_diagram_stands_beside_its_steps_with_the_present_one_marked(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    page = vilma.get(f"/cases/{case}")
    assert '<figure class="diagram-figure">' in page
    assert 'aria-current="step"' in page
    assert vilma.client.get("/processes/permit/versions/1/diagram").data.startswith(b"<?xml")


def test_the_diagram_has_its_words_in_the_language_of_the_page(town: Town, vilma: Browser) -> None:
    assert 'name="Granska"' not in vilma.get("/processes/permit/versions/1/diagram")
    vilma.post("/language", language="sv")
    told = set(re.findall(r'name="([^"]+)"', vilma.get("/processes/permit/versions/1/diagram")))
    assert {"Granska", "Ansökan kom in", "Svar"} <= told


def test_calling_a_case_off_needs_a_reason(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    assert "Kirjoita, miksi" in vilma.post(f"/cases/{case}/call-off", reason=" ")
    assert "rauennut" in vilma.post(f"/cases/{case}/call-off", reason="Hakija perui")


def test_who_is_disqualified_no_longer_sees_the_case(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    vilma.post(f"/cases/{case}/disqualification", reason="Hakija on sukulainen")
    vilma.get(f"/cases/{case}", 403)


def test_the_case_page_says_when_a_date_could_not_be_computed(town: Town, vilma: Browser) -> None:
    case = town.start().case_id
    assert "ei voitu laskea" not in vilma.get(f"/cases/{case}")
    with town.database.transaction() as connection:
        incident.note(connection, case, "deadline", "no row is valid", town.now)
    assert "ei voitu laskea" in vilma.get(f"/cases/{case}")
