"""Where each token goes: to the same element of the new version, into a sub-process drawn around it, or out of one."""

from __future__ import annotations

from typing import Any

from engine.definition import Definition
from engine.diagram import Node
from engine.elements import Boundary, Call, Catch, Inside
from engine.moving.floors import ITEM, Floor, House, Row
from engine.moving.names import Names
from engine.moving.verdict import Effect, Reason
from engine.repeat import Loop, Repeat

WRAPPERS = (Repeat, Loop)
_PLAIN = ("subProcess", "transaction")


def attached(row: Row) -> bool:
    """Whether a row only waits beside something else: a boundary event, the start of an event sub-process."""
    return row.old is not None and (row.old.listens or (isinstance(row.old, Boundary) and bool(row.parent)))


class Places:
    """Finds every token's place in the new version; what has none becomes a reason."""

    def __init__(self, house: House, names: Names, old: Definition, new: Definition) -> None:
        self.house, self.names, self.old, self.new = house, names, old, new
        self.reasons: list[Reason] = []
        self.effects: list[Effect] = []
        self.scopes: dict[str, str] = {}
        self.lifted: dict[tuple[str, str], list[Row]] = {}
        """events that wait elsewhere from now on, by (process, new id)"""

    def find(self) -> None:
        """Place every row, outer floors first; then take away sub-processes that are empty now."""
        for floor in list(self.house.floors):
            if not self._ground(floor):
                continue
            for row in list(floor.rows):
                here = self.house.where(row)  # it may have gone along with what it hangs on
                if here is not None and not row.fresh:
                    self._place(row, here)
        for floor in reversed(list(self.house.floors)):
            if (floor.host is not None and floor.element is None) or self._emptied(floor):
                self._take_away(floor)
        if not self.reasons:
            for floor in self.house.in_order():
                self._rename(floor)

    def _say(self, code: str, row: Row, **facts: str) -> None:
        if all((reason.code, reason.path) != (code, row.path) for reason in self.reasons):
            self.reasons.append(Reason(code, row.path, facts))

    # floors

    def _ground(self, floor: Floor) -> bool:
        """Whether a floor has a place, so that its rows are worth looking at: else its host has a reason already."""
        host = floor.host
        if host is None:
            floor.process, floor.element = self.new.process, ""
            return True
        if any(reason.path == host.path for reason in self.reasons):
            return False
        if isinstance(_inner(host.old), Call):
            return True
        twin = self.names.node(floor.process, floor.element or "")
        floor.element = twin.id if twin is not None else None
        return True

    def anchor(self, floor: Floor) -> Floor:
        """The nearest floor around (or itself) that is one of its kind: main, called, repeated, or of an event."""
        while floor.host is not None:
            node = floor.host.old.node if floor.host.old is not None else floor.inner(self.new)
            single = isinstance(_inner(floor.host.old or floor.host.new), Call) or floor.host.repeated
            if single or node is None or node.event_triggered or node.kind not in _PLAIN:
                return floor
            floor = self.house.floor_of(floor.host)
        return floor

    def _emptied(self, floor: Floor) -> bool:
        """Whether everything that ran in a sub-process went out of it."""
        return floor.old is not None and floor is not self.anchor(floor) and all(attached(row) for row in floor.rows)

    def _take_away(self, floor: Floor) -> None:
        host = floor.host
        assert host is not None
        left = [row for row in floor.rows if not attached(row)]
        if left or floor is self.anchor(floor):
            if not self.reasons:
                self._say("element_lost", host)
            return
        self.effects.append(Effect("left", host.path))
        self.house.floors.remove(floor)
        self.house.drop(host)

    def _rename(self, floor: Floor) -> None:
        """Scopes and path prefixes follow a call activity that has another id now."""
        host = floor.host
        if host is None:
            return
        around = self.house.floor_of(host)
        if not isinstance(_inner(host.new), Call):
            floor.scope, floor.prefix = around.scope, around.prefix
            return
        old_id, new_id = host.old.node.id, host.new.node.id
        last = floor.scope.rpartition("/")[2].removeprefix(old_id)
        scope = f"{around.scope}/{new_id}{last}" if around.scope else new_id + last
        if scope != floor.scope:
            self.scopes[floor.scope] = scope
        floor.scope, floor.prefix = scope, f"{around.prefix}{new_id}/"

    # rows

    def _place(self, row: Row, floor: Floor) -> None:
        node, before = self.names.node(floor.process, row.old.node.id), ""
        if row.old.node.id not in self.old.parts[floor.process].diagram.nodes:
            # what the engine puts before a step: where its tokens gather, or wait for their turn
            element, _, before = row.old.node.id.partition(":")
            node = self.names.node(floor.process, element)
        if attached(row):
            self._keep_waiting(row, floor, node)
            return
        if node is None:
            self._lose(row, floor)
            return
        home = self._home(row, floor, node)
        if home is None:
            return
        name = node.id + (f":{before}" if before else "") + (ITEM if row.name.endswith(ITEM) else "")
        row.new = self.new.specs[home.spec_name].task_specs.get(name)
        if self._fits(row, node):
            row.name = name
            element = row.path.rpartition("/")[2]
            if node.id.partition(":")[0] != element:
                self.effects.append(Effect("renamed", home.prefix + node.id, {"old": element}))

    def _lose(self, row: Row, floor: Floor) -> None:
        """What is gone from the drawing: a frame around steps, one of several racing events, or where a case stands."""
        if self._dissolves(row):
            return
        race = row.notes.get("race")
        others = [other for other in floor.rows if race and other is not row and other.notes.get("race") == race]
        if any(self.names.node(floor.process, other.old.node.id) is not None for other in others):
            self.stop_waiting(row)
            self.house.drop(row)
        else:
            self._say("element_lost", row)

    def stop_waiting(self, row: Row) -> None:
        """Tell that an event can no longer happen."""
        self.effects.append(Effect("disarmed", row.path, {"event": kind_of(row.old)}))

    def _dissolves(self, row: Row) -> bool:
        """A plain sub-process that is gone: what runs in it may have its place outside now."""
        plain = isinstance(row.old, Inside) and row.old.node.kind in _PLAIN and not row.repeated
        return plain and not row.old.node.event_triggered and self.house.inside(row) is not None

    def _fits(self, row: Row, node: Node) -> bool:
        old, new = row.old, row.new
        if new is None:
            return self._refuse("repetition" if row.repeated else "element_kind", row, new=node.kind)
        if isinstance(old, WRAPPERS) or (isinstance(new, WRAPPERS) and not row.name.endswith(ITEM)):
            if type(old) is type(new):
                return True
            if isinstance(old, WRAPPERS) or type(old) is not type(new.inner):
                return self._refuse("repetition" if isinstance(old, WRAPPERS) else "element_kind", row, new=node.kind)
        elif type(old) is not type(new) or old.node.event_triggered != node.event_triggered:
            return self._refuse("element_kind", row, old=old.node.kind, new=node.kind)
        if isinstance(_inner(new), Call) and old.node.called != node.called:
            return self._refuse("called_other", row, old=old.node.called, new=node.called)
        if old.node.attributes.get("service") != node.attributes.get("service"):
            return self._refuse("called_other", row)
        if isinstance(new, Catch) and kind_of(old) != kind_of(new):
            return self._refuse("event_kind", row, old=kind_of(old), new=kind_of(new))
        return True

    def _refuse(self, code: str, row: Row, **facts: str) -> bool:
        self._say(code, row, **facts)
        return False

    # what waits beside something else

    def _keep_waiting(self, row: Row, floor: Floor, node: Node | None) -> None:
        """An event waits on where the new version has it at the same place; else it ceases to, or moves along."""
        spec = None
        if node is not None and floor.element is not None:
            spec = self.new.specs[floor.spec_name].task_specs.get(node.id)
        host = next((other for other in floor.rows if other.id == row.parent), None)
        alike = spec is not None and type(spec) is type(row.old) and kind_of(spec) == kind_of(row.old)
        if alike and node is not None and host is not None:
            alike = self.names.of(floor.process, host.old.node.id) == node.attached_to
        if alike and node is not None:
            row.new, row.name = spec, node.id
            return
        if node is not None and kind_of(row.old) == _kind(node):
            self.lifted.setdefault((floor.process, node.id), []).append(row)
        else:
            self.stop_waiting(row)
        self.house.drop(row)

    # into and out of sub-processes

    def _home(self, row: Row, floor: Floor, node: Node) -> Floor | None:
        """The floor for an element of the new version: this one, or one inside or outside of it."""
        if floor.element == node.parent:
            return floor
        anchor = self.anchor(floor)
        chain = self._chain(node, anchor)
        if chain is None:
            self._say("element_moved", row, new=node.parent)
            return None
        current = anchor
        for step in chain:
            inner = [f for f in self.house.floors if f.element == step and self._stands_on(f, current)]
            if len(inner) > 1:
                self._say("element_moved", row, new=step)
                return None
            current = inner[0] if inner else self._enter(step, current)
        self.house.move(row, current)
        return current

    def _stands_on(self, floor: Floor, around: Floor) -> bool:
        return floor.host is not None and floor.host in around.rows

    def _chain(self, node: Node, anchor: Floor) -> list[str] | None:
        """The plain sub-processes between an anchor and an element, outer first; None when it lies elsewhere."""
        nodes = self.new.parts[anchor.process].diagram.nodes
        chain: list[str] = []
        current = node.parent
        while current != anchor.element:
            inside = nodes.get(current)
            if inside is None or inside.kind not in _PLAIN or inside.multi or inside.loop or inside.event_triggered:
                return None
            chain.insert(0, current)
            current = inside.parent
        return chain

    def _enter(self, element: str, around: Floor) -> Floor:
        """Begin a sub-process around what is under way."""
        spec = self.new.specs[around.spec_name].task_specs[element]
        host = Row(self.house.new_id(), element, "s", path=around.prefix + element, new=spec)
        around.rows.append(host)
        floor = Floor(host, around.process, element, around.scope, around.prefix)
        self.house.floors.append(floor)
        self.effects.append(Effect("entered", around.prefix + element))
        return floor


def _inner(spec: Any) -> Any:
    """What a repeated activity repeats, else the element itself."""
    return spec.inner if isinstance(spec, WRAPPERS) else spec


def kind_of(spec: Any) -> str:
    """What an element waits for: message, timer, signal, …"""
    return "message" if spec.message else _kind(spec.node)


def _kind(node: Node) -> str:
    return node.event.kind if node.event is not None else ""
