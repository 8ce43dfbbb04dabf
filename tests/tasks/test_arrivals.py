"""Messages from other systems: one effect for each id, early ones, those that a person must place."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine import bundle
from tasks import clock
from tasks.actor import Actor
from tasks.arrival import Arrived, Incoming
from tasks.commands import arrivals, cases, publishing
from tasks.errors import Forbidden, InvalidAnswers, InvalidValue, SameId, WrongState

CODE = "131052-308T"
BY_PERSON = {"parties": {"applicant": {"identity_code": CODE}}}


def register(town: Any) -> Actor:
    return Actor(town.user("liisa").user_id, "register", "api")


def send(town: Any, id: str = "m-1", **more: Any) -> Arrived:
    given = {"name": "reply", "payload": {"text": "Liitteenä"}, "correlation": BY_PERSON} | more
    return arrivals.deliver_message(town.database, register(town), Incoming(id=id, **given), now=town.now)


def ask(town: Any, started: cases.CaseStarted) -> int:
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    return started.case_id


def state(town: Any, id: str = "m-1") -> tuple[str, str | None]:
    return tuple(town.rows("SELECT state, reason FROM messages WHERE external_id = :id", id=id)[0])


@pytest.mark.parametrize("said", ["number", "id", "party"])
def test_a_message_reaches_the_one_case_that_waits_for_it(town, said) -> None:
    case = ask(town, town.start())
    correlation = {"number": {"case": "lu/1/2026"}, "id": {"case": case}, "party": BY_PERSON}[said]
    arrived = send(town, correlation=correlation)
    assert (arrived.state, arrived.case_id, arrived.case_number) == ("delivered", case, "LU/1/2026")
    row = town.rows("SELECT source, via, kind FROM answers WHERE form = 'reply'")[0]
    assert tuple(row) == ("register", "api", "message")
    assert "message_received" in town.events(case)


def test_the_same_id_has_one_effect_and_the_same_answer(town) -> None:
    case = ask(town, town.start())
    first, second = send(town), send(town)
    assert (second.state, second.case_id, second.opened, second.again) == ("delivered", case, first.opened, True)
    assert town.events(case).count("message_received") == 1
    with pytest.raises(SameId, match="another content"):
        send(town, payload={"text": "jotain muuta"})


def test_two_that_come_at_once_have_one_effect(town) -> None:
    case, gate = ask(town, town.start()), threading.Barrier(4)

    def at_once(_: int) -> Arrived:
        gate.wait()
        return send(town)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(at_once, range(4)))
    assert {(each.state, each.case_id) for each in answers} == {("delivered", case)}
    assert sorted(each.again for each in answers) == [False, True, True, True]
    assert town.events(case).count("message_received") == 1


def test_a_refused_message_leaves_its_id_free(town) -> None:
    ask(town, town.start())
    with pytest.raises(InvalidAnswers):
        send(town, payload={})
    assert send(town).state == "delivered"


def test_a_message_starts_a_case_in_the_only_unit_of_its_sender(town) -> None:
    application = {"name": "application", "payload": {"reason": "Työpaja"}}
    arrived = send(town, **application)
    assert (arrived.state, len(arrived.opened)) == ("started", 1)
    assert send(town, **application).case_id == arrived.case_id
    row = town.rows("SELECT unit_id, source, message FROM cases")
    assert [tuple(each) for each in row] == [(town.unit("north"), "register", "application")]


def test_an_early_message_is_delivered_when_its_case_begins_to_wait(town) -> None:
    started = town.start()
    assert send(town).state == "early"
    clock.run_until(town.database, town.now)
    assert state(town) == ("early", None)
    town.pass_time(hours=1)
    case = ask(town, started)
    town.pass_time(minutes=1)
    clock.run_until(town.database, town.now)
    assert state(town) == ("delivered", None)
    arrived_on = town.value("SELECT occurred_at FROM events WHERE kind = 'message_received'")
    assert str(arrived_on)[:16].replace("T", " ") == "2026-02-09 08:00"
    assert send(town).again
    assert town.events(case).count("message_received") == 1


def test_an_early_message_whose_time_is_over_waits_for_a_person(town) -> None:
    town.start()
    until = send(town).kept_until
    assert until is not None
    town.pass_time(days=31)
    clock.run_until(town.database, town.now)
    assert state(town) == ("unplaced", "expired")


def test_what_no_form_could_take_is_refused_even_early(town) -> None:
    town.start()
    with pytest.raises(InvalidAnswers):
        send(town, payload={"text": 5, "more": "x"})
    with pytest.raises(InvalidValue, match="no published process knows"):
        send(town, name="unheard_of")
    with pytest.raises(InvalidValue, match="whose reply this is"):
        send(town, correlation={})


def test_several_waiting_cases_are_for_a_person_to_tell_apart(town) -> None:
    first, second = ask(town, town.start()), ask(town, town.start())
    arrived = send(town)
    assert (arrived.state, arrived.reason) == ("unplaced", "several")
    assert "several cases" in arrived.sentence
    done = arrivals.place_message(town.database, town.user("vilma"), arrived.message_id, second, now=town.now)
    assert (done.state, done.case_id) == ("delivered", second)
    assert "message_received" not in town.events(first)
    assert town.value("SELECT payload FROM messages") is None
    with pytest.raises(WrongState):
        arrivals.place_message(town.database, town.user("vilma"), arrived.message_id, first, now=town.now)


@pytest.mark.parametrize(
    ("correlation", "reason"), [({"case": "LU/99/2026"}, "no_case"), ({"case": "closed"}, "closed")]
)
def test_a_message_for_a_case_that_will_never_wait_is_for_a_person(town, correlation, reason) -> None:
    started = town.start()
    cases.cancel_case(town.database, town.user("vilma"), started.case_id, reason="peruttu", now=town.now)
    if reason == "closed":
        correlation = {"case": started.case_id}
    assert send(town, correlation=correlation).reason == reason


def test_a_start_for_somebody_unknown_is_for_a_person(town) -> None:
    said = {"parties": {"applicant": {"identity_code": "131052-901X"}}}
    arrived = send(town, name="application", payload={"reason": "Työpaja"}, correlation=said)
    assert arrived.reason == "no_customer"
    done = arrivals.start_from_message(
        town.database, town.user("vilma"), arrived.message_id, process="permit",
        parties={"applicant": town.customer}, unit_id=town.unit("north"), now=town.now,
    )  # fmt: skip
    assert (done.state, done.case_number) == ("started", "LU/1/2026")


def test_who_has_no_right_to_the_case_neither_delivers_nor_places(town) -> None:
    started = town.start(actor=town.user("saara"), unit_id=town.unit("south"))
    town.complete("saara", started.task_ids[0], {"complete": "false"})
    with pytest.raises(Forbidden):
        send(town)
    kept = send(town, correlation={"case": "LU/7/2026"})
    with pytest.raises(Forbidden):
        arrivals.discard_message(town.database, town.user("outi"), kept.message_id, reason="roskaa", now=town.now)


def test_a_discarded_message_leaves_a_trail_and_no_content(town) -> None:
    kept = send(town, correlation={"case": "LU/7/2026"})
    with pytest.raises(InvalidValue, match="say why"):
        arrivals.discard_message(town.database, town.user("vilma"), kept.message_id, reason=" ", now=town.now)
    arrivals.discard_message(town.database, town.user("vilma"), kept.message_id, reason="testi", now=town.now)
    assert town.rows("SELECT payload, correlation, state FROM messages")[0] == (None, None, "discarded")
    assert town.value("SELECT why FROM audit WHERE kind = 'message_discarded'") == "testi"
    assert send(town, correlation={"case": "LU/7/2026"}).again


def keyed(town: Any) -> None:
    """The permit asks for a reply by the reason that the application gave, and keeps an early one for five days."""
    files = dict(bundle.read(Path(__file__).parent / "bundles" / "permit").files)
    files["process.toml"] += b"""
