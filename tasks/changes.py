"""The rows that one command writes, gathered and then written in the fewest statements.

PostgreSQL gets one statement: a writable CTE per table and operation, fed by `jsonb_to_recordset`, around the write of
the case row. SQLite gets one prepared statement per table and operation. The texts are built once per shape and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import JSON, BigInteger, Boolean, Connection, Date, Integer, LargeBinary, Table

from tasks.driver import execute, execute_many
from tasks.errors import InvalidValue, Stale
from tasks.models import Base, Moment
from tasks.moments import iso

Row = dict[str, Any]
Shape = tuple[str, str, tuple[str, ...]]
"""(operation, table, columns)"""
Write = tuple[str, Any, bool]
"""(SQL as the driver takes it, its parameters, whether they are many rows)"""


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


@lru_cache(maxsize=64)
def _columns(table: str) -> tuple[str, ...]:
    """The columns that a command writes; the others are the database's own to fill."""
    return tuple(column.name for column in _table(table).columns if column.server_default is None)


@lru_cache(maxsize=64)
def _defaults(table: str) -> Row:
    defaults: Row = {}
    for column in _table(table).columns:
        default: Any = column.default
        defaults[column.name] = default.arg if default is not None and default.is_scalar else None
    return defaults


@lru_cache(maxsize=64)
def _json_columns(table: str) -> frozenset[str]:
    return frozenset(column.name for column in _table(table).columns if isinstance(column.type, JSON))


@lru_cache(maxsize=64)
def _key(table: str) -> tuple[str, ...]:
    return tuple(column.name for column in _table(table).primary_key.columns)


def _type(table: str, column: str) -> str:
    kind = _table(table).columns[column].type
    for python, name in (
        (Moment, "timestamptz"), (JSON, "jsonb"), (BigInteger, "bigint"), (Integer, "integer"),
        (Date, "date"), (Boolean, "boolean"), (LargeBinary, "bytea"),
    ):  # fmt: skip
        if isinstance(kind, python):
            return name
    return "text"


def dumps(value: Any) -> str:
    """A JSON value as text; a NUL character is refused because PostgreSQL cannot keep it."""
    out = orjson.dumps(value).decode()
    if "\\u0000" in out:
        raise InvalidValue("text", "nul", "a text may not hold a NUL character")
    return out


class Changes:
    """Rows to insert, update and delete around one case row, written by `write`."""

    def __init__(self, case_id: int) -> None:
        self.case_id = case_id
        self._inserts: dict[str, list[Row]] = {}
        self._updates: dict[tuple[str, int], Row] = {}
        self._deletes: dict[str, list[Row]] = {}
        self._blobs: list[tuple[str, Row]] = []
        self._case: Row = {}
        self._old_revision: int | None = None

    def insert(self, table: str, **values: Any) -> None:
        """A new child row; what is not given takes its default."""
        row = _defaults(table).copy()
        row["case_id"] = self.case_id
        row.update(values)
        self._inserts.setdefault(table, []).append(row)

    def blob(self, table: str, **values: Any) -> None:
        """A new child row that holds bytes: written by a statement of its own, since JSON carries none."""
        self._blobs.append((table, _defaults(table) | {"case_id": self.case_id} | values))

    def update(self, table: str, number: int, **values: Any) -> None:
        """New values for one child row; several updates of one row become one."""
        self._updates.setdefault((table, number), {}).update(values)

    def delete(self, table: str, number: int) -> None:
        """Remove one child row; what was to change in it goes with it: one statement may do only one of the two."""
        self._updates.pop((table, number), None)
        self._deletes.setdefault(table, []).append({"case_id": self.case_id, "number": number})

    def _shaped(self) -> dict[Shape, list[Row]]:
        rows: dict[Shape, list[Row]] = {}
        for table, new in self._inserts.items():
            rows["insert", table, _columns(table)] = new
        for (table, number), values in self._updates.items():
            row = {"case_id": self.case_id, "number": number} | values
            rows.setdefault(("update", table, tuple(sorted(values))), []).append(row)
        for table, gone in self._deletes.items():
            rows["delete", table, ()] = gone
        return dict(sorted(rows.items()))

    def new_case(self, **values: Any) -> None:
        """The case row itself, new."""
        self._case = _defaults("cases") | {"id": self.case_id} | values

    def update_case(self, old_revision: int, **values: Any) -> None:
        """New values of the case row; its revision grows by one."""
        self._old_revision = old_revision
        self._case = values | {"revision": old_revision + 1}

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each table are written."""
        found: dict[str, int] = {"cases": 1}
        for (_, table, _), rows in self._shaped().items():
            found[table] = found.get(table, 0) + len(rows)
        return found

    def write(self, connection: Connection) -> None:
        """Write everything; raises Stale when the case row moved on, which the lock should make impossible."""
        if self._send(connection) != 1:
            raise Stale("another command", None, f"case {self.case_id}")
        for table, row in self._blobs:
            connection.execute(_table(table).insert().values(row))

    def _send(self, connection: Connection) -> int:
        """Execute the statements; gives how many case rows were written."""
        (sql, parameters, _), *others = self.writes(connection.dialect.name)
        written = int(execute(connection, sql, parameters).rowcount)
        if others:
            execute_many(connection, [(sql, rows) for sql, rows, _ in others])
        return written

    def writes(self, dialect: str) -> tuple[Write, ...]:
        """The statements with their parameters, the case row's first; blobs are written apart."""
        return (self._postgresql(),) if dialect == "postgresql" else self._sqlite()

    def _postgresql(self) -> Write:
        rows = self._shaped()
        shapes = tuple(rows)
        values = self._bound("cases", self._case)
        columns = tuple(sorted(values))
        parameters = [*(dumps(given) for given in rows.values()), *(values[name] for name in columns)]
        if self._old_revision is not None:
            parameters += [self.case_id, self._old_revision]
        return _postgresql(shapes, columns, self._old_revision is None), parameters, False

    def _sqlite(self) -> tuple[Write, ...]:
        columns = tuple(sorted(self._case))
        values = self._bound("cases", self._case)
        case_values = [values[name] for name in columns]
        if self._old_revision is not None:
            case_values += [self.case_id, self._old_revision]
        found: list[Write] = [(_sqlite_case(columns, self._old_revision is None), tuple(case_values), False)]
        for shape, rows in self._shaped().items():
            order = _order(shape)
            # most columns of most rows are empty
            bound = [[None if row[name] is None else _bound(row[name], json) for name, json in order] for row in rows]
            found.append((_sqlite(shape), bound, True))
        return tuple(found)

    @staticmethod
    def _bound(table: str, row: Mapping[str, Any]) -> Row:
        in_json = _json_columns(table)
        return {name: _bound(value, name in in_json) for name, value in row.items()}


