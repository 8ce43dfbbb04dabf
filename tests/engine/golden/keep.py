"""Stored states on disk: what is kept, how a case goes on from it, and the writing of new ones (never of old ones)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from engine import bundle as bundles
from engine import runner
from engine import state as codec
from tests.engine.drawing import Played
from tests.engine.golden.scenes import SCENES

HERE = Path(__file__).parent
MOST_STEPS = 50


def seen(case: Played) -> dict[str, Any]:
    """What is open, as paths and messages."""
    result = case.result
    return {
        "tasks": sorted(f"{step.id} {step.path}" for step in result.steps),
        "waits": sorted(f"{wait.id} {wait.path} {wait.message}" for wait in result.waits),
        "alarms": sorted(f"{alarm.id} {alarm.path} {alarm.due_at.isoformat()}" for alarm in result.alarms),
    }


def calls(case: Played) -> list[str]:
    """The tokens whose call waits for an answer: results tell only of calls that were ordered just now."""
    rows = [(level[1], row) for level in codec.read(case.result.state)["l"] for row in level[4]]
    specs = case.definition.specs
    return [str(row[0]) for name, row in rows if specs[name].task_specs[row[1]].calls]


def go_on(case: Played) -> Iterator[list[Any]]:
    """Play a case to its end, timers and people in turn: what was done, and what was open after it."""
    for step in range(MOST_STEPS):
        if case.result.closed:
            return
        if case.result.steps and (step % 2 or not case.result.alarms):
            did = ["do", case.open[0]]
            case.do(case.open[0], note="later")
        elif case.result.waits and not case.result.alarms:
            did = ["get", case.result.waits[0].message]
            case.get(case.result.waits[0].message, note="later")
        elif found := calls(case):
            did = ["answer", found[0]]
            case.result = runner.finish_job(case.definition, case.result.state, case.situation(), found[0], {})
        else:
            did = ["ring", min(case.result.alarms, key=lambda alarm: alarm.due_at).path]
            case.ring(did[1])
        yield [*did, seen(case)]
    raise AssertionError(f"not closed after {MOST_STEPS} steps")


def revive(kept: dict[str, Any]) -> Played:
    """The case of a kept state, on the folders that are kept with it."""
    read = {
        process: bundles.inspect(bundles.pack({path: text.encode() for path, text in files.items()}))
        for process, files in kept["folders"].items()
    }
    main, *parts = read.values()
    case = Played(main, *parts, published=True)
    case.at = datetime.fromisoformat(kept["at"])
    case.result = runner.refresh(case.definition, kept["state"].encode(), case.situation())
    return case


def document(case: Played) -> dict[str, Any]:
    """What is kept of a case: its folders, its moment and state, what is open, and how it goes on to its end."""
    main = case.definition.process
    order = [main, *(process for process in case.definition.parts if process != main)]
    folders = {
        process: {path: data.decode() for path, data in case.definition.parts[process].bundle.files.items()}
        for process in order
    }
    state = case.result.state.decode()
    kept = {"folders": folders, "at": case.at.isoformat(), "state": state, "seen": seen(case)}
    return kept | {"goes_on": list(go_on(case)), "outcome": case.result.outcome, "data": dict(case.result.data)}


def main() -> None:
    """Keep the scenes that this codec has no state of yet."""
    folder = HERE / f"codec_{codec.CODEC}"
    folder.mkdir(exist_ok=True)
    for name, make in SCENES.items():
        file = folder / f"{name}.json"
        if not file.exists():
            file.write_bytes(orjson.dumps(document(make()), option=orjson.OPT_INDENT_2) + b"\n")
            sys.stdout.write(f"{file.name}\n")


if __name__ == "__main__":
    main()
