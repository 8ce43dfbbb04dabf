"""Changes of what an element says: its label, its attributes, its texts, its lane."""

from __future__ import annotations

import re

from engine.errors import RedrawError
from engine.redraw.change import PutInLane, Rename, SetAttribute, SetText
from engine.redraw.markup import Piece, in_text
from engine.redraw.sheet import OWN, Sheet
from engine.said import say

_NAME = re.compile(r"[A-Za-z_][\w.-]*")
# What stands before a new part (BPMN 2.0.2, the order of the schema).
_FIRST = ("documentation",)
_HEAD = ("documentation", "extensionElements")


def rename(sheet: Sheet, change: Rename) -> None:
    """Set a label; that of a text annotation is its text."""
    piece = sheet.get(change.id, say("rename"))
    if piece.local == "textAnnotation":
        set_text(sheet, SetText(change.id, "text", change.name))
    else:
        sheet.set_attribute(piece, "name", change.name)


def set_attribute(sheet: Sheet, change: SetAttribute) -> None:
    """Set an attribute; of ours the namespace is declared where it is not yet."""
    piece = sheet.get(change.id, say("set an attribute"))
    prefix, colon, name = change.name.rpartition(":")
    if not _NAME.fullmatch(name) or (colon and prefix != "asiavirta"):
        raise RedrawError(
            say(
                "{file}: {name!r} is no attribute that is set here, expected a plain name or asiavirta:…",
                file=sheet.file,
                name=change.name,
            )
        )
    if change.name == "id" or name.startswith("xmlns"):
        raise RedrawError(
            say(
                "{file}: the {name} of {id!r} is not changed: everything refers to it",
                file=sheet.file,
                name=change.name,
                id=change.id,
            )
        )
    if not colon:
        sheet.set_attribute(piece, name, change.value)
        return
    known, declaration = sheet.prefix(piece, OWN)
    sheet.set_attribute(piece, known + name, change.value)
    if declaration and change.value is not None:
        sheet.add_attribute(sheet.markup.root, declaration)


def set_text(sheet: Sheet, change: SetText) -> None:
    """Set the text of a part, made where it is missing; without a text the part is taken out."""
    piece = sheet.get(change.id, say("set a text"))
    steps = change.part.split("/")
    if not all(_NAME.fullmatch(step) for step in steps):
        raise RedrawError(
            say(
                "{file}: {part!r} is no part of {id!r}, expected names such as documentation",
                file=sheet.file,
                part=change.part,
                id=change.id,
            )
        )
    for depth, step in enumerate(steps):
        found = next((child for child in piece.children if child.local == step), None)
        if found is None:
            if change.text:
                _make(sheet, piece, steps[depth:], change.text)
            return
        piece = found
    if change.text:
        sheet.set_content(piece, change.text)
    else:
        sheet.cut(piece)


def _make(sheet: Sheet, piece: Piece, steps: list[str], text: str) -> None:
    prefix = piece.prefix
    opened = "".join(f"<{prefix}{step}>" for step in steps)
    closed = "".join(f"</{prefix}{step}>" for step in reversed(steps))
    ahead = _FIRST if steps[0] in _HEAD else _HEAD
    after = next((child for child in piece.children if child.local not in ahead and child.local != steps[0]), None)
    behind = piece.local in ("sequenceFlow",) or steps[0].endswith("EventDefinition") or steps[0] in ("text", "script")
    before = None if behind else after
    sheet.insert(piece, [opened + in_text(text) + closed], before)


def put_in_lane(sheet: Sheet, change: PutInLane) -> None:
    """Take an element out of its lane and put it into another."""
    sheet.get(change.id, say("put into a lane"))
    lane = sheet.get(change.lane, say("put into a lane"))
    if lane.local != "lane":
        raise RedrawError(
            say("{file}: {lane!r} is a <{local}>, expected a lane", file=sheet.file, lane=change.lane, local=lane.local)
        )
    for piece in sheet.markup.root.walk():
        if piece.local == "flowNodeRef" and sheet.content(piece) == change.id:
            if piece.parent is lane:
                return
            sheet.cut(piece)
    line = f"<{lane.prefix}flowNodeRef>{in_text(change.id)}</{lane.prefix}flowNodeRef>"
    inner = next((child for child in lane.children if child.local == "childLaneSet"), None)
    sheet.insert(lane, [line], inner)
