"""What a table of people's groups holds back, so that nothing small can be worked out from its sums.

A table has a row for each process, a row `ALL` that is their sum, and a column for each group. Whoever reads it also
knows the sum of every row. Seen so, its numbers are a flow: each process sends its cases to the groups, and these send
them on to `ALL`. What is held back may be anything that keeps the flow whole, so a number that is held back is safe
when much more could flow through it by ways that are held back as well. Those ways are what is held back besides: the
cheapest ones, that is the smallest numbers. It is asked of each small number alone, because whatever sum of several
could be worked out would then bind each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush
from typing import NamedTuple

ALL = ""
"""the row of all processes together"""
Cell = tuple[str, str]
"""(row, group)"""
ENDLESS = 1 << 60


class Node(NamedTuple):
    """A row or a group of the table."""

    name: str
    row: bool


def with_all(rows: Mapping[str, Mapping[str, int]]) -> dict[Cell, int]:
    """The cells of a table, those of all processes together included; every row has the same groups."""
    cells = {(row, group): n for row, groups in rows.items() for group, n in groups.items()}
    for (_, group), n in list(cells.items()):
        cells[ALL, group] = cells.get((ALL, group), 0) + n
    return cells


def held_back(cells: Mapping[Cell, int], small: Iterable[Cell], smallest: int) -> frozenset[Cell]:
    """The cells that are not told: the small ones, and what keeps these from being worked out.

    Each small number could, for all that is told, be larger by `smallest` or by itself, whichever is more; where even
    a table that tells nothing but its sums would bind it closer than that, by as much as such a table allows. An empty
    group is held back too where its row holds anything back: else the row would tell that the others are not empty.
    """
    hidden = set(small)
    for cell in sorted(hidden, key=lambda each: (-cells[each], each)):
        hidden |= _ways(cells, hidden, cell, max(smallest, cells[cell]))
    rows = {row for row, _ in hidden}
    return frozenset(hidden | {cell for cell, n in cells.items() if not n and cell[0] in rows})


def slack(cells: Mapping[Cell, int], hidden: Iterable[Cell], cell: Cell, most: int) -> int:
    """How much larger a number that is held back could be for all that is told, at most `most`."""
    only = {each: cells[each] for each in hidden}
    return _Flow(only, set(only), cell).push(most)


def _ways(cells: Mapping[Cell, int], hidden: set[Cell], cell: Cell, more: int) -> set[Cell]:
    """The cells through which so much more could flow, those that are held back already taken first."""
    flow = _Flow(cells, hidden, cell)
    flow.push(more)
    return {each for each, n in flow.sent.items() if n}


class _Flow:
    """More through one cell: it goes on from where the cell leads, by other cells, back to where the cell begins."""

    def __init__(self, cells: Mapping[Cell, int], free: set[Cell], cell: Cell) -> None:
        self.cells = cells
        self.free = set(free)
        self.cell = cell
        self.sent: dict[Cell, int] = {}
        self.beside: dict[Node, list[Cell]] = {}
        for each in cells:
            if each != cell:
                for node in _ends(each):
                    self.beside.setdefault(node, []).append(each)

    def push(self, most: int) -> int:
        """Send so much more, as far as it goes; gives how much."""
        goal, start = _ends(self.cell)
        total = 0
        while total < most and (way := self._way(start, goal)):
            n = min(most - total, *(self._room(each, from_) for each, from_ in way))
            for each, from_ in way:
                self.sent[each] = self.sent.get(each, 0) + (n if _ends(each)[0] == from_ else -n)
                self.free.add(each)
            total += n
        return total

    def _room(self, cell: Cell, from_: Node) -> int:
        """How much can be sent through a cell from one of its ends: with it any number, against it what it has."""
        return ENDLESS if _ends(cell)[0] == from_ else self.cells[cell] + self.sent.get(cell, 0)

    def _way(self, start: Node, goal: Node) -> list[tuple[Cell, Node]]:
        """The cells of the cheapest way, each with the end that it is entered from; empty when there is none."""
        came: dict[Node, tuple[Cell, Node]] = {}
        done: set[Node] = set()
        open_: list[tuple[int, Node]] = [(0, start)]
        costs = {start: 0}
        while open_:
            cost, node = heappop(open_)
            if node in done:
                continue
            done.add(node)
            if node == goal:
                return list(_back(came, start, goal))
            for cell in self.beside.get(node, ()):
                first, second = _ends(cell)
                to = second if first == node else first
                price = cost + (0 if cell in self.free else self.cells[cell] + 1)
                if to not in done and self._room(cell, node) > 0 and price < costs.get(to, ENDLESS):
                    costs[to], came[to] = price, (cell, node)
                    heappush(open_, (price, to))
        return []


def _back(came: Mapping[Node, tuple[Cell, Node]], start: Node, goal: Node) -> Iterator[tuple[Cell, Node]]:
    node = goal
    while node != start:
        cell, from_ = came[node]
        yield cell, from_
        node = from_


def _ends(cell: Cell) -> tuple[Node, Node]:
    """Where a cell begins and where it leads: from a process to a group, from a group to all together."""
    row, group = Node(cell[0], True), Node(cell[1], False)
    return (group, row) if cell[0] == ALL else (row, group)
