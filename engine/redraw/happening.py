"""Changes of what an element waits for or throws, how often it is done, and what it is handed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.errors import RedrawError
from engine.notation import ACTIVITIES
from engine.redraw.change import Define, Refer, Repeat, Rounds, SetInput, SetTimer
from engine.redraw.markup import Piece, in_attribute, in_text
from engine.redraw.sheet import OWN, Sheet
from engine.said import say

_ID = re.compile(r"[A-Za-z_][\w.-]*")
DEFINED = ("timer", "message", "error", "escalation", "signal", "conditional")
TIMES = ("timeDate", "timeDuration", "timeCycle")
# What stands before a loop, and in one before each of its parts (BPMN 2.0.2, the order of the schema).
_AHEAD = (
    "documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef", "incoming", "outgoing",
    "ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation", "resourceRole", "performer",
    "humanPerformer", "potentialOwner",
)  # fmt: skip
_MULTI = (
    "documentation", "extensionElements", "loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem",
    "outputDataItem", "complexBehaviorDefinition", "completionCondition",
)  # fmt: skip
_DECLARED: Mapping[str, str] = {"error": "errorCode", "escalation": "escalationCode"}


def define(sheet: Sheet, change: Define) -> None:
    """Write an empty definition into an event."""
    piece = sheet.get(change.id, say("add an event"))
    if change.kind not in DEFINED or not piece.local.endswith("Event"):
        raise RedrawError(
            say(
                "{file}: {id!r} is a <{local}>, which has no {kind} event",
                file=sheet.file, id=change.id, local=piece.local, kind=change.kind,
            )
        )  # fmt: skip
    sheet.insert(piece, [f'<{piece.prefix}{change.kind}EventDefinition id="{change.id}_{change.kind}"/>'])


def set_timer(sheet: Sheet, change: SetTimer) -> None:
    """Write the moment of a timer; of its three kinds one stands."""
    timer = _definition(sheet, change.id, "timer")
    if change.kind not in TIMES:
        raise RedrawError(
            say(
                "{file}: {kind!r} is no kind of timer, expected one of: {names}",
                file=sheet.file, kind=change.kind, names=", ".join(TIMES),
            )
        )  # fmt: skip
    there = _part(timer, change.kind)
    for other in timer.children:
        if other.local in TIMES and (other is not there or not change.text):
            sheet.cut(other)
    if there is not None and change.text:
        sheet.set_content(there, change.text)
    elif change.text:
        sheet.insert(timer, [_element(timer.prefix + change.kind, change.text)])


def refer(sheet: Sheet, change: Refer) -> None:
    """Write the id of what an event names, and declare that where nothing has the id."""
    piece = sheet.get(change.id, say("set an attribute"))
    holder = piece if piece.local == "receiveTask" else _definition(sheet, change.id, change.kind)
    if change.ref and not _ID.fullmatch(change.ref):
        raise RedrawError(
            say(
                "{file}: {id!r} is no id, expected letters, digits, _ . and -, a letter first",
                file=sheet.file, id=change.ref,
            )
        )  # fmt: skip
    sheet.set_attribute(holder, f"{change.kind}Ref", change.ref or None)
    declared = sheet.by_id.get(change.ref)
    if declared is not None and declared.local != change.kind:
        raise RedrawError(
            say("{file}: the id {id!r} is taken, expected one that no element has", file=sheet.file, id=change.ref)
        )
    if change.ref and declared is None:
        _declare(sheet, change.kind, change.ref)


def _declare(sheet: Sheet, kind: str, id: str) -> None:
    root = sheet.markup.root
    first = next((child for child in root.children if child.local in ("process", "collaboration")), None)
    line = f'<{(first or root).prefix}{kind} id="{id}" {_DECLARED.get(kind, "name")}="{id}"/>'
    sheet.insert(root, [line], first)


def repeat(sheet: Sheet, change: Repeat) -> None:
    """Write a multi-instance marker, change what one says, or take it out."""
    activity = sheet.get(change.id, say("set an attribute"))
    loop = _part(activity, "multiInstanceLoopCharacteristics")
    if not change.collection and not change.cardinality and (loop is None or not _part(loop, "loopDataInputRef")):
        if loop is not None:
            sheet.cut(loop)
        return
    loop = loop or _new_loop(sheet, change.id, "multiInstanceLoopCharacteristics")
    sheet.set_attribute(loop, "isSequential", "true" if change.sequential else None)
    sheet.commit()
    for name, value in (("collection", change.collection), ("item", change.item)):
        _own(sheet, _loop(sheet, change.id), name, value)
    for name, value in (("loopCardinality", change.cardinality), ("completionCondition", change.until)):
        _text(sheet, _loop(sheet, change.id), name, value)


def rounds(sheet: Sheet, change: Rounds) -> None:
    """Write a loop marker, change what one says, or take it out."""
    activity = sheet.get(change.id, say("set an attribute"))
    loop = _part(activity, "standardLoopCharacteristics")
    if not change.condition and not change.maximum:
        if loop is not None:
            sheet.cut(loop)
        return
    loop = loop or _new_loop(sheet, change.id, "standardLoopCharacteristics")
    sheet.set_attribute(loop, "loopMaximum", change.maximum or None)
    sheet.commit()
    _text(sheet, _loop(sheet, change.id), "loopCondition", change.condition)


def set_input(sheet: Sheet, change: SetInput) -> None:
    """Write what is handed over under a name."""
    piece = sheet.get(change.id, say("set an attribute"))
    holder = _part(piece, "extensionElements")
    word = "in" if piece.local == "callActivity" else "input"
    inputs = [each for each in holder.children if each.local in ("in", "input")] if holder is not None else []
    there = next((each for each in inputs if sheet.markup.value(each, "name") == change.name), None)
    if there is not None and change.value:
        sheet.set_attribute(there, "value", change.value)
    elif there is not None and holder is not None:
        sheet.cut(there if len(holder.children) > 1 else holder)
    elif change.value:
        known, declaration = sheet.prefix(piece, OWN)
        name, value = (in_attribute(text, chr(34)) for text in (change.name, change.value))
        line = f'<{known}{word} name="{name}" value="{value}"/>'
        if declaration:
            sheet.add_attribute(sheet.markup.root, declaration)
        if holder is not None:
            sheet.insert(holder, [line])
        else:
            tag = f"{piece.prefix}extensionElements"
            sheet.insert(piece, [f"<{tag}>", f"\t{line}", f"</{tag}>"], _behind(piece, ("documentation",)))


def _definition(sheet: Sheet, id: str, kind: str) -> Piece:
    """The definition of an event; RedrawError when it has none of the kind."""
    piece = sheet.get(id, say("set an attribute"))
    found = _part(piece, f"{kind}EventDefinition")
    if found is None:
        raise RedrawError(
            say(
                "{file}: {id!r} is a <{local}>, which has no {kind} event",
                file=sheet.file, id=id, local=piece.local, kind=kind,
            )
        )  # fmt: skip
    return found


def _part(piece: Piece, local: str) -> Piece | None:
    return next((child for child in piece.children if child.local == local), None)


def _behind(piece: Piece, ahead: tuple[str, ...]) -> Piece | None:
    """What stands behind these parts."""
    return next((child for child in piece.children if child.local not in ahead), None)


def _new_loop(sheet: Sheet, id: str, local: str) -> Piece:
    activity = sheet.by_id[id]
    if activity.local not in ACTIVITIES:
        raise RedrawError(
            say("{file}: {attached_to!r} is a <{local}>, expected an activity", file=sheet.file,
                attached_to=id, local=activity.local)
        )  # fmt: skip
    sheet.insert(activity, [f"<{activity.prefix}{local}/>"], _behind(activity, _AHEAD))
    sheet.commit()
    return _loop(sheet, id)


def _loop(sheet: Sheet, id: str) -> Piece:
    return next(child for child in sheet.by_id[id].children if child.local.endswith("LoopCharacteristics"))


def _own(sheet: Sheet, piece: Piece, name: str, value: str) -> None:
    known, declaration = sheet.prefix(piece, OWN)
    sheet.set_attribute(piece, known + name, value or None)
    if declaration and value:
        sheet.add_attribute(sheet.markup.root, declaration)
    sheet.commit()


def _text(sheet: Sheet, piece: Piece, local: str, value: str) -> None:
    there = _part(piece, local)
    if there is not None and value:
        sheet.set_content(there, value)
    elif there is not None:
        sheet.cut(there)
    elif value:
        ahead = _MULTI[: _MULTI.index(local)] if local in _MULTI else ()
        sheet.insert(piece, [_element(piece.prefix + local, value)], _behind(piece, ahead))
    sheet.commit()


def _element(name: str, text: str) -> str:
    return f"<{name}>{in_text(text)}</{name}>"
