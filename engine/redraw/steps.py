"""Steps added, moved, joined and taken out in a list, as changes of the drawing: the shapes find their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine import drawing
from engine.diagram import Diagram, Node
from engine.errors import RedrawError
from engine.notation import ACTIVITIES, LEVELS, reference
from engine.redraw.change import (
    AddNode,
    Bend,
    Change,
    Connect,
    Define,
    Move,
    Point,
    PutInLane,
    Reconnect,
    Remove,
    Resize,
)  # fmt: skip
from engine.said import say

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
GAP = 50
SIZES = {"Event": (36.0, 36.0), "Gateway": (50.0, 50.0)}
STEP = (100.0, 80.0)
ADDED = (
    "userTask", "sendTask", "receiveTask", "callActivity", "businessRuleTask", "scriptTask", "serviceTask",
    "exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "intermediateCatchEvent:timer",
    "intermediateCatchEvent:message", "intermediateCatchEvent:signal", "intermediateCatchEvent:conditional",
    "intermediateThrowEvent:signal", "intermediateThrowEvent:escalation", "endEvent", "endEvent:error",
    "endEvent:escalation", "endEvent:signal",
)  # fmt: skip
"""The kinds that a list can add: those that are complete with what can be said of them there; events with theirs."""
HUNG = tuple(f"boundaryEvent:{kind}" for kind in ("timer", "message", "error", "escalation", "signal", "conditional"))
"""The events that a list can hang on the border of a step."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a shape is drawn."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def middle(self) -> float:
        """Half its height down."""
        return self.y + self.height / 2


