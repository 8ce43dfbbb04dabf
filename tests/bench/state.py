"""How large the saved state of a case is, and whether it grows: pure engine, no database."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson

from engine import runner
from engine.definition import build
from engine.law import Law
from engine.result import Result, Situation
from tests.bench.figure import Figure
from tests.engine.drawing import boundary, flow, folder, tasks, timer
from tests.engine.drawing import flows as along

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SITUATION = Situation(NOW, NOW, Law({}))
ROUNDS = 500
ELEMENTS = 20
BYTES = 2000


def running_case() -> bytes:
    """The state of a case of 20 elements that stands in the middle of them with 2 kB of data and a timer waiting."""
    names = [f"task_{number}" for number in range(1, 18)]
    body = '<startEvent id="start"/><endEvent id="end"/>' + tasks(*names)
    body += boundary("late", "task_9", timer("timeDuration", "P14D"), interrupting=False)
    body += along(" > ".join(["start", *names, "end"]), "late > end")
    definition = build(folder(body), {})
    assert len(definition.elements) >= ELEMENTS
    result = runner.start(definition, SITUATION)
    note = {"note": "x" * (BYTES // 8 - len('{"task_1":{"note":""},"at":"2026-03-02T10:00:00+02:00","on":""}'))}
    for _ in range(8):
        result = runner.complete(definition, result.state, SITUATION, result.steps[0].id, note)
    return result.state


def data_size(state: bytes) -> int:
    """How many of the state's bytes are the case's own data."""
    return sum(len(orjson.dumps(scope["data"])) for scope in orjson.loads(state)["d"].values())


def review_loop(rounds: int = ROUNDS, *, timed: bool) -> list[int]:
    """The size of the state after each round of write → review → write …, with 2 kB of data."""
    body = '<startEvent id="start"/><endEvent id="end"/>' + tasks("write", "review")
    body += '<exclusiveGateway id="good" default="good_to_write"/>'
    body += along("start > write > review > good") + flow("good", "write")
    body += flow("good", "end", 'review.note = "good"')
    if timed:
        body += boundary("late", "review", timer("timeDuration", "P14D"), interrupting=False) + flow("late", "end")
    definition = build(folder(body), {})
    result = runner.start(definition, SITUATION)
    sizes = []
    for _ in range(rounds):
        result = _answer(definition, result, "x" * BYTES)
        result = _answer(definition, result, "again")
        sizes.append(len(result.state))
    return sizes


def _answer(definition: runner.Definition, result: Result, note: str) -> Result:
    return runner.complete(definition, result.state, SITUATION, result.steps[0].id, {"note": note})


def figures() -> list[Figure]:
    """The size figures."""
    state = running_case()
    found = [
        Figure(
            f"state of a running case of {ELEMENTS} elements", "kB", len(state) / 1000, most=6.0,
            note=f"{len(state)} bytes uncompressed, of which {data_size(state)} are the case's data",
        )
    ]  # fmt: skip
    for timed in (False, True):
        sizes = review_loop(timed=timed)
        found.append(
            Figure(
                f"growth of the state, review loop {'with' if timed else 'without'} a boundary timer", "bytes",
                float(max(sizes[2:]) - sizes[2]), most=0.0,
                note=f"{sizes[2]} bytes after round 3, {sizes[-1]} after round {len(sizes)}",
            )
        )  # fmt: skip
    return found
