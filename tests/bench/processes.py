"""One and two worker processes on one database: how many tasks they complete and how many timers they fire a second."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import text

from tasks.clock import tick
from tasks.db import Database
from tasks.published import published
from tests.bench.copies import multiply, settle
from tests.bench.figure import Figure
from tests.bench.scene import Doing, Scene

FIRST = 5_000_000
"""the cases that the processes share out have ids from here on"""
COUNTS = (1, 2)
Work = Callable[[Database], int]


def completed(jobs: Sequence[tuple[Doing, int]], database: Database) -> int:
    """Complete these tasks, each on its copy of a case."""
    for doing, case_id in jobs:
        doing.complete(database, case_id)
    return len(jobs)


def fired(now: datetime, database: Database) -> int:
    """Fire what is due until nothing is; one look at the clock takes only so many."""
    total = 0
    while (found := tick(database, now).fired) > 0:
        total += found
    return total


def figures(scene: Scene, cases: int) -> list[Figure]:
    """For one process and for two: every task of the story on `cases` copies, and as many due timers."""
    rates: dict[str, list[float]] = {"tasks completed": [], "timers fired": []}
    first = FIRST
    for count in COUNTS:
        jobs, first = _copies(scene, first, cases)
        shares = [partial(completed, jobs[n::count]) for n in range(count)]
        rates["tasks completed"].append(_rate(scene.stage.database, shares, len(jobs)))
        now, first = _due(scene, first, len(jobs))
        rates["timers fired"].append(_rate(scene.stage.database, [partial(fired, now)] * count, len(jobs)))
    with scene.stage.database.transaction() as connection:  # what is measured next finds no timer of ours due
        connection.execute(text("UPDATE timers SET state = 'halted' WHERE case_id >= :first"), {"first": FIRST})
    label = "SQLite" if scene.stage.database.dialect == "sqlite" else "PostgreSQL"
    return [
        Figure(
            f"{name} a second, {label}, two processes", "/s", pair[1],
            note=f"one process {pair[0]:.0f}/s; {pair[1] / pair[0]:.2f} times as many with two;"
                 f" {cases * len(scene.doings)} each, every one its own transaction",
        )
        for name, pair in rates.items()
    ]  # fmt: skip


def _copies(scene: Scene, first: int, cases: int) -> tuple[list[tuple[Doing, int]], int]:
    jobs: list[tuple[Doing, int]] = []
    with scene.stage.database.transaction() as connection:
        for doing in scene.doings:
            jobs += [(doing, case_id) for case_id in multiply(connection, doing.source, first, cases)]
            first += cases
    with scene.stage.database.transaction() as connection:
        settle(connection)
    return jobs, first


def _due(scene: Scene, first: int, count: int) -> tuple[datetime, int]:
    """Copies of a case with one reminder due each."""
    doing = scene.doings[1]
    with scene.stage.database.transaction() as connection:
        multiply(connection, doing.source, first, count)
        connection.execute(_DUE, {"now": doing.now - timedelta(minutes=1), "first": first})
    with scene.stage.database.transaction() as connection:
        settle(connection)
    return doing.now, first + count


_DUE = text(
    "UPDATE timers SET next_at = :now, state = 'waiting' WHERE case_id >= :first AND number ="
    " (SELECT min(t.number) FROM timers t WHERE t.case_id = timers.case_id AND t.kind = 'reminder')"
)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a process did, and from when to when (monotonic seconds, the same for all processes of a machine)."""

    done: int
    began: float
    ended: float


def _rate(database: Database, shares: Sequence[Work], wanted: int) -> float:
    """How many a second all processes together did, from the first one's beginning to the last one's end."""
    context = multiprocessing.get_context("spawn")
    url = database.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(len(shares), context, _enter, (context.Barrier(len(shares)),)) as pool:
        results = list(pool.map(_process, [url] * len(shares), shares))
    done = sum(each.done for each in results)
    assert done >= wanted
    return done / (max(each.ended for each in results) - min(each.began for each in results))


_together: Any = None
"""where the processes of one measurement wait for each other"""


def _enter(barrier: Any) -> None:
    global _together  # a process of the pool has no other place to keep it
    _together = barrier


def _process(url: str, work: Work) -> _Told:
    """One process: its connection and the folders first, then all begin together."""
    database = Database(url)
    with database.read() as connection:
        versions = published(database).refresh(connection)
    for row in versions.rows:
        if row.kind == "process":
            versions.definition(row.process, row.number)
    _together.wait(60)
    began = time.monotonic()
    done = work(database)
    told = _Told(done, began, time.monotonic())
    database.dispose()
    return told
