"""The database: one engine, transactions that lock first, and an error for when it is away.

SQLite runs in WAL with full synchronisation and `BEGIN IMMEDIATE`, PostgreSQL with psycopg 3 at READ COMMITTED, where
commands lock the case row. An in-memory SQLite database has one connection, so its transactions wait for each other.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import orjson
from psycopg.errors import UndefinedTable
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from tasks.errors import DatabaseAway, InvalidValue, NoSchema, UnusableDatabase


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):  # not repeated: a URL may hold a password
        raise UnusableDatabase("the database URL cannot be read, expected sqlite:///path or postgresql://…") from None


class _Reported:
    """Tells a database's errors as ours; holds nothing of one transaction, so that one serves them all."""

    def __init__(self, url: URL) -> None:
        self._name = url.render_as_string(hide_password=True)

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (OperationalError, InterfaceError, sqlite3.OperationalError)):
            said = getattr(error, "orig", error)
            if "no such table" in str(said):
                raise self._bare() from error
            raise DatabaseAway(f"the database {self._name} does not answer: {said}") from error
        if isinstance(error, DataError):
            raise InvalidValue("value", "unusable", "the database cannot hold such a value") from error
        if isinstance(error, OverflowError) and "SQLite" in str(error):
            raise InvalidValue("value", "unusable", "a number is larger than a database can hold") from error
        if isinstance(error, DBAPIError):
            if error.connection_invalidated:
                raise DatabaseAway(f"the connection to the database broke: {error.orig}") from error
            if isinstance(error.orig, UndefinedTable):
                raise self._bare() from error

    def _bare(self) -> NoSchema:
        return NoSchema(f"the database {self._name} has no tables, or too old ones: run asiavirta db upgrade")


class Database:
    """One database by its URL (`sqlite:///path`, `sqlite://` in memory, `postgresql://…`).

    `durable=False` lets SQLite not wait for the disk: only for a file that is thrown away when its making fails.
    """

    def __init__(self, url: str, *, pool_size: int = 5, durable: bool = True) -> None:
        parsed = _parsed(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise UnusableDatabase(f"{parsed.drivername} is not supported, expected sqlite or postgresql")
        self.url = parsed
        self.dialect: str = parsed.get_backend_name()
        self._memory = self.dialect == "sqlite" and parsed.database in (None, "", ":memory:")
        self._one_at_a_time = threading.RLock() if self._memory else nullcontext()
        self._reported = _Reported(parsed)
        self._durable = durable
        self._most_kept = 0 if self._memory else pool_size
        self._kept: list[Connection] = []
        self._parents: list[Connection] = []
        self.engine: Engine = self._sqlite() if self.dialect == "sqlite" else self._postgresql(pool_size)

    def _sqlite(self) -> Engine:
        memory: dict[str, Any] = {"poolclass": StaticPool} if self._memory else {"poolclass": QueuePool, "pool_size": 5}
        engine = create_engine(
            self.url,
            connect_args={"check_same_thread": False, "timeout": 30},
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            hide_parameters=True,  # the data of a failed statement never reaches a log
            **memory,
        )
        event.listen(engine, "connect", _prepare_durable if self._durable else _prepare_hasty)
        return engine

    def _postgresql(self, pool_size: int) -> Engine:
        return create_engine(
            self.url,
            connect_args={"options": "-c timezone=UTC", "prepare_threshold": 1, "connect_timeout": 5},
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            hide_parameters=True,
            pool_size=pool_size,
            max_overflow=10,
        )

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One write transaction: committed at the end, rolled back by any exception; raises DatabaseAway."""
        with self._one_at_a_time, self._reported:
            connection = self._take()
            try:
                self._begin(connection, "BEGIN IMMEDIATE")
                with connection.begin():
                    yield connection
            except BaseException as error:
                self._give_up(connection, error)
                raise
            self._keep(connection)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One reading transaction; nothing it does is kept; raises DatabaseAway."""
        with self._one_at_a_time, self._reported:
            connection = self._take()
            try:
                self._begin(connection, "BEGIN")
                yield connection
                _end(connection)
            except BaseException as error:
                self._give_up(connection, error)
                raise
            self._keep(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One reading transaction whose every statement sees the same moment, however long it lasts; DatabaseAway."""
        with self._one_at_a_time, self._reported, self.engine.connect() as connection:
            if self.dialect == "postgresql":  # SQLite's WAL gives a reader one moment anyway
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            self._begin(connection, "BEGIN")
            yield connection

    def _begin(self, connection: Connection, statement: str) -> None:
        """Begin on SQLite, where SQLAlchemy leaves it to the driver and the driver to us; an event would cost more."""
        if self.dialect == "sqlite":
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute(statement)

    def _take(self) -> Connection:
        """A connection that an earlier transaction left, else one of the pool.

        Fetching one from the pool, wrapping it, and giving it back cost about as much as a statement.
        """
        try:
            return self._kept.pop()
        except IndexError:
            return self.engine.connect()

    def _keep(self, connection: Connection) -> None:
        if len(self._kept) < self._most_kept:
            self._kept.append(connection)
        else:
            connection.close()

    def _give_up(self, connection: Connection, error: BaseException) -> None:
        """Close a connection whose transaction failed; where the database failed, those that wait may be broken too."""
        connection.close()
        if isinstance(error, (DBAPIError, sqlite3.Error)):
            self._let_go()

    def _let_go(self) -> None:
        """Close what is kept, without a word to a database that may be away."""
        while self._kept:
            connection = self._kept.pop()
            connection.invalidate()
            connection.close()

    def leave_to_parent(self) -> None:
        """In a process that was forked: use none of the connections, which are the parent's, and close none."""
        self._parents, self._kept = self._kept, []  # held, as letting go of one would end its transaction
        self.engine.dispose(close=False)

    def dispose(self) -> None:
        """Close every connection."""
        self._let_go()
        self.engine.dispose()


def _end(connection: Connection) -> None:
    """Roll back, also what the driver was told past SQLAlchemy (tasks.driver)."""
    if connection.in_transaction():
        connection.rollback()
    else:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.rollback()


def _prepare_durable(connection: Any, _record: Any) -> None:
    _prepare(connection, "FULL")


def _prepare_hasty(connection: Any, _record: Any) -> None:
    _prepare(connection, "OFF")


def _prepare(connection: Any, synchronous: str) -> None:
    connection.isolation_level = None  # transactions are begun by the Database, not by the driver
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