@lru_cache(maxsize=1024)
def _order(shape: Shape) -> tuple[tuple[str, bool], ...]:
    """The columns of a statement's parameters in order, each with whether it holds JSON."""
    operation, table, names = shape
    in_json = _json_columns(table)
    return tuple((name, name in in_json) for name in (names if operation == "insert" else (*names, *_key(table))))


def _bound(value: Any, in_json: bool) -> Any:
    """A value as the driver takes it, in the form that both databases read; called for every column of every row."""
    if value is None:
        return None
    if in_json:
        return dumps(value)
    if type(value) is str:
        if "\0" in value:
            raise InvalidValue("text", "nul", "a text may not hold a NUL character")
        return value
    if type(value) is int:
        return value
    if isinstance(value, datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=1024)
def _postgresql(shapes: tuple[Shape, ...], case_columns: tuple[str, ...], new: bool) -> str:
    parts = [f"w{index} AS ({_part(shape, f'${index + 1}')})" for index, shape in enumerate(shapes)]
    first = len(shapes) + 1
    binds = {name: f"CAST(${first + i} AS {_type('cases', name)})" for i, name in enumerate(case_columns)}
    if new:
        case = f"INSERT INTO cases ({', '.join(case_columns)}) VALUES ({', '.join(binds.values())})"
    else:
        sets = ", ".join(f"{name} = {bind}" for name, bind in binds.items())
        last = first + len(binds)
        case = f"UPDATE cases SET {sets} WHERE id = ${last} AND revision = ${last + 1}"
    return f"WITH {', '.join(parts)} {case}" if parts else case


def _part(shape: Shape, bind: str) -> str:
    operation, table, columns = shape
    names = columns if operation == "insert" else (*_key(table), *columns)
    types = ", ".join(f"{name} {_type(table, name)}" for name in names)
    rows = f"jsonb_to_recordset(CAST({bind} AS jsonb)) AS r({types})"
    if operation == "insert":
        listed = ", ".join(columns)
        return f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {rows}"
    match = " AND ".join(f"t.{name} = r.{name}" for name in _key(table))
    if operation == "delete":
        return f"DELETE FROM {table} t USING {rows} WHERE {match}"
    sets = ", ".join(f"{name} = r.{name}" for name in columns)
    return f"UPDATE {table} t SET {sets} FROM {rows} WHERE {match}"


@lru_cache(maxsize=1024)
def _sqlite(shape: Shape) -> str:
    operation, table, columns = shape
    if operation == "insert":
        return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    match = " AND ".join(f"{name} = ?" for name in _key(table))
    if operation == "delete":
        return f"DELETE FROM {table} WHERE {match}"
    return f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)} WHERE {match}"


@lru_cache(maxsize=256)
def _sqlite_case(columns: tuple[str, ...], new: bool) -> str:
    if new:
        return f"INSERT INTO cases ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    return f"UPDATE cases SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ? AND revision = ?"
