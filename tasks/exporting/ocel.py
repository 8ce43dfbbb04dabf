"""OCEL 2.0 as JSON: cases, customers, tasks, deadlines, documents and units as objects, events related to them.

Values are strings, as the published JSON schema asks; their types stand in the declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import exists, func, select

from tasks.exporting.kinds import COMPLETE, OF_CUSTOMERS, OF_LETTER
from tasks.exporting.log import EventLog, Happening, Trail
from tasks.models import Case, Deadline, Document, Link, Party, Task
from tasks.moments import iso

ALWAYS = "1970-01-01T00:00:00Z"
"""The moment of a value that an object has from its beginning, as the specification writes it."""
OBJECT_TYPES: Mapping[str, Mapping[str, str]] = {
    "case": {"process": "string", "version": "integer", "status": "string", "outcome": "string", "arrived_on": "time"},
    "customer": {},
    "task": {"process": "string", "version": "integer", "element": "string", "role": "string", "state": "string"},
    "deadline": {
        "process": "string", "name": "string", "kind": "string", "law": "string", "statute": "string",
        "event_on": "time", "legal_on": "time", "due_on": "time", "state": "string",
    },
    "document": {"process": "string", "name": "string", "sent_on": "time", "received_on": "time"},
    "unit": {"code": "string"},
}  # fmt: skip
EVENT_ATTRIBUTES = {
    "lifecycle": "string", "kind": "string", "process": "string", "version": "integer", "element": "string",
    "role": "string", "resource": "string", "via": "string", "recorded_at": "time", "due_on": "time",
    "legal_on": "time",
}  # fmt: skip
Parties = Mapping[int, Sequence[tuple[str, int]]]
"""(role, customer id) of each party, by case"""


def write(log: EventLog) -> Iterator[str]:
    """The document in pieces; the types of events stand last, when all have been seen."""
    yield f'{{"objectTypes": {_json([_type(name, has) for name, has in OBJECT_TYPES.items()])},\n"objects": [\n'
    yield from _listed(_objects(log))
    yield '],\n"events": [\n'
    seen: set[str] = set()
    yield from _listed(_events(log, seen))
    yield f'],\n"eventTypes": {_json([_type(name, EVENT_ATTRIBUTES) for name in sorted(seen)])}}}\n'


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _type(name: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": each, "type": kind} for each, kind in attributes.items()]}


def _listed(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    comma = ""
    for row in rows:
        yield comma + _json(row) + "\n"
        comma = ","


# objects


def _objects(log: EventLog) -> Iterator[Mapping[str, Any]]:
    """Customers, then each case with what is its own; a unit before its first case."""
    named = {""}
    yield from _customers(log)
    for batch in log.batches():
        trails = {trail.row.id: trail for trail in batch}
        cases = _cases(log, trails)
        children = [
            _children(log, trails, *each) for each in (("task", Task), ("deadline", Deadline), ("document", Document))
        ]
        for id, trail in trails.items():
            if trail.unit not in named:
                yield _object(f"unit-{trail.unit}", "unit", {"code": trail.unit})
                named.add(trail.unit)
            yield cases[id]
            for found in children:
                yield from found.get(id, ())


def _customers(log: EventLog) -> Iterator[Mapping[str, Any]]:
    """Every customer of the log once, in the order of their first case: the order of their numbers would tell these."""
    within = exists().where(Case.id == Party.case_id, log.extent.condition)
    statement = (
        select(Party.customer_id)
        .where(within)
        .group_by(Party.customer_id)
        .order_by(func.min(Party.case_id), func.min(Party.number), Party.customer_id)
    )
    for customer in log.connection.execute(statement.execution_options(yield_per=1000)).scalars():
        yield _object(log.keys.customer(customer), "customer", {})


def _cases(log: EventLog, trails: Mapping[int, Trail]) -> Mapping[int, Mapping[str, Any]]:
    parties, origins, found = parties_of(log, trails), _origins(log, trails), {}
    for id, trail in trails.items():
        values = {name: getattr(trail.row, name) for name in OBJECT_TYPES["case"]}
        related = [(log.keys.customer(customer), role) for role, customer in parties.get(id, ())]
        related += [(f"unit-{trail.unit}", "unit")] if trail.unit else []
        found[id] = _object(trail.key, "case", values, related + origins.get(id, []))
    return found


def parties_of(log: EventLog, trails: Mapping[int, Trail]) -> Parties:
    """The parties of these cases."""
    chosen = select(Party.case_id, Party.role, Party.customer_id).where(Party.case_id.in_(list(trails)))
    found: dict[int, list[tuple[str, int]]] = {}
    for row in log.connection.execute(chosen.order_by(Party.case_id, Party.number)):
        if (row.role, row.customer_id) not in found.setdefault(row.case_id, []):
            found[row.case_id].append((row.role, row.customer_id))
    return found


def _origins(log: EventLog, trails: Mapping[int, Trail]) -> Mapping[int, list[tuple[str, str]]]:
    """The cases of the log that these came from, and what they are to them."""
    statement = (
        select(Link.case_id, Link.kind, Case.id, Case.number)
        .join(Case, Case.id == Link.from_case_id)
        .where(Link.case_id.in_(list(trails)), log.extent.condition)
        .order_by(Link.case_id, Link.number)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for case_id, kind, origin, number in log.connection.execute(statement):
        found.setdefault(case_id, []).append((log.keys.case(origin, number), kind))
    return found


def _children(
    log: EventLog, trails: Mapping[int, Trail], kind: str, table: Any
) -> Mapping[int, list[Mapping[str, Any]]]:
    """The tasks, deadlines or documents of these cases, by case."""
    names = list(OBJECT_TYPES[kind])
    chosen = [table.case_id, table.number, *(getattr(table, name) for name in names)]
    statement = select(*chosen).where(table.case_id.in_(list(trails))).order_by(table.case_id, table.number)
    found: dict[int, list[Mapping[str, Any]]] = {}
    for case_id, number, *values in log.connection.execute(statement):
        key = trails[case_id].key
        told = _object(f"{kind}-{key}-{number}", kind, dict(zip(names, values, strict=True)), [(key, "case")])
        found.setdefault(case_id, []).append(told)
    return found


def _object(
    id: str, kind: str, values: Mapping[str, Any], related: Iterable[tuple[str, str]] = ()
) -> Mapping[str, Any]:
    attributes = [
        {"name": name, "time": ALWAYS, "value": _value(OBJECT_TYPES[kind][name], value)}
        for name, value in values.items()
        if value is not None
    ]
    return {"id": id, "type": kind, "attributes": attributes, "relationships": _relations(related)}


def _value(kind: str, value: Any) -> str:
    """A value as text; a day is its first moment in UTC, since OCEL knows no days."""
    return f"{value}T00:00:00Z" if kind == "time" and len(str(value)) == 10 else str(value)


def _relations(related: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": id, "qualifier": qualifier} for id, qualifier in related]


# events


def _events(log: EventLog, seen: set[str]) -> Iterator[Mapping[str, Any]]:
    for batch in log.trail_batches():
        parties = parties_of(log, {trail.row.id: trail for trail in batch})
        for trail in batch:
            for happening in trail.happenings:
                event = _event(log, trail, happening, parties.get(trail.row.id, ()))
                seen.add(event["type"])
                yield event


def _event(log: EventLog, trail: Trail, happening: Happening, parties: Sequence[tuple[str, int]]) -> Mapping[str, Any]:
    """One event; what only began, stopped or went on is a type of its own beside what was done."""
    began = "" if happening.transition == COMPLETE else f" [{happening.transition}]"
    values = {
        "lifecycle": happening.transition, "kind": happening.kind, "process": happening.place.process,
        "version": happening.place.version, "element": happening.place.element, "role": happening.role,
        "resource": happening.person, "via": happening.via, "recorded_at": iso(happening.at),
        "due_on": happening.due_on, "legal_on": happening.legal_on,
    }  # fmt: skip
    told = [
        {"name": name, "value": _value(EVENT_ATTRIBUTES[name], value)}
        for name, value in values.items()
        if value is not None and value != ""
    ]
    return {
        "id": f"event-{trail.key}-{happening.number}", "type": happening.activity + began,
        "time": iso(happening.occurred_at), "attributes": told,
        "relationships": _relations(_related(log, trail, happening, parties)),
    }  # fmt: skip


def _related(
    log: EventLog, trail: Trail, happening: Happening, parties: Sequence[tuple[str, int]]
) -> Iterator[tuple[str, str]]:
    yield trail.key, "case"
    for kind in ("task", "deadline", "document"):
        number = getattr(happening, kind)
        if number is not None:
            yield f"{kind}-{trail.key}-{number}", kind
    if trail.unit:
        yield f"unit-{trail.unit}", "unit"
    if happening.kind in OF_CUSTOMERS:
        for role, customer in parties:
            if happening.kind not in OF_LETTER or role == happening.to:
                yield log.keys.customer(customer), role
