"""Who may call the API: a token in force, with the scope, within its units."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tasks.commands import people, tokens
from tasks.errors import InvalidValue, NotFound
from tests.tasks.conftest import HOUSE, Town
from tests.web.api.conftest import EVERYTHING, Machine, machine
from web.auth import is_keyed

CALLS = {
    "processes:read": ("GET", "/processes"),
    "cases:read": ("GET", "/cases"),
    "cases:start": ("POST", "/cases"),
    "cases:cancel": ("POST", "/cases/1/cancel"),
    "tasks:read": ("GET", "/tasks"),
    "tasks:work": ("POST", "/tasks/1-1/claim"),
    "tasks:assign": ("POST", "/tasks/1-1/assign"),
    "messages:send": ("POST", "/messages"),
    "figures:read": ("GET", "/figures"),
}


def test_no_address_of_the_api_answers_without_a_token(api: Machine) -> None:
    app = api.client.application
    asked = 0
    for rule in app.url_map.iter_rules():
        if is_keyed_in(app, rule.endpoint):
            address = "/" + "/".join("1" if part.startswith("<") else part for part in rule.rule.split("/")[1:])
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                asked += 1
                assert api.client.open(address, method=method).status_code == 401, rule
    assert asked >= 18


def is_keyed_in(app: Any, endpoint: str) -> bool:
    with app.app_context():
        return is_keyed(endpoint)


def test_a_wrong_token_is_refused_and_soon_not_heard(town: Town, api: Machine) -> None:
    wrong = {"Authorization": "Bearer asiavirta_wrong"}
    answers = [api.client.get("/api/v1/cases", headers=wrong).status_code for _ in range(102)]
    assert answers[:100] == [401] * 100
    assert answers[100:] == [429, 429]
    api("GET", "/cases")  # a right token is heard all the same


@pytest.mark.parametrize("scope", CALLS)
def test_a_call_needs_its_own_scope(town: Town, scope: str) -> None:
    method, path = CALLS[scope]
    without = machine(town, tuple(set(EVERYTHING) - {scope}))
    told = without(method, path, 403, json={}, headers={"Accept-Language": "sv"})
    assert told["type"] == "urn:asiavirta:problem:forbidden"
    assert told["detail"] == f"Nyckeln saknar rättigheten {scope}."


def test_a_token_ends_when_it_is_revoked_and_after_its_last_day(town: Town, api: Machine) -> None:
    until = tokens.issue_token(
        town.database, HOUSE, user_id=api.user_id, scopes=["cases:read"], now=town.now, expires_on=date(2026, 2, 9)
    )
    other = Machine(town, api.client, until.secret, api.user_id)
    other("GET", "/cases")
    town.pass_time(days=1)
    other("GET", "/cases", 401)
    tokens.revoke_token(town.database, HOUSE, town.value("SELECT min(id) FROM tokens"), now=town.now)
    api("GET", "/cases", 401)


def test_the_table_holds_no_secret_and_when_it_was_used(town: Town, api: Machine) -> None:
    api("GET", "/cases")
    row = town.rows("SELECT * FROM tokens")[0]
    assert api.secret not in str(row)
    assert row.used_at is not None


def test_a_token_is_for_integrations_with_known_scopes(town: Town) -> None:
    with pytest.raises(NotFound):
        tokens.issue_token(
            town.database, HOUSE, user_id=town.user("vilma").user_id or 0, scopes=["cases:read"], now=town.now
        )
    with pytest.raises(InvalidValue, match="everything"):
        tokens.issue_token(town.database, HOUSE, user_id=1, scopes=["everything"], now=town.now)


def test_who_signs_in_with_a_password_is_no_integration(town: Town) -> None:
    person = people.add_user(
        town.database, HOUSE, name="pia", full_name="Pia", now=town.now, password="salasana-kokeiluun"
    )
    with pytest.raises(InvalidValue, match="password"):
        people.add_role(town.database, HOUSE, user_id=person, role="integration", now=town.now)


def test_an_integration_reaches_its_units_only(town: Town, api: Machine) -> None:
    case = api.start()["id"]
    south = machine(town, units=("south",))
    assert south("GET", "/cases")["items"] == []
    assert south("GET", "/tasks")["items"] == []
    south("GET", f"/cases/{case}", 403)
    south("GET", f"/tasks/{case}-1", 403)
    south("POST", f"/tasks/{case}-1/claim", 403, match="*")
    south("POST", f"/cases/{case}/cancel", 403, match="*", json={"reason": "x"})


def test_an_integration_never_decides(town: Town, api: Machine) -> None:
    case = api.start()["id"]
    api("POST", f"/tasks/{case}-1/complete", match="*", json={"data": {"complete": True}})
    decide = api("GET", "/tasks?state=open")["items"][0]
    assert decide["role"] == "decision_maker"
    api("POST", f"/tasks/{decide['id']}/complete", 403, match="*", json={"data": {}})
