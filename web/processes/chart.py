"""A picture of which process begins which: boxes in columns, arrows between them; plain numbers for a template."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDE, GAP_ACROSS, GAP_DOWN, MARGIN = 220, 100, 28, 16
LINE, PADDING = 18, 12
LETTERS = 27
"""of a name on one line of its box"""
MANY = 4
"""arrows to one box that may be too many"""
LANE = 16
"""the height of the place that an arrow has in a column that it only passes"""
TURN = 34
"""how far an arrow to an earlier column goes out below its boxes"""

Stop = str | tuple[str, str, int]
"""what stands in a column: a process by its id, or the place of an arrow that passes (from, to, column)"""


@dataclass(frozen=True, slots=True)
class Box:
    """A process: its corner, its height and the lines of its name."""

    id: str
    x: int
    y: int
    height: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one process to another: its path, and where its number stands."""

    start: str
    end: str
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole picture."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def told_once(edges: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The processes that most others lead to, each with those others: their arrows would only hide the rest."""
    origins: dict[str, set[str]] = {}
    for start, end in edges:
        if start != end:
            origins.setdefault(end, set()).add(start)
    starting = len({start for start, _ in edges})
    return {
        end: tuple(sorted(starts))
        for end, starts in origins.items()
        if len(starts) >= MANY and 2 * len(starts) > starting
    }


def chart(names: Mapping[str, str], edges: Sequence[tuple[str, str]]) -> Chart:
    """Lay out the processes that edges join; `names` give what stands in each box."""
    ways = _ways(edges)
    boxes: dict[str, Box] = {}
    lanes: dict[Stop, tuple[int, int]] = {}
    columns = _columns(ways)
    for number, column in enumerate(columns):
        x, y = MARGIN + number * (WIDE + GAP_ACROSS), MARGIN
        for stop in column:
            if not isinstance(stop, str):
                lanes[stop] = (x, y + LANE // 2)
                y += LANE + GAP_DOWN // 2
                continue
            lines = tuple(textwrap.wrap(names.get(stop, stop), LETTERS)) or (stop,)
            height = len(lines) * LINE + 2 * PADDING
            boxes[stop] = Box(stop, x, y, height, lines)
            y += height + GAP_DOWN
    below = max([box.y + box.height for box in boxes.values()] + [y for _, y in lanes.values()], default=0)
    arrows = tuple(
        _arrow(boxes[a], boxes[b], below + TURN, [lanes[it] for it, _ in way[1:-1]]) for (a, b), way in ways.items()
    )
    backward = any(boxes[a].x >= boxes[b].x for a, b in edges)
    width = 2 * MARGIN + len(columns) * WIDE + max(len(columns) - 1, 0) * GAP_ACROSS
    return Chart(width, below + MARGIN + (TURN if backward else 0), tuple(boxes.values()), arrows)


def _ways(edges: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[tuple[Stop, int]]]:
    """Each edge with the stops on its way and their columns: an arrow over a column gets a place of its own there."""
    depth = _depths(edges)
    found: dict[tuple[str, str], list[tuple[Stop, int]]] = {}
    for a, b in edges:
        between = [((a, b, column), column) for column in range(depth[a] + 1, depth[b])]
        found[a, b] = [(a, depth[a]), *between, (b, depth[b])]
    return found


def _depths(edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The column of each process: after those that begin it, as far as they do not begin each other in a circle."""
    ids = sorted({id for edge in edges for id in edge})
    ahead = [(a, b) for a, b in edges if a != b and not _leads(b, a, edges)]
    depth = dict.fromkeys(ids, 0)
    for _ in ids:  # a circle stops growing after as many rounds as there are processes
        for a, b in ahead:
            depth[b] = max(depth[b], depth[a] + 1)
    for _ in ids:  # then as near as can be to what it begins, for short arrows
        for id in ids:
            if later := [depth[b] for a, b in ahead if a == id]:
                depth[id] = max(depth[id], min(later) - 1)
    return depth


def _columns(ways: Mapping[tuple[str, str], Sequence[tuple[Stop, int]]]) -> list[list[Stop]]:
    """What stands in each column, in an order with few crossings."""
    depth = {stop: column for way in ways.values() for stop, column in way}
    steps = [(a, b) for way in ways.values() for (a, _), (b, _) in pairwise(way)]
    columns: list[list[Stop]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    place: dict[Stop, float] = {}
    for number, column in enumerate(columns):
        own = [stop for stop in depth if depth[stop] == number]
        before = {stop: [place[a] for a, b in steps if b == stop and a in place] for stop in own}
        own.sort(key=lambda stop: (sum(before[stop]) / len(before[stop]) if before[stop] else 0, str(stop)))
        column += own
        place |= {stop: float(row) for row, stop in enumerate(own)}
    return columns


def _leads(start: str, end: str, edges: Sequence[tuple[str, str]]) -> bool:
    """Whether one process leads to another, step by step."""
    seen, wanted = set[str](), [start]
    while wanted:
        here = wanted.pop()
        if here == end:
            return True
        if here not in seen:
            seen.add(here)
            wanted += [b for a, b in edges if a == here]
    return False


def _arrow(start: Box, end: Box, turn: int, lanes: Sequence[tuple[int, int]]) -> Arrow:
    """The path of an arrow; `lanes` are the left ends of the places that it goes through on its way."""
    y1, y2 = start.y + start.height // 2, end.y + end.height // 2
    if start.x < end.x:
        points = [(start.x + WIDE, y1), *(point for x, y in lanes for point in ((x, y), (x + WIDE, y))), (end.x, y2)]
        path = f"M{points[0][0]} {points[0][1]}"
        for number, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
            bend = (x2 - x1) // 2
            path += f" L{x2} {y2}" if number % 2 else f" C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
        middle = len(points) // 2
        (x1, y1), (x2, y2) = points[middle - 1 : middle + 1]
        return Arrow(start.id, end.id, path, (x1 + x2) // 2, (y1 + y2) // 2)
    x1, x2, low1, low2 = start.x + WIDE // 2, end.x + WIDE // 2 + 20, start.y + start.height, end.y + end.height
    path = f"M{x1} {low1} C{x1} {turn} {x2} {turn} {x2} {low2}"
    return Arrow(start.id, end.id, path, (x1 + x2) // 2, (low1 + low2) // 8 + turn * 3 // 4)
