"""New elements and flows, with their shapes and edges, written where and as the others are."""

from __future__ import annotations

import re

from engine.errors import RedrawError
from engine.notation import ACTIVITIES, LEVELS, NODE_TAGS
from engine.redraw.change import AddNode, Connect, PutInLane, Reconnect
from engine.redraw.layout import along, number, waypoints
from engine.redraw.markup import Piece, in_attribute, in_text
from engine.redraw.sheet import DC, DI, Sheet
from engine.redraw.wording import put_in_lane
from engine.said import say

_ID = re.compile(r"[A-Za-z_][\w.-]*")
_BEHIND = ("textAnnotation", "association", "group", "resourceRole", "correlationSubscription", "supports")


def _fits(sheet: Sheet, change: AddNode, parent: Piece) -> None:
    """Refuse an element of no known kind, in a place that holds none, or on the border of nothing."""
    file, kind, id = sheet.file, change.kind, change.id
    if kind not in NODE_TAGS:
        raise RedrawError(
            say("{file}: {kind!r} is no kind of element, expected one such as userTask", file=file, kind=kind)
        )
    if parent.local not in ("process", *LEVELS):
        raise RedrawError(
            say(
                "{file}: {parent!r} is a <{local}>, expected a process or a sub-process",
                file=file, parent=change.parent, local=parent.local,
            )
        )  # fmt: skip
    if (kind == "boundaryEvent") != bool(change.attached_to):
        raise RedrawError(
            say("{file}: {id!r}: a boundary event, and nothing else, hangs on an activity", file=file, id=id)
        )


def add_node(sheet: Sheet, change: AddNode) -> None:
    """Write an element into its process or sub-process, and its shape onto the page of that."""
    parent = sheet.get(change.parent, say("add an element"))
    _free(sheet, change.id)
    _fits(sheet, change, parent)
    on = sheet.get(change.attached_to, say("add an event")) if change.attached_to else None
    if on is not None and on.local not in ACTIVITIES:
        raise RedrawError(
            say(
                "{file}: {attached_to!r} is a <{local}>, expected an activity",
                file=sheet.file,
                attached_to=change.attached_to,
                local=on.local,
            )
        )
    name = f' name="{in_attribute(change.name, chr(34))}"' if change.name else ""
    hung = f' attachedToRef="{in_attribute(change.attached_to, chr(34))}"' if on is not None else ""
    line = f'<{parent.prefix}{change.kind} id="{change.id}"{name}{hung}/>'
    sheet.insert(parent, [line], _first_behind(parent))
    _shape(sheet, change)
    if change.lane:
        sheet.commit()
        put_in_lane(sheet, PutInLane(change.id, change.lane))


def connect(sheet: Sheet, change: Connect) -> None:
    """Write a sequence flow beside its ends, its edge, and its name in what they say of their flows."""
    source, _ = _ends(sheet, change.id, change.source, change.target)
    _free(sheet, change.id)
    level = source.parent
    assert level is not None, "an element lies in something"
    prefix = source.prefix
    name = f' name="{in_attribute(change.name, chr(34))}"' if change.name else ""
    head = f'<{prefix}sequenceFlow id="{change.id}"{name} sourceRef="{change.source}" targetRef="{change.target}"'
    tag = f"{prefix}conditionExpression"
    condition = [f"\t<{tag}>{in_text(change.condition)}</{tag}>"] if change.condition else []
    lines = [f"{head}>", *condition, f"</{prefix}sequenceFlow>"] if condition else [f"{head}/>"]
    sheet.insert(level, lines, _first_behind(level))
    page = sheet.shape(change.source)
    if page is not None and page.parent is not None:
        plane = page.parent
        points = ["\t" + line for line in waypoints(sheet, plane, change.points)]
        edge, declaration = sheet.prefix(plane, DI)
        opened = f'<{edge}BPMNEdge{declaration} id="{change.id}_di" bpmnElement="{change.id}">'
        sheet.insert(plane, [opened, *points, f"</{edge}BPMNEdge>"])
    sheet.commit()
    _mention(sheet, change.source, "outgoing", change.id)
    sheet.commit()
    _mention(sheet, change.target, "incoming", change.id)


