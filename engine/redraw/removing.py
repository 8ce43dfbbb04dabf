"""Taking out an element or a flow with all that belongs to it."""

from __future__ import annotations

from engine.errors import RedrawError
from engine.notation import NODE_TAGS
from engine.redraw.change import Remove
from engine.redraw.markup import Piece
from engine.redraw.sheet import Sheet
from engine.said import say

_JOINING = ("sequenceFlow", "association", "messageFlow", "dataInputAssociation", "dataOutputAssociation")
_NAMING = ("incoming", "outgoing", "flowNodeRef")
_REMOVABLE = frozenset({*NODE_TAGS, "sequenceFlow", "textAnnotation", "association", "group", "messageFlow",
                        "dataObjectReference", "dataStoreReference"})  # fmt: skip


def remove(sheet: Sheet, change: Remove) -> None:
    """Take out an element: with it go its flows, what lies in it and hangs on it, every mention, and the shapes."""
    piece = sheet.get(change.id, say("remove"))
    if piece.local not in _REMOVABLE:
        raise RedrawError(
            say(
                "{file}: {id!r} is a <{local}>, which is not removed here",
                file=sheet.file,
                id=change.id,
                local=piece.local,
            )
        )
    gone = _with_all(sheet, change.id)
    for id in gone:
        sheet.cut(sheet.by_id[id])
    for shape in sheet.shapes(gone):
        sheet.cut(shape)
    for other in sheet.markup.root.walk():
        if other.local in _NAMING and sheet.content(other) in gone:
            sheet.cut(other)
        if sheet.refers(other, "default") in gone:
            sheet.set_attribute(other, "default", None)


def _with_all(sheet: Sheet, id: str) -> set[str]:
    """An element and everything that cannot be without it."""
    gone: set[str] = set()
    waiting = [id]
    while waiting:
        current = waiting.pop()
        if current in gone:
            continue
        gone.add(current)
        inside = [sheet.markup.value(piece, "id") for piece in sheet.by_id[current].walk()]
        waiting += [other for other in inside if other in sheet.by_id and other is not None]
        waiting += [other for other, piece in sheet.by_id.items() if _needs(sheet, piece, current)]
    return gone


def _needs(sheet: Sheet, piece: Piece, id: str) -> bool:
    """Whether an element hangs on another, or joins it to something."""
    if sheet.refers(piece, "attachedToRef") == id:
        return True
    return piece.local in _JOINING and id in _joined(sheet, piece)


def _joined(sheet: Sheet, piece: Piece) -> set[str]:
    ends = {sheet.refers(piece, "sourceRef"), sheet.refers(piece, "targetRef")}
    return ends | {sheet.content(child) for child in piece.children if child.local in ("sourceRef", "targetRef")}
