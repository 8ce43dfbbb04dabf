"""A stage with every folder published, prepared once per database and test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tasks.stage import Stage, prepare, throw_away
from tests.conftest import SERVER
from tests.workflows.folders import folders


@pytest.fixture(scope="session")
def sqlite_stage() -> Iterator[Stage]:
    """The stage in memory."""
    with throw_away(None) as database:
        yield prepare(database, folders().values())


@pytest.fixture(scope="session")
def postgresql_stage(postgresql: None) -> Iterator[Stage]:
    """The stage on the PostgreSQL server."""
    with throw_away(SERVER) as database:
        yield prepare(database, folders().values())


@pytest.fixture
def stage(backend: str, request: pytest.FixtureRequest) -> Stage:
    """The stage on either database."""
    found: Stage = request.getfixturevalue(f"{backend}_stage")
    return found
