"""Events that begin to wait with a move, timers that go on as they were, and steps that are repeated from now on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.elements import Catch
from engine.gateways import Race
from engine.moving.floors import ITEM, Floor, Row
from engine.moving.names import Names
from engine.moving.places import WRAPPERS, Places, kind_of
from engine.moving.verdict import Effect, Reason
from engine.repeat import Loop
from engine.spiff import Case, Token

TIMED = ("due", "since", "count", "left")


class Attached:
    """Arms what the new version has and the old one had not; what had fired already stays fired."""

    def __init__(self, places: Places, dues: Mapping[int, datetime | None]) -> None:
        self.house, self.names, self.places = places.house, places.names, places
        self.dues = dues
        self.begun: list[Row] = []
        """rows that begin to wait: their timers count from the move"""
        self.repeats: list[tuple[Row, Row]] = []
        """(the repeated activity, its first item or round)"""

    def arrange(self) -> None:
        """Rewrite the rows; `begin` does what needs a running case."""
        for floor in self.house.floors:
            for row in list(floor.rows):
                if row.old is not None and row.new is not None:
                    if row.old.timer is not None:
                        self._keep_time(row, row)
                    if isinstance(row.new, WRAPPERS) and not isinstance(row.old, WRAPPERS):
                        self._repeat(row, floor)
            self._race(floor)
            for row in list(floor.rows):
                self._arm_boundaries(row, floor)
            self._arm_listeners(floor)
        for left in self.places.lifted.values():
            for row in left:  # its new place is not under way
                self.places.stop_waiting(row)

    def begin(self, case: Case) -> Iterator[Reason]:
        """Let what is new count from now, in the live case; gives what speaks against it."""
        tokens = {token.id: token for token in case.tokens()}
        run = case.script_engine
        for row in self.begun:
            run.set_due(tokens[row.id])
        for outer, first in self.repeats:
            yield from _first_of_several(tokens[outer.id], tokens[first.id], outer.path)

    def _keep_time(self, row: Row, waited: Row) -> None:
        """A timer that ran goes on to its moment, whatever the new version counts; only dates are computed anew."""
        old, new, notes = waited.old.timer, row.new.timer, waited.notes
        if new is None or (old.kind, waited.old.node.event.text) == (new.kind, row.new.node.event.text):
            row.notes = dict(notes)
            return
        due, kept = notes.get("due"), {key: value for key, value in notes.items() if key not in TIMED}
        if due is None and (moment := self.dues.get(waited.id)) is not None:
            due = moment.isoformat(timespec="seconds")
        if new.kind != "timeDate" and due is None:  # its day is not known yet: it counts from the move
            self.begun.append(row)
        elif new.kind == "timeDuration":
            kept["due"] = due
        elif new.kind == "timeCycle":  # the next turn as it was, every later one counted from there
            kept |= {"since": due, "count": 0, "left": _turns(old, new, notes), "due": due}
        row.notes = kept

    # steps that are repeated now

    def _repeat(self, row: Row, floor: Floor) -> None:
        """What is under way becomes the first item (or round) of its repetition, with its id."""
        wrapper = row.new
        outer = Row(self.house.new_id(), row.name, "s", path=row.path, old=row.old, new=wrapper)
        for child in self.house.children(row):
            child.parent = outer.id
        outer.notes = {} if isinstance(wrapper, Loop) else {"rest": []}
        row.parent, row.name, row.new = outer.id, row.name + ITEM, wrapper.inner
        if isinstance(wrapper, Loop):
            row.notes["round"] = 1
        floor.rows.append(outer)
        self.repeats.append((outer, row))
        self.places.effects.append(Effect("repeated", floor.prefix + wrapper.node.id))

    # events

    def _wait(self, spec: Any, floor: Floor, parent: int = 0, race: int = 0) -> None:
        path = floor.prefix + spec.node.id.partition(":")[0]
        row = Row(self.house.new_id(), spec.name, "w", parent, path=path, new=spec)
        lifted = self.places.lifted.get((floor.process, spec.node.id))
        if lifted:
            self._keep_time(row, lifted.pop(0))
        else:
            self.begun.append(row)
            self.places.effects.append(Effect("armed", row.path, {"event": kind_of(spec)}))
        if race:
            row.notes["race"] = race
        floor.rows.append(row)

    def _arm_boundaries(self, row: Row, floor: Floor) -> None:
        if row.new is None or not row.new.boundaries:
            return
        had = {} if row.old is None else {self.names.of(floor.process, s.node.id): s for s in row.old.boundaries}
        waiting = {child.name for child in self.house.children(row)}
        for spec in row.new.boundaries:
            if spec.name not in waiting and self._is_new(spec, had, floor):
                self._wait(spec, floor, row.id)

    def _arm_listeners(self, floor: Floor) -> None:
        level = self.names.new.specs.get(floor.spec_name)
        if level is None or self._interrupted(floor) or (floor.host is not None and "ending" in floor.host.notes):
            return
        before = () if floor.old is None else (*floor.old.listeners, *floor.old.standing)
        had = {self.names.of(floor.process, spec.node.id): spec for spec in before}
        waiting = {row.name for row in floor.rows}
        for spec in (*level.listeners, *level.standing):
            if spec.name not in waiting and self._is_new(spec, had, floor):
                self._wait(spec, floor)

    def _is_new(self, spec: Any, had: Mapping[str, Any], floor: Floor) -> bool:
        """Whether an event had no way to happen before: not there, another kind of event, or moved along."""
        before = had.get(spec.node.id)
        return before is None or kind_of(before) != kind_of(spec) or (floor.process, spec.node.id) in self.places.lifted

    def _interrupted(self, floor: Floor) -> bool:
        """Whether an event sub-process has ended all else here: no other event of the level happens any more."""
        for row in floor.rows:
            node = row.old.node if row.old is not None and row.state == "s" else None
            if node is not None and node.event_triggered:
                starts = self.names.old.parts[floor.process].diagram.starts(node.id)
                if all(start.interrupting for start in starts):
                    return True
        return False

    # races

    def _race(self, floor: Floor) -> None:
        """The events behind one event-based gateway end each other: added ones wait too, and none waits alone."""
        for row in list(floor.rows):
            if not isinstance(row.new, Catch) or row.state != "w" or row.old is None:
                continue
            gateway = _gateway(row.new, floor, self.names)
            race = row.notes.get("race")
            if gateway is None:
                if race and any(r is not row and r.notes.get("race") == race for r in floor.rows):
                    self.places.reasons.append(Reason("race_lost", row.path))
                row.notes.pop("race", None)
                continue
            if not race:
                race = row.notes["race"] = self.house.new_id()
            there = {other.name for other in floor.rows if other.notes.get("race") == race}
            for spec in gateway.following:
                if spec.name not in there:
                    self._wait(spec, floor, race=race)


def _gateway(spec: Any, floor: Floor, names: Names) -> Any:
    """The event-based gateway right before an event, or None."""
    level = names.new.specs[floor.spec_name]
    before = [level.task_specs[name] for name in spec._inputs]
    return next((other for other in before if isinstance(other, Race)), None)


def _turns(old: Any, new: Any, notes: Mapping[str, Any]) -> int | None:
    """How many turns a repeating timer has left: what was added to or taken from its number, and at least this one."""
    if new.repeats is None:
        return None
    left = notes.get("left")
    if old.kind != "timeCycle" or left is None or old.repeats is None:
        return int(new.repeats)
    return max(1, int(left) + int(new.repeats) - int(old.repeats))


def _first_of_several(outer: Token, first: Token, path: str) -> Iterator[Reason]:
    """Give a step that became repeated its item, and begin the others that run together with it."""
    spec = outer.task_spec
    if isinstance(spec, Loop):
        return
    items = outer.workflow.top_workflow.script_engine.items(outer)
    if not items:
        yield Reason("no_items", path)
        return
    first.internal_data["item"] = items[0]
    outer.internal_data["n"] = len(items)
    if spec.node.multi.sequential:
        outer.internal_data["rest"] = items[1:]
    elif len(items) > 1 and not spec.inner.manual:
        yield Reason("repetition", path, {"new": spec.node.kind})
    else:
        for item in items[1:]:
            spec._start(outer, item)
