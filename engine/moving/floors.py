"""A stored state taken apart for moving: floors (levels) of rows (tokens), each with its element before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.definition import Definition
from engine.diagram import Node

ITEM = ":item"


@dataclass(slots=True, eq=False)
class Row:
    """One token: `path` is its element's in the old version; `old` and `new` are its specs, None where it has none."""

    id: int
    name: str
    state: str
    parent: int = 0
    notes: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    came: str = ""
    """the flow on which it waits at a join of the old version"""
    old: Any = None
    new: Any = None

    @property
    def fresh(self) -> bool:
        """Whether the old version had no token for it."""
        return self.old is None

    @property
    def repeated(self) -> bool:
        """Whether it is one item or round of a repeated activity."""
        return "item" in self.notes or "round" in self.notes


@dataclass(slots=True, eq=False)
class Floor:
    """One running level: the folder it was drawn in, the sub-process inside which it runs, the row that holds it.

    `element` is the sub-process in the new version, "" at the main level of a folder, None when it is dissolved.
    """

    host: Row | None
    process: str
    element: str | None
    scope: str
    prefix: str
    rows: list[Row] = field(default_factory=list)
    old: Any = None

    @property
    def spec_name(self) -> str:
        """The key of its specs in a definition."""
        return f"{self.process}#{self.element}" if self.element else self.process

    def inner(self, definition: Definition) -> Node | None:
        """The sub-process that this floor is the inside of, in a definition; None at the main level of a folder."""
        part = definition.parts.get(self.process)
        return part.diagram.nodes.get(self.element) if part is not None and self.element else None


@dataclass(slots=True)
class House:
    """All floors of one case, outer before inner, and the counter of its ids."""

    floors: list[Floor]
    next_id: int
    rest: dict[str, Any]

    def new_id(self) -> int:
        """The next token id."""
        self.next_id += 1
        return self.next_id - 1

    def where(self, row: Row) -> Floor | None:
        """Where a row is, or None when it has been taken away."""
        return next((floor for floor in self.floors if row in floor.rows), None)

    def floor_of(self, row: Row) -> Floor:
        """Where a row is that has not been taken away."""
        found = self.where(row)
        assert found is not None
        return found

    def inside(self, row: Row) -> Floor | None:
        """The floor that a row holds."""
        return next((floor for floor in self.floors if floor.host is row), None)

    def children(self, row: Row) -> list[Row]:
        """What hangs on a row: boundary events, items, rounds."""
        return [other for floor in self.floors for other in floor.rows if other.parent == row.id]

    def drop(self, row: Row) -> None:
        """Take a row away, with what hangs on it."""
        for child in self.children(row):
            self.drop(child)
        self.floor_of(row).rows.remove(row)

    def move(self, row: Row, floor: Floor) -> None:
        """Put a row on another floor, with what hangs on it."""
        for child in [row, *self.children(row)]:
            self.floor_of(child).rows.remove(child)
            floor.rows.append(child)

    def in_order(self) -> Iterator[Floor]:
        """Outer before inner, whatever has been added."""
        left = list(self.floors)
        placed: list[Floor] = []
        while left:
            ready = [floor for floor in left if floor.host is None or any(floor.host in other.rows for other in placed)]
            if not ready:
                return  # a floor without its host: the reasons say why
            for floor in ready:
                left.remove(floor)
                placed.append(floor)
        yield from placed

    def document(self) -> dict[str, Any]:
        """The state as the codec reads it; hosts and what others hang on come before them."""
        levels = []
        for floor in self.in_order():
            rows = sorted(floor.rows, key=lambda row: (_depth(row, floor), row.id))
            listed = [[row.id, row.name, row.state, row.parent, row.notes] for row in rows]
            levels.append([floor.host.id if floor.host else 0, floor.spec_name, floor.scope, floor.prefix, listed])
        return {**self.rest, "n": self.next_id, "l": levels}


def _depth(row: Row, floor: Floor) -> int:
    depth, by_id = 0, {other.id: other for other in floor.rows}
    while row.parent in by_id:
        row, depth = by_id[row.parent], depth + 1
    return depth


def take_apart(document: dict[str, Any], old: Definition) -> House:
    """The floors of a stored state, each row with its spec of the old version."""
    floors: list[Floor] = []
    by_id: dict[int, Row] = {}
    for host, name, scope, prefix, rows in document["l"]:
        spec = old.specs[name]
        floor = Floor(by_id.get(host), spec.process, spec.element, scope, prefix, old=spec)
        for listed in rows:
            id, element, state, *more = listed
            row = Row(id, element, state, more[0] if more else 0, dict(more[1]) if len(more) > 1 else {})
            row.old = spec.task_specs[element]
            row.path = prefix + row.old.node.id.partition(":")[0]
            floor.rows.append(row)
            by_id[id] = row
        floors.append(floor)
    rest = {key: value for key, value in document.items() if key not in ("l", "n")}
    return House(floors, document["n"], rest)
