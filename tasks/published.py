"""Published versions out of the database: bundles, definitions, forms and the law in force, read once and kept.

A version never changes, so what was read stays right; a newer one, and the retirement of one, is noticed by a number
that every locking statement reads along (casefile.NEWEST).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from engine import bundle as bundles
from engine import definition as definitions
from engine.bundle import Bundle
from engine.definition import Definition
from engine.law import LAW, Edition, Law
from forms.codes import Codes
from forms.form import Form
from tasks.casefile import NEWEST
from tasks.db import Database
from tasks.errors import DatabaseAway, NotFound, NotPublished
from tasks.formlogic import compile_form
from tasks.moments import read_day

_CONTENT: dict[str, Bundle] = {}
"""Parsed bundles by content hash, shared by all databases of the process."""


@dataclass(frozen=True, slots=True)
class Edited:
    """One published version: its number, first day, content hash, the part versions it calls, and who made it."""

    id: int
    process: str
    number: int
    kind: str
    from_on: date
    hash: str
    parts: Mapping[str, int]
    author: str = ""
    approver: str = ""
    retired: bool = False
    """whether no new case takes it any more"""

    @property
    def label(self) -> str:
        """As traces and documents name it: pay_subsidy@3."""
        return f"{self.process}@{self.number}"


class Published:
    """The versions of one database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = -1
        self._rows: tuple[Edited, ...] = ()
        self._by_key: dict[tuple[str, int], Edited] = {}
        self._law: Law | None = None
        self._definitions: dict[tuple[str, int], Definition] = {}
        self._forms: dict[tuple[str, int, str], Form | None] = {}

    def refresh(self, connection: Connection, newest: int | None = None) -> Published:
        """Read the list of versions when it is not the one known (`newest`: casefile.NEWEST, if known)."""
        if newest is None:
            newest = connection.execute(_NEWEST).scalar_one() or 0
        if newest > self._newest:
            with self._lock:
                if newest > self._newest:
                    self._load(connection, newest)
        return self

    def _load(self, connection: Connection, newest: int) -> None:
        rows = tuple(
            Edited(
                row.id,
                row.process,
                row.number,
                row.kind,
                read_day(row.from_on) or date.min,
                row.hash,
                _json(row.parts),
                row.author,
                row.approver,
                row.retired is not None,
            )
            for row in connection.execute(_ROWS)
        )
        for row in rows:
            if row.hash not in _CONTENT:
                content = connection.execute(_ZIP, {"id": row.id}).scalar_one()
                # it was checked when it was published; what newer rules find in it stops nothing that runs
                _CONTENT[row.hash] = bundles.inspect(bytes(content))
        self._rows = rows
        self._by_key = {(row.process, row.number): row for row in rows}
        self._law = Law.of(Edition(row.label, _CONTENT[row.hash]) for row in rows)
        self._forms = {}  # code lists come from the newest law
        self._newest = newest

    @property
    def rows(self) -> tuple[Edited, ...]:
        """Every version, oldest first."""
        return self._rows

    @property
    def law(self) -> Law:
        """The dated rows of all versions."""
        return self._law or Law({})

    def row(self, process: str, number: int) -> Edited:
        """One version; NotFound."""
        found = self._by_key.get((process, number))
        if found is None:
            raise NotFound("version", f"{process}@{number}")
        return found

    def bundle(self, process: str, number: int) -> Bundle:
        """The content of a version."""
        return _CONTENT[self.row(process, number).hash]

    def newest(self, process: str) -> Edited | None:
        """The version published last, whatever its first day."""
        return next((row for row in reversed(self._rows) if row.process == process), None)

    @property
    def areas(self) -> dict[str, str]:
        """The process area of each published process, as its newest version has it."""
        return {row.process: _CONTENT[row.hash].manifest.area for row in self._rows}

    def in_force(self, process: str, on: date) -> Edited:
        """The version that a case of a day takes: the newest whose first day is not after it; NotPublished.

        A retired version takes none.
        """
        found = self.taking(process, on)
        if found is None:
            raise NotPublished(process, on)
        return found

    def taking(self, process: str, on: date) -> Edited | None:
        """The version in force on a day, or None."""
        rows = [row for row in self._rows if row.process == process and row.from_on <= on and not row.retired]
        return max(rows, key=lambda row: (row.from_on, row.number), default=None)

    def latest(self, process: str) -> Edited | None:
        """The version published last that is not retired: what the next one builds on."""
        return next((row for row in reversed(self._rows) if row.process == process and not row.retired), None)

    def number_of(self, process: str, number: int, part: str) -> int:
        """The version of a folder inside a case pinned to (process, number): its own, or the resolved part's."""
        return number if part == process else self.row(process, number).parts[part]

    def definition(self, process: str, number: int) -> Definition:
        """The runnable definition of a version with its parts."""
        key = (process, number)
        if key not in self._definitions:
            row = self.row(process, number)
            parts = {part: self.bundle(part, version) for part, version in row.parts.items()}
            self._definitions[key] = definitions.build(self.bundle(process, number), parts, published=True)
        return self._definitions[key]

    def form(self, process: str, number: int, name: str) -> Form | None:
        """The form `forms/<name>.json` of a version, or None when it has none."""
        key = (process, number, name)
        if key not in self._forms:
            bundle = self.bundle(process, number)
            definition = bundle.forms.get(name)
            file = f"{process}/forms/{name}.json"
            self._forms[key] = (
                None
                if definition is None
                else Form.load(definition, file=file, compile=compile_form, codes=codes(bundle, self.law.newest(LAW)))
            )
        return self._forms[key]


def codes(bundle: Bundle, law: Bundle | None) -> dict[str, Codes]:
    """The code lists that forms of a bundle may use: the national ones, then its own."""
    found: dict[str, Codes] = {}
    for source in (law, bundle):
        for name, table in (source.codes if source else {}).items():
            found[name] = Codes.read(table, name=name, file=f"codes/{name}.toml")
    return found


_NEWEST = text(f"SELECT {NEWEST}")
_ROWS = text(
    "SELECT v.id, v.process, v.number, v.kind, v.from_on, v.hash, v.parts, v.author, v.approver, r.at AS retired"
    " FROM versions v LEFT JOIN retirements r ON r.process = v.process AND r.number = v.number ORDER BY v.id"
)
_ZIP = text("SELECT content FROM versions WHERE id = :id")
_OF: WeakKeyDictionary[Database, Published] = WeakKeyDictionary()


def published(database: Database) -> Published:
    """The versions of a database, kept as long as the Database lives; call `refresh` with a connection before use."""
    found = _OF.get(database)
    return _OF.setdefault(database, Published()) if found is None else found


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, (str, bytes)) else value


def read_ahead(database: Database) -> None:
    """Read the versions before they are asked for; a database that is not there yet is read when they are."""
    with suppress(DatabaseAway, SQLAlchemyError), database.read() as connection:
        published(database).refresh(connection)
