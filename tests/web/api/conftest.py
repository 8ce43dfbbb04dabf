"""An integration that calls the API of the small authority, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from tasks.commands import people, tokens
from tests.conftest import Templates
from tests.tasks.conftest import HOUSE, Town, prepare
from tests.web.conftest import make_app
from web.current import EXTENSION

EVERYTHING = tokens.SCOPES


@dataclass
class Machine:
    """An integration with a token: requests by method and path below /api/v1, and the status that is expected."""

    town: Town
    client: FlaskClient
    secret: str
    user_id: int

    def __call__(self, method: str, path: str, status: int = 200, **named: Any) -> Any:
        """The JSON answer; a keyword `match` is the If-Match header, `key` the Idempotency-Key."""
        headers = {"Authorization": f"Bearer {self.secret}", **named.pop("headers", {})}
        for name, header in (("match", "If-Match"), ("key", "Idempotency-Key")):
            if name in named:
                headers[header] = str(named.pop(name))
        self.answer = self.client.open(f"/api/v1{path}", method=method, headers=headers, **named)
        assert self.answer.status_code == status, self.answer.text
        return self.answer.json if self.answer.is_json and self.answer.data else self.answer.data

    def start(self, **named: Any) -> Any:
        """Start a permit case for the person who applies."""
        body = {"process": "permit", "customer": self.town.customer, "unit": "north", "data": {"reason": "Työpaja"}}
        return self("POST", "/cases", named.pop("status", 201), json=body | named.pop("body", {}), **named)


def machine(town: Town, scopes: tuple[str, ...] = EVERYTHING, units: tuple[str, ...] = ("north",)) -> Machine:
    """An integration with these scopes in these units."""
    name = f"siirto.{len(scopes)}.{'.'.join(units)}"
    user_id = people.add_user(town.database, HOUSE, name=name, full_name="Siirto", now=town.now)
    people.add_role(
        town.database, HOUSE, user_id=user_id, role="integration", now=town.now, work_roles=["grant_officer"],
        units=[town.unit(code) for code in units],
    )  # fmt: skip
    secret = tokens.issue_token(town.database, HOUSE, user_id=user_id, scopes=scopes, now=town.now).secret
    app = make_app(town.database)
    app.config["WTF_CSRF_ENABLED"] = True
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], clock=lambda: town.now)
    return Machine(town, app.test_client(), secret, user_id)


@pytest.fixture
def town(backend: str, templates: Templates) -> Iterator[Town]:
    """The small authority of tests/tasks on either database."""
    with templates.copy(backend, "town", prepare) as database:
        yield Town(database)


@pytest.fixture
def api(town: Town) -> Machine:
    """An integration that may do everything in the north."""
    return machine(town)
