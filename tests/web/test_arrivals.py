"""What arrives: new matters and awaited messages, recorded by hand."""

from __future__ import annotations

import re

from tasks.commands import customers
from tests.tasks.conftest import HOUSE, Town
from tests.web.conftest import Browser

START = "/cases/new/permit/application"
ARRIVAL = {"arrival_moment": "6.2.2026 14.30", "arrival_channel": "letter"}


def waiting(town: Town) -> int:
    """A case that waits for a reply."""
    started = town.start()
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    return started.case_id


def unit(town: Town) -> dict[str, int]:
    return {"unit": town.unit("north")}


def test_a_case_starts_with_its_customer_arrival_and_answers(town: Town, vilma: Browser) -> None:
    page = vilma.post(START, **ARRIVAL, **unit(town), **{"party-applicant": "131052-308T"}, reason="Työpaja", once="a")
    assert "on aloitettu" in page
    row = town.rows("SELECT arrived_on, channel, customer_id FROM cases")[0]
    assert (str(row.arrived_on), row.channel, row.customer_id) == ("2026-02-06", "letter", town.customer)


def test_sending_the_same_start_twice_makes_one_case(town: Town, vilma: Browser) -> None:
    sent = {**ARRIVAL, **unit(town), "party-applicant": "Sami Esimerkki", "reason": "Työpaja", "once": "abc"}
    vilma.post(START, **sent)
    vilma.post(START, **sent)
    assert town.value("SELECT count(*) FROM cases") == 1


def test_a_wrong_start_keeps_what_was_typed_and_links_every_error(town: Town, vilma: Browser) -> None:
    sent = {**unit(town), "arrival_moment": "eilen", "party-applicant": "Kuka Lie", "reason": "", "once": "a"}
    page = vilma.post(START, 422, **sent)
    for link in ("#party-applicant", "#f-arrival_moment", "#f-arrival_channel", "#f-reason"):
        assert f'href="{link}"' in page
    assert 'value="eilen"' in page
    assert 'value="Kuka Lie"' in page
    assert "<title>Virhe: " in page


def test_an_arrival_in_the_future_is_refused(town: Town, vilma: Browser) -> None:
    sent = ARRIVAL | unit(town) | {"arrival_moment": "1.3.2026 10.00", "party-applicant": "Sami", "reason": "x"}
    assert "tulevaisuudessa" in vilma.post(START, 422, **sent)


def namesake(town: Town) -> int:
    """Another Sami."""
    return customers.create_customer(
        town.database, HOUSE, kind="person", name="Sami Kaima", identity_code="010190-900P", now=town.now
    )


def test_one_of_several_customers_of_a_name_is_chosen_on_the_page(town: Town, vilma: Browser) -> None:
    other = namesake(town)
    sent = {**ARRIVAL, **unit(town), "party-applicant": "Sami", "reason": "Työpaja", "once": "a"}
    page = vilma.post(START, 422, **sent)
    assert "Löytyi useita. Valitse oikea alta" in page
    assert f'name="namesake-applicant" value="Sami Kaima (#{other})"' in page
    assert "010190" in page
    assert "900P" not in page
    chosen = {"typed-applicant": "Sami", "namesake-applicant": f"Sami Kaima (#{other})"}
    vilma.post(START, **sent, **chosen)
    assert town.value("SELECT customer_id FROM cases") == other


def test_what_is_typed_after_the_choice_was_shown_counts(town: Town, vilma: Browser) -> None:
    chosen = {"typed-applicant": "Sami", "namesake-applicant": f"Sami Kaima (#{namesake(town)})"}
    vilma.post(START, **ARRIVAL, **unit(town), **chosen, **{"party-applicant": "131052-308T"}, reason="x", once="a")
    assert town.value("SELECT customer_id FROM cases") == town.customer


