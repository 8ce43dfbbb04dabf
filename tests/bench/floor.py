"""The floor: the least work that writes what a command wrote, through the driver alone.

Read and lock the state, decode it, the engine step, encode, write the same rows and bytes in the fewest statements,
commit. The rows are recorded once from the real command; nothing is checked, computed or projected.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import make_url

from engine import runner
from engine import state as codec
from engine.definition import Definition
from engine.result import Situation
from engine.run import Run
from engine.scope import Scopes
from engine.spiff import Case
from tasks.changes import Changes
from tasks.db import Database

Row = dict[str, Any]


@dataclass(slots=True)
class Recorded:
    """What one real command gave the engine, and what it then wrote."""

    definition: Definition | None = None
    situation: Situation | None = None
    told: tuple[Any, ...] = ()
    changes: Changes | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def given(self) -> tuple[Definition, Situation]:
        """What the engine was given."""
        assert self.definition is not None
        assert self.situation is not None
        return self.definition, self.situation

    def counts(self) -> str:
        """The written rows in words."""
        assert self.changes is not None
        return ", ".join(f"{n} {table}" for table, n in sorted(self.changes.counts.items()))


@contextmanager
def recording() -> Iterator[Recorded]:
    """Listen in on the command that runs inside: never while anything is timed."""
    heard = Recorded()
    completes, starts, writes = runner.complete, runner.start, Changes.write

    def complete(definition: Any, state: Any, situation: Any, *told: Any, **more: Any) -> Any:
        heard.definition, heard.situation, heard.told = definition, situation, told
        return completes(definition, state, situation, *told, **more)

    def start(definition: Any, situation: Any, **more: Any) -> Any:
        heard.definition, heard.situation, heard.more = definition, situation, more
        return starts(definition, situation, **more)

    def write(changes: Changes, connection: Any) -> None:
        heard.changes = changes
        writes(changes, connection)

    runner.complete, runner.start, Changes.write = complete, start, write  # type: ignore[assignment,method-assign]
    try:
        yield heard
    finally:
        runner.complete, runner.start, Changes.write = completes, starts, writes  # type: ignore[method-assign]


def step(heard: Recorded, form: str, state: bytes) -> bytes:
    """Decode, complete the step, run on, encode."""
    definition, situation = heard.given()
    step_id, answers = heard.told
    document = codec.read(state)
    run = Run(definition, situation, Scopes(document["d"]))
    run.outcome = document.get("o")
    case = codec.decode(document, run)
    token = next(t for level in case.levels() if (t := level.tasks.get(int(step_id))) is not None)
    run.answer(token, form, answers)
    token.complete()
    case.drain()
    return codec.encode(case, run.scopes, run.outcome)


def first_step(heard: Recorded) -> bytes:
    """Begin the case, run on, encode."""
    definition, situation = heard.given()
    run = Run(definition, situation, Scopes({}))
    run.scopes.open("", definition.process)
    case = Case(definition.specs[definition.process], definition.specs, run)
    token = case.begin(heard.more["message"])
    run.answer(token, heard.more["message"], heard.more["answers"], heard.more["channel"])
    case.drain()
    return codec.encode(case, run.scopes, run.outcome)


def twin_of(heard: Recorded, case_id: int) -> Changes:
    """The recorded rows for a twin case, still to be put as the driver takes them; the state's place is left open."""
    source = heard.changes
    assert source is not None
    twin = Changes(case_id)
    own = {"case_id": case_id}
    twin._inserts = {table: [row | own for row in rows] for table, rows in source._inserts.items()}
    twin._deletes = {table: [row | own for row in rows] for table, rows in source._deletes.items()}
    twin._updates, twin._old_revision = source._updates, source._old_revision
    twin._case = source._case | {"state": STATE}
    if source._old_revision is None:
        twin._case |= {"id": case_id, "number": f"BENCH/{case_id}"}
    return twin


class Driver:
    """One connection of the driver, with the settings that the Database gives its own."""

    def __init__(self, database: Database) -> None:
        self.dialect = database.dialect
        self.sqlite = self.dialect == "sqlite"
        if self.sqlite:
            self.connection: Any = sqlite3.connect(str(database.url.database), isolation_level=None)
            for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-16000", "busy_timeout=30000"):
                self.connection.execute(f"PRAGMA {pragma}")
        else:
            url = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
            self.connection = psycopg.connect(
                url, prepare_threshold=1, options="-c timezone=UTC", cursor_factory=psycopg.RawCursor
            )
        self.cursor = self.connection.cursor()

    def lock(self, case_id: int) -> bytes:
        """Begin, lock the case and read its state."""
        if self.sqlite:
            self.cursor.execute("BEGIN IMMEDIATE")
            self.cursor.execute("SELECT state FROM cases WHERE id = ?", (case_id,))
        else:
            self.cursor.execute("SELECT state FROM cases WHERE id = $1 FOR NO KEY UPDATE", (case_id,))
        return bytes(self.cursor.fetchone()[0])

    def draw(self, prefix: str, year: int) -> None:
        """Begin and draw a case number and id: what a start locks."""
        if self.sqlite:
            self.cursor.execute("BEGIN IMMEDIATE")
        self.cursor.execute(_DRAW["sqlite" if self.sqlite else "postgresql"], (prefix, year))
        self.cursor.fetchone()

    def write(self, twin: Changes, state: bytes) -> None:
        """Put the rows as the driver takes them, send them with the new state, and commit."""
        for sql, parameters, many in twin.writes(self.dialect):
            if many:
                self.cursor.executemany(sql, parameters)
            else:
                self.cursor.execute(sql, _with_state(parameters, state))
        self.cursor.execute("COMMIT") if self.sqlite else self.connection.commit()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


STATE = object()
"""stands in the parameters where the state goes"""
_DRAW = {
    "sqlite": "INSERT INTO number_series (prefix, year, last) VALUES (?, ?, 1) ON CONFLICT (prefix, year)"
    " DO UPDATE SET last = last + 1 RETURNING last, (SELECT coalesce(max(id), 0) + 1 FROM cases)",
    "postgresql": "INSERT INTO number_series AS s (prefix, year, last) VALUES ($1, $2, 1) ON CONFLICT (prefix, year)"
    " DO UPDATE SET last = s.last + 1 RETURNING last, nextval(pg_get_serial_sequence('cases', 'id'))",
}


def _with_state(parameters: Sequence[Any], state: bytes) -> tuple[Any, ...]:
    return tuple(state if value is STATE else value for value in parameters)
