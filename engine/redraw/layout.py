"""Changes of where things stand on the page."""

from __future__ import annotations

from engine.errors import RedrawError
from engine.redraw.change import Bend, Move, Point, Resize
from engine.redraw.markup import Piece
from engine.redraw.sheet import WAYS, Sheet


def number(value: float) -> str:
    """A coordinate without needless digits."""
    return str(int(value)) if value == int(value) else f"{value:.3f}".rstrip("0")


def move(sheet: Sheet, change: Move) -> None:
    """Put a shape elsewhere, its label with it."""
    shape = _drawn(sheet, change.id, "BPMNShape")
    bounds = _child(shape, "Bounds")
    if bounds is None:
        raise RedrawError(f"{sheet.file}: the shape of {change.id!r} has no bounds to move")
    by = (change.x - _coordinate(sheet, bounds, "x"), change.y - _coordinate(sheet, bounds, "y"))
    label = _child(shape, "BPMNLabel")
    for box in (bounds, _child(label, "Bounds") if label is not None else None):
        if box is not None:
            sheet.set_attribute(box, "x", number(_coordinate(sheet, box, "x") + by[0]))
            sheet.set_attribute(box, "y", number(_coordinate(sheet, box, "y") + by[1]))


def resize(sheet: Sheet, change: Resize) -> None:
    """Give a shape another size."""
    if change.width <= 0 or change.height <= 0:
        raise RedrawError(f"{sheet.file}: {change.id!r} cannot be {change.width} by {change.height}, expected a size")
    bounds = _child(_drawn(sheet, change.id, "BPMNShape"), "Bounds")
    if bounds is None:
        raise RedrawError(f"{sheet.file}: the shape of {change.id!r} has no bounds to resize")
    sheet.set_attribute(bounds, "width", number(change.width))
    sheet.set_attribute(bounds, "height", number(change.height))


def bend(sheet: Sheet, change: Bend) -> None:
    """Draw a flow along other points; where there are as many as before, only their numbers change."""
    edge = _drawn(sheet, change.id, "BPMNEdge")
    along(sheet, edge, change.points, change.id)


def along(sheet: Sheet, edge: Piece, points: tuple[Point, ...], id: str) -> None:
    """Give an edge its points."""
    if len(points) < 2:
        raise RedrawError(f"{sheet.file}: the flow {id!r} is drawn along {len(points)} points, expected at least two")
    old = [child for child in edge.children if child.local == "waypoint"]
    if len(old) == len(points):
        for piece, (x, y) in zip(old, points, strict=True):
            sheet.set_attribute(piece, "x", number(x))
            sheet.set_attribute(piece, "y", number(y))
        return
    after = next((child for child in edge.children if child.local == "BPMNLabel"), None)
    for piece in old:
        sheet.cut(piece)
    sheet.insert(edge, waypoints(sheet, edge, points), after or (old[0] if old else None))


def waypoints(sheet: Sheet, near: Piece, points: tuple[Point, ...]) -> list[str]:
    """The lines of an edge's points."""
    prefix, declaration = sheet.prefix(near, WAYS)
    return [f'<{prefix}waypoint{declaration} x="{number(x)}" y="{number(y)}"/>' for x, y in points]


def _drawn(sheet: Sheet, id: str, kind: str) -> Piece:
    sheet.get(id, "move")
    found = sheet.shape(id)
    if found is None or found.local != kind:
        raise RedrawError(f"{sheet.file}: {id!r} has no {kind} on any page, so it cannot be moved")
    return found


def _child(piece: Piece, local: str) -> Piece | None:
    return next((child for child in piece.children if child.local == local), None)


def _coordinate(sheet: Sheet, piece: Piece, name: str) -> float:
    try:
        return float(sheet.markup.value(piece, name) or 0)
    except ValueError:
        return 0.0
