"""Cases over the API: started once, found page by page, explained, called off."""

from __future__ import annotations

import pytest

from tests.tasks.conftest import Town
from tests.tasks.test_values import read_from_values
from tests.web.api.conftest import EVERYTHING, Machine, machine


def test_a_case_starts_and_is_read_with_its_tasks_and_parties(town: Town, api: Machine) -> None:
    started = api.start()
    whole = api("GET", f"/cases/{started['id']}")
    assert whole["number"] == started["number"] == "LU/1/2026"
    assert whole["tasks"] == started["tasks"]
    assert [(p["role"], p["customer_id"], p["principal"]) for p in whole["parties"]] == [
        ("applicant", town.customer, True)
    ]
    assert whole["customer"] == {"id": town.customer, "name": "Sami Esimerkki"}


def test_the_same_key_starts_one_case(town: Town, api: Machine) -> None:
    first, again = api.start(key="A-1"), api.start(key="A-1", status=200)
    assert (again["id"], again["again"]) == (first["id"], True)
    assert api.start(key="A-2")["id"] != first["id"]
    assert town.value("SELECT count(*) FROM cases") == 2


def test_wrong_answers_are_told_with_their_place_and_nothing_is_started(town: Town, api: Machine) -> None:
    told = api.start(status=422, body={"data": {"reason": ""}}, headers={"Accept-Language": "fi"})
    assert told["type"] == "urn:asiavirta:problem:invalid-answers"
    assert [error["pointer"] for error in told["errors"]] == ["/data/reason"]
    assert api.answer.mimetype == "application/problem+json"
    assert town.value("SELECT count(*) FROM cases") == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"process": "nowhere"}, "/process"),
        ({"unit": "west"}, "/unit"),
        ({"customer": {"identity_code": "010190-999X"}}, "/customer"),
        ({"customer": {}}, "/customer"),
        ({"customer": {"identity_code": "010190-0000", "name": "Esimerkki"}}, "/customer/identity_code"),
        ({"customer": True}, "/customer"),
        ({"message": "goodbye"}, "/message"),
        ({"parties": {"king": 1}}, "/parties/king"),
        ({"occurred_at": "yesterday"}, "/occurred_at"),
        ({"colour": "red"}, "/colour"),
        ({"version": "first"}, "/version"),
    ],
)
def test_what_cannot_be_used_is_named(api: Machine, body: dict[str, object], pointer: str) -> None:
    told = api.start(status=422, body=body)
    assert [error["pointer"] for error in told["errors"]] == [pointer]


@pytest.mark.parametrize("text", ["{", "[]", "", "\0"])
def test_what_is_no_json_object_is_told(api: Machine, text: str) -> None:
    api("POST", "/cases", 400 if text in ("{", "\0") else 422, data=text, content_type="application/json")


def test_a_customer_is_found_by_code_or_added_where_the_token_may(town: Town, api: Machine) -> None:
    by_code = api.start(body={"customer": {"identity_code": "131052-308t"}})
    assert api("GET", f"/cases/{by_code['id']}")["customer"]["id"] == town.customer
    new = {"identity_code": "010190-999W", "name": "Uusi Esimerkki"}
    machine(town, tuple(set(EVERYTHING) - {"customers:add"})).start(status=422, body={"customer": new})
    added = api.start(body={"customer": new})
    assert api("GET", f"/cases/{added['id']}")["customer"]["name"] == "Uusi Esimerkki"


def test_cases_come_page_by_page_and_none_twice(api: Machine) -> None:
    made = {api.start()["id"] for _ in range(5)}
    found, after = [], ""
    while True:
        page = api("GET", f"/cases?size=2&after={after}")
        found += [case["id"] for case in page["items"]]
        if page["next"] is None:
            break
        assert f"after={page['next']}" in api.answer.headers["Link"]
        after = page["next"]
    assert found == sorted(made, reverse=True)


def test_cases_are_narrowed(town: Town, api: Machine) -> None:
    first = api.start()
    api("POST", f"/cases/{first['id']}/cancel", 204, match="*", json={"reason": "peruttu"})
    second = api.start()
    for query, wanted in (
        ("status=open", [second["id"]]),
        ("status=cancelled", [first["id"]]),
        (f"number={second['number']}", [second["id"]]),
        (f"customer={town.customer}&process=permit&unit=north", [second["id"], first["id"]]),
        ("arrived_from=2026-02-10", []),
        ("process=other", []),
    ):
        assert [case["id"] for case in api("GET", f"/cases?{query}")["items"]] == wanted, query


@pytest.mark.parametrize("query", ["after=nonsense", "after=MQ.MQ", "size=0", "size=1000", "status=asleep", "x=1"])
def test_a_query_that_cannot_be_used_is_told(api: Machine, query: str) -> None:
    told = api("GET", f"/cases?{query}", 422)
    assert told["errors"][0]["pointer"].startswith("?query/")


def test_a_cancel_names_the_version_that_it_was_made_from(api: Machine) -> None:
    case = api.start()["id"]
    api("GET", f"/cases/{case}")
    tag = api.answer.headers["ETag"]
    api("POST", f"/cases/{case}/cancel", 428, json={"reason": "x"})
    api("POST", f"/cases/{case}/cancel", 412, match='"99"', json={"reason": "x"})
    api("POST", f"/cases/{case}/cancel", 412, match="nonsense", json={"reason": "x"})
    api("POST", f"/cases/{case}/cancel", 204, match=tag, json={"reason": "x"})
    assert api("GET", f"/cases/{case}")["status"] == "cancelled"
    api("POST", f"/cases/{case}/cancel", 409, match="*", json={"reason": "x"})


def test_dates_come_with_their_explanation(api: Machine) -> None:
    case = api.start()["id"]
    api("POST", f"/tasks/{case}-1/complete", match="*", json={"data": {"complete": False}})
    dates = api("GET", f"/cases/{case}/deadlines")["items"]
    reply = next(date for date in dates if date["name"] == "reply_time")
    assert reply["due_on"] == "2026-02-16"
    assert reply["trace"]


def test_a_date_says_where_its_length_came_from(town: Town, api: Machine) -> None:
    read_from_values(town, 'parameter("reply_days")')
    case = api.start()["id"]
    api("POST", f"/tasks/{case}-1/complete", match="*", json={"data": {"complete": False}})
    dates = api("GET", f"/cases/{case}/deadlines")["items"]
    trace = next(date for date in dates if date["name"] == "reply_time")["trace"]
    (value,) = [step for step in trace if step["step"] == "value"]
    assert (value["name"], value["value"], value["version"]) == ("reply_days", 21, "permit@2")


def test_events_come_in_order_with_who_and_how(api: Machine) -> None:
    case = api.start()["id"]
    api("POST", f"/tasks/{case}-1/complete", match="*", json={"data": {"complete": True}})
    first = api("GET", f"/cases/{case}/events?size=2")
    rest = api("GET", f"/cases/{case}/events?after={first['next']}")
    events = first["items"] + rest["items"]
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    assert {(event["actor"], event["via"]) for event in events if event["kind"] == "case_started"} == {
        ("Siirto", "api")
    }


def test_what_was_read_is_recorded(town: Town, api: Machine) -> None:
    case = api.start()["id"]
    api("GET", f"/cases/{case}")
    api("GET", "/cases")
    seen = [
        (row.what, row.via) for row in town.rows("SELECT what, via FROM views WHERE case_id = :c ORDER BY id", c=case)
    ]
    assert seen == [("case", "api"), ("case_list", "api")]
