"""A case as a command sees it: locked, with its open rows and the actor's rights, read in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import JSON, Connection

from tasks.driver import execute
from tasks.errors import NotFound
from tasks.models import Base

Row = dict[str, Any]

NEWEST = "(SELECT coalesce(max(v.id), 0) * 100000 + (SELECT count(*) FROM retirements) FROM versions v)"
"""Grows with every publication and every retirement of a version: whoever knows the versions compares it."""

TASK = (
    "number", "engine_id", "process", "version", "path", "element", "role", "unit_id", "state", "revision",
    "assignee_id", "hold_until", "hold_reason", "changed_by", "changed_at", "deadline", "deadline_kind",
    "deadline_binds", "due_on", "legal_on", "paused_on", "remaining",
)  # fmt: skip
ASSIGNEE = ("assignee", "(SELECT au.full_name FROM users au WHERE au.id = t.assignee_id)", False)
DEADLINE = (
    "number", "scope", "process", "name", "law_version", "kind", "binds", "plan", "roll", "shown_on", "event_on",
    "nominal_on", "legal_on", "target_on", "due_on", "paused_on", "remaining",
)  # fmt: skip
TIMER = (
    "number", "kind", "state", "due_at", "next_at", "engine_id", "path", "deadline_number", "task_number", "attempts",
)  # fmt: skip
WAIT = ("number", "engine_id", "process", "path", "element", "message", "key")
CASE = (
    "id", "number", "process", "version", "unit_id", "customer_id", "language", "settings", "status", "arrived_on",
    "started_at", "revision", "task_count", "row_count", "event_count", "event_hash", "raised_reason",
)  # fmt: skip


@dataclass(slots=True)
class CaseFile:
    """What the locking statement read; rows are JSON objects (days and moments as ISO strings)."""

    case: Row
    state: bytes | None
    tasks: list[Row]
    deadlines: list[Row]
    timers: list[Row]
    waits: list[Row]
    parties: list[Row]
    settings: list[Row]
    place: Row
    rights: Row | None
    newest: int
    """the id of the newest published version"""

    def task(self, number: int) -> Row | None:
        """The task with this number when it is open or was asked for."""
        return next((task for task in self.tasks if task["number"] == number), None)

    @property
    def open_tasks(self) -> list[Row]:
        """The tasks that are open."""
        return [task for task in self.tasks if task["state"] == "open"]


def columns(table: str, names: Sequence[str], alias: str) -> list[tuple[str, str, bool]]:
    """(name, SQL, is JSON) for columns of a table."""
    found = Base.metadata.tables[table].columns
    return [(name, f"{alias}.{name}", isinstance(found[name].type, JSON)) for name in names]


def objects(dialect: str, selected: Sequence[tuple[str, str, bool]], source: str) -> str:
    """A sub-select that gives rows as one JSON array."""
    if dialect == "postgresql":
        listed = ", ".join(f"{sql} AS {name}" for name, sql, _ in selected)
        return f"(SELECT coalesce(json_agg(x), '[]'::json) FROM (SELECT {listed} {source}) x)"
    return f"(SELECT json_group_array({one(dialect, selected)}) {source})"


def one(dialect: str, pairs: Sequence[tuple[str, str, bool]]) -> str:
    """A JSON object of the given values."""
    wrap = dialect == "sqlite"
    listed = ", ".join(
        f"'{name}', json({sql})" if wrap and is_json else f"'{name}', {sql}" for name, sql, is_json in pairs
    )
    return f"{'json_object' if wrap else 'json_build_object'}({listed})"


def rights_sql(dialect: str, case: str | None) -> str:
    """The actor's rights as a JSON object: roles, delegations, substitutions, and what binds the actor on the case."""
    roles = objects(
        dialect,
        columns("user_roles", ("role", "work_roles", "units", "areas", "from_on", "to_on"), "ur"),
        "FROM user_roles ur WHERE ur.user_id = u.id",
    )
    delegations = objects(
        dialect,
        columns("delegations", ("process", "unit_id", "from_on", "to_on"), "d"),
        "FROM delegations d WHERE d.user_id = u.id",
    )
    substitutions = objects(
        dialect,
        columns("substitutions", ("user_id", "unit_id", "from_on", "to_on"), "sb"),
        "FROM substitutions sb WHERE sb.substitute_id = u.id AND sb.ended_at IS NULL",
    )
    pairs = [
        ("active", "u.active", False), ("full_name", "u.full_name", False), ("title", "u.title", False),
        ("roles", roles, True), ("delegations", delegations, True),
        ("substitutions", substitutions, True),
    ]  # fmt: skip
    if case is not None:
        disqualified = (
            f"EXISTS (SELECT 1 FROM disqualifications q WHERE q.case_id = {case} AND q.user_id = u.id"
            " AND q.ended_at IS NULL)"
        )
        array = "json_agg(ct.path)" if dialect == "postgresql" else "json_group_array(ct.path)"
        completed = f"(SELECT {array} FROM tasks ct WHERE ct.case_id = {case} AND ct.completed_by = u.id)"
        pairs += [("disqualified", disqualified, False), ("completed", completed, True)]
    return f"(SELECT {one(dialect, pairs)} FROM users u WHERE u.id = :actor)"


def settings_sql(dialect: str, area: str) -> str:
    """The dated settings of an area."""
    return objects(
        dialect, columns("settings", ("name", "from_on", "value"), "st"), f"FROM settings st WHERE st.area_id = {area}"
    )


