"""What a case knows, under the names of the new version; what could no longer be read, or was never asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.definition import Definition
from engine.moving.names import Names
from engine.moving.verdict import Reason
from engine.stored import restore

Content = dict[str, dict[str, Any]]
_WORK = frozenset({"userTask", "intermediateCatchEvent", "receiveTask", "boundaryEvent", "startEvent"})


def rename_data(
    content: Content, names: Names, scopes: Mapping[str, str], items: Collection[dict[str, Any]]
) -> Content:
    """The data of every scope under the new ids of scopes, forms, decisions, letters and calls."""
    found: Content = {}
    for scope, entry in content.items():
        table = _names_of_data(entry["process"], names)
        for key in ("data", "shapes"):
            entry[key] = {table.get(name, name): value for name, value in entry[key].items()}
        found[scopes.get(scope, scope)] = entry
        if not scope:
            for item in items:  # what was answered for an item
                item["own"] = {table.get(name, name): value for name, value in item["own"].items()}
    return found


def _names_of_data(process: str, names: Names) -> dict[str, str]:
    """Old name -> new name of data, where an element that was renamed stores under another name now."""
    old, new = names.old.parts.get(process), names.new.parts.get(process)
    if old is None or new is None:
        return {}
    table: dict[str, str] = {}
    taken = {node.result for node in old.diagram.nodes.values()}
    kept = {node.result for node in new.diagram.nodes.values()}
    for node in old.diagram.nodes.values():
        twin = new.diagram.nodes.get(names.of(process, node.id))
        if twin is None:
            continue
        before, after = node.result, twin.result
        if before and after and before != after and before not in kept and after not in taken:
            table[before] = after
    return table


def unreadable(content: Content, names: Names, old: Definition, new: Definition) -> Iterator[Reason]:
    """Answers whose field is of another type now, so that the new version would read nothing."""
    for entry in content.values():
        process = entry["process"]
        if process not in old.parts or process not in new.parts:
            continue
        table = _names_of_data(process, names)
        before = {table.get(name, name): shape for name, shape in old.parts[process].shapes.items()}
        after = new.parts[process].shapes
        for name, value in entry["data"].items():
            if name in entry["shapes"] or before.get(name) == after.get(name, before.get(name)):
                continue
            for path in _lost(restore(value, before.get(name)), restore(value, after[name]), name):
                yield Reason("data_type", path)


def _lost(was: Any, now: Any, path: str) -> Iterator[str]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in was:
            yield from _lost(was[key], now.get(key), f"{path}.{key}")
    elif isinstance(was, (list, tuple)) and isinstance(now, (list, tuple)):
        for one, other in zip(was, now, strict=False):
            yield from _lost(one, other, path)
    elif was is not None and now is None:
        yield path


def completed(done: Collection[str], names: Names) -> Iterator[Reason]:
    """Steps that were completed and are not in the new version, or are no such step there."""
    for path in done:
        bare = "/".join(piece.split("[")[0].split("#")[0] for piece in path.split("/"))
        before = names.old.elements.get(bare)
        if before is None:
            continue  # done on a version before the old one
        after = names.new.elements.get(names.path(bare))
        if after is None:
            yield Reason("completed_lost", bare)
        elif before.kind != after.kind and not {before.kind, after.kind} <= _WORK - {"userTask"}:
            yield Reason("completed_kind", bare, {"old": before.kind, "new": after.kind})


def parties(present: Collection[str], new: Definition) -> Iterator[Reason]:
    """People of the case whose role the new version does not know."""
    known = new.parts[new.process].bundle.manifest.parties
    for role in present:
        if role not in known:
            yield Reason("party_lost", role)
