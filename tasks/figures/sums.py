"""What the figures are read from: the kept sums, and with them what has changed since, so that they are of this moment.

A case that has changed after it was last added is counted on the spot: what it had added is taken away, what it is now
is added, by the same `parts` that the sums are made of. So the figures never wait for the worker; it only keeps that
rest small. All statements must see one moment: the connection comes from `Database.snapshot`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Select, and_, func, literal_column, select, union_all

from engine.calendar import Calendar
from tasks.figures import kept, parts
from tasks.figures.conditions import Asked
from tasks.figures.parts import HOUSE, MONTHLY, Measure, Part, Parts
from tasks.figures.period import Period
from tasks.models import FigureKey, FigureSum
from tasks.queries.reach import Reach

Columns = tuple[str, ...]
"""what sums are told by: process, version, unit_id, about, on, days, working"""
Rests = Mapping[Measure, list[tuple[Part, int]]]
"""parts and how many more or fewer of them there are than the sums say, by measure"""
OF_KEY = ("process", "version", "unit_id", "about")
NAMES = {"on": FigureSum.on_day, "days": FigureSum.days, "working": FigureSum.working}


class Sums:
    """The sums of the cases within reach, narrowed to what was asked."""

    def __init__(self, connection: Connection, reach: Reach, asked: Asked, calendar: Calendar) -> None:
        self.connection = connection
        self.reach = reach
        self.asked = asked
        self._rest = Rest(connection, calendar)
        barred: Parts = Counter()
        for case in parts.read(connection, reach.barred(connection), calendar):
            barred.subtract(case.own)
        self._barred = _by_measure(barred)

    def of(
        self, measure: Measure, by: Columns, since: date | None = None, until: date | None = None, first: str = ""
    ) -> Iterator[tuple[Any, ...]]:
        """How many parts of a measure there are from one day to another: what they are told by, and the number.

        `about` is told as its texts; `first` keeps to those where it begins with this text. What is of the whole house
        is neither narrowed nor kept from anybody.
        """
        found: Counter[tuple[Any, ...]] = Counter()
        for *group, n in self.connection.execute(self._statement(measure, by, since, until, first)).all():
            found[tuple(group)] += int(n)
        for part, n in self._others(measure):
            if first and part.key.about[0] != first:
                continue
            if (since is None or since <= part.on) and (until is None or part.on <= until):
                found[tuple(_told(part, name) for name in by)] += n
        if "about" not in by:
            return ((*group, n) for group, n in found.items() if n)
        at = by.index("about")
        return ((*group[:at], parts.about(group[at]), *group[at + 1 :], n) for group, n in found.items() if n)

    def _others(self, measure: Measure) -> Iterator[tuple[Part, int]]:
        """What has changed since, and what the person is barred from."""
        house = measure in HOUSE
        rest = self._rest.house if house else self._rest.own
        for found in (rest,) if house else (rest, self._barred):
            for part, n in found.get(measure, ()):
                if house or self._reached(part):
                    yield part, n

    def _reached(self, part: Part) -> bool:
        key, asked = part.key, self.asked
        return (
            (not asked.process or asked.process == key.process)
            and asked.unit_id in (None, key.unit_id)
            and asked.version in (None, key.version)
            and self.reach.has(key.unit_id, key.process)
        )

    def _statement(self, measure: Measure, by: Columns, since: date | None, until: date | None, first: str) -> Any:
        summed = _summed(measure, by, since, until)
        columns = [getattr(FigureKey, name) if name in OF_KEY else summed.c[NAMES[name].key] for name in by]
        statement: Select[*tuple[Any, ...]] = (
            select(*columns, func.sum(summed.c.n))
            .join(FigureKey, FigureKey.id == summed.c.key_id)
            .where(FigureKey.measure == _number(measure))
            .group_by(*columns)
            .having(func.sum(summed.c.n) != 0)
        )
        if first:
            statement = statement.where(FigureKey.about.startswith(parts.beginning(first), autoescape=True))
        return statement if measure in HOUSE else statement.where(self._groups())

    def _groups(self) -> Any:
        asked = self.asked
        parts = [self.reach.groups(FigureKey.unit_id, FigureKey.process)]
        if asked.process:
            parts.append(FigureKey.process == asked.process)
        if asked.unit_id is not None:
            parts.append(FigureKey.unit_id == asked.unit_id)
        if asked.version is not None:
            parts.append(FigureKey.version == asked.version)
        return and_(*parts)


class Rest:
    """What has changed since the sums were kept: what changed cases are now, less what they had added, by measure."""

    def __init__(self, connection: Connection, calendar: Calendar) -> None:
        ids = kept.changed(connection, kept.read_mark(connection).position)
        self._connection = connection
        self._cases = list(parts.read(connection, ids, calendar))
        self._added = list(kept.added(connection, ids).values())

    @cached_property
    def own(self) -> Rests:
        """What is told by unit and process."""
        return self._less((case.own for case in self._cases), house=False)

    @cached_property
    def house(self) -> Rests:
        """What is of the whole house."""
        return self._less((case.house for case in self._cases), house=True)

    def _less(self, now: Iterable[Parts], *, house: bool) -> Rests:
        found: Parts = Counter()
        for each in now:
            found.update(each)
        found.subtract(kept.unpacked(self._connection, self._added, house=house))
        return _by_measure(found)


def _by_measure(found: Parts) -> Rests:
    """Each figure looks at its own parts only: a page asks for some twenty."""
    by: defaultdict[Measure, list[tuple[Part, int]]] = defaultdict(list)
    for part, n in found.items():
        if n:
            by[part.key.measure].append((part, n))
    return by


def _summed(measure: Measure, by: Columns, since: date | None, until: date | None) -> Any:
    """The sums of these days; where days are not told, by key: what a key says is long text, to be compared seldom."""
    keyed: list[Any] = [FigureSum.key_id, *(NAMES[name] for name in by if name not in OF_KEY)]
    by_day = "on" in by  # hardly a key has two rows for one day
    told: list[Any] = [*keyed, FigureSum.n if by_day else func.sum(FigureSum.n).label("n")]
    spans: list[Select[*tuple[Any, ...]]] = []
    for span, between in _spans(measure, since, until, by_day=by_day):
        chosen = select(*told).where(FigureSum.measure == _number(measure), FigureSum.span == span, *between)
        spans.append(chosen if by_day else chosen.group_by(*keyed))
    return (union_all(*spans) if len(spans) > 1 else spans[0]).subquery()


def _number(measure: Measure) -> Any:
    return literal_column(str(int(measure)))  # not a parameter: the plan depends on it


def _told(part: Part, name: str) -> Any:
    if name == "about":
        return part.key.told
    return getattr(part.key, name) if name in OF_KEY else getattr(part, name)


def _spans(
    measure: Measure, since: date | None, until: date | None, *, by_day: bool
) -> Iterator[tuple[int, list[Any]]]:
    """Which sums cover these days: whole months where they are kept and days are not told, and the days around them."""
    months = None
    if not by_day and measure in MONTHLY and since is not None and until is not None:
        months = whole_months(Period(since, until))
    if months is None:
        yield 0, _between(since, until)
        return
    yield 1, _between(months.from_on, parts.month(months.to_on))
    if since is not None and since < months.from_on:
        yield 0, _between(since, months.from_on - timedelta(days=1))
    if until is not None and months.to_on < until:
        yield 0, _between(months.to_on + timedelta(days=1), until)


def _between(since: date | None, until: date | None) -> list[Any]:
    limits = []
    if since is not None:
        limits.append(FigureSum.on_day >= since)
    if until is not None:
        limits.append(FigureSum.on_day <= until)
    return limits


def whole_months(period: Period) -> Period | None:
    """The whole months of a period, None when it has none."""
    first = parts.month(period.from_on)
    if first < period.from_on:
        first = parts.month(first + timedelta(days=31))
    last = parts.month(period.after) - timedelta(days=1)
    return Period(first, last) if first <= last else None