def place_sql(dialect: str, unit: str) -> str:
    """The unit and its area: names and contact, as letters print them."""
    pairs = [
        ("unit_id", "un.id", False), ("unit_name", "un.name", True), ("area_id", "ar.id", False),
        ("area_code", "ar.code", False), ("area_name", "ar.name", True), ("contact", "ar.contact", True),
    ]  # fmt: skip
    source = f"FROM units un JOIN areas ar ON ar.id = un.area_id WHERE un.id = {unit}"
    return f"(SELECT {one(dialect, pairs)} {source})"


PARTY = (
    ("role", "p.role", False), ("customer_id", "p.customer_id", False), ("principal", "p.principal", False),
    ("name", "cu.name", False), ("kind", "cu.kind", False), ("language", "cu.language", False),
    ("channel", "cu.channel", False), ("authority", "cu.authority", False), ("address", "cu.address", True),
    ("protected", "cu.protected", False),
)  # fmt: skip


AS_READ = {"sqlite": "blob", "postgresql": "text"}
"""how JSON comes out of each database with nothing decoded on the way: SQLite would make a text of it first"""


def _joined(parts: Mapping[str, str]) -> str:
    """A JSON object as text, for SQLite: json_object would read every part again, which costs as much as making it."""
    members = " || ',".join(f"\"{name}\":' || coalesce({sql}, 'null')" for name, sql in parts.items())
    return f"('{{{members} || '}}')"


@lru_cache(maxsize=16)
def _lock(dialect: str, locking: str) -> str:
    parts = {
        "case": one(dialect, columns("cases", CASE, "c")),
        "tasks": objects(dialect, [*columns("tasks", TASK, "t"), ASSIGNEE],
                         "FROM tasks t WHERE t.case_id = c.id AND (t.state = 'open' OR t.number = :task)"),
        "deadlines": objects(dialect, columns("deadlines", DEADLINE, "dl"),
                             "FROM deadlines dl WHERE dl.case_id = c.id AND dl.state = 'open'"),
        "timers": objects(dialect, columns("timers", TIMER, "tm"), "FROM timers tm WHERE tm.case_id = c.id"),
        "waits": objects(dialect, columns("subscriptions", WAIT, "s"), "FROM subscriptions s WHERE s.case_id = c.id"),
        "parties": objects(dialect, PARTY, "FROM parties p JOIN customers cu ON cu.id = p.customer_id"
                                           " WHERE p.case_id = c.id AND p.ended_at IS NULL"),
        "settings": settings_sql(dialect, "c.area_id"),
        "place": place_sql(dialect, "c.unit_id"),
        "rights": rights_sql(dialect, "c.id"),
    }  # fmt: skip
    file = _joined(parts) if dialect == "sqlite" else one(dialect, [(name, sql, True) for name, sql in parts.items()])
    # the sub-selects read the statement's snapshot, the locked row may be newer: `seen` tells
    seen = "(SELECT s.revision FROM cases s WHERE s.id = c.id)" if dialect == "postgresql" else "c.revision"
    sql = (
        f"SELECT c.state, {seen} AS seen, c.revision, {NEWEST} AS newest, CAST({file} AS {AS_READ[dialect]}) AS file"
        f" FROM cases c WHERE c.id = :case{locking if dialect == 'postgresql' else ''}"
    )
    mark = "?" if dialect == "sqlite" else "$"
    return sql.replace(":case", f"{mark}1").replace(":actor", f"{mark}2").replace(":task", f"{mark}3")


def lock(
    connection: Connection, case_id: int, actor_id: int | None, *, task: int = 0, skip_locked: bool = False
) -> CaseFile:
    """Lock the case row and read what a command needs; raises NotFound, also when a locked row is skipped.

    After waiting for another command on PostgreSQL the sub-selects still show the time before it; then the statement
    runs again, now that the row is ours.
    """
    locking = " FOR NO KEY UPDATE OF c" + (" SKIP LOCKED" if skip_locked else "")
    statement = _lock(connection.dialect.name, locking)
    parameters = (case_id, actor_id, task)
    row = execute(connection, statement, parameters).fetchone()
    if row is not None and row[1] != row[2]:
        row = execute(connection, statement, parameters).fetchone()
    return _read(case_id, row)


def look(connection: Connection, case_id: int, actor_id: int | None, *, task: int = 0) -> CaseFile:
    """Read the same without locking, for pages; raises NotFound."""
    statement = _lock(connection.dialect.name, "")
    return _read(case_id, execute(connection, statement, (case_id, actor_id, task)).fetchone())


def _read(case_id: int, row: Any) -> CaseFile:
    if row is None:
        raise NotFound("case", case_id)
    state, _, _, newest, file = row
    return CaseFile(state=None if state is None else bytes(state), newest=newest or 0, **read_json(file))


def read_json(value: Any) -> Any:
    """A JSON column of either database."""
    return orjson.loads(value) if isinstance(value, (str, bytes)) else value


def in_force(settings: Sequence[Mapping[str, Any]], on: str) -> Row:
    """The settings in force on a day: name -> value of the newest row not after it."""
    current: Row = {}
    for row in sorted(settings, key=lambda row: str(row["from_on"])):
        if row["from_on"] <= on:
            current[row["name"]] = row["value"]
    return current
