"""What a local copy did to the locked elements and flows of its base, and what it added where it may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bundle import Bundle
from engine.compare import renamed
from engine.compare.elements import element_facets
from engine.diagram import Diagram, Flow, Node
from engine.errors import Finding
from engine.local.ways import ENTRY, bypassed
from engine.said import Said, say

_FREE = frozenset({"name", "instruction", "inside", "other"})
"""what a copy may change of a locked element: its words, and where it is drawn as long as no way avoids it"""
_WORDS = {
    "kind": say("kind of element"), "role": say("work role"), "lane": say("lane"), "event": say("event"),
    "timer": say("timer"),
    "attached_to": say("place on a border"), "interrupting": say("interruption"), "repetition": say("repetition"),
    "script": say("script"),
    "called": say("called part"), "message": say("message"), "inputs": say("inputs"), "recipient": say("recipient"),
    "form": say("form"),
    "decision": say("decision"), "letter": say("letter"), "channel": say("channel"),
}  # fmt: skip
_SPLITS = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway", "parallelGateway"})


def compared(base: Bundle, copy: Bundle, before: Diagram, after: Diagram) -> Iterator[Finding]:
    """The findings about the drawing, each with its element and what the base has."""
    core = base.manifest.core
    points = frozenset(core.get("extension_points", ()))
    locked = [id for id in core.get("elements", ()) if id in before.nodes]
    told = _Told(base, after.file)
    kept = []
    twins = renamed(before, after)
    for id in locked:
        if id in after.nodes:
            kept.append(id)
            yield from _loosened(told, base, copy, before.nodes[id], after.nodes[id])
        else:
            has, gone = told.has(before.nodes[id]), say("is gone; {has}", has=told.has(before.nodes[id]))
            if id in twins:
                gone = say("is gone; here {twin!r} stands in its place; {has}", twin=twins[id], has=has)
            yield told.finding("copy-removed", before.nodes[id], gone)
    for id, source, target in bypassed(before, after, kept):
        way = say(
            "can be avoided: a way leads from {source} to {target} without it; the base has none",
            source=_place(before, source), target=_place(after, target),
        )  # fmt: skip
        yield told.finding("copy-bypassed", before.nodes[id], way)
    yield from _choices(told, before, after, [id for id in kept if id not in points])
    yield from _additions(told, before, after, points, frozenset(locked))


class _Told:
    """Writes findings about one copy."""

    def __init__(self, base: Bundle, file: str) -> None:
        self.base = base
        self.file = file

    def has(self, node: Node) -> Said:
        """What the base has in that place."""
        lane = self.base.manifest.lanes.get(node.lane)
        told = {"process": self.base.process, "kind": node.kind, "called": _called(node)}
        if lane is None or node.kind != "userTask":
            return say("{process} has the {kind}{called}", **told)
        return say("{process} has the {kind}{called} of {whose}", whose=lane.role or node.lane, **told)

    def finding(self, rule: str, node: Node, sentence: Said) -> Finding:
        """One finding, at an element."""
        return Finding(rule, "error", say("{id}: {sentence}", id=node.id, sentence=sentence), self.file, node.id)


def _called(node: Node) -> str:
    return f" {' '.join(node.name.split())!r}" if node.name else ""


def _place(diagram: Diagram, id: str) -> str | Said:
    if id == ENTRY:
        return say("the start")
    node = diagram.nodes.get(id.removesuffix("/"))
    where = f"{node.id}{f' ({name})' if (name := ' '.join(node.name.split())) else ''}" if node else id
    return say("the end of {where}", where=where) if id.endswith("/") else where


def _loosened(told: _Told, base: Bundle, copy: Bundle, then: Node, now: Node) -> Iterator[Finding]:
    was, is_ = element_facets(base, then), element_facets(copy, now)
    for facet in was:
        if facet not in _FREE and was[facet] != is_[facet]:
            sentence = say(
                "its {facet} is {new}; the base has {old}",
                facet=_WORDS.get(facet, facet), new=_value(is_[facet]), old=_value(was[facet]),
            )  # fmt: skip
            yield told.finding("copy-loosened", then, sentence)


def _value(value: Any) -> str | Said:
    if value in (None, "", {}, [], ()):
        return say("none")
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {part}" for key, part in value.items())[:200]
    if isinstance(value, (list, tuple)):
        return " ".join(str(part) for part in value if part)[:200]
    return (say("yes") if value else say("no")) if isinstance(value, bool) else repr(str(value)[:200])


def _choices(told: _Told, before: Diagram, after: Diagram, kept: list[str]) -> Iterator[Finding]:
    """The ways out of locked gateways: none more, none fewer, each on the condition that the base has."""
    for id in kept:
        node = before.nodes[id]
        if node.kind not in _SPLITS or after.nodes[id].kind != node.kind:
            continue
        then, now = _out(before, id), _out(after, id)
        for flow in then:
            if flow not in now:
                yield told.finding("copy-loosened", node, say("a way out is gone; the base has {way}", way=_way(flow)))
        for flow in now:
            if flow not in then:
                yield told.finding(
                    "copy-loosened", node, say("{way} is a way out that the base does not have", way=_way(flow))
                )


def _out(diagram: Diagram, id: str) -> list[str]:
    """The conditions of the ways out of a gateway, in a stable order; what stands behind them is free to have grown."""
    default = diagram.nodes[id].default

    def condition(flow: Flow) -> str:
        return "" if flow.id == default else " ".join(flow.condition.split()) or "always"

    if diagram.nodes[id].kind in ("exclusiveGateway", "inclusiveGateway", "complexGateway"):
        return sorted(condition(flow) for flow in diagram.leaving(id))
    return [f"{len(diagram.leaving(id))}"]


def _way(condition: str) -> Said:
    if condition.isdigit():
        return say("{count} ways out", count=condition)
    return say("one on {condition!r}", condition=condition) if condition else say("one by default")


def _additions(
    told: _Told, before: Diagram, after: Diagram, points: frozenset[str], locked: frozenset[str]
) -> Iterator[Finding]:
    """Elements that were added nowhere near an extension point; those that hang together count as one."""
    come = {id for id in after.nodes if id not in before.nodes}
    around: dict[str, set[str]] = {id: set() for id in come}
    for flow in after.flows:
        for one, other in ((flow.source, flow.target), (flow.target, flow.source)):
            if one in come:
                around[one].add(other)
    for id in come:
        node = after.nodes[id]
        around[id] |= {place for place in (node.parent, node.attached_to) if place}
        for place in (node.parent, node.attached_to):
            if place in come:
                around[place].add(id)
    twins = set(renamed(before, after).values())
    for id in [id for id in after.nodes if id in come and id not in twins]:
        if not _hangs_at(id, come, around, points):
            expected = ", ".join(sorted(points)) or say("none")
            sentence = say(
                "was added away from the extension points; {process} has {expected}",
                process=told.base.process, expected=expected,
            )  # fmt: skip
            yield told.finding("copy-outside", after.nodes[id], sentence)


def _hangs_at(id: str, come: set[str], around: Mapping[str, set[str]], points: frozenset[str]) -> bool:
    seen, left = {id}, [id]
    while left:
        for other in around[left.pop()] - seen:
            if other in points:
                return True
            if other in come:
                seen.add(other)
                left.append(other)
    return False
