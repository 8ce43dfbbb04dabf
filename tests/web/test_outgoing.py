from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.tasks.conftest import Town
from tests.web.conftest import Browser
from web.i18n import LANGUAGES

TITLES = {"fi": "Lähtevä posti", "sv": "Utgående post", "en": "Outgoing mail"}
PLAIN = {"fi": "tämä sivu ei lähetä mitään", "sv": "skickar ingenting", "en": "this page sends nothing"}


def write(town: Town) -> str:
    """A decided case with its letter; gives the letter's id."""
    opened = town.complete("vilma", town.start().task_ids[0], {"complete": "true"}).opened
    town.complete("paula", opened[0], {"approved": "true"})
    case_id, number = town.rows("SELECT case_id, number FROM outbox ORDER BY case_id DESC")[0]
    return f"{case_id}-{number}"


def change(town: Town, sql: str, **values: object) -> None:
    with town.database.transaction() as connection:
        connection.execute(text(sql), values)


def test_a_waiting_letter_stands_with_recipient_channel_case_and_day(town: Town, vilma: Browser) -> None:
    case_id, number = write(town).split("-")
    page = vilma.get("/outgoing/")
    for words in (f'href="/cases/{case_id}/documents/{number}"', "Sami Esimerkki", "Salakuja 1", "kirje", "LU/1/2026"):
        assert words in page
    assert "9.2.2026" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_and_its_menu_entry_speak_the_language(vilma: Browser, language: str) -> None:
    vilma.post("/language", language=language)
    assert vilma.get("/outgoing/").count(TITLES[language]) >= 3


def test_a_protected_address_is_told_of_and_never_shown(town: Town, vilma: Browser) -> None:
    write(town)
    change(town, "UPDATE customers SET protected = :yes", yes=True)
    page = vilma.get("/outgoing/")
    assert "Salakuja" not in page
    assert "Osoitetta ei näytetä" in page
    assert f'href="/customers/{town.customer}/edit"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_electronic_notice_is_recorded_by_hand_and_says_so(town: Town, vilma: Browser, language: str) -> None:
    letter = write(town)
    change(town, "UPDATE documents SET channel = 'e_notice'")
    vilma.post("/language", language=language)
    page = vilma.get("/outgoing/")
    assert PLAIN[language] in page
    assert "Salakuja" not in page
    vilma.post("/outgoing/sent", one=letter, sent_on="9.2.2026")
    assert town.value("SELECT state FROM outbox") == "delivered"


def test_one_letter_is_marked_as_sent_and_leaves_the_list(town: Town, vilma: Browser) -> None:
    letter = write(town)
    page = vilma.post("/outgoing/sent", one=letter, sent_on="9.2.2026")
    assert "merkitty lähetetyksi 9.2.2026." in page
    assert "Lähtevässä postissa ei ole kirjeitä" in page
    assert "Kirje merkittiin lähetetyksi" in vilma.get(f"/cases/{letter.split('-')[0]}/history")


def test_many_are_marked_each_with_its_own_result(town: Town, vilma: Browser) -> None:
    first, second, third = write(town), write(town), write(town)
    vilma.post("/outgoing/sent", one=first, sent_on="9.2.2026")
    page = vilma.post("/outgoing/sent", letter=[first, second, "99-1"], sent_on="9.2.2026")
    for words in (
        "oli jo merkitty lähetetyksi 9.2.2026",
        "merkitty lähetetyksi 9.2.2026.",
        "Tällaista kirjettä ei ole",
    ):
        assert words in page
    assert f'value="{third}"' in page


def test_a_letter_sent_later_than_it_says_tells_both_days(town: Town, vilma: Browser) -> None:
    letter = write(town)
    town.pass_time(days=2)
    assert "päivä on mennyt" in vilma.get("/outgoing/")
    page = vilma.post("/outgoing/sent", one=letter, sent_on="10.2.2026")
    assert "Kirjeessä lähetyspäivä on 9.2.2026" in page


@pytest.mark.parametrize("day", ["", "huomenna", "31.2.2026", "10.2.2026"])
def test_a_day_that_is_none_or_ahead_is_refused_and_the_choice_stays(town: Town, vilma: Browser, day: str) -> None:
    letter = write(town)
    page = vilma.post("/outgoing/sent", status=422, letter=letter, sent_on=day)
    assert "Anna lähetyspäivä muodossa 5.1.2027" in page
    assert " checked>" in page
    assert town.value("SELECT state FROM outbox") == "pending"


def test_a_day_before_the_letter_was_written_is_refused(town: Town, vilma: Browser) -> None:
    letter = write(town)
    assert "ei ollut vielä kirjoitettu 6.2.2026" in vilma.post("/outgoing/sent", one=letter, sent_on="6.2.2026")
    assert town.value("SELECT state FROM outbox") == "pending"


def test_choosing_nothing_is_told(town: Town, vilma: Browser) -> None:
    write(town)
    assert "Valitse vähintään yksi kirje" in vilma.post("/outgoing/sent", status=422, sent_on="9.2.2026")


def test_another_unit_neither_sees_nor_marks(town: Town) -> None:
    letter = write(town)
    saara = Browser(town, "saara")
    assert "Sami Esimerkki" not in saara.get("/outgoing/")
    page = saara.post("/outgoing/sent", one=letter, sent_on="9.2.2026")
    assert "roolisi eivät ulotu" in page
    assert "Sami Esimerkki" not in page
    assert town.value("SELECT state FROM outbox") == "pending"


def test_looking_is_recorded_and_the_page_is_for_caseworkers(town: Town, vilma: Browser) -> None:
    write(town)
    vilma.get("/outgoing/")
    assert town.value("SELECT count(*) FROM views WHERE what = 'outgoing' AND customer_id IS NOT NULL") == 1
    Browser(town, "olga").get("/outgoing/", status=403)


def test_marking_needs_the_token_of_our_own_page(town: Town, vilma: Browser) -> None:
    letter = write(town)
    vilma.client.application.config["WTF_CSRF_ENABLED"] = True
    assert vilma.client.post("/outgoing/sent", data={"one": letter, "sent_on": "9.2.2026"}).status_code == 400
    assert town.value("SELECT state FROM outbox") == "pending"