class Page:
    """A drawing with its layout, and the changes that one act on it makes."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        self.diagram: Diagram = drawing.read(data, file=file)
        root = drawing.definitions(data, file=file)
        self.boxes = dict(_boxes(root))
        self.lines = dict(_lines(root))
        self.frames = {
            reference(shape, "bpmnElement")
            for shape in root.iter(f"{DI}BPMNShape")
            if shape.get("isHorizontal") is not None or reference(shape, "bpmnElement") in self._levels()
        }

    def _levels(self) -> set[str]:
        return {node.id for node in self.diagram.nodes.values() if node.kind in LEVELS}

    def node(self, id: str) -> Node:
        """An element of the flow; RedrawError."""
        found = self.diagram.nodes.get(id)
        if found is None:
            raise RedrawError(say("{file}: found no step {id!r}, expected one of the drawing", file=self.file, id=id))
        return found


def add_after(data: bytes, after: str, *, kind: str, id: str, name: str, file: str) -> list[Change]:
    """Draw a new step behind another: into the one flow that leaves it, else on a flow of its own."""
    page = Page(data, file)
    host = page.node(after)
    kind, _, event = kind.partition(":")
    if (f"{kind}:{event}" if event else kind) not in ADDED:
        raise RedrawError(
            say(
                "{file}: {kind!r} is nothing that a list adds, expected one of: {names}",
                file=file,
                kind=kind,
                names=", ".join(ADDED),
            )
        )
    if host.kind == "endEvent":
        raise RedrawError(say("{file}: {after!r} is an end, behind which nothing comes", file=file, after=after))
    size = next((size for part, size in SIZES.items() if kind.endswith(part)), STEP)
    leaving = page.diagram.leaving(after)
    beside = len(leaving) if len(leaving) > 1 else 0
    if host.kind == "boundaryEvent":  # below the step that it hangs on
        beside = len(leaving) + 1
    changes, place = _room(page, after, size, among=beside)
    parent = host.parent or page.diagram.process
    lane = host.lane or (page.node(host.attached_to).lane if host.attached_to else "")
    changes.append(AddNode(id, kind, parent, place.x, place.y, place.width, place.height, name, lane))
    changes += [Define(id, event)] if event else []
    boxes = {**_moved(page, changes), id: place}
    split = len(leaving) == 1 and kind != "endEvent"
    if split:
        flow = leaving[0]
        changes.append(Reconnect(flow.id, after, id, _straight(boxes, after, id)))
        changes.append(_join(page, boxes, id, flow.target))
    else:
        changes.append(_join(page, boxes, after, id))
    return changes


def hang(data: bytes, host: str, *, kind: str, id: str, name: str, file: str) -> list[Change]:
    """Hang an event on the border of a step, beside those that hang there."""
    page = Page(data, file)
    node, (tag, _, event) = page.node(host), kind.partition(":")
    if kind not in HUNG or node.kind not in ACTIVITIES:
        names = ", ".join(HUNG)
        raise RedrawError(
            say(
                "{file}: {kind!r} cannot hang on {host!r}, expected one of {names} on an activity",
                file=file, kind=kind, host=host, names=names,
            )
        )  # fmt: skip
    width, height = SIZES["Event"]
    box = page.boxes.get(host)
    beside = len(page.diagram.boundaries(host)) * (width + GAP / 4)
    x, y = (box.right - width - GAP / 4 - beside, box.y + box.height - height / 2) if box else (0.0, 0.0)
    parent = node.parent or page.diagram.process
    return [AddNode(id, tag, parent, x, y, width, height, name, attached_to=host), Define(id, event)]


def join(data: bytes, source: str, target: str, *, file: str) -> list[Change]:
    """Draw a flow from one step to another."""
    page = Page(data, file)
    page.node(source)
    page.node(target)
    if any(flow.target == target for flow in page.diagram.leaving(source)):
        raise RedrawError(
            say("{file}: a flow leads from {source!r} to {target!r} already", file=file, source=source, target=target)
        )
    return [_join(page, page.boxes, source, target)]


def take_out(data: bytes, id: str, *, file: str) -> list[Change]:
    """Take out a step; what led to it leads on to what came behind it, where that is one step."""
    page = Page(data, file)
    page.node(id)
    return [*_closed(page, id), Remove(id)]


def move_after(data: bytes, id: str, after: str, *, file: str) -> list[Change]:
    """Put a step behind another one of its level; the flows close where it was and open where it goes."""
    page = Page(data, file)
    step, host = page.node(id), page.node(after)
    onward, there = page.diagram.leaving(id), page.diagram.leaving(after)
    if id == after or step.parent != host.parent or step.kind in ("startEvent", "endEvent", "boundaryEvent"):
        raise RedrawError(
            say(
                "{file}: {id!r} cannot stand behind {after!r}, expected two steps of one level",
                file=file,
                id=id,
                after=after,
            )
        )
    if len(onward) != 1 or len(there) != 1:
        raise RedrawError(
            say(
                "{file}: {id!r} and {after!r} each need exactly one flow that leaves them to be moved",
                file=file,
                id=id,
                after=after,
            )
        )
    if there[0].target == id:
        return []
    box = page.boxes.get(id)
    changes, place = _room(page, after, (box.width, box.height) if box else STEP)
    boxes = {**_moved(page, changes), id: place}
    if box:
        changes.append(Move(id, place.x, place.y))
    target = there[0].target
    for flow in page.diagram.entering(id):
        changes.append(
            Reconnect(flow.id, flow.source, onward[0].target, _straight(boxes, flow.source, onward[0].target))
        )
    changes.append(Reconnect(there[0].id, after, id, _straight(boxes, after, id)))
    changes.append(Reconnect(onward[0].id, id, target, _straight(boxes, id, target)))
    return changes


def put_in_lane(data: bytes, id: str, lane: str, *, file: str) -> list[Change]:
    """Put a step into another lane, at the same place along it."""
    page = Page(data, file)
    page.node(id)
    changes: list[Change] = [PutInLane(id, lane)]
    box, there = page.boxes.get(id), page.boxes.get(lane)
    if box and there:
        placed = Box(box.x, there.middle - box.height / 2, box.width, box.height)
        boxes = {**page.boxes, id: placed}
        changes.append(Move(id, placed.x, placed.y))
        for hung in page.diagram.boundaries(id):
            if own := page.boxes.get(hung.id):
                boxes[hung.id] = Box(own.x, own.y + placed.y - box.y, own.width, own.height)
                changes.append(Move(hung.id, own.x, boxes[hung.id].y))
        changes += [
            Bend(flow.id, _straight(boxes, flow.source, flow.target))
            for flow in page.diagram.flows
            if flow.id in page.lines and {flow.source, flow.target} & {id, *(h.id for h in page.diagram.boundaries(id))}
        ]
    return changes


def _closed(page: Page, id: str) -> list[Change]:
    """What led to a step leads on to the one behind it."""
    onward = [flow for flow in page.diagram.leaving(id) if flow.target != id]
    if len(onward) != 1:
        return []
    return [
        Reconnect(flow.id, flow.source, onward[0].target, _straight(page.boxes, flow.source, onward[0].target))
        for flow in page.diagram.entering(id)
        if flow.source not in (id, onward[0].target)
    ]


def _room(page: Page, after: str, size: tuple[float, float], among: int = 0) -> tuple[list[Change], Box]:
    """A free place behind a step; what stands to the right of it is moved on as far as is needed."""
    width, height = size
    host = page.boxes.get(after)
    if host is None:
        return [], Box(0, 0, width, height)
    place = Box(host.right + GAP, host.middle - height / 2 + among * (height + GAP), width, height)
    behind = [box.x for id, box in page.boxes.items() if id not in page.frames and box.x >= host.right]
    by = max(0.0, place.right + GAP - min(behind, default=place.right + GAP))
    return (_shifted(page, host.right, by) if by else _wider(page, place.right + GAP)), place


def _shifted(page: Page, edge: float, by: float) -> list[Change]:
    """Everything right of an edge moved to the right, and what reaches over the edge made wider."""
    changes: list[Change] = []
    for id, box in page.boxes.items():
        if box.x >= edge:
            changes.append(Move(id, box.x + by, box.y))
        elif id in page.frames and box.right > edge:
            changes.append(Resize(id, box.width + by, box.height))
    goes = {id: box.x >= edge for id, box in page.boxes.items() if id not in page.frames}
    ends = {flow.id: (goes.get(flow.source), goes.get(flow.target)) for flow in page.diagram.flows}
    for id, line in page.lines.items():
        moved = _carried(line, edge, by, *ends.get(id, (None, None)))
        if moved != line:
            changes.append(Bend(id, moved))
    return changes


def _carried(
    line: tuple[Point, ...], edge: float, by: float, first: bool | None, last: bool | None
) -> tuple[Point, ...]:
    """A line whose ends go where their shapes go (None: no shape), with what stands straight above or below them."""
    goes = [x >= edge for x, _ in line]
    for moves, order in ((first, range(len(line))), (last, range(len(line) - 1, -1, -1))):
        for index in order if moves is not None else ():
            if line[index][0] != line[order[0]][0]:
                break
            goes[index] = bool(moves)
    return tuple((x + by if go else x, y) for go, (x, y) in zip(goes, line, strict=True))


def _wider(page: Page, right: float) -> list[Change]:
    """The frames around a new place at the far right made wide enough for it."""
    return [
        Resize(id, right - box.x, box.height)
        for id, box in page.boxes.items()
        if id in page.frames and max((b.right for b in page.boxes.values()), default=0) < right and box.right < right
    ]


def _moved(page: Page, changes: list[Change]) -> dict[str, Box]:
    """Where the shapes are after these changes."""
    boxes = dict(page.boxes)
    for change in changes:
        if isinstance(change, Move):
            boxes[change.id] = Box(change.x, change.y, boxes[change.id].width, boxes[change.id].height)
    return boxes


def _join(page: Page, boxes: dict[str, Box], source: str, target: str) -> Connect:
    taken = {*page.diagram.nodes, *(flow.id for flow in page.diagram.flows)}
    id = f"{source}_to_{target}"
    number = 2
    while id in taken:
        id, number = f"{source}_to_{target}_{number}", number + 1
    return Connect(id, source, target, _straight(boxes, source, target))


def _straight(boxes: dict[str, Box], source: str, target: str) -> tuple[Point, ...]:
    """A line from one shape to another: straight on one height, else with two corners."""
    a, b = boxes.get(source), boxes.get(target)
    if a is None or b is None:
        return ((0, 0), (GAP, 0))
    if b.x >= a.right:
        half = (a.right + b.x) / 2
        bends = () if a.middle == b.middle else ((half, a.middle), (half, b.middle))
        return ((a.right, a.middle), *bends, (b.x, b.middle))
    below = max(a.y + a.height, b.y + b.height) + GAP / 2
    first, last = a.x + a.width / 2, b.x + b.width / 2
    return ((first, a.y + a.height), (first, below), (last, below), (last, b.y + b.height))


def _boxes(root: Any) -> Iterator[tuple[str, Box]]:
    for shape in root.iter(f"{DI}BPMNShape"):
        bounds = shape.find("{*}Bounds")
        if bounds is not None:
            x, y, width, height = (float(bounds.get(key, 0)) for key in ("x", "y", "width", "height"))
            yield reference(shape, "bpmnElement"), Box(x, y, width, height)


def _lines(root: Any) -> Iterator[tuple[str, tuple[Point, ...]]]:
    for edge in root.iter(f"{DI}BPMNEdge"):
        points = tuple((float(p.get("x", 0)), float(p.get("y", 0))) for p in edge.findall("{*}waypoint"))
        yield reference(edge, "bpmnElement"), points
