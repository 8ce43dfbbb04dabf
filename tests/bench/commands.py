"""Complete a task and start a case, each time beside the floor: the same task on twin copies of one case."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import text

from tasks.changes import Changes
from tasks.commands.cases import start_case
from tasks.db import Database
from tasks.stage import EVERYONE
from tests.bench.copies import multiply, settle
from tests.bench.figure import Figure, milliseconds, percentile
from tests.bench.floor import Driver, Recorded, first_step, recording, step, twin_of
from tests.bench.scene import KEPT, Doing, Scene

FLOOR_IDS = 500_000
"""cases that the floor starts get ids from here on: below the copies, so that SQLite's next id stays clear"""


@dataclass(frozen=True, slots=True)
class Pair:
    """The times of ours and of the floor for one thing, in nanoseconds, and the rows that it writes."""

    name: str
    ours: list[int]
    floor: list[int]
    rows: str

    @property
    def line(self) -> str:
        """One line for the notes."""
        ours, floor = milliseconds(self.ours), milliseconds(self.floor)
        return f"{self.name} {ours:.2f} / {floor:.2f} ms = {ours / floor:.2f} ({self.rows})"


def completing(scene: Scene, cases: int) -> Figure:
    """Complete every task of the story on `cases` pairs of copies each; every copy is used once."""
    database = scene.stage.database
    firsts = [KEPT + 100_000 * (number + 1) for number in range(len(scene.doings))]
    pairs = [_complete(database, doing, first, cases) for doing, first in zip(scene.doings, firsts, strict=True)]
    return _figure("complete a task", database, pairs)


def starting(scene: Scene, cases: int) -> Figure:
    """Start `cases` cases and let the floor write as many."""
    database = scene.stage.database
    with recording() as heard:
        _start(scene)
    driver = Driver(database)
    ours, floor = [], []
    with quiet():
        for number in range(cases):
            twin = twin_of(heard, FLOOR_IDS + number)

            def least(twin: Changes = twin) -> None:
                driver.draw("BENCH", 2026)
                driver.write(twin, first_step(heard))

            for which in _order(number):
                (ours if which else floor).append(timed((lambda: _start(scene)) if which else least))
    driver.close()
    return _figure("start a case", database, [Pair("start", ours, floor, heard.counts())], with_most=False)


def _start(scene: Scene) -> None:
    first = scene.first
    start_case(
        scene.stage.database, scene.stage.people[EVERYONE], process=scene.story.process, message=str(first.target),
        answers=first.data, parties=scene.parties, unit_id=scene.stage.unit_id, channel=first.channel or None,
        now=first.at, occurred_at=first.occurred,
    )  # fmt: skip


def _complete(database: Database, doing: Doing, first: int, cases: int) -> Pair:
    with database.transaction() as connection:
        copies = multiply(connection, doing.source, first, 2 * cases + 1)
    with database.transaction() as connection:
        settle(connection)
    with recording() as heard:
        doing.complete(database, copies[-1])
    with database.read() as connection:
        form = _form(connection, heard, copies[-1], doing.number)
    driver = Driver(database)
    ours, floor = [], []
    with quiet():
        for number in range(cases):
            mine, its = copies[2 * number], copies[2 * number + 1]
            twin = twin_of(heard, its)

            def least(its: int = its, twin: Changes = twin) -> None:
                driver.write(twin, step(heard, form, driver.lock(its)))

            for which in _order(number):
                whole = (lambda mine=mine: doing.complete(database, mine)) if which else least
                (ours if which else floor).append(timed(whole))
    driver.close()
    return Pair(doing.path, ours, floor, heard.counts())


def _form(connection: Any, heard: Recorded, case_id: int, number: int) -> str:
    """The name under which the engine stores the answers of the recorded task."""
    row = connection.execute(
        text("SELECT path, element FROM tasks WHERE case_id = :case AND number = :number"),
        {"case": case_id, "number": number},
    ).one()
    assert heard.definition is not None
    return heard.definition.elements[row.path].form or str(row.element)


def _order(number: int) -> tuple[bool, bool]:
    return (True, False) if number % 2 else (False, True)


def timed(work: Callable[[], object]) -> int:
    """Nanoseconds."""
    begin = time.perf_counter_ns()
    work()
    return time.perf_counter_ns() - begin


@contextmanager
def quiet() -> Iterator[None]:
    """No garbage collection in the middle of a measurement."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _figure(name: str, database: Database, pairs: list[Pair], *, with_most: bool = True) -> Figure:
    ours = [value for pair in pairs for value in pair.ours]
    floor = [value for pair in pairs for value in pair.floor]
    label = "SQLite" if database.dialect == "sqlite" else "PostgreSQL"
    most = 4.0 if with_most and database.dialect == "postgresql" else None
    calm = percentile(ours, 0.1), percentile(floor, 0.1)
    note = f"median of {len(ours)} and {len(floor)}, interleaved; fastest tenth {calm[0]:.2f} / {calm[1]:.2f} ms; "
    note += "; ".join(pair.line for pair in pairs)
    return Figure(
        f"{name}, {label}", "ms", milliseconds(ours), milliseconds(floor), most, 2.0, note,
        {"fastest_tenth": calm, "paired_ratio": median(a / b for a, b in zip(ours, floor, strict=True))},
    )  # fmt: skip
