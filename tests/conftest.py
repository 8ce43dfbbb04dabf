"""Databases for tests: SQLite files and PostgreSQL databases with random names, copies of one migrated once."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tasks import migrations
from tasks.db import Database
from tests import pristine

SERVER = os.environ.get("ASIAVIRTA_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
Prepare = Callable[[Database], None]


class Templates:
    """Prepared databases of this test run, by backend and preparation; each test gets one that nobody has used since.

    A SQLite file is copied. A PostgreSQL database is emptied and filled again after use, which takes a fraction of the
    time of making another; one whose tables a test has changed is dropped.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: dict[tuple[str, str], str] = {}
        self.idle: dict[str, list[str]] = {}
        self.names: list[str] = []

    @contextmanager
    def copy(self, backend: str, name: str, prepare: Prepare) -> Iterator[Database]:
        """A database of its own."""
        if (backend, name) not in self.made:
            self.made[backend, name] = self._make(backend, prepare)
        template = self.made[backend, name]
        url = self._sqlite_copy(template) if backend == "sqlite" else self._postgresql_copy(template)
        database = Database(
            url, durable=False
        )  # nobody pulls the plug on a test; waiting for the disk doubles its time
        try:
            yield database
        finally:
            database.dispose()
            self._give_back(template, url)

    def _make(self, backend: str, prepare: Prepare) -> str:
        url = f"sqlite:///{self.folder}/{secrets.token_hex(6)}.db" if backend == "sqlite" else create_postgresql()
        database = Database(url, durable=False)
        prepare(database)
        database.dispose()
        if backend == "postgresql":
            self.names.append(url)
            with psycopg.connect(_plain(url), autocommit=True) as connection:
                pristine.keep(connection)
        return url

    def _sqlite_copy(self, template: str) -> str:
        target = self.folder / f"{secrets.token_hex(6)}.db"
        shutil.copyfile(template.removeprefix("sqlite:///"), target)
        return f"sqlite:///{target}"

    def _postgresql_copy(self, template: str) -> str:
        idle = self.idle.setdefault(template, [])
        return idle.pop() if idle else create_postgresql(make_url(template).database)

    def _give_back(self, template: str, url: str) -> None:
        if url.startswith("sqlite"):
            for suffix in ("", "-wal", "-shm"):
                Path(url.removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)
            return
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            restored = pristine.restore(connection)
        if restored:
            self.idle[template].append(url)
        else:
            drop_postgresql(url)

    def close(self) -> None:
        """Drop the databases."""
        for url in (*self.names, *(url for urls in self.idle.values() for url in urls)):
            drop_postgresql(url)


def create_postgresql(template: str | None = None) -> str:
    """Create an empty database (or a copy of another) with a random name; gives its URL."""
    name = f"asiavirta_test_{secrets.token_hex(6)}"
    with psycopg.connect(_plain(SERVER), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    return make_url(SERVER).set(database=name, drivername="postgresql").render_as_string(hide_password=False)


def drop_postgresql(url: str) -> None:
    """Drop a database that create_postgresql made."""
    with psycopg.connect(_plain(SERVER), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def postgresql_missing() -> str | None:
    """Why PostgreSQL tests cannot run, or None."""
    try:
        psycopg.connect(_plain(SERVER), connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return f"no PostgreSQL server at {make_url(SERVER).render_as_string()}: {error}"
    return None


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """The prepared databases of this run."""
    made = Templates(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgresql() -> None:
    """Skips what needs a PostgreSQL server when there is none."""
    if reason := postgresql_missing():
        pytest.skip(reason)


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    if request.param == "postgresql":
        request.getfixturevalue("postgresql")
    return str(request.param)


def migrate(database: Database) -> None:
    """Prepare the schema."""
    migrations.upgrade(database)


@pytest.fixture
def database(backend: str, templates: Templates) -> Iterator[Database]:
    """An empty, migrated database of either kind."""
    with templates.copy(backend, "empty", migrate) as made:
        yield made


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI nothing is skipped: what was is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = exitstatus or pytest.ExitCode.TESTS_FAILED
