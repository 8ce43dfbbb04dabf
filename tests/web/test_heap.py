"""What a serving process has read once is not gone through by the collector again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tasks.db import Database
from tasks.published import Published, published
from tests.tasks.conftest import Town
from web import heap


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """The collector of the tests stays as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_published_is_read_and_put_out_of_the_collectors_sight(town: Town) -> None:
    database = Database(town.database.url.render_as_string(hide_password=False))
    heap.settle(database)
    versions: Published = published(database)
    assert versions.rows
    assert gc.get_freeze_count() > 0
    assert not any(each is versions for each in gc.get_objects()), "the collector still goes through it"
    assert gc.get_threshold()[0] == heap.YOUNG
    database.dispose()


def test_a_process_comes_up_before_its_database() -> None:
    heap.settle(Database("postgresql://nobody@127.0.0.1:1/away"))
    assert gc.get_freeze_count() > 0
