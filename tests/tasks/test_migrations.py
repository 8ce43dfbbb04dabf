"""The schema: migrations lead to what the models say, on both databases."""

from __future__ import annotations

from tasks import migrations
from tasks.db import Database


def test_migrations_and_models_agree(database) -> None:
    assert migrations.check(database) == []


def test_upgrading_twice_changes_nothing(database) -> None:
    assert migrations.upgrade(database) == migrations.revision(database) == migrations.head()


def test_an_empty_database_is_told_apart(tmp_path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    problems = migrations.check(database)
    assert problems == ["the database has no tables: run asiavirta db upgrade"]
    assert migrations.revision(database) is None
