"""The event log for those who study the flow elsewhere: CSV, XES and OCEL, written from rows as they are read.

`kinds` says which events leave and as what, `extent` which cases, `keys` by what names, `log` reads them a few cases
at a time, and `csv`, `xes` and `ocel` write one format each. Answers, letters, names and anything that somebody typed
are never read (docs/decisions/0028).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import select

from tasks.db import Database
from tasks.exporting import csv, ocel, xes
from tasks.exporting.extent import Extent
from tasks.exporting.keys import Keys, Plain, Pseudonyms
from tasks.exporting.log import EventLog, Names
from tasks.models import User

FORMATS: Mapping[str, Callable[[EventLog], Iterator[str]]] = {"csv": csv.write, "xes": xes.write, "ocel": ocel.write}
SUFFIXES = {"csv": ".csv", "xes": ".xes", "ocel": ".json"}
MEDIA_TYPES = {"csv": "text/csv", "xes": "application/xml", "ocel": "application/json"}


def write(
    database: Database, extent: Extent, format: str, names: Names,
    heard: Callable[[int, int], None] = lambda cases, events: None, keys: Keys | None = None,
) -> Iterator[str]:  # fmt: skip
    """The file in pieces, read as the database was when the first piece is taken.

    `extent` comes from `record_export`, `heard` is told how many cases and events are written.
    """
    with database.snapshot() as connection:
        if keys is None:
            users = connection.execute(select(User.id, User.name)) if extent.plain else ()
            keys = Plain({row.id: row.name for row in users}) if extent.plain else Pseudonyms()
        yield from FORMATS[format](EventLog(connection, extent, keys, names, heard))
