"""Changes of where things stand on the page."""

from __future__ import annotations

from itertools import pairwise
from math import dist

from engine.errors import RedrawError
from engine.redraw.change import Bend, Move, Point, Resize
from engine.redraw.markup import Piece
from engine.redraw.sheet import WAYS, Sheet
from engine.said import say


def number(value: float) -> str:
    """A coordinate without needless digits."""
    return str(int(value)) if value == int(value) else f"{value:.3f}".rstrip("0")


def move(sheet: Sheet, change: Move) -> None:
    """Put a shape elsewhere, its label with it."""
    shape = _drawn(sheet, change.id, "BPMNShape")
    bounds = _child(shape, "Bounds")
    if bounds is None:
        raise RedrawError(say("{file}: the shape of {id!r} has no bounds to move", file=sheet.file, id=change.id))
    by = (change.x - _coordinate(sheet, bounds, "x"), change.y - _coordinate(sheet, bounds, "y"))
    label = _child(shape, "BPMNLabel")
    for box in (bounds, _child(label, "Bounds") if label is not None else None):
        if box is not None:
            sheet.set_attribute(box, "x", number(_coordinate(sheet, box, "x") + by[0]))
            sheet.set_attribute(box, "y", number(_coordinate(sheet, box, "y") + by[1]))


def resize(sheet: Sheet, change: Resize) -> None:
    """Give a shape another size."""
    if change.width <= 0 or change.height <= 0:
        raise RedrawError(
            say(
                "{file}: {id!r} cannot be {width} by {height}, expected a size",
                file=sheet.file,
                id=change.id,
                width=change.width,
                height=change.height,
            )
        )
    bounds = _child(_drawn(sheet, change.id, "BPMNShape"), "Bounds")
    if bounds is None:
        raise RedrawError(say("{file}: the shape of {id!r} has no bounds to resize", file=sheet.file, id=change.id))
    sheet.set_attribute(bounds, "width", number(change.width))
    sheet.set_attribute(bounds, "height", number(change.height))


def bend(sheet: Sheet, change: Bend) -> None:
    """Draw a flow along other points; where there are as many as before, only their numbers change."""
    edge = _drawn(sheet, change.id, "BPMNEdge")
    along(sheet, edge, change.points, change.id)


def along(sheet: Sheet, edge: Piece, points: tuple[Point, ...], id: str) -> None:
    """Give an edge its points."""
    if len(points) < 2:
        raise RedrawError(
            say(
                "{file}: the flow {id!r} is drawn along {count} points, expected at least two",
                file=sheet.file,
                id=id,
                count=len(points),
            )
        )
    old = [child for child in edge.children if child.local == "waypoint"]
    _label_along(sheet, edge, old, points)
    if len(old) == len(points):
        for piece, (x, y) in zip(old, points, strict=True):
            sheet.set_attribute(piece, "x", number(x))
            sheet.set_attribute(piece, "y", number(y))
        return
    after = next((child for child in edge.children if child.local == "BPMNLabel"), None)
    for piece in old:
        sheet.cut(piece)
    sheet.insert(edge, waypoints(sheet, edge, points), after or (old[0] if old else None))


def _label_along(sheet: Sheet, edge: Piece, old: list[Piece], points: tuple[Point, ...]) -> None:
    """A flow's label keeps its place beside the middle of the flow."""
    label = _child(edge, "BPMNLabel")
    bounds = _child(label, "Bounds") if label is not None else None
    if bounds is None or len(old) < 2:
        return
    before = _middle(tuple((_coordinate(sheet, piece, "x"), _coordinate(sheet, piece, "y")) for piece in old))
    after = _middle(points)
    for name, by in (("x", after[0] - before[0]), ("y", after[1] - before[1])):
        if by:
            sheet.set_attribute(bounds, name, number(_coordinate(sheet, bounds, name) + by))


def _middle(points: tuple[Point, ...]) -> Point:
    """The point halfway along a line."""
    lengths = [dist(one, other) for one, other in pairwise(points)]
    left = sum(lengths) / 2
    for (one, other), length in zip(pairwise(points), lengths, strict=True):
        if length and left <= length:
            share = left / length
            return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share
        left -= length
    return points[0]


def waypoints(sheet: Sheet, near: Piece, points: tuple[Point, ...]) -> list[str]:
    """The lines of an edge's points."""
    prefix, declaration = sheet.prefix(near, WAYS)
    return [f'<{prefix}waypoint{declaration} x="{number(x)}" y="{number(y)}"/>' for x, y in points]


def _drawn(sheet: Sheet, id: str, kind: str) -> Piece:
    sheet.get(id, say("move"))
    found = sheet.shape(id)
    if found is None or found.local != kind:
        raise RedrawError(
            say("{file}: {id!r} has no {kind} on any page, so it cannot be moved", file=sheet.file, id=id, kind=kind)
        )
    return found


def _child(piece: Piece, local: str) -> Piece | None:
    return next((child for child in piece.children if child.local == local), None)


def _coordinate(sheet: Sheet, piece: Piece, name: str) -> float:
    try:
        return float(sheet.markup.value(piece, name) or 0)
    except ValueError:
        return 0.0
