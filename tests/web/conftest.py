"""A small house for the pages: a database in memory, a fixed clock, people who may sign in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from tasks import migrations
from tasks.db import Database
from tasks.models import Area, Unit, User, UserRole
from tasks.passwords import hash_password
from web.app import create_app
from web.config import Config

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
"""Tuesday 24.11.2026 10.30 in Helsinki."""
PASSWORD = "salasana-kokeiluun"
HASH = hash_password(PASSWORD)


@pytest.fixture
def database() -> Iterator[Database]:
    found = Database("sqlite://")
    migrations.upgrade(found)
    with found.transaction() as connection:
        connection.execute(insert(Area).values(id=1, code="A1", name={"fi": "Alue", "sv": "Området", "en": "Area"}))
        names = {"fi": "Yrityspalvelut", "sv": "Företagstjänster", "en": "Business services"}
        connection.execute(insert(Unit).values(id=1, code="U1", name=names, area_id=1))
        for number, (name, full_name, role) in enumerate(
            (("kaisa", "Kaisa Käsittelijä", "caseworker"), ("eero", "Eero Esihenkilö", "supervisor")), 1
        ):
            connection.execute(
                insert(User).values(id=number, name=name, full_name=full_name, password_hash=HASH, created_at=NOW)
            )
            connection.execute(
                insert(UserRole).values(user_id=number, role=role, work_roles=["grant_officer"], units=[1])
            )
    yield found
    found.dispose()


def make_app(database: Database, **settings: object) -> Flask:
    """The application for tests: tokens are not asked unless a test wants them."""
    config = Config(secret_key="x" * 40, secure_cookies=False, **settings)  # type: ignore[arg-type]
    app = create_app(config, database, clock=lambda: NOW)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def app(database: Database) -> Flask:
    return make_app(database)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A browser that has not signed in."""
    return app.test_client()


def sign_in(client: FlaskClient, name: str = "kaisa") -> FlaskClient:
    """Sign in with the right password."""
    assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def kaisa(app: Flask) -> FlaskClient:
    """A caseworker's browser."""
    return sign_in(app.test_client())
