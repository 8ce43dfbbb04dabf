"""The plan of one move: the state of the new version, before anything of it has come to life."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.definition import Definition
from engine.moving import joins, memory
from engine.moving.attached import Attached
from engine.moving.floors import House, take_apart
from engine.moving.names import Names
from engine.moving.places import Places
from engine.moving.unasked import never_asked
from engine.moving.undoing import forgotten, still_undoable
from engine.moving.verdict import Effect, Reason
from engine.result import Step


@dataclass(slots=True)
class Plan:
    """What a move would make of a state: its document, what is to be begun in it, and what was found on the way."""

    names: Names
    house: House
    places: Places
    attached: Attached
    reasons: list[Reason]

    @property
    def document(self) -> dict[str, Any]:
        """The state as the codec reads it, on the new version."""
        return self.house.document()

    @property
    def calls(self) -> dict[str, str]:
        """The paths of the service tasks whose answer is awaited, by job."""
        rows = [(floor, row) for floor in self.house.floors for row in floor.rows]
        return {
            str(row.id): floor.prefix + row.new.node.id for floor, row in rows if row.new.calls and row.state == "w"
        }

    @property
    def effects(self) -> list[Effect]:
        """What else changes for the case."""
        return _unique(self.places.effects)


def make_plan(
    old: Definition,
    new: Definition,
    document: Mapping[str, Any],
    dues: Mapping[int, datetime | None],
    told: Mapping[str, str],
    done: Collection[str],
    roles: Collection[str],
) -> Plan:
    """Plan a move of a state's document; MappingError for a `told` id that is not there.

    `dues` are the moments of running timers by token, `done` the paths completed so far, `roles` the parties'.
    """
    names = Names(old, new, told)
    house = take_apart(deepcopy(dict(document)), old)
    places = Places(house, names, old, new)
    attached = Attached(places, dues)
    reasons = list(still_undoable(document, names, old))
    if any(reason.code == "undoing" for reason in reasons):  # its levels are made of elements that nothing leads to
        return Plan(names, house, places, attached, _unique(reasons))
    places.find()
    reasons += [*places.reasons, *memory.completed(done, names), *memory.parties(roles, new)]
    if not places.reasons:
        attached.arrange()
        reasons += forgotten(document, house, old)
        reasons += [*places.reasons, *joins.follow_flows(house, names), *joins.check(house, old, new)]
        _rename_items(house)
        items = [row.notes["item"] for floor in house.floors for row in floor.rows if "item" in row.notes]
        house.rest["d"] = memory.rename_data(house.rest["d"], names, places.scopes, items)
        reasons += memory.unreadable(house.rest["d"], names, old, new)
        if not reasons:
            places.effects += never_asked(house, names)
    return Plan(names, house, places, attached, _unique(reasons))


def _rename_items(house: House) -> None:
    """The items of a repetition that is under way under the name that the new version's expressions use."""
    for floor in house.floors:
        for row in floor.rows:
            multi = row.new.node.multi if row.new is not None else None
            for item in [*([row.notes["item"]] if "item" in row.notes else []), *row.notes.get("rest", ())]:
                item["name"] = multi.item if multi is not None else item["name"]


def _unique(found: list[Any]) -> list[Any]:
    """Each once, in order; facts are mappings, which cannot be hashed."""
    kept: list[Any] = []
    for one in found:
        if one not in kept:
            kept.append(one)
    return kept


def new_work(before: Collection[Step], after: Collection[Step]) -> Iterator[Effect]:
    """What the people who do an open step notice: another role, another form."""
    was = {step.id: step for step in before}
    for step in after:
        old = was.get(step.id)
        if old is not None and old.role != step.role:
            yield Effect("role", step.path, {"old": old.role, "new": step.role})
        if old is not None and old.form != step.form:
            yield Effect("form", step.path, {"old": old.form, "new": step.form})
