"""Ways through a drawing: from where to where one can go, and which ways avoid an element.

A sub-process is gone through from its start to its exit; an event on a border can be reached from its host, an event
sub-process from the begin of its level. Each set of elements is a bit mask, so that a whole drawing is quick to search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.diagram import Diagram, Node

ENTRY = ""
"""the place before every start of the drawing"""
_LEAVING = frozenset({"error", "escalation", "cancel"})


class Ways:
    """The ways through one drawing, over a list of ids that two drawings share."""

    def __init__(self, diagram: Diagram, ids: Iterable[str]) -> None:
        self.diagram = diagram
        self.ids = list(dict.fromkeys([ENTRY, *ids]))
        self.bits = {id: 1 << index for index, id in enumerate(self.ids)}
        self.next: dict[str, int] = dict.fromkeys(self.ids, 0)
        for source, target in _steps(diagram):
            self.next[source] |= self.bits[target]
        self.ends = self.mask(
            node.id for node in diagram.inside("") if node.kind == "endEvent" or not self.next[node.id]
        )

    def mask(self, ids: Iterable[str]) -> int:
        """A set of ids as a mask; those that the list does not have are left out."""
        total = 0
        for id in ids:
            total |= self.bits.get(id, 0)
        return total

    def names(self, mask: int) -> list[str]:
        """The ids of a mask, in the order of the list."""
        return [id for id in self.ids if mask & self.bits[id]]

    def reached(self, source: str, without: str = "") -> int:
        """What can be reached from an element without passing another one; itself included."""
        barred = self.bits.get(without, 0) if without else 0
        seen = self.bits.get(source, 0) & ~barred
        open_ = seen
        while open_:
            lowest = open_ & -open_
            open_ ^= lowest
            more = self.next[self.ids[lowest.bit_length() - 1]] & ~seen & ~barred
            seen |= more
            open_ |= more
        return seen


def _steps(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """Every step of a way; the exit of a level is named `<id>/`."""
    for flow in diagram.flows:
        source = diagram.nodes.get(flow.source)
        if source is not None and flow.target in diagram.nodes:
            yield _exit(source, diagram), flow.target
    for level in ("", *(node.id for node in diagram.nodes.values() if diagram.inside(node.id))):
        yield from _level(diagram, level)
    for node in diagram.nodes.values():
        for event in diagram.boundaries(node.id):
            yield node.id, event.id
        if node.about("link") and node.kind == "intermediateThrowEvent":
            for other in diagram.nodes.values():
                if other.kind == "intermediateCatchEvent" and other.about("link") and other.event == node.event:
                    yield node.id, other.id


def _level(diagram: Diagram, level: str) -> Iterator[tuple[str, str]]:
    inside, drawn = diagram.inside(level), bool(diagram.starts(level))
    for node in inside:
        # without a start event, a level begins wherever no flow leads to; with one, such an element never begins
        begins = node.kind == "startEvent" or node.event_triggered or not (drawn or _entered(diagram, node))
        if begins and node.kind != "boundaryEvent" and not node.undoes:
            yield level, node.id
        if level and not diagram.leaving(node.id) and node.kind != "boundaryEvent":
            yield from ((_exit(node, diagram), target) for target in _out(diagram, level, node))


def _entered(diagram: Diagram, node: Node) -> bool:
    return bool(diagram.entering(node.id)) or node.about("link")


def _out(diagram: Diagram, level: str, node: Node) -> Iterator[str]:
    """Where an end inside a sub-process leads: to the event on the border that catches it, or to the exit."""
    event = node.event
    if node.kind == "endEvent" and event is not None and event.kind in _LEAVING:
        caught = [border.id for border in diagram.boundaries(level) if border.about(event.kind)]
        if caught:
            yield from caught
            return
    yield f"{level}/"


def _exit(node: Node, diagram: Diagram) -> str:
    return f"{node.id}/" if diagram.inside(node.id) else node.id


def places(diagram: Diagram) -> list[str]:
    """The ids of a drawing with the exits of its levels."""
    return [place for node in diagram.nodes.values() for place in dict.fromkeys((node.id, _exit(node, diagram)))]


def bypassed(base: Diagram, copy: Diagram, locked: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Locked elements that can now be avoided: (element, the place before, the place after it).

    One is, where the base led from a place to another only through it and the copy leads there without it, on a way
    from a start to an end; or where the copy has a new end that is reached without it from a place from which the
    base reached no end without it.
    """
    ids = [*places(base), *places(copy)]
    before, after = Ways(base, ids), Ways(copy, ids)
    shared = [id for id in (ENTRY, *places(base)) if id == ENTRY or id in set(places(copy))]
    wholly = {id: before.reached(id) for id in shared}
    for element in locked:
        found = _avoided(before, after, element, shared, wholly)
        if found is not None:
            yield element, *found


def _avoided(
    before: Ways, after: Ways, element: str, shared: list[str], wholly: dict[str, int]
) -> tuple[str, str] | None:
    """The closest two places between which an element can now be avoided."""
    begun, common = after.reached(ENTRY, element), before.mask(shared)
    found: list[tuple[int, str, str]] = []
    for source in shared:
        if source == element or not begun & after.bits[source]:
            continue
        then, now = before.reached(source, element), after.reached(source, element)
        gained = now & ~then & wholly[source] & common
        onward = [(after.reached(target, element), target) for target in after.names(gained)]
        onward = [(reach, target) for reach, target in onward if reach & after.ends]
        if onward:
            found.append((now.bit_count(), source, max(onward, key=lambda each: each[0].bit_count())[1]))
        new_ends = now & after.ends & ~common
        if new_ends and not then & before.ends and wholly[source] & before.bits[element]:
            found.append((now.bit_count(), source, after.names(new_ends)[0]))
    return min(found)[1:] if found else None
