"""A command's statements, sent through the driver's own cursor inside SQLAlchemy's transaction.

SQLAlchemy keeps the connection, the pool and the transaction; compiling, adapting and wrapping each statement and its
result cost more than the statements themselves. Parameters are numbered: $1 on PostgreSQL, ?1 (or ?) on SQLite.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def execute(connection: Connection, sql: str, parameters: Sequence[Any]) -> Any:
    """Execute one statement and give the driver's cursor; errors are SQLAlchemy's, as from any other statement."""
    driver = connection.connection.driver_connection
    assert driver is not None
    base: type[Exception] = sqlite3.Error
    try:
        if isinstance(driver, sqlite3.Connection):
            return driver.execute(sql, parameters)
        base = psycopg.Error
        return psycopg.RawCursor(driver).execute(sql, parameters)
    except (sqlite3.Error, psycopg.Error) as error:
        if getattr(driver, "closed", False):
            connection.invalidate(error)
        raise _told(connection, sql, error, base) from error


def execute_many(connection: Connection, writes: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> None:
    """Execute each statement for its many rows: SQLite only, where a statement costs no round trip."""
    driver: Any = connection.connection.driver_connection
    sql = ""
    try:
        for sql, rows in writes:
            driver.executemany(sql, rows)
    except sqlite3.Error as error:
        raise _told(connection, sql, error, sqlite3.Error) from error


def _told(connection: Connection, sql: str, error: Exception, base: type[Exception]) -> BaseException:
    """The error as SQLAlchemy tells it; without the parameters, which are people's data."""
    return DBAPIError.instance(sql, None, error, base, hide_parameters=True, dialect=connection.dialect)
