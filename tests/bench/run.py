"""Everything that is measured, in one run: figures, and what they were measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from tasks.db import Database
from tasks.errors import DatabaseAway
from tests.bench import alarm, checking, instance, processes, queue, state
from tests.bench.commands import completing, starting
from tests.bench.figure import Figure, table
from tests.bench.scene import rehearse, throw_away

POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/postgres"
SQLITE = "sqlite://"
SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one run, the machine and the settings of the databases, and what could not be measured."""

    machine: dict[str, str]
    figures: tuple[Figure, ...]
    missing: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Every target that was measured is met."""
        return all(figure.met is not False for figure in self.figures)

    def document(self) -> dict[str, Any]:
        """The run as JSON."""
        figures = [figure.document() for figure in self.figures]
        return {"machine": self.machine, "figures": figures, "missing": list(self.missing)}

    def text(self) -> str:
        """The run as Markdown: the machine, the table, the notes."""
        lines = [f"- {name}: {value}" for name, value in self.machine.items()]
        lines += [f"- not measured: {reason}" for reason in self.missing]
        return "\n".join([*lines, "", table(self.figures)])


def measure(url: str | None, cases: int, say: Say) -> Measured:
    """Measure on SQLite and on the PostgreSQL server of `url` (None: the local one); a SQLite URL: SQLite alone."""
    machine = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
    }
    machine["load before"] = f"{os.getloadavg()[0]:.1f} processes running"
    say("in memory: states, whole cases, checking")
    figures = state.figures() + instance.figures(max(60, cases)) + checking.figures(20)
    missing: list[str] = []
    with throw_away(SQLITE) as database:
        say("SQLite: complete and start")
        machine["SQLite"] = _sqlite(database)
        figures += _commands(database, cases)
    if url is None or not url.startswith("sqlite"):
        try:
            with throw_away(url or POSTGRESQL) as database:
                machine["PostgreSQL"] = _postgresql(database)
                figures += _server(database, cases, say)
        except DatabaseAway as error:
            missing.append(f"everything on PostgreSQL: {error}")
    machine["load after"] = f"{os.getloadavg()[0]:.1f} processes running"
    return Measured(machine, tuple(figures), tuple(missing))


def _commands(database: Database, cases: int) -> list[Figure]:
    scene = rehearse(database)
    return [completing(scene, cases), starting(scene, cases * 3), *processes.figures(scene, cases)]


def _server(database: Database, cases: int, say: Say) -> list[Figure]:
    say("PostgreSQL: complete and start")
    scene = rehearse(database)
    found = [completing(scene, cases), starting(scene, cases * 3), *processes.figures(scene, cases)]
    say(f"PostgreSQL: {queue.TASKS} open tasks")
    queue.fill(scene)
    found += queue.figures(scene, max(60, cases))
    say(f"PostgreSQL: {alarm.WAITING} waiting timers")
    return found + alarm.figures(scene, alarm.fill(scene), max(60, cases))


def _sqlite(database: Database) -> str:
    with database.read() as connection:
        mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        synchronous = connection.execute(text("PRAGMA synchronous")).scalar_one()
    names = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
    return f"{sqlite3.sqlite_version}, journal_mode {mode}, synchronous {names[synchronous]}"


def _postgresql(database: Database) -> str:
    with database.read() as connection:
        found = [f"{name} {connection.execute(text(f'SHOW {name}')).scalar_one()}" for name in SETTINGS]
    return ", ".join(found)