def reconnect(sheet: Sheet, change: Reconnect) -> None:
    """Let a flow join two other elements."""
    flow = sheet.get(change.id, say("reconnect"))
    if flow.local != "sequenceFlow":
        raise RedrawError(
            say(
                "{file}: {id!r} is a <{local}>, expected a sequence flow",
                file=sheet.file,
                id=change.id,
                local=flow.local,
            )
        )
    _ends(sheet, change.id, change.source, change.target)
    before = {"outgoing": sheet.refers(flow, "sourceRef"), "incoming": sheet.refers(flow, "targetRef")}
    after = {"outgoing": change.source, "incoming": change.target}
    sheet.set_attribute(flow, "sourceRef", change.source)
    sheet.set_attribute(flow, "targetRef", change.target)
    if (edge := sheet.shape(change.id)) is not None:
        along(sheet, edge, change.points, change.id)
    for word in before:
        if before[word] != after[word] and before[word] in sheet.by_id:
            for child in sheet.by_id[before[word]].children:
                if child.local == word and sheet.content(child) == change.id:
                    sheet.cut(child)
    for word in before:
        if before[word] != after[word]:
            sheet.commit()
            _mention(sheet, after[word], word, change.id)


def _free(sheet: Sheet, id: str) -> None:
    if not _ID.fullmatch(id):
        raise RedrawError(
            say("{file}: {id!r} is no id, expected letters, digits, _ . and -, a letter first", file=sheet.file, id=id)
        )
    if id in sheet.by_id:
        raise RedrawError(
            say("{file}: the id {id!r} is taken, expected one that no element has", file=sheet.file, id=id)
        )


def _ends(sheet: Sheet, id: str, source: str, target: str) -> tuple[Piece, Piece]:
    ends = sheet.get(source, say("connect {id!r}", id=id)), sheet.get(target, say("connect {id!r}", id=id))
    for piece, end in zip(ends, (source, target), strict=True):
        if piece.local not in NODE_TAGS:
            raise RedrawError(
                say(
                    "{file}: {end!r} is a <{local}>, expected an element that a flow can join",
                    file=sheet.file,
                    end=end,
                    local=piece.local,
                )
            )
    if ends[0].parent is not ends[1].parent:
        raise RedrawError(
            say(
                "{file}: {source!r} and {target!r} lie in different levels, which no flow joins",
                file=sheet.file,
                source=source,
                target=target,
            )
        )
    return ends


def _first_behind(parent: Piece) -> Piece | None:
    """What must stand behind the elements of a level: notes and the like."""
    return next((child for child in parent.children if child.local in _BEHIND), None)


def _mention(sheet: Sheet, id: str, word: str, flow: str) -> None:
    """Let an element name a flow as incoming or outgoing, in a file whose elements do that."""
    piece = sheet.by_id[id]
    if not any(other.local in ("incoming", "outgoing") for other in sheet.markup.root.walk()):
        return
    ahead = ("documentation", "extensionElements", "incoming", *(("outgoing",) if word == "outgoing" else ()))
    before = next((child for child in piece.children if child.local not in ahead), None)
    sheet.insert(piece, [f"<{piece.prefix}{word}>{flow}</{piece.prefix}{word}>"], before)


def _shape(sheet: Sheet, change: AddNode) -> None:
    plane = _plane(sheet, change)
    if plane is None:
        return  # a file without a page stays one
    prefix, declaration = sheet.prefix(plane, DI)
    box, declared = sheet.prefix(plane, DC)
    x, y, width, height = (number(value) for value in (change.x, change.y, change.width, change.height))
    sheet.insert(plane, [
        f'<{prefix}BPMNShape{declaration} id="{change.id}_di" bpmnElement="{change.id}">',
        f'\t<{box}Bounds{declared} x="{x}" y="{y}" width="{width}" height="{height}"/>',
        f"</{prefix}BPMNShape>",
    ])  # fmt: skip


def _plane(sheet: Sheet, change: AddNode) -> Piece | None:
    """The page of a new element: that of its neighbours, of its sub-process, or the first one."""
    parent = sheet.by_id[change.parent]
    near = [sheet.markup.value(child, "id") or "" for child in parent.children if child.local in NODE_TAGS]
    shape = next(sheet.shapes({*near, change.parent}), None)
    if shape is not None:
        return shape.parent
    return next((piece for piece in sheet.markup.root.walk() if piece.local == "BPMNPlane"), None)
