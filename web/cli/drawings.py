"""What a .bpmn file contains, for scripts and in words: every process, pool, flow, data element and message."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from engine.contents import Contents, Entry, ProcessContents, contents
from engine.errors import XmlError


def describe_drawings(paths: Iterable[str]) -> list[dict[str, Any]]:
    """The contents of those of the checked paths that are BPMN files; one that cannot be read has none."""
    found = []
    for path in paths:
        if path.lower().endswith((".bpmn", ".xml")) and Path(path).is_file():
            try:
                found.append({"path": path, **_drawing(contents(Path(path).read_bytes(), file=Path(path).name))})
            except XmlError:
                continue  # the report of the file says why
    return found


def print_drawings(drawings: Iterable[dict[str, Any]]) -> None:
    """One line for each process, pool and kind of thing beside them."""
    for drawing in drawings:
        click.echo(f"{drawing['path']}{': written by ' + drawing['exporter'] if drawing['exporter'] else ''}")
        for process in drawing["processes"]:
            counts = [f"{len(process[key])} {key}" for key in ("nodes", "flows", "data", "lanes") if process[key]]
            pool = f" in the pool {process['pool']}" if process["pool"] else ""
            click.echo(f"  process {process['id']}{pool}: {', '.join(counts) or 'nothing'}")
            for node in process["nodes"]:
                click.echo(f"    {node['kind']} {node['id']} {node['name']!r}")
        for pool in drawing["pools"]:
            if "processRef" not in pool:
                click.echo(f"  pool {pool['id']} {pool['name']!r}: a black box")
        for kind in ("messages", "message_flows", "signals", "errors", "escalations", "data_stores"):
            for entry in drawing.get(kind, ()):
                click.echo(f"  {kind[:-1].replace('_', ' ')} {entry['id']} {entry['name']!r}")


def _drawing(found: Contents) -> dict[str, Any]:
    return {
        "exporter": found.exporter,
        "processes": [_process(process) for process in found.processes],
        "pools": [_entry(pool) for pool in found.pools],
        **{key: [_entry(entry) for entry in entries] for key, entries in found.beside.items()},
        "diagrams": [_entry(page) for page in found.diagrams],
        "extensions": dict(found.extensions),
    }


def _process(process: ProcessContents) -> dict[str, Any]:
    parts = {key: getattr(process, key) for key in ("lanes", "nodes", "flows", "data", "artifacts")}
    head = {"id": process.id, "name": process.name, "executable": process.executable, "pool": process.pool}
    return head | {key: [_entry(entry) for entry in entries] for key, entries in parts.items()}


def _entry(entry: Entry) -> dict[str, Any]:
    optional = {"parent": entry.parent, "lane": entry.lane, "events": list(entry.events)}
    head = {"kind": entry.kind, "id": entry.id, "name": entry.name, "line": entry.line}
    return head | {key: value for key, value in optional.items() if value} | dict(entry.facts)
