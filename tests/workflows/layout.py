"""Where the words of a drawing stand: which of them cover a shape, a line, a border or each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

SPACES = {
    "di": "http://www.omg.org/spec/BPMN/20100524/DI", "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "d": "http://www.omg.org/spec/DD/20100524/DI",
}  # fmt: skip
LETTER = 6.3
"""The width of a letter of a label on average, in the drawing's units; a label is centred in its bounds."""
ABOUT = 1
"""How near counts as touching."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""left, top, right, bottom"""


@dataclass(frozen=True)
class Layout:
    """What is drawn, by the id of its element."""

    shapes: dict[str, Box]
    gateways: frozenset[str]
    frames: dict[str, Box]
    """pools, lanes and open sub-processes: words stand in them but not on their borders"""
    labels: dict[str, Box]
    names: dict[str, str]
    edges: dict[str, list[Point]]


def read(data: bytes) -> Layout:
    """The layout of a drawing."""
    root = etree.fromstring(data)
    kinds = {
        found.get("id"): str(etree.QName(found).localname) for found in root.iter(etree.Element) if found.get("id")
    }
    names = {found.get("id"): found.get("name") for found in root.iter(etree.Element) if found.get("name")}
    shapes, frames, labels = {}, {}, {}
    for shape in root.iterfind(".//di:BPMNShape", SPACES):
        id = shape.get("bpmnElement")
        frame = kinds[id] in ("participant", "lane") or shape.get("isExpanded") == "true"
        (frames if frame else shapes)[id] = _box(shape.find("dc:Bounds", SPACES))
    for drawn in root.iterfind(".//di:BPMNLabel/..", SPACES):
        if (id := drawn.get("bpmnElement")) in names:
            labels[id] = _box(drawn.find("di:BPMNLabel/dc:Bounds", SPACES))
    edges = {
        edge.get("bpmnElement"): [
            (float(point.get("x")), float(point.get("y"))) for point in edge.iterfind("d:waypoint", SPACES)
        ]
        for edge in root.iterfind(".//di:BPMNEdge", SPACES)
    }
    gateways = frozenset(id for id in shapes if kinds[id].endswith("Gateway"))
    return Layout(shapes, gateways, frames, labels, names, edges)


def _box(bounds: etree._Element) -> Box:
    x, y, width, height = (float(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def faults(layout: Layout) -> Iterator[str]:
    """Every word that covers something, and every line that runs on a border."""
    for id in layout.labels:
        for other in covered(layout, id, layout.labels[id]):
            yield f"{layout.names[id]!r} ({id}) covers {other}"
    for id, points in layout.edges.items():
        for frame, box in layout.frames.items():
            if any(_along(segment, box) for segment in pairwise(points)):
                yield f"{id} runs on the border of {frame}"


def covered(layout: Layout, id: str, at: Box) -> list[str]:
    """What the words of an element would cover if they stood there."""
    words = _words(at, layout.names[id])
    found = [
        other
        for other, box in layout.shapes.items()
        if (_on_diamond(words, box) if other in layout.gateways else _meet(words, box))
    ]
    found += [other for other, box in layout.frames.items() if any(_meet(words, side) for side in _sides(box))]
    found += [other for other, points in layout.edges.items() if any(_meet(words, line) for line in _lines(points))]
    found += [
        other for other, box in layout.labels.items() if other != id and _meet(words, _words(box, layout.names[other]))
    ]
    return found


def _words(at: Box, text: str) -> Box:
    """The place that the text itself takes within its bounds."""
    spare = max(0.0, at[2] - at[0] - LETTER * len(text)) / 2
    return at[0] + spare + ABOUT, at[1] + ABOUT, at[2] - spare - ABOUT, at[3] - ABOUT


def _meet(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) > max(one[0], other[0]) and min(one[3], other[3]) > max(one[1], other[1])


def _on_diamond(words: Box, box: Box) -> bool:
    """Whether a box comes into the diamond that fills another."""
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    near_x = min(max(across, words[0]), words[2])
    near_y = min(max(down, words[1]), words[3])
    return abs(near_x - across) / (box[2] - across) + abs(near_y - down) / (box[3] - down) < 1


def _sides(box: Box) -> Iterable[Box]:
    left, top, right, bottom = box
    return _lines([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])


def _lines(points: Sequence[Point]) -> list[Box]:
    return [
        (min(a[0], b[0]) - ABOUT, min(a[1], b[1]) - ABOUT, max(a[0], b[0]) + ABOUT, max(a[1], b[1]) + ABOUT)
        for a, b in pairwise(points)
    ]


def _along(segment: tuple[Point, Point], box: Box) -> bool:
    """Whether a level line runs on the upper or lower border of a frame."""
    (x1, y1), (x2, y2) = segment
    level = y1 == y2 and min(abs(y1 - box[1]), abs(y1 - box[3])) < 4
    return level and min(x1, x2) < box[2] and max(x1, x2) > box[0]
