"""Many cases from one: rows copied inside the database by INSERT … SELECT, with new case ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, Table, text

from tasks.models import Base

ALL = tuple(
    table.name
    for table in Base.metadata.sorted_tables
    if "case_id" in table.columns and "number" in table.columns and table.name != "cases"
)
"""The tables whose rows belong to a case and are numbered within it."""
SERIES = "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < :count)"


def multiply(
    connection: Connection, source: int, first: int, count: int, *, tables: Collection[str] = ALL,
    replaced: Mapping[str, Mapping[str, str]] | None = None,
) -> range:  # fmt: skip
    """Copy a case `count` times, to the ids from `first` on; `replaced` gives SQL (of g.n) for columns by table."""
    changed = replaced or {}
    values = {"source": source, "first": first, "count": count}
    number = "c.number || '/' || CAST(:first + g.n AS text)"
    own = {"id": ":first + g.n - 1", "number": number, "idempotency_key": "NULL"} | dict(changed.get("cases", {}))
    _copy(connection, Base.metadata.tables["cases"], "id", own, values)
    for name in tables:
        given = {"case_id": ":first + g.n - 1"} | dict(changed.get(name, {}))
        _copy(connection, Base.metadata.tables[name], "case_id", given, values)
    return range(first, first + count)


def _copy(connection: Connection, table: Table, key: str, given: Mapping[str, str], values: Mapping[str, int]) -> None:
    names = [column.name for column in table.columns if column.server_default is None]
    chosen = ", ".join(given.get(name, f"c.{name}") for name in names)
    connection.execute(
        text(
            f"INSERT INTO {table.name} ({', '.join(names)}) {SERIES}"
            f" SELECT {chosen} FROM {table.name} c, g WHERE c.{key} = :source"
        ),
        values,
    )


def settle(connection: Connection) -> None:
    """Let the planner know what is there now."""
    connection.execute(text("ANALYZE"))
