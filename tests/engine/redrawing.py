"""A drawing of blocks, changed at random as people change drawings: always a drawing that could be published."""

from __future__ import annotations

import random
from collections.abc import Callable

from lxml import etree

from tests.engine.drawing import boundary, flow, tasks, timer

SPACE = ' xmlns:asiavirta="urn:asiavirta:bpmn:1"'


class Redrawn:
    """The body of a process under random changes; `draw` gives it as text."""

    def __init__(self, body: str, dice: random.Random) -> None:
        self.root = etree.fromstring(f"<body{SPACE}>{body}</body>")
        self.dice = dice
        self.count = 0

    def draw(self) -> str:
        """The body as it is now."""
        return "".join(etree.tostring(child, encoding="unicode") for child in self.root).replace(SPACE, "")

    def change(self) -> str:
        """One change; gives its name, or "" when the chosen one had nothing to change."""
        ways: list[Callable[[], bool]] = [
            self.insert, self.insert, self.remove, self.branch, self.choose, self.time, self.untime, self.frame,
            self.unframe, self.postpone,
        ]  # fmt: skip
        way = self.dice.choice(ways)
        return way.__name__ if way() else ""

    def _new(self, kind: str) -> str:
        self.count += 1
        return f"new_{kind}{self.count}"

    def _put(self, beside: etree._Element, text: str) -> None:
        parent = beside.getparent()
        assert parent is not None
        for element in etree.fromstring(f"<x{SPACE}>{text}</x>"):
            parent.append(element)

    def _flows(self, end: str, id: str) -> list[etree._Element]:
        return [f for f in self.root.iter("sequenceFlow") if f.get(end) == id]

    def _plain_tasks(self) -> list[etree._Element]:
        hosts = {event.get("attachedToRef") for event in self.root.iter("boundaryEvent")}
        found = [task for task in self.root.iter("userTask") if task.get("id") not in hosts]
        return [task for task in found if self._between(task) is not None]

    def _between(self, task: etree._Element) -> tuple[etree._Element, etree._Element] | None:
        into, out = self._flows("targetRef", task.get("id", "")), self._flows("sourceRef", task.get("id", ""))
        return (into[0], out[0]) if len(into) == 1 and len(out) == 1 else None

    def insert(self) -> bool:
        """A step on a flow."""
        way, id = self.dice.choice(list(self.root.iter("sequenceFlow"))), self._new("t")
        self._put(way, tasks(id) + flow(id, way.get("targetRef", ""), id=f"{id}_on"))
        way.set("targetRef", id)
        return True

    def _take(self, task: etree._Element) -> None:
        into, out = self._between(task) or (None, None)
        assert into is not None
        assert out is not None
        into.set("targetRef", out.get("targetRef", ""))
        for element in (task, out):
            element.getparent().remove(element)  # type: ignore[union-attr]

    def remove(self) -> bool:
        """A step less, where others are left."""
        found = self._plain_tasks()
        if len(found) > 2:
            self._take(self.dice.choice(found))
        return len(found) > 2

    def postpone(self) -> bool:
        """A step put elsewhere in its level, under its own id."""
        found = self._plain_tasks()
        if not found:
            return False
        task = self.dice.choice(found)
        level, id = task.getparent(), task.get("id", "")
        self._take(task)
        ways = [] if level is None else level.findall("sequenceFlow")
        way = self.dice.choice(ways)
        self._put(way, tasks(id) + flow(id, way.get("targetRef", ""), id=f"{id}_{self._new('on')}"))
        way.set("targetRef", id)
        return True

    def _pair(self, kinds: tuple[str, ...]) -> tuple[etree._Element, etree._Element] | None:
        """A split and its join: the sketch numbers them one after the other."""
        found = {g.get("id", ""): g for kind in kinds for g in self.root.iter(f"{kind}Gateway")}
        splits = [id for id in found if len(self._flows("sourceRef", id)) > 1 and f"g{int(id[1:]) + 1}" in found]
        pairs = [(id, f"g{int(id[1:]) + 1}") for id in splits]
        pairs = [(a, b) for a, b in pairs if len(self._flows("targetRef", b)) > 1]
        if not pairs:
            return None
        split, join = self.dice.choice(pairs)
        return found[split], found[join]

    def branch(self) -> bool:
        """One more branch between a parallel split and its join."""
        pair = self._pair(("parallel",))
        if pair is not None:
            id = self._new("t")
            split, join = pair[0].get("id", ""), pair[1].get("id", "")
            self._put(pair[0], tasks(id) + flow(split, id, id=f"{id}_in") + flow(id, join, id=f"{id}_out"))
        return pair is not None

    def choose(self) -> bool:
        """A parallel split becomes a choice of one of its branches."""
        pair = self._pair(("parallel",))
        if pair is None:
            return False
        for gateway in pair:
            gateway.tag = "exclusiveGateway"
        first, *others = self._flows("sourceRef", pair[0].get("id", ""))
        pair[0].set("default", first.get("id", ""))
        for other in others:
            etree.SubElement(other, "conditionExpression").text = "1 = 2"
        return True

    def time(self) -> bool:
        """A timer on a step."""
        found = list(self.root.iter("userTask"))
        task, id = self.dice.choice(found), self._new("b")
        event = boundary(id, task.get("id", ""), timer("timeDuration", "P5D"), interrupting=False)
        self._put(task, event + f'<endEvent id="{id}_e"/>' + flow(id, f"{id}_e"))
        return True

    def untime(self) -> bool:
        """A timer on a step less."""
        found = list(self.root.iter("boundaryEvent"))
        if not found:
            return False
        event = self.dice.choice(found)
        (out,) = self._flows("sourceRef", event.get("id", ""))
        end = self.root.find(f".//endEvent[@id='{out.get('targetRef')}']")
        if end is None or len(self._flows("targetRef", end.get("id", ""))) > 1:
            return False
        for element in (event, out, end):
            element.getparent().remove(element)  # type: ignore[union-attr]
        return True

    def frame(self) -> bool:
        """A sub-process around one step."""
        found = self._plain_tasks()
        if not found:
            return False
        task = self.dice.choice(found)
        into, out = self._between(task) or (None, None)
        assert into is not None
        assert out is not None
        id, sub = task.get("id", ""), self._new("s")
        inner = f'<startEvent id="{sub}_i"/>{tasks(id)}<endEvent id="{sub}_e"/>' + flow(f"{sub}_i", id)
        self._put(task, f'<subProcess id="{sub}">{inner}{flow(id, f"{sub}_e")}</subProcess>')
        task.getparent().remove(task)  # type: ignore[union-attr]
        into.set("targetRef", sub)
        out.set("sourceRef", sub)
        return True

    def unframe(self) -> bool:
        """A plain sub-process dissolved: what was in it runs in the level around."""
        subs = [sub for sub in self.root.iter("subProcess") if sub.get("triggeredByEvent") is None]
        subs = [sub for sub in subs if sub.find("subProcess") is None]
        if not subs:
            return False
        sub = self.dice.choice(subs)
        start, ends = sub.find("startEvent"), sub.findall("endEvent")
        main = [
            end
            for end in ends
            if not end.get("id", "").endswith("_e") or end.get("id", "").startswith(sub.get("id", ""))
        ]
        bound = {
            f.get("targetRef")
            for event in sub.iter("boundaryEvent")
            for f in self._flows("sourceRef", event.get("id", ""))
        }
        (last,) = [end for end in main if end.get("id") not in bound]
        assert start is not None
        start.tag = last.tag = "intermediateThrowEvent"
        for way in self._flows("targetRef", sub.get("id", "")):
            way.set("targetRef", start.get("id", ""))
        for way in self._flows("sourceRef", sub.get("id", "")):
            way.set("sourceRef", last.get("id", ""))
        around = sub.getparent()
        assert around is not None
        for child in list(sub):
            around.append(child)
        around.remove(sub)
        return True
