"""What was completed and can still be undone: the new version must be able to undo it too, in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.definition import Definition
from engine.diagram import Diagram
from engine.moving.floors import House
from engine.moving.names import Names
from engine.moving.verdict import Reason


def still_undoable(document: Mapping[str, Any], names: Names, old: Definition) -> Iterator[Reason]:
    """What a state remembers for undoing that the new version would undo otherwise, and undoing that is under way."""
    levels = {str(level[0]): level for level in document["l"]}
    for host, kept in document.get("u", {}).items():
        _, spec, _, prefix, _ = levels[host]
        if len(kept) > 1:
            yield Reason("undoing", prefix + old.specs[spec].element)
        for record in (record for part in kept for record in part):
            yield from _lost(record, old.specs[spec].process, prefix, names)


def forgotten(document: Mapping[str, Any], house: House, old: Definition) -> Iterator[Reason]:
    """What was remembered in a sub-process that is no more: nobody could undo it."""
    floors = {floor.host.id if floor.host else 0 for floor in house.floors}
    for host, spec, _, prefix, _ in document["l"]:
        if str(host) in document.get("u", {}) and host not in floors:
            yield Reason("undo_lost", prefix + old.specs[spec].element)


def _lost(record: Mapping[str, Any], process: str, prefix: str, names: Names) -> Iterator[Reason]:
    element = record["e"].partition(":")[0]
    part = names.new.parts.get(process)
    after = _way(part.diagram, element) if part is not None else None
    if after != _way(names.old.parts[process].diagram, element) or names.of(process, element) != element:
        yield Reason("undo_lost", prefix + element)
    for inner in record.get("in", ()):
        yield from _lost(inner, process, prefix, names)


def _way(diagram: Diagram, element: str) -> tuple[str, str, bool] | None:
    """How an activity is undone: by which activity, by which event sub-process, each instance of a repeated one."""
    node = diagram.nodes.get(element)
    if node is None:
        return None
    undoing, undoer = diagram.undoing(node), diagram.undoer(node.id)
    return undoing.id if undoing else "", undoer.id if undoer else "", node.multi is not None or node.loop is not None
