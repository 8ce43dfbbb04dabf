"""`simulate`: try a drawing out without a case, and tell the way to its end and what was never come to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from engine.errors import Finding, XmlError
from engine.simulation import Simulation, Walk
from engine.simulation import simulate as try_out
from web.cli.output import as_json, show


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_json
def simulate(paths: Sequence[Path], json_wanted: bool) -> int:
    """Bring every process of .bpmn files to its end: choices, messages, timers and answers are supplied."""
    files = [_file(path) for path in _drawings(paths)]
    if json_wanted:
        show({"files": files})
    else:
        for file in files:
            _print(file)
    return 0 if all(file["ended"] for file in files) else 1


def _drawings(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise click.UsageError(f"{path} does not exist")
        found += sorted(path.rglob("*.bpmn")) if path.is_dir() else [path]
    return found


def _file(path: Path) -> dict[str, Any]:
    try:
        simulations = try_out(path.read_bytes(), file=path.name)
    except XmlError as error:
        problem = _finding(Finding("xml", "error", error.said, path.name, error.element, error.line))
        return {"path": str(path), "ended": False, "findings": [problem], "processes": []}
    processes = [_process(simulation) for simulation in simulations]
    ended = all(process["ended"] for process in processes)
    return {"path": str(path), "ended": ended, "findings": [], "processes": processes}


def _process(found: Simulation) -> dict[str, Any]:
    return {
        "process": found.process,
        "name": found.name,
        "executable": found.executable,
        "ended": found.ended,
        "walks": [_walk(walk) for walk in found.walks],
        "coverage": {"elements": len(found.elements), "visited": len(found.visited), "missed": list(found.missed)},
        "additions": [{"element": added.element, "message": added.message} for added in found.additions],
        "findings": [_finding(finding) for finding in found.refused],
    }


def _walk(walk: Walk) -> dict[str, Any]:
    moves = [{"kind": m.kind, "element": m.element, "name": m.name, "to": list(m.to)} for m in walk.moves]
    return {
        "start": walk.start, "ended": walk.ended, "outcome": walk.outcome, "problem": walk.problem, "moves": moves,
    }  # fmt: skip


def _finding(finding: Finding) -> dict[str, Any]:
    return {"rule": finding.rule, "element": finding.element, "line": finding.line, "message": finding.message}


def _print(file: dict[str, Any]) -> None:
    for finding in file["findings"]:
        click.echo(f"{file['path']}: {finding['message']}")
    for process in file["processes"]:
        where = f"{file['path']}: {process['process']}"
        for addition in process["additions"]:
            click.echo(f"{where}: {addition['element']}: {addition['message']}")
        for finding in process["findings"]:
            click.echo(f"{where}: cannot run: {finding['message']}")
        for walk in process["walks"]:
            _print_walk(walk)
        coverage = process["coverage"]
        missed = f"; never: {', '.join(coverage['missed'])}" if coverage["missed"] else ""
        state = "ended" if process["ended"] else "not ended"
        click.echo(f"{where}: {state}; {coverage['visited']} of {coverage['elements']} elements come to{missed}")


def _print_walk(walk: dict[str, Any]) -> None:
    for move in walk["moves"]:
        name = f" ({' '.join(move['name'].split())})" if move["name"] else ""
        to = f" → {', '.join(move['to'])}" if move["to"] else ""
        click.echo(f"  {move['kind']} {move['element']}{name}{to}")
    click.echo(f"  ended: {walk['outcome']}" if walk["ended"] else f"  stopped: {walk['problem']}")
