"""The small authority of tests/tasks, on either database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Templates
from tests.tasks.conftest import Town, prepare


@pytest.fixture
def town(backend: str, templates: Templates) -> Iterator[Town]:
    """A town of its own."""
    with templates.copy(backend, "town", prepare) as database:
        yield Town(database)
