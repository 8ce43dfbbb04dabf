"""The sums and the mark as the database keeps them: reading what cases have added, and which cases have changed."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, TextClause, bindparam, column, or_, select, text

from tasks.figures import parts
from tasks.figures.parts import HOUSE, Key, Measure, Part, Parts
from tasks.models import Case, FigureCase, FigureKey, FigureMark

Packed = Mapping[tuple[int, int, int, int], int]
"""(key, ordinal of the day, days, working days) -> how many"""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the sums reach (models.figure.FigureMark)."""

    position: int | None
    compared_on: date | None
    calendar: str | None
    recount_from: int | None


def read_mark(connection: Connection) -> Mark:
    """The mark."""
    return Mark(*connection.execute(_MARK).one())


def hold_mark(connection: Connection, *, wait: bool = False) -> Mark | None:
    """The mark, held until the end of the transaction; None when somebody else holds it and one does not wait."""
    # SQLite's transactions that write stand in line anyway
    row = connection.execute(_MARK.with_for_update(skip_locked=not wait)).first()
    return None if row is None else Mark(*row)


_MARK = select(FigureMark.position, FigureMark.compared_on, FigureMark.calendar, FigureMark.recount_from)


_POSITION = {
    "postgresql": "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)",
    "sqlite": "SELECT coalesce(max(rowid), 0) + 1 FROM events",
}
_SINCE = {
    # below the first number not given yet: what another server wrote may have a larger one
    "postgresql": "recorded_in >= :since"
                  " AND recorded_in < CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)",
    "sqlite": "rowid >= :since",
}  # fmt: skip


def position(connection: Connection) -> int:
    """A place in the order of events: what is written from now on, and what is not committed yet, lies at or after it.

    On PostgreSQL it is the oldest transaction that still runs, and each event knows the transaction that wrote it: a
    transaction that commits late is not passed over, as it would be by a number or a clock. SQLite writes one
    transaction at a time, so the number of the row will do.
    """
    return int(connection.execute(text(_POSITION[connection.dialect.name])).scalar_one())


def changed(connection: Connection, since: int | None, most: int | None = None) -> list[int]:
    """The cases that have changed since they were last added, in the order of their ids.

    Those with an event at or after a position are looked at; without one, or with one that this database has not
    reached (it came from another server), every case is.
    """
    statement: Select[*tuple[Any, ...]] = (
        select(Case.id)
        .outerjoin(FigureCase, FigureCase.case_id == Case.id)
        .where(or_(FigureCase.revision.is_(None), FigureCase.revision != Case.revision))
        .order_by(Case.id)
        .limit(most)
    )
    if since is not None and since <= position(connection):
        statement = statement.where(Case.id.in_(_with_events(connection.dialect.name, since)))
    return [id for (id,) in connection.execute(statement)]


@lru_cache(maxsize=2)
def _since(dialect: str) -> TextClause:
    return text(f"SELECT DISTINCT case_id FROM events WHERE {_SINCE[dialect]}")


def _with_events(dialect: str, since: int) -> Any:
    return _since(dialect).bindparams(since=since).columns(column("case_id", BigInteger))


def added(connection: Connection, case_ids: Sequence[int]) -> dict[int, Packed]:
    """What these cases have added."""
    statement = select(FigureCase.case_id, FigureCase.parts).where(FigureCase.case_id.in_(case_ids))
    return {id: unpack(packed) for id, packed in connection.execute(statement)} if case_ids else {}


def pack(found: Packed) -> bytes:
    """As a row of `figure_cases` holds it."""
    return zlib.compress(json.dumps([[*key, n] for key, n in sorted(found.items())], separators=(",", ":")).encode())


def unpack(packed: bytes) -> Packed:
    """What `pack` wrote."""
    return {(key, on, days, working): n for key, on, days, working, n in json.loads(zlib.decompress(packed))}


def keys(connection: Connection, ids: Iterable[int], *, house: bool) -> dict[int, Key]:
    """The keys with these ids: those of the whole house, or the others."""
    wanted = sorted(set(ids))
    rows = connection.execute(_SOME_KEYS[house], {"ids": wanted}).all() if wanted else ()
    return {row.id: _key(row) for row in rows}


def every_key(connection: Connection) -> dict[Key, int]:
    """The ids of all keys."""
    return {_key(row): row.id for row in connection.execute(_KEYS)}


_KEYS = select(
    FigureKey.id, FigureKey.measure, FigureKey.process, FigureKey.version, FigureKey.unit_id, FigureKey.about
).where(FigureKey.measure.in_([int(measure) for measure in Measure]))  # some are left of measures taken no more

# the numbers stand in the statement: as parameters, thousands of them take longer to bind than to find
_WANTED = FigureKey.id.in_(bindparam("ids", expanding=True, literal_execute=True))
_SOME_KEYS = {
    True: _KEYS.where(_WANTED, FigureKey.measure.in_(sorted(HOUSE))),
    False: _KEYS.where(_WANTED, FigureKey.measure.not_in(sorted(HOUSE))),
}


def _key(row: Any) -> Key:
    return Key(Measure(row.measure), row.process, row.version, row.unit_id, parts.about(row.about))


def unpacked(connection: Connection, found: Iterable[Packed], *, house: bool) -> Parts:
    """What some cases have added, all together: what is of the whole house, or the rest of it."""
    total: Counter[tuple[int, int, int, int]] = Counter()
    for packed in found:
        total.update(packed)
    names = keys(connection, (key for key, *_ in total), house=house)
    return Counter(
        {
            Part(names[key], date.fromordinal(on), days, working): n
            for (key, on, days, working), n in total.items() if key in names
        }
    )  # fmt: skip
