"""Rules about undoing: what undoes what, who may ask for it, and transactions that are cancelled."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagram import Diagram, Node
from engine.lint.rule import Found, rule
from engine.said import say

_THROWS = ("intermediateThrowEvent", "endEvent")


@rule("compensation")
def compensation(diagram: Diagram) -> Found:
    """What undoes an activity stands outside the flow, joined by one association to the event on its border."""
    for node in diagram.nodes.values():
        if node.kind == "boundaryEvent" and node.about("compensate"):
            yield from _border(diagram, node)
        if node.undoes:
            yield from _undoes(diagram, node)
        if node.kind == "startEvent" and node.about("compensate"):
            yield from _handler(diagram, node)


def _border(diagram: Diagram, event: Node) -> Found:
    joined = diagram.joined(event)
    if len(joined) != 1:
        yield (
            event,
            say(
                "is joined to {count} activities marked isForCompensation, expected an association to one",
                count=len(joined),
            ),
        )
    if diagram.leaving(event.id):
        yield event, say("a flow leaves it; what undoes is joined by an association, and the case goes on without it")
    host = diagram.nodes.get(event.attached_to)
    if host is None:
        return
    if host.undoes:
        yield event, say("{id} undoes something itself, and is not undone", id=host.id)
    if sum(other.about("compensate") for other in diagram.boundaries(host.id)) > 1 or diagram.undoer(host.id):
        yield event, say("{id} is undone in two ways, expected one", id=host.id)


def _undoes(diagram: Diagram, node: Node) -> Found:
    if diagram.entering(node.id) or diagram.leaving(node.id):
        yield node, say("takes part in the flow; what is marked isForCompensation is begun by compensation alone")
    if diagram.boundaries(node.id):
        yield (
            node,
            say("has an event on its border, which has nowhere to go; draw both inside a sub-process that undoes"),
        )
    if node.event_triggered or not any(node in diagram.joined(event) for event in diagram.inside(node.parent)):
        yield node, say("undoes nothing: no association joins it to a compensation event on the border of an activity")


def _handler(diagram: Diagram, start: Node) -> Found:
    handler = diagram.nodes.get(start.parent)
    if handler is None or not handler.event_triggered:
        return  # the rule event-kind refuses it
    if not handler.parent:
        yield start, say("nobody undoes a whole case or part; expected an event sub-process of a sub-process")
    elif diagram.undoer(handler.parent) is not handler:
        yield start, say("{parent} is undone in two ways, expected one", parent=handler.parent)


@rule("undone")
def undone(diagram: Diagram) -> Found:
    """What is to be undone can be undone, and is visible from the event that asks for it."""
    for node in diagram.nodes.values():
        event = node.event
        if node.kind not in _THROWS or event is None or event.kind != "compensate" or not event.ref:
            continue
        named, levels = diagram.nodes.get(event.ref), list(_visible(diagram, node))
        if named is None or named.parent not in levels:
            yield (
                node,
                say(
                    "names {ref!r}, expected an activity of its own level or of the one around its handler",
                    ref=event.ref,
                ),
            )
        elif not diagram.undoable(named):
            yield (
                node,
                say("names {ref!r}, which has no compensation event on its border nor anything inside", ref=event.ref),
            )


@rule("nothing-undone", "warning")
def nothing_undone(diagram: Diagram) -> Found:
    """Compensation changes nothing where nothing can be undone."""
    for node in diagram.nodes.values():
        if node.kind in _THROWS and node.about("compensate") and node.event is not None and not node.event.ref:
            levels = list(_visible(diagram, node))
            if not any(diagram.undoable(other) for level in levels for other in diagram.inside(level)):
                yield node, say("asks for compensation, and nothing that it can see can be undone")


def _visible(diagram: Diagram, node: Node) -> Iterator[str]:
    """The levels that a throwing event concerns (10.7.2): its own, and the one around an event sub-process."""
    level = node.parent
    yield level
    while level in diagram.nodes and diagram.nodes[level].event_triggered:
        level = diagram.nodes[level].parent
        yield level


@rule("transaction")
def transaction(diagram: Diagram) -> Found:
    """A cancellation ends the transaction around it, which is left by the cancel event on its border."""
    for node in diagram.nodes.values():
        if node.kind == "endEvent" and node.about("cancel"):
            around = _transaction(diagram, node)
            if around is None:
                yield node, say("cancels no transaction: expected one around it")
            elif not any(event.about("cancel") for event in diagram.boundaries(around.id)):
                yield node, say("cancels {id}, which has no cancel event on its border to be left by", id=around.id)
        elif node.kind == "boundaryEvent" and node.about("cancel"):
            yield from _left_by(diagram, node)


def _transaction(diagram: Diagram, node: Node) -> Node | None:
    level = diagram.nodes.get(node.parent)
    while level is not None and level.kind != "transaction":
        level = diagram.nodes.get(level.parent)
    return level


def _left_by(diagram: Diagram, event: Node) -> Found:
    host = diagram.nodes.get(event.attached_to)
    if host is None:
        return
    if host.kind != "transaction":
        yield event, say("hangs on the <{kind}> {id}, expected a transaction", kind=host.kind, id=host.id)
    elif host.multi is not None or host.loop is not None:
        yield (
            event,
            say(
                "{id} is repeated, and one of several is not cancelled alone; repeat a sub-process around it",
                id=host.id,
            ),
        )
    if sum(other.about("cancel") for other in diagram.boundaries(host.id)) > 1:
        yield event, say("{id} has several cancel events, expected one", id=host.id)
