"""How many statements a command sends, counted where nothing can hide them: on the wire, or in SQLite's own trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg.pq import Trace

from tasks.commands import cases, work


@contextmanager
def on_the_wire(town: Any, folder: Path) -> Iterator[list[str]]:
    """What the only connection that is open sends to PostgreSQL: simple queries and statements with parameters."""
    sent: list[str] = []
    with town.database.read() as connection:
        wire = connection.connection.driver_connection.pgconn
    with (folder / "wire").open("w+") as file:
        wire.trace(file.fileno())
        wire.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        try:
            yield sent
        finally:
            wire.untrace()
        lines = [(*line.split("\t", 3), "")[:4] for line in (folder / "wire").read_text().splitlines()]
    sent += [text for side, _, kind, text in lines if side == "F" and kind in ("Query", "Parse")]
    executed = sum(side == "F" and kind in ("Query", "Execute") for side, _, kind, _ in lines)
    assert executed == len(sent)


@contextmanager
def in_sqlite(town: Any) -> Iterator[list[str]]:
    """The statements that SQLite runs on the only connection that is open."""
    sent: list[str] = []
    with town.database.read() as connection:
        driver = connection.connection.driver_connection
    driver.set_trace_callback(sent.append)
    try:
        yield sent
    finally:
        driver.set_trace_callback(None)


@pytest.mark.parametrize("kind", ["complete", "claim"])
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_command_on_postgresql_is_two_statements(town, tmp_path, kind) -> None:
    task, vilma = town.start().task_ids[0], town.user("vilma")
    with on_the_wire(town, tmp_path) as sent:
        if kind == "complete":
            work.complete(town.database, vilma, task, answers={"complete": "false"}, now=town.now)
        else:
            work.claim(town.database, vilma, task, now=town.now)
    begin, select, write, commit = sent
    assert ("BEGIN" in begin, "COMMIT" in commit) == (True, True)
    assert "FOR NO KEY UPDATE OF c" in select
    assert write.split('"')[3].startswith("WITH w0 AS (")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_start_on_postgresql_is_three_statements(town, tmp_path) -> None:
    town.start()
    vilma, parties, unit = town.user("vilma"), {"applicant": town.customer}, town.unit("north")
    with on_the_wire(town, tmp_path) as sent:
        cases.start_case(
            town.database, vilma, process="permit", message="application", answers={"reason": "Työpaja"},
            parties=parties, unit_id=unit, now=town.now,
        )  # fmt: skip
    assert len(sent) == len(["BEGIN", "what the start needs", "case number", "write", "COMMIT"])


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_command_on_sqlite_reads_once(town) -> None:
    task, vilma = town.start().task_ids[0], town.user("vilma")
    with in_sqlite(town) as sent:
        work.complete(town.database, vilma, task, answers={"complete": "false"}, now=town.now)
    reads = [statement for statement in sent if statement.startswith("SELECT")]
    assert len(reads) == 1
    assert (sent[0], sent[-1]) == ("BEGIN IMMEDIATE", "COMMIT")
