"""A small house for the pages: a database in memory, a fixed clock, people who may sign in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import insert

from tasks import migrations
from tasks.db import Database
from tasks.models import Area, Unit, User, UserRole
from tasks.passwords import hash_password
from tests.conftest import Templates
from tests.tasks.conftest import Town, prepare
from tests.web.command_line import CommandLine
from web.app import create_app
from web.config import Config
from web.current import EXTENSION

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
"""Tuesday 24.11.2026 10.30 in Helsinki."""
PASSWORD = "salasana-kokeiluun"
HASH = hash_password(PASSWORD)


class Compiled(BytecodeCache):
    """The templates of this run, compiled once: every application has an environment of its own."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what another application compiled."""
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Leave it to the next."""
        self.code[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


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
    app.jinja_env.bytecode_cache = COMPILED
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


class Browser:
    """A signed-in person's browser on a town: pages by path, forms by path and fields."""

    def __init__(self, town: Town, name: str, **settings: object) -> None:
        self.town = town
        app = make_app(town.database, demo=True, session_idle_minutes=1_000_000, session_hours=1_000_000, **settings)
        app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], clock=lambda: town.now)
        self.client = app.test_client()
        self.client.post("/switch", data={"person": town.user(name).user_id})

    def get(self, path: str, status: int = 200) -> str:
        """The text of a page."""
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path: str, status: int = 200, **fields: object) -> str:
        """The text of the page that a form leads to."""
        answer = self.client.post(path, data=fields, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return answer.text

    def version(self, task: str) -> int:
        """The present version of a task."""
        case_id, number = task.split("-")
        found = self.town.value("SELECT revision FROM tasks WHERE case_id = :c AND number = :n", c=case_id, n=number)
        return int(found)


@pytest.fixture
def town(templates: Templates) -> Iterator[Town]:
    """The small authority of tests/tasks, on SQLite."""
    with templates.copy("sqlite", "town", prepare) as database:
        yield Town(database)


@pytest.fixture
def vilma(town: Town) -> Browser:
    """A grant officer in the north."""
    return Browser(town, "vilma")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line."""
    return CommandLine(capsys)
