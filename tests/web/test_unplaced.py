"""The pages of messages that found no case: seen, placed on a case, made a case, or discarded."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.actor import Actor
from tasks.arrival import Arrived, Incoming
from tasks.commands.arrivals import deliver_message
from tests.tasks.conftest import Town
from tests.web.conftest import Browser

BY_PERSON = {"parties": {"applicant": {"identity_code": "131052-308T"}}}
LOST = {"case": "LU/99/2026"}


def send(town: Town, id: str = "m-1", **more: Any) -> Arrived:
    given = {"name": "reply", "payload": {"text": "Kilpirauhanen"}, "correlation": BY_PERSON} | more
    sender = Actor(town.user("liisa").user_id, "register", "api")
    return deliver_message(town.database, sender, Incoming(id=id, **given), now=town.now)


def ask(town: Town) -> int:
    started = town.start()
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    return started.case_id


def test_a_message_for_several_cases_is_recorded_on_the_one_that_a_person_chooses(town: Town, vilma: Browser) -> None:
    first, second = ask(town), ask(town)
    kept = send(town)
    assert "Useampi asia odottaa tätä" in vilma.get("/arrivals/")
    page = vilma.get(f"/arrivals/{kept.message_id}")
    assert all(text in page for text in ("Kilpirauhanen", "LU/1/2026", "LU/2/2026", "Sami Esimerkki"))
    address = f"/cases/{second}/messages/reply?path=wait_reply&arrived={kept.message_id}"
    assert "Kilpirauhanen" in vilma.get(address)
    assert "Viestin lähetti register" in vilma.get(address)
    vilma.post(address, text="Kilpirauhanen, tarkistettu", arrived=kept.message_id)
    assert "message_received" in town.events(second)
    assert "message_received" not in town.events(first)
    assert town.value("SELECT state FROM messages") == "delivered"
    assert "on löytynyt asia" in vilma.get("/arrivals/")


def test_a_case_number_leads_to_the_case_or_says_why_not(town: Town, vilma: Browser) -> None:
    case, kept = ask(town), send(town, correlation=LOST)
    place = f"/arrivals/{kept.message_id}/case"
    assert "Tällaista asiaa ei ole" in vilma.post(place, 422, case="LU/77/2026")
    assert "Viestin lähetti register" in vilma.post(place, case="lu/1/2026")
    town.complete("vilma", town.start().task_ids[0], {"complete": "true"})
    assert "ei odota tätä viestiä nyt" in vilma.post(place, 422, case="LU/2/2026")
    assert town.value("SELECT status FROM cases WHERE id = :c", c=case) == "open"


def test_a_start_for_somebody_unknown_becomes_a_case_of_whom_a_person_names(town: Town, vilma: Browser) -> None:
    unknown = {"parties": {"applicant": {"identity_code": "131052-901X"}}}
    kept = send(town, name="application", payload={"reason": "Työpaja"}, correlation=unknown)
    page = vilma.get(f"/arrivals/{kept.message_id}")
    assert "ei ole asiakasta" in page
    assert "Aloita asia: Lupa" in page
    address = f"/cases/new/permit/application?arrived={kept.message_id}"
    assert "Työpaja" in vilma.get(address)
    fields = {"party-applicant": "131052-308T", "unit": town.unit("north"), "reason": "Työpaja", "once": "x"}
    assert "LU/1/2026" in vilma.post(address, arrived=kept.message_id, **fields)
    assert town.rows("SELECT state, case_id FROM messages")[0] == ("started", 1)
    assert town.value("SELECT source FROM cases") == "register"


def test_a_message_is_discarded_with_a_reason(town: Town, vilma: Browser) -> None:
    kept = send(town, correlation=LOST)
    assert "Kerro, miksi" in vilma.post(f"/arrivals/{kept.message_id}/discard", 422, reason=" ")
    assert "Viesti on poistettu" in vilma.post(f"/arrivals/{kept.message_id}/discard", reason="testi")
    vilma.get(f"/arrivals/{kept.message_id}", 404)


@pytest.mark.parametrize(("who", "status"), [("outi", 403), ("olga", 403), ("saara", 404)])
def test_others_see_no_message(town: Town, who: str, status: int) -> None:
    kept = send(town, correlation={**LOST, "unit": "north"})
    browser = Browser(town, who)
    browser.get(f"/arrivals/{kept.message_id}", status)
    assert "Kilpirauhanen" not in browser.client.get("/arrivals/").text


def test_whose_message_was_looked_at_is_recorded(town: Town, vilma: Browser) -> None:
    ask(town), ask(town)
    vilma.get(f"/arrivals/{send(town).message_id}")
    rows = town.rows("SELECT customer_id, what, why FROM views WHERE what = 'messages'")
    assert {tuple(row) for row in rows} == {(town.customer, "messages", "message_in_unit")}


@pytest.mark.parametrize(("language", "words"), [("sv", "Inkomna meddelanden utan ärende"), ("en", "Arrived without")])
def test_the_page_speaks_the_other_languages(town: Town, vilma: Browser, language: str, words: str) -> None:
    send(town, correlation=LOST)
    vilma.client.post("/language", data={"language": language})
    assert words in vilma.get("/arrivals/")
