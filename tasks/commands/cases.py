"""Cases begin, and may be called off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from engine import runner
from engine.linked import KINDS
from tasks import access
from tasks.access import Place
from tasks.actor import Actor
from tasks.casefile import AS_READ, NEWEST, CaseFile, Row, objects, place_sql, read_json, rights_sql, settings_sql
from tasks.course import Course, checked_occurred, task_id
from tasks.db import Database
from tasks.driver import execute
from tasks.errors import InvalidValue, NotFound, Stale
from tasks.moments import day, iso, utc
from tasks.published import Edited, published


@dataclass(frozen=True, slots=True)
class CaseStarted:
    """The new case: its id, its number and the tasks that opened; `again` when the same start was sent before."""

    case_id: int
    number: str
    task_ids: tuple[str, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """The case that another one comes from: what the new one is to it (engine.linked.KINDS), and the step there."""

    case_id: int
    number: str
    kind: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """What starts a case: its process, message and answers, its customers by party role, and its unit."""

    process: str
    message: str | None
    answers: Mapping[str, Any]
    parties: Mapping[str, int]
    unit_id: int
    channel: str | None = None
    source: str | None = None
    settings: Mapping[str, Any] | None = None
    version: int | None = None
    idempotency_key: str | None = None
    origin: Origin | None = None


def start_case(
    database: Database, actor: Actor, *, process: str, message: str | None, answers: Mapping[str, Any],
    parties: Mapping[str, int], unit_id: int, channel: str | None = None, source: str | None = None,
    settings: Mapping[str, Any] | None = None, now: datetime, occurred_at: datetime | None = None,
    version: int | None = None, idempotency_key: str | None = None, linked_to: int | None = None, link: str = "",
) -> CaseStarted:  # fmt: skip
    """Start a case on the version in force on the day the matter arrived (or on `version`).

    `linked_to` is the case that it comes from, also a closed one, and `link` what it is to that (engine.linked.KINDS).

    The same `idempotency_key` again from the same person gives the case that it made; another's key is another's.
    Raises NotPublished, NotFound, Forbidden, InvalidAnswers.
    """
    own_key = None if idempotency_key is None else f"{actor.user_id or 'house'}:{idempotency_key}"
    start = Start(process, message, answers, parties, unit_id, channel, source, settings, version, own_key)
    occurred = checked_occurred(utc(now), occurred_at)
    try:
        with database.transaction() as connection:
            if linked_to is not None:
                return _linked(connection, database, actor, start, linked_to, link, utc(now), occurred)
            return start_within(connection, database, actor, start, utc(now), occurred)
    except IntegrityError:
        # the same start at the same moment from two sides: the other one was first
        with database.read() as connection:
            found = _earlier(connection, own_key)
        if found is None:
            raise
        return found


def _linked(
    connection: Connection, database: Database, actor: Actor, start: Start, case_id: int, kind: str, now: datetime,
    occurred: datetime,
) -> CaseStarted:  # fmt: skip
    """Start a case that a person links to one that they see."""
    if kind not in KINDS:
        raise InvalidValue("link", "unknown", f"{kind!r}, expected one of {', '.join(KINDS)}")
    origin = Course.open(connection, database, actor, case_id, now)
    access.see(origin.rights, origin.place()).require()
    given = replace(start, origin=Origin(case_id, origin.case["number"], kind))
    started = start_within(connection, database, actor, given, now, occurred)
    if not started.again:
        tell_link(origin, started, start.process, kind)
        origin.save()
    return started


def tell_link(origin: Course, started: CaseStarted, process: str, kind: str, path: str | None = None) -> None:
    """Write into the history of a case that another one came from it."""
    told = {"case": started.case_id, "number": started.number, "process": process, "link": kind}
    origin.chain.add("case_linked", told, path=path)


def start_within(
    connection: Connection, database: Database, actor: Actor, start: Start, now: datetime, occurred: datetime
) -> CaseStarted:
    """Start a case within a transaction that does more; raises what `start_case` raises."""
    if found := _earlier(connection, start.idempotency_key):
        return found
    read = _read(connection, actor, start)
    versions = published(database).refresh(connection, read.newest)
    edition = (
        versions.row(start.process, start.version)
        if start.version is not None
        else versions.in_force(start.process, day(occurred))
    )
    if edition.retired:
        raise InvalidValue("version", "retired", f"{edition.label} is retired: no new case takes it")
    manifest = versions.bundle(edition.process, edition.number).manifest
    _check(start, manifest, read)
    rights = access.read_rights(actor.user_id, read.rights, day(now))
    access.see(rights, Place(start.unit_id, manifest.area, start.process)).require()
    file = _file(connection, start, edition, manifest, read, now, occurred)
    course = Course.begin(connection, database, actor, file, now, occurred)
    return _run(course, start)


def _check(start: Start, manifest: Any, read: _Needed) -> None:
    if read.place is None:
        raise NotFound("unit", start.unit_id)
    if manifest.kind != "process":
        raise InvalidValue("process", "kind", f"{start.process} is a {manifest.kind}; only a process starts a case")
    if start.message is not None and start.message not in manifest.start_messages:
        names = ", ".join(manifest.start_messages)
        raise InvalidValue("message", "unknown", f"{start.message} does not start {start.process}, expected {names}")
    kinds = {customer["customer_id"]: customer["kind"] for customer in read.customers}
    for role, customer in start.parties.items():
        wanted = manifest.parties.get(role)
        if wanted is None:
            raise InvalidValue(f"parties/{role}", "unknown", f"expected one of {', '.join(manifest.parties)}")
        if customer not in kinds:
            raise NotFound("customer", customer)
        if not wanted.fits(kinds[customer]):
            raise InvalidValue(f"parties/{role}", "kind", f"a {kinds[customer]}, expected a {wanted.kind}")
    if manifest.principal_role not in start.parties:
        raise InvalidValue(f"parties/{manifest.principal_role}", "required", "the principal customer is missing")


def _file(
    connection: Connection, start: Start, edition: Edited, manifest: Any, read: _Needed, now: datetime,
    occurred: datetime,
) -> CaseFile:  # fmt: skip
    arrived = day(occurred)
    case_id, serial = _next(connection, manifest.prefix, arrived.year)
    customers = {row["customer_id"]: row for row in read.customers}
    principal = start.parties[manifest.principal_role]
    place = read.place
    case: Row = {
        "id": case_id, "number": f"{manifest.prefix}/{serial}/{arrived.year}", "process": start.process,
        "version": edition.number, "area_id": place["area_id"], "unit_id": start.unit_id, "customer_id": principal,
        "language": customers[principal]["language"], "message": start.message, "channel": start.channel,
        "settings": dict(start.settings or {}) or None, "summary": None, "status": "open", "outcome": None,
        "arrived_on": arrived.isoformat(), "started_at": iso(now), "revision": 1, "task_count": 0, "row_count": 0,
        "event_count": 0, "event_hash": "", "raised_reason": None,
    }  # fmt: skip
    parties = [
        customers[customer] | {"role": role, "principal": role == manifest.principal_role}
        for role, customer in start.parties.items()
    ]
    return CaseFile(case, None, [], [], [], [], parties, read.settings, place, read.rights, read.newest)


def _run(course: Course, start: Start) -> CaseStarted:
    case = course.case
    source = start.source or course.sender(start.process, start.message)
    clean = course.clean(start.process, start.message, "", start.answers) if start.message else {}
    told: Row = {
        "message": start.message,
        "channel": start.channel,
        "process": start.process,
        "version": case["version"],
    }
    if start.message:
        told |= course.answer("message", start.message, start.process, None, clean, source, start.channel)
    if origin := start.origin:
        told |= {"from_case": origin.case_id, "from_number": origin.number, "link": origin.kind}
        course.changes.insert(
            "links", number=course.next_number(), from_case_id=origin.case_id, kind=origin.kind, path=origin.path,
            at=course.now,
        )  # fmt: skip
    result = runner.start(
        course.definition, course.situation(), message=start.message, answers=clean, channel=start.channel
    )
    course.chain.add("case_started", told | {"visited": list(result.visited)})
    for party in course.file.parties:
        course.changes.insert(
            "parties", number=course.next_number(), role=party["role"], customer_id=party["customer_id"],
            principal=party["principal"], added_at=course.now,
        )  # fmt: skip
    opened = course.apply(result)
    course.changes.new_case(
        **{**case, **course.counters(), **course.dirty}, source=source, idempotency_key=start.idempotency_key
    )
    course.write()
    return CaseStarted(case["id"], case["number"], opened)


@lru_cache(maxsize=4)
def _query(dialect: str) -> str:
    customers = objects(
        dialect,
        [(name, f"cu.{'id' if name == 'customer_id' else name}", name == "address") for name in _CUSTOMER],
        f"FROM customers cu WHERE cu.id IN ({_LISTED[dialect]})",
    )
    area = "(SELECT au.area_id FROM units au WHERE au.id = :unit)"
    parts = (customers, settings_sql(dialect, area), place_sql(dialect, ":unit"), rights_sql(dialect, None))
    sql = f"SELECT {NEWEST} AS newest, {', '.join(f'CAST({part} AS {AS_READ[dialect]})' for part in parts)}"
    mark = "?" if dialect == "sqlite" else "$"
    return sql.replace(":actor", f"{mark}1").replace(":unit", f"{mark}2").replace(":customers", f"{mark}3")


_CUSTOMER = ("customer_id", "name", "kind", "language", "channel", "authority", "address", "protected")
_LISTED = {
    "postgresql": "SELECT CAST(j AS bigint) FROM jsonb_array_elements_text(CAST(:customers AS jsonb)) j",
    "sqlite": "SELECT value FROM json_each(:customers)",
}


@dataclass(frozen=True, slots=True)
class _Needed:
    """What a start reads: the newest version's id, the customers, the area's settings, the place, the rights."""

    newest: int
    customers: list[Row]
    settings: list[Row]
    place: Row
    rights: Row | None


def _read(connection: Connection, actor: Actor, start: Start) -> _Needed:
    customers = str([int(customer) for customer in start.parties.values()])
    cursor = execute(connection, _query(connection.dialect.name), (actor.user_id, start.unit_id, customers))
    newest, *parts = cursor.fetchone()
    return _Needed(newest or 0, *(read_json(part) for part in parts))


_NEXT = {
    "postgresql": "INSERT INTO number_series AS s (prefix, year, last) VALUES ($1, $2, 1)"
    " ON CONFLICT (prefix, year) DO UPDATE SET last = s.last + 1"
    " RETURNING last, nextval(pg_get_serial_sequence('cases', 'id')) AS id",
    "sqlite": "INSERT INTO number_series (prefix, year, last) VALUES (?, ?, 1)"
    " ON CONFLICT (prefix, year) DO UPDATE SET last = last + 1"
    " RETURNING last, (SELECT coalesce(max(id), 0) + 1 FROM cases) AS id",
}


def _next(connection: Connection, prefix: str, year: int) -> tuple[int, int]:
    serial, case_id = execute(connection, _NEXT[connection.dialect.name], (prefix, year)).fetchone()
    return int(case_id), int(serial)


_EARLIER = text(
    "SELECT c.id, c.number, t.number AS task FROM cases c LEFT JOIN tasks t ON t.case_id = c.id AND t.state = 'open'"
    " WHERE c.idempotency_key = :key ORDER BY t.number"
)


def _earlier(connection: Connection, key: str | None) -> CaseStarted | None:
    rows = connection.execute(_EARLIER, {"key": key}).all() if key is not None else ()
    if not rows:
        return None
    tasks = tuple(task_id(row.id, row.task) for row in rows if row.task is not None)
    return CaseStarted(rows[0].id, rows[0].number, tasks, again=True)


def cancel_case(
    database: Database, actor: Actor, case_id: int, *, reason: str, now: datetime, occurred_at: datetime | None = None,
    version: int | None = None,
) -> int:  # fmt: skip
    """Call a case off: every open task is withdrawn, every date cancelled; gives the case's new version.

    Forbidden, WrongState; Stale when `version` is given and the case has changed since.
    """
    with database.transaction() as connection:
        course = Course.open(connection, database, actor, case_id, now, occurred_at)
        if version is not None and version != course.case["revision"]:
            raise Stale("", None, "changed")
        course.require_open()
        access.see(course.rights, course.place()).require()
        if not reason.strip():
            raise InvalidValue("reason", "required", "say why the case is called off")
        course.chain.add("case_called_off", {"reason": reason})
        result = runner.cancel(course.definition, course.file.state or b"", course.situation())
        course.apply(result, cancelled=True)
        course.save()
        return int(course.case["revision"]) + 1


def set_legal_hold(database: Database, actor: Actor, case_id: int, *, hold: bool, reason: str, now: datetime) -> None:
    """Keep a case from being erased, or let it go again; recorded."""
    with database.transaction() as connection:
        course = Course.open(connection, database, actor, case_id, now)
        access.supervise(course.rights, course.place()).require()
        course.chain.add("legal_hold", {"new": hold, "reason": reason})
        course.dirty["legal_hold"] = hold
        course.save()
