"""The board: what came in, went out, stands and is late, how long it took, and the same by process, unit and more."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tasks.figures.conditions import AGES, Asked, age_bucket
from tasks.figures.duties import Names
from tasks.figures.parts import Measure
from tasks.figures.period import Period
from tasks.figures.spread import Spread
from tasks.figures.sums import Sums

WEEKS = 13
"""How many weeks the flow over time shows: a quarter of a year, the present week the last."""
STATUTORY, MET, CLOSED = "statutory", "met", "closed"


@dataclass(slots=True)
class Line:
    """The figures of the cases that have something in common, or of all."""

    received: int = 0
    completed: int = 0
    cancelled: int = 0
    open: int = 0
    late: int = 0
    """open cases with an overdue task"""
    late_by_law: int = 0
    """those of them that are late by a deadline of law, not by a target or an agreement"""
    met: int = 0
    """the authority's deadlines of law met in the period"""
    missed: int = 0
    """the authority's deadlines of law missed in the period"""
    lead: Spread = field(default_factory=Spread)
    """calendar days from arrival to completion"""
    working: Spread = field(default_factory=Spread)
    """the same in working days"""

    @property
    def in_time(self) -> float | None:
        """The share (0 to 1) of the authority's deadlines of law that were met, of those that ended; None of none."""
        ended = self.met + self.missed
        return self.met / ended if ended else None


@dataclass(frozen=True, slots=True)
class Week:
    """What came in and went out in one week, Monday to Sunday."""

    monday: date
    received: int
    completed: int


