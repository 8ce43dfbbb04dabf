"""Messages over the API: one effect for each id, whoever waits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tasks.conftest import Town
from tests.web.api.conftest import Machine, machine


def waiting(api: Machine) -> dict[str, Any]:
    """A case that waits for a reply."""
    started: dict[str, Any] = api.start()
    api("POST", f"/tasks/{started['tasks'][0]}/complete", match="*", json={"data": {"complete": False}})
    return started


def reply(case: dict[str, Any], id: str = "R-1", **more: Any) -> dict[str, Any]:
    return {"name": "reply", "id": id, "correlation": {"case": case["number"]}, "payload": {"text": "Liitteet"}} | more


def test_a_message_reaches_the_case_that_waits_for_it_once(town: Town, api: Machine) -> None:
    case = waiting(api)
    first = api("POST", "/messages", json=reply(case))
    assert (first["state"], first["case"]["id"], first["again"]) == ("delivered", case["id"], False)
    again = api("POST", "/messages", json=reply(case))
    assert (again["state"], again["again"]) == ("delivered", True)
    assert town.events(case["id"]).count("message_received") == 1
    told = api("POST", "/messages", 409, json=reply(case, payload={"text": "Muuta"}))
    assert told["type"] == "urn:asiavirta:problem:same-id"


def test_an_early_message_is_kept_and_its_sender_told_until_when(api: Machine) -> None:
    case = api.start()
    kept = api("POST", "/messages", 202, json=reply(case))
    assert kept["state"] == "early"
    assert kept["kept_until"].endswith("+00:00")


def test_a_message_for_no_case_is_kept_for_a_person(api: Machine) -> None:
    kept = api("POST", "/messages", 202, json=reply({"number": "LU/99/2026"}))
    assert (kept["state"], kept["reason"]) == ("unplaced", "no_case")


def test_wrong_content_is_told_with_its_place_and_may_be_sent_again(town: Town, api: Machine) -> None:
    case = waiting(api)
    told = api("POST", "/messages", 422, json=reply(case, payload={"text": "", "other": 1}))
    assert {error["pointer"] for error in told["errors"]} == {"/payload/text", "/payload/other"}
    assert api("POST", "/messages", json=reply(case))["state"] == "delivered"


@pytest.mark.parametrize("left_out", ["name", "id"])
def test_a_message_has_a_name_and_an_id(api: Machine, left_out: str) -> None:
    body = {name: value for name, value in reply({"number": "LU/1/2026"}).items() if name != left_out}
    assert api("POST", "/messages", 422, json=body)["errors"][0]["pointer"] == f"/{left_out}"


def test_ids_of_two_integrations_do_not_meet(town: Town, api: Machine) -> None:
    case = waiting(api)
    other = machine(town, ("messages:send",))
    assert api("POST", "/messages", json=reply(case))["state"] == "delivered"
    assert other("POST", "/messages", 202, json=reply(case))["again"] is False
