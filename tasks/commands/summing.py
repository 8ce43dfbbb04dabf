"""Keeping the sums: a case that has changed takes away what it had added and adds what it is now.

One transaction does a batch of cases: their parts, the sums and the mark together, so that a stop at any moment leaves
the sums of what `figure_cases` says, and nothing is added twice or lost. A case whose revision stands there is in the
sums as it is; every command makes the revision grow. The position only tells where to look for changes without looking
at all cases; once a day all are compared, so that a change without an event is found as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from engine.calendar import Calendar
from tasks.db import Database
from tasks.figures import kept, parts
from tasks.figures.kept import Mark, Packed
from tasks.figures.parts import MONTHLY, Key, Parts
from tasks.models import FigureCase, FigureKey, FigureMark, FigureSum
from tasks.moments import day
from tasks.published import published

BATCH = 2000
"""cases in one transaction"""
SUMS = ("measure", "span", "on_day", "key_id", "days", "working", "n")
TYPES = ("smallint", "smallint", "date", "bigint", "integer", "integer", "integer")
SumKey = tuple[int, int, date, int, int, int]


def add_up(database: Database, now: datetime, batch: int = BATCH) -> int:
    """Bring the sums up to date; gives how many cases were added anew. Nothing is done when somebody else is at it."""
    calendar = _calendar(database)
    total, more = 0, True
    while more:
        with database.transaction() as connection:
            mark = kept.hold_mark(connection)
            if mark is None:
                break
            done, more = _batch(connection, mark, calendar, day(now), batch)
        total += done
    return total


def rebuild(database: Database, now: datetime) -> int:
    """Make all sums anew in one transaction; gives of how many cases."""
    calendar = _calendar(database)
    with database.transaction() as connection:
        kept.hold_mark(connection, wait=True)
        for table in (FigureSum, FigureCase):  # not the keys: each would be looked for in all sums
            connection.execute(delete(table))
        total, more = 0, True
        while more:
            done, more = _batch(connection, Mark(None, None, None, None), calendar, day(now), BATCH)
            total += done
        return total


def _calendar(database: Database) -> Calendar:
    with database.read() as connection:
        return published(database).refresh(connection).law.calendar


def _batch(connection: Connection, mark: Mark, calendar: Calendar, today: date, batch: int) -> tuple[int, bool]:
    """Add one batch; gives how many cases were in it and whether there may be more."""
    until = kept.position(connection)
    closed = ",".join(sorted(extra.on.isoformat() for extra in calendar.extra))
    if mark.calendar not in (None, closed):
        mark = Mark(mark.position, mark.compared_on, closed, 0)
    if mark.recount_from is not None:
        return _recount(connection, calendar, mark, batch)
    since = mark.position if mark.compared_on == today else None
    ids = kept.changed(connection, since, batch)
    _replace(connection, ids, calendar)
    if len(ids) == batch:
        return batch, True
    connection.execute(update(FigureMark).values(position=until, compared_on=today, calendar=closed, recount_from=None))
    return len(ids), False


def _recount(connection: Connection, calendar: Calendar, mark: Mark, batch: int) -> tuple[int, bool]:
    """The next cases are counted anew because working days are others now."""
    above = select(FigureCase.case_id).where(FigureCase.case_id > mark.recount_from)
    ids = list(connection.execute(above.order_by(FigureCase.case_id).limit(batch)).scalars())
    _replace(connection, ids, calendar)
    goes_on = ids[-1] if len(ids) == batch else None
    connection.execute(update(FigureMark).values(calendar=mark.calendar, recount_from=goes_on))
    return len(ids), True


def _replace(connection: Connection, ids: list[int], calendar: Calendar) -> None:
    """Take away what these cases have added, and add what they are now."""
    if not ids:
        return
    before = kept.added(connection, ids)
    names = _Names(connection)
    change: Counter[tuple[int, int, int, int]] = Counter()
    rows = []
    for case in parts.read(connection, ids, calendar):
        packed = names.pack(case.parts)
        rows.append({"case_id": case.id, "revision": case.revision, "parts": kept.pack(packed)})
        change.update(packed)
        change.subtract(before.get(case.id, {}))
    names.write()
    _change_sums(connection, names, {key: n for key, n in change.items() if n})
    connection.execute(delete(FigureCase).where(FigureCase.case_id.in_(ids)))
    connection.execute(insert(FigureCase), rows)


class _Names:
    """The ids of keys; those that are new get one, and are written at once before the sums that need them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.ids = kept.every_key(connection)
        self.monthly = {id for key, id in self.ids.items() if key.measure in MONTHLY}
        self.measures = {id: key.measure for key, id in self.ids.items()}
        self.next = (connection.execute(select(func.max(FigureKey.id))).scalar() or 0) + 1
        self.new: list[dict[str, Any]] = []

    def pack(self, found: Parts) -> Packed:
        """The parts of a case with the ids of their keys."""
        return {
            (self._id(part.key), part.on.toordinal(), part.days, part.working): n for part, n in found.items()
        }  # fmt: skip

    def _id(self, key: Key) -> int:
        id = self.ids.get(key)
        if id is None:
            id = self.ids[key] = self.next
            self.next += 1
            self.measures[id] = key.measure
            self.new.append(
                {"id": id, "measure": int(key.measure), "process": key.process, "version": key.version,
                 "unit_id": key.unit_id, "about": key.told}
            )  # fmt: skip
        return id

    def write(self) -> None:
        """Write the new ones."""
        if self.new:
            self.connection.execute(insert(FigureKey), self.new)