@dataclass(slots=True)
class Rule:
    """How one deadline was kept in the period; `spread` has the calendar days from its event to its end, at least 0."""

    kind: str = STATUTORY
    met: int = 0
    missed: int = 0
    spread: Spread = field(default_factory=Spread)


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of a period beside those of the period before, and what they are made of."""

    asked: Asked
    all: Line
    before: Line
    """the period before; what stands is told of now only and is 0 there"""
    open_before: int | None
    """how many were open when the period began; None when it is over already"""
    weeks: tuple[Week, ...]
    ages: tuple[int, ...]
    """open cases by `conditions.AGES`"""
    processes: Mapping[str, Line]
    units: Mapping[int, Line]
    versions: Mapping[tuple[str, int], Line]
    outcomes: Mapping[tuple[str, int, str], int]
    """completed cases by process, version and outcome"""
    rules: Mapping[tuple[str, str], Rule]
    """by folder and name of the deadline"""


def read_board(sums: Sums, own: Names) -> Board:
    """Count the board of what was asked; `own` are the deadlines that bind the authority (duties)."""
    asked = sums.asked
    period = asked.period
    now = _Counter(sums, own)
    now.count(period)
    standing = now.stand(asked.today)
    before = _happened(sums, period.before, own)
    reaches_today = period.to_on >= asked.today
    line = now.all
    return Board(
        asked, line, before, standing - line.received + line.completed + line.cancelled if reaches_today else None,
        _weeks(sums, period), _ages(sums, asked.today), now.processes, now.units, now.versions, now.outcomes, now.rules,
    )  # fmt: skip


class _Counter:
    """Counts one period: all together, by process, by unit and by version."""

    def __init__(self, sums: Sums, own: Names) -> None:
        self.sums = sums
        self.own = own
        self.all = Line()
        self.processes: defaultdict[str, Line] = defaultdict(Line)
        self.units: defaultdict[int, Line] = defaultdict(Line)
        self.versions: defaultdict[tuple[str, int], Line] = defaultdict(Line)
        self.outcomes: Counter[tuple[str, int, str]] = Counter()
        self.rules: defaultdict[tuple[str, str], Rule] = defaultdict(Rule)

    def count(self, period: Period) -> None:
        """What came in and went out, and how deadlines were kept."""
        days = (period.from_on, period.to_on)
        for process, unit_id, n in self.sums.of(Measure.ARRIVED, ("process", "unit_id"), *days):
            for line in self._lines(process, unit_id):
                line.received += n
        by_process = ("process", "version", "about", "days", "working")
        for process, version, (status, outcome), took, working, n in self.sums.of(Measure.ENDED, by_process, *days):
            lines = (self.all, self.processes[process], self.versions[process, version])
            _end(lines, status, took, working, n)
            if status == CLOSED:
                self.outcomes[process, version, outcome] += n
        by_unit = ("unit_id", "about", "days", "working")
        for unit_id, (status, _), took, working, n in self.sums.of(Measure.ENDED, by_unit, *days):
            _end((self.units[unit_id],), status, took, working, n)
        for process, unit_id, about, n in self.sums.of(Measure.KEPT, ("process", "unit_id", "about"), *days):
            _keep(self._lines(process, unit_id), about, n, self.own)
        for (part, name, kind, state), took, n in self.sums.of(Measure.KEPT, ("about", "days"), *days):
            rule = self.rules[part, name]
            rule.kind = kind
            rule.spread.add(max(took, 0), n)  # it may end before the event that it counts from
            rule.met += n if state == MET else 0
            rule.missed += 0 if state == MET else n

    def stand(self, today: date) -> int:
        """What is open and late now; gives how many are open."""
        for process, version, unit_id, n in self.sums.of(Measure.OPEN, ("process", "version", "unit_id")):
            for line in (*self._lines(process, unit_id), self.versions[process, version]):
                line.open += n
        by, yesterday = ("process", "unit_id"), today - timedelta(days=1)
        for process, unit_id, n in self.sums.of(Measure.LATE, by, until=yesterday):
            for line in self._lines(process, unit_id):
                line.late += n
        for process, unit_id, n in self.sums.of(Measure.LATE_BY_LAW, by, until=yesterday):
            for line in self._lines(process, unit_id):
                line.late_by_law += n
        return self.all.open

    def _lines(self, process: str, unit_id: int) -> tuple[Line, ...]:
        return (self.all, self.processes[process], self.units[unit_id])


def read_line(sums: Sums, own: Names) -> Line:
    """The figures of what was asked in one line: its period, and what stands and is late now."""
    yesterday = sums.asked.today - timedelta(days=1)
    line = _happened(sums, sums.asked.period, own)
    line.open = sum(n for (n,) in sums.of(Measure.OPEN, ()))
    line.late = sum(n for (n,) in sums.of(Measure.LATE, (), until=yesterday))
    line.late_by_law = sum(n for (n,) in sums.of(Measure.LATE_BY_LAW, (), until=yesterday))
    return line


def _happened(sums: Sums, period: Period, own: Names) -> Line:
    """What came in, went out and was kept in a period, all together."""
    days, line = (period.from_on, period.to_on), Line()
    line.received = sum(n for (n,) in sums.of(Measure.ARRIVED, (), *days))
    for (status, _), took, working, n in sums.of(Measure.ENDED, ("about", "days", "working"), *days):
        _end((line,), status, took, working, n)
    for about, n in sums.of(Measure.KEPT, ("about",), *days):
        _keep((line,), about, n, own)
    return line


def _end(lines: Iterable[Line], status: str, took: int, working: int, n: int) -> None:
    for line in lines:
        if status == CLOSED:
            line.completed += n
            line.lead.add(took, n)
            line.working.add(working, n)
        else:
            line.cancelled += n


def _keep(lines: Iterable[Line], about: tuple[str, ...], n: int, own: Names) -> None:
    part, name, kind, state = about
    if kind == STATUTORY and (part, name) in own:
        for line in lines:
            line.met += n if state == MET else 0
            line.missed += 0 if state == MET else n


def _ages(sums: Sums, today: date) -> tuple[int, ...]:
    ages = [0] * (len(AGES) + 1)
    for arrived_on, n in sums.of(Measure.OPEN, ("on",)):
        ages[age_bucket(arrived_on, today)] += n
    return tuple(ages)


def mondays(period: Period) -> list[date]:
    """The Mondays of the weeks that pictures over time show: the last is that of the period's last day."""
    last = period.to_on - timedelta(days=period.to_on.weekday())
    return [last - timedelta(weeks=number) for number in reversed(range(WEEKS))]


def _weeks(sums: Sums, period: Period) -> tuple[Week, ...]:
    came: Counter[date] = Counter()
    went: Counter[date] = Counter()
    weeks = mondays(period)
    for on, n in sums.of(Measure.ARRIVED, ("on",), weeks[0], period.to_on):
        came[on - timedelta(days=on.weekday())] += n
    for on, n in sums.of(Measure.ENDED, ("on",), weeks[0], period.to_on, first=CLOSED):
        went[on - timedelta(days=on.weekday())] += n
    return tuple(Week(monday, came[monday], went[monday]) for monday in weeks)
