"""A picture of which process begins which: boxes in columns, arrows between them; plain numbers for a template."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDE, GAP_ACROSS, GAP_DOWN, MARGIN = 220, 100, 28, 16
LINE, PADDING = 18, 12
LETTERS = 27
"""of a name on one line of its box"""
TURN = 34
"""how far an arrow to an earlier column goes out below its boxes"""


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


def chart(names: Mapping[str, str], edges: Sequence[tuple[str, str]]) -> Chart:
    """Lay out the processes that edges join; `names` give what stands in each box."""
    columns = _columns(edges)
    boxes: dict[str, Box] = {}
    for number, column in enumerate(columns):
        y = MARGIN
        for id in column:
            lines = tuple(textwrap.wrap(names.get(id, id), LETTERS)) or (id,)
            height = len(lines) * LINE + 2 * PADDING
            boxes[id] = Box(id, MARGIN + number * (WIDE + GAP_ACROSS), y, height, lines)
            y += height + GAP_DOWN
    below = max((box.y + box.height for box in boxes.values()), default=0)
    arrows = tuple(_arrow(boxes[a], boxes[b], below + TURN) for a, b in edges)
    backward = any(boxes[a].x >= boxes[b].x for a, b in edges)
    width = 2 * MARGIN + len(columns) * WIDE + max(len(columns) - 1, 0) * GAP_ACROSS
    return Chart(width, below + MARGIN + (TURN if backward else 0), tuple(boxes.values()), arrows)


def _columns(edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Each process after those that begin it, as far as they do not begin each other in a circle; few crossings."""
    ids = sorted({id for edge in edges for id in edge})
    depth = dict.fromkeys(ids, 0)
    for _ in ids:  # a circle stops growing after as many rounds as there are processes
        for a, b in edges:
            if a != b and not _leads(b, a, edges):
                depth[b] = max(depth[b], depth[a] + 1)
    columns: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    place: dict[str, float] = {}
    for number, column in enumerate(columns):
        own = [id for id in ids if depth[id] == number]
        before = {id: [place[a] for a, b in edges if b == id and a in place] for id in own}
        own.sort(key=lambda id: (sum(before[id]) / len(before[id]) if before[id] else 0, id))
        column += own
        place |= {id: float(row) for row, id in enumerate(own)}
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


def _arrow(start: Box, end: Box, turn: int) -> Arrow:
    y1, y2 = start.y + start.height // 2, end.y + end.height // 2
    if start.x < end.x:
        x1, x2 = start.x + WIDE, end.x
        bend = (x2 - x1) // 2
        path = f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
        return Arrow(start.id, end.id, path, (x1 + x2) // 2, (y1 + y2) // 2)
    x1, x2, low1, low2 = start.x + WIDE // 2, end.x + WIDE // 2 + 20, start.y + start.height, end.y + end.height
    path = f"M{x1} {low1} C{x1} {turn} {x2} {turn} {x2} {low2}"
    return Arrow(start.id, end.id, path, (x1 + x2) // 2, (low1 + low2) // 8 + turn * 3 // 4)