[messages.reply]
keep = "P5D"
keys.reason = {case = "application.reason", message = "text"}
"""
    folder = bundle.read(bundle.pack(files))
    publishing.publish(
        town.database, Actor(None, "setup", "cli"), [folder], author="olga", approver="oona",
        from_on=town.now.date(), now=town.now,
    )  # fmt: skip


def test_a_declared_key_tells_the_cases_of_one_customer_apart(town) -> None:
    keyed(town)
    ask(town, town.start(reason="Yksi"))
    second = ask(town, town.start(reason="Kaksi"))
    assert send(town, payload={"text": "Kaksi"}).case_id == second
    assert send(town, "m-2", payload={"text": "Muuta"}, correlation={"keys": {"reason": "Yksi"}}).state == "delivered"
    kept = send(town, "m-3", payload={"text": "Kolme"}, correlation={})
    assert kept.kept_until is not None
    assert (kept.state, (kept.kept_until - town.now).days) == ("early", 5)
    third = ask(town, town.start(reason="Kolme"))
    clock.run_until(town.database, town.now)
    assert town.value("SELECT case_id FROM messages WHERE external_id = 'm-3'") == third


def test_a_case_whose_command_began_before_the_message_and_ended_after_it_gets_it(town) -> None:
    started = town.start()
    town.pass_time(minutes=5)
    assert send(town).state == "early"
    town.pass_time(minutes=-1)  # the moment that the command had read when it began
    case = ask(town, started)
    town.pass_time(minutes=1)
    clock.run_until(town.database, town.now)
    assert town.value("SELECT case_id FROM messages WHERE state = 'delivered'") == case
