"""The clock among very many waiting timers: finding what is due, then waking the cases one by one."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from tasks.clock import due_cases, tick
from tests.bench.commands import timed
from tests.bench.copies import multiply, settle
from tests.bench.figure import Figure, milliseconds
from tests.bench.queue import FIRST
from tests.bench.scene import Scene

DUE = 50
WAITING = 200_000
FIRST_DUE = 20_000_000
"""the cases that are due have ids from here on"""


def fill(scene: Scene) -> datetime:
    """Fifty whole cases with one timer due each, and as many others as it takes; gives the moment to look."""
    database, doing = scene.stage.database, scene.doings[1]
    now = doing.now
    with database.transaction() as connection:
        multiply(connection, doing.source, FIRST_DUE, DUE)
        connection.execute(
            text("UPDATE timers SET next_at = :now, state = 'waiting' WHERE case_id >= :first AND number ="
                 " (SELECT min(t.number) FROM timers t WHERE t.case_id = timers.case_id AND t.kind = 'reminder')"),
            {"now": now - timedelta(minutes=1), "first": FIRST_DUE},
        )  # fmt: skip
        missing = WAITING - _waiting(connection)
        if missing > 0:
            connection.execute(_MORE, {"first": FIRST, "last": FIRST_DUE - 1, "missing": missing, "base": now})
    with database.transaction() as connection:
        settle(connection)
    return now


_MORE = text(
    "INSERT INTO timers (case_id, number, kind, state, due_at, next_at, attempts)"
    " SELECT c.id, 1000 + k, 'reminder', 'waiting', m.at, m.at, 0 FROM cases c CROSS JOIN generate_series(0, 1) k,"
    " LATERAL (SELECT CAST(:base AS timestamptz) + (1 + (c.id + k * 150) % 300) * interval '1 day' AS at) m"
    " WHERE c.id BETWEEN :first AND :last LIMIT :missing"
)


def figures(scene: Scene, now: datetime, times: int) -> list[Figure]:
    """The query, and the fifty cases."""
    database = scene.stage.database
    with database.read() as connection:
        waiting = _waiting(connection)
        assert len(due_cases(connection, now, 200)) == DUE
        found = [timed(lambda: due_cases(connection, now, 200)) for _ in range(times)]
    begin = time.perf_counter()
    ticked = tick(database, now)
    whole = (time.perf_counter() - begin) * 1000
    assert (ticked.fired, ticked.failed) == (DUE, 0)
    return [
        Figure("clock: the query for what is due", "ms", milliseconds(found), most=5.0,
               note=f"{DUE} due among {waiting} waiting timers, median of {times}"),
        Figure("clock: lock and fire one case", "ms", whole / DUE,
               note=f"{DUE} cases one by one in {whole:.0f} ms, each its own transaction and a second look"),
    ]  # fmt: skip


def _waiting(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM timers WHERE state = 'waiting'")).scalar_one())
