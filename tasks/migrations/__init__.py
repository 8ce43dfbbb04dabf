"""The schema's history: `upgrade` brings a database to the newest schema, `check` compares it with the models."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from tasks.db import Database
from tasks.models import Base


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "tasks:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, to: str = "head") -> str:
    """Bring the database to the newest schema, or to an older one that it has not reached yet; gives the revision."""
    with database.transaction() as connection:
        command.upgrade(_config(connection), to)
    return head() if to == "head" else to


def head() -> str:
    """The newest revision in the code."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def revision(database: Database) -> str | None:
    """The revision of the database; None when it has no schema."""
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check(database: Database) -> list[str]:
    """What differs between the database and the models, one sentence each; empty when they agree."""
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": database.dialect == "postgresql"})
        current = context.get_current_revision()
        if current is None:
            return ["the database has no tables: run asiavirta db upgrade"]
        behind = [] if current == head() else [f"the database is at revision {current}, the newest is {head()}"]
        return behind + [str(difference) for difference in compare_metadata(context, Base.metadata)]
