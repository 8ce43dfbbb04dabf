"""Rows of a select as frozen dataclasses: the names of the fields are the names of the columns."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, select

Row = TypeVar("Row")


def columns(shape: type[Any], table: Any, **others: Any) -> Select[Any]:
    """A select of the fields of `shape`: columns of the table by name, the others as given."""
    chosen = [
        others[field.name].label(field.name) if field.name in others else getattr(table, field.name)
        for field in fields(shape)
    ]
    return select(*chosen).select_from(table)


def every(shape: type[Row], connection: Connection, statement: Select[Any]) -> tuple[Row, ...]:
    """All rows of the statement."""
    return tuple(shape(**row._mapping) for row in connection.execute(statement))


def first(shape: type[Row], connection: Connection, statement: Select[Any]) -> Row | None:
    """The only row of the statement, or None."""
    row = connection.execute(statement).one_or_none()
    return shape(**row._mapping) if row else None