def test_a_customer_is_named_by_number_with_or_without_its_sign(town: Town, vilma: Browser) -> None:
    for number, typed in enumerate((f"#{town.customer}", f" {town.customer} ")):
        sent = {"party-applicant": typed, "reason": "x", "once": str(number)}
        assert "on aloitettu" in vilma.post(START, **ARRIVAL, **unit(town), **sent)
    assert "Henkilöä ei löydy" in vilma.post(START, 422, **ARRIVAL, **unit(town), **{"party-applicant": "99999"})


def test_what_may_arrive_stands_by_the_name_of_its_process(vilma: Browser) -> None:
    page = vilma.get("/cases/new")
    assert re.search(r'href="/cases/new/permit/application">[^<]+</a></th>\s*<td>[^<]+</td>', page)


def test_a_unit_of_others_cannot_be_chosen(town: Town, vilma: Browser) -> None:
    sent = ARRIVAL | {"unit": town.unit("south"), "party-applicant": "Sami", "reason": "x"}
    vilma.post(START, 422, **sent)
    assert town.value("SELECT count(*) FROM cases") == 0


def test_the_customer_one_came_from_is_filled_in(town: Town, vilma: Browser) -> None:
    page = vilma.get(f"{START}?customer={town.customer}")
    assert f'value="Sami Esimerkki (#{town.customer})"' in page


def test_the_arrival_is_filled_in_with_the_present_moment(vilma: Browser) -> None:
    assert 'value="9.2.2026 10.00"' in vilma.get(START)


def test_a_waited_message_is_recorded_with_its_moment_and_channel(town: Town, vilma: Browser) -> None:
    case = waiting(town)
    town.pass_time(days=3)
    assert "Kirjaa saapunut" in vilma.get(f"/cases/{case}")
    sent = {"arrival_moment": "10.2.2026 9.05", "arrival_channel": "email", "text": "Liitteenä todistus"}
    assert "Kirjattu saapuneeksi" in vilma.post(f"/cases/{case}/messages/reply", **sent)
    row = town.rows("SELECT channel, occurred_at, at FROM answers WHERE kind = 'message' ORDER BY number DESC")[0]
    assert row.channel == "email"
    assert row.occurred_at[:16] == "2026-02-10T07:05"
    assert "Liitteenä todistus" in vilma.get(f"/cases/{case}")


def test_a_message_that_is_not_awaited_is_told_so(town: Town, vilma: Browser) -> None:
    vilma.get(f"/cases/{town.start().case_id}/messages/reply", 409)


def test_a_wrong_message_is_told_and_nothing_is_recorded(town: Town, vilma: Browser) -> None:
    case = waiting(town)
    page = vilma.post(f"/cases/{case}/messages/reply", 422, arrival_moment="", arrival_channel="letter", text="Teksti")
    assert 'href="#f-arrival_moment"' in page
    assert "Teksti" in page
    assert town.value("SELECT count(*) FROM subscriptions") == 1


def test_another_unit_may_not_record_a_message(town: Town) -> None:
    case = waiting(town)
    Browser(town, "saara").get(f"/cases/{case}/messages/reply", 403)


def test_the_history_tells_when_it_happened_and_when_it_was_recorded(town: Town, vilma: Browser) -> None:
    case = waiting(town)
    town.pass_time(days=3)
    vilma.post(f"/cases/{case}/messages/reply", arrival_moment="10.2.2026 9.05", arrival_channel="email", text="x")
    page = vilma.get(f"/cases/{case}/history")
    assert re.search(r"Saapui: .*?Tapahtui 10\.2\.2026 9\.05", page, re.DOTALL)


def test_adding_a_customer_on_the_way_leaves_the_half_filled_page_where_it_is(vilma: Browser) -> None:
    link = re.search(r'<a href="/customers/new"([^>]*)>([^<]*)<', vilma.get(START))
    assert link is not None
    assert 'target="_blank"' in link[1]
    assert "uudessa välilehdessä" in link[2]
