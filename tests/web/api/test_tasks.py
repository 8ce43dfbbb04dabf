"""Tasks over the API: found, read with their form, changed by version, completed."""

from __future__ import annotations

import pytest

from tests.tasks.conftest import Town
from tests.tasks.test_choices import begin
from tests.web.api.conftest import Machine


def test_a_task_is_read_with_its_form_and_completed_with_its_answers(api: Machine) -> None:
    task = api.start()["tasks"][0]
    whole = api("GET", f"/tasks/{task}")
    assert whole["form"]["properties"]["complete"]["x-kind"] == "yes_no"
    assert (whole["element"], whole["may_complete"]) == ("check", True)
    tag = api.answer.headers["ETag"]
    done = api("POST", f"/tasks/{task}/complete", match=tag, json={"data": {"complete": True}})
    assert len(done["opened"]) == 1
    assert api("GET", f"/tasks/{task}")["state"] == "completed"


def test_every_change_names_its_version_and_gives_the_next_one(town: Town, api: Machine) -> None:
    task = api.start()["tasks"][0]
    assert api("POST", f"/tasks/{task}/claim", match='"1"')["revision"] == 2
    assert api.answer.headers["ETag"] == '"2"'
    told = api("POST", f"/tasks/{task}/draft", 412, match='"1"', json={"data": {"complete": True}})
    assert "Siirto" in told["detail"]
    assert api("POST", f"/tasks/{task}/draft", match='"2"', json={"data": {"complete": True}})["revision"] == 3
    assert api("GET", f"/tasks/{task}")["draft"] == {"complete": True}
    api("POST", f"/tasks/{task}/hold", match='"3"', json={"until": "2026-02-20", "reason": "odottaa"})
    assert api("GET", f"/tasks/{task}")["hold_until"] == "2026-02-20"
    api("POST", f"/tasks/{task}/release", match="*")
    assert api("POST", f"/tasks/{task}/assign", match="*", json={"assignee": "vilma"})["revision"] == 6
    assert api("GET", f"/tasks/{task}")["assignee"] == {"id": town.user("vilma").user_id, "name": "Vilma"}


@pytest.mark.parametrize("verb", ["claim", "release", "assign", "hold", "draft", "pick", "complete"])
def test_no_change_goes_without_a_version(api: Machine, verb: str) -> None:
    task = api.start()["tasks"][0]
    bodies = {"assign": {"assignee": "vilma"}, "hold": {"until": "2026-02-20", "reason": "x"}, "pick": {"element": "x"}}
    api("POST", f"/tasks/{task}/{verb}", 428, json=bodies.get(verb, {"data": {}}))


def test_wrong_answers_change_nothing(town: Town, api: Machine) -> None:
    task = api.start()["tasks"][0]
    told = api("POST", f"/tasks/{task}/complete", 422, match="*", json={"data": {"complete": "maybe", "more": 1}})
    assert {error["pointer"] for error in told["errors"]} == {"/data/complete", "/data/more"}
    assert town.value("SELECT revision FROM tasks") == 1


@pytest.mark.parametrize("task", ["7-1", "x", "1", "99999999999999999999-1", "1-99"])
def test_a_task_that_is_not_there_is_told(api: Machine, task: str) -> None:
    api.start()
    api("GET", f"/tasks/{task}", 404)
    api("POST", f"/tasks/{task}/claim", 404, match="*")


def test_a_completed_task_is_not_completed_again(api: Machine) -> None:
    task = api.start()["tasks"][0]
    api("POST", f"/tasks/{task}/complete", match="*", json={"data": {"complete": True}})
    told = api("POST", f"/tasks/{task}/complete", 409, match="*", json={"data": {"complete": True}})
    assert told["type"] == "urn:asiavirta:problem:wrong-state"


def test_tasks_are_narrowed_and_come_page_by_page(town: Town, api: Machine) -> None:
    cases = [api.start()["id"] for _ in range(3)]
    api("POST", f"/tasks/{cases[0]}-1/complete", match="*", json={"data": {"complete": False}})
    api("POST", f"/tasks/{cases[1]}-1/assign", match="*", json={"assignee": "vilma"})
    for query, wanted in (
        ("state=open&element=check", [f"{cases[1]}-1", f"{cases[2]}-1"]),
        ("state=completed", [f"{cases[0]}-1"]),
        ("assignee=vilma", [f"{cases[1]}-1"]),
        (f"case={cases[2]}&process=permit&role=grant_officer&unit=north", [f"{cases[2]}-1"]),
        ("due_before=2026-01-01", []),
    ):
        assert [task["id"] for task in api("GET", f"/tasks?{query}")["items"]] == wanted, query
    first = api("GET", "/tasks?size=2")
    rest = api("GET", f"/tasks?after={first['next']}")
    ids = [task["id"] for task in first["items"] + rest["items"]]
    assert len(set(ids)) == len(ids) == town.value("SELECT count(*) FROM tasks")


def test_a_choice_tells_its_offers_and_begins_one(town: Town, api: Machine) -> None:
    task = begin(town)
    assert api("GET", f"/tasks/{task}")["choice"] == {
        "offers": ["home_visit", "phone_call"],
        "ends": True,
        "working": 0,
    }
    begun = api("POST", f"/tasks/{task}/pick", match='"1"', json={"element": "home_visit"})
    assert api("GET", f"/tasks/{begun['opened'][0]}")["element"] == "home_visit"
    api("POST", f"/tasks/{task}/pick", 412, match='"1"', json={"element": "home_visit"})
    api("POST", f"/tasks/{task}/pick", 409, match="*", json={"element": "report"})
    assert api("GET", f"/tasks/{begun['opened'][0]}")["choice"] is None
