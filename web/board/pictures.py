"""Where the bars of a picture stand: plain geometry, drawn as SVG by the template, with its numbers in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 240
LEFT, TOP, BOTTOM = 48, 12, 36
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its place, its series and its value."""

    x: float
    y: float
    width: float
    height: float
    series: int
    value: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place: a tick of the scale or the name of a group of bars."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars side by side in groups, with a scale from 0 and a name below each group."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    ticks: tuple[Mark, ...]
    names: tuple[Mark, ...]
    floor: float
    """where 0 is"""


def columns(rows: Sequence[tuple[str, Sequence[int]]]) -> Picture:
    """A picture of rows (name, one value per series)."""
    top = ceiling(max((value for _, values in rows for value in values), default=0))
    room, floor = WIDTH - LEFT, HEIGHT - BOTTOM
    scale = (floor - TOP) / top
    bars, names = [], []
    for number, (name, values) in enumerate(rows):
        wide = room / len(rows)
        start, each = LEFT + number * wide + wide * 0.15, wide * 0.7 / max(len(values), 1)
        for series, value in enumerate(values):
            high = round(value * scale, 1)
            bars.append(
                Bar(round(start + series * each, 1), round(floor - high, 1), round(each, 1), high, series, value)
            )
        names.append(Mark(round(LEFT + (number + 0.5) * wide, 1), floor + 18, name))
    ticks = tuple(Mark(LEFT - 8, round(floor - value * scale, 1), str(value)) for value in _ticks(top))
    return Picture(WIDTH, HEIGHT, tuple(bars), ticks, tuple(names), floor)


def ceiling(most: int) -> int:
    """A round number at or above the largest value: 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for step in STEPS:
            if step * power >= most:
                return step * power
        power *= 10


def _ticks(top: int) -> tuple[int, ...]:
    return (0, top // 2, top) if top > 1 and top % 2 == 0 else (0, top)