def _change_sums(connection: Connection, names: _Names, change: Packed) -> None:
    sums: Counter[SumKey] = Counter()
    for (key, ordinal, days, working), n in change.items():
        measure, on = names.measures[key], date.fromordinal(ordinal)
        sums[int(measure), 0, on, key, days, working] += n
        if measure in MONTHLY:
            sums[int(measure), 1, parts.month(on), key, days, working] += n
    rows = sorted((key, n) for key, n in sums.items() if n)
    _send(connection, _ADD, ((*key, n) for key, n in rows))
    _send(connection, _CLEAR, ((*key, 0) for key, n in rows if n < 0))


_MATCH = " AND ".join(f"figure_sums.{name} = r.{name}" for name in SUMS[:-1])
_GIVEN = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in zip(SUMS, TYPES, strict=True))
_ADDING = f"({', '.join(SUMS[:-1])}) DO UPDATE SET n = figure_sums.n + excluded.n"
_ADD = {
    "postgresql": f"INSERT INTO figure_sums ({', '.join(SUMS)}) SELECT * FROM unnest({_GIVEN}) ON CONFLICT {_ADDING}",
    "sqlite": f"INSERT INTO figure_sums ({', '.join(SUMS)}) VALUES ({', '.join(f':{name}' for name in SUMS)})"
              f" ON CONFLICT {_ADDING}",
}  # fmt: skip
_CLEAR = {
    "postgresql": f"DELETE FROM figure_sums USING unnest({_GIVEN}) AS r({', '.join(SUMS)})"
                  f" WHERE {_MATCH} AND figure_sums.n = 0",
    "sqlite": f"DELETE FROM figure_sums WHERE {' AND '.join(f'{name} = :{name}' for name in SUMS)}",
}  # fmt: skip
AT_ONCE = 20_000


def _send(connection: Connection, sql: Mapping[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Many rows: as arrays on PostgreSQL, one by one on SQLite, where a statement costs no round trip."""
    dialect = connection.dialect.name
    for some in _cut(rows):
        if dialect == "postgresql":
            columns = zip(*some, strict=True)
            connection.execute(text(sql[dialect]), dict(zip(SUMS, map(list, columns), strict=True)))
        else:
            values = [(row[0], row[1], row[2].isoformat(), *row[3:]) for row in some]
            connection.execute(text(sql[dialect]), [dict(zip(SUMS, row, strict=True)) for row in values])


def _cut(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield some
