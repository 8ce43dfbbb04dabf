"""What a supervisor asks the board: who may ask, what is within reach, and the filter in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import g, request

from tasks import access
from tasks.access import Rights, Verdict
from tasks.figures import period
from tasks.figures.conditions import Asked
from tasks.figures.period import LONGEST, Period
from tasks.figures.sums import Sums
from tasks.queries import reach
from tasks.queries.reach import Reach
from web import current, formats, sight, words
from web.i18n import pick, t

ROLE = "supervisor"
OWN = "own"
"""The period between two days that are given."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question to the board, as it was asked and as it was understood."""

    asked: Asked
    name: str
    """the period's name, `OWN` for two days"""
    typed: Mapping[str, str]
    """the two days as they were typed"""
    wrong: Mapping[str, str]
    """what is wrong with them, by field"""
    units: tuple[tuple[str, str], ...]
    processes: tuple[tuple[str, str], ...]
    opened: bool = False
    """whether everything that can be folded is to be open, as for paper"""

    @property
    def names(self) -> tuple[str, ...]:
        """The periods that can be asked for."""
        return (*period.NAMED, OWN)

    @property
    def query(self) -> dict[str, Any]:
        """The question as it stands in an address, without what does not limit."""
        if self.name == OWN:
            return _between_days(self.asked.period) | self._limits
        return ({} if self.name == period.NAMED[0] else {"period": self.name}) | self._limits

    @property
    def query_before(self) -> dict[str, Any]:
        """The same question to the period before."""
        return _between_days(self.asked.period.before) | self._limits

    @property
    def _limits(self) -> dict[str, Any]:
        limits = {"process": self.asked.process, "unit": self.asked.unit_id, "version": self.asked.version}
        return {name: value for name, value in limits.items() if value}


def _between_days(chosen: Period) -> dict[str, Any]:
    return {"period": OWN, "from": formats.day(chosen.from_on), "to": formats.day(chosen.to_on)}


def supervisor() -> Rights:
    """The rights that the person has as a supervisor, and only those, read once per request; Forbidden of none."""
    if "supervisor" not in g:
        who = sight.rights()
        access.hold_role(who, ROLE).require()
        g.supervisor = who._replace(roles=tuple(role for role in who.roles if role.role == ROLE))
    found: Rights = g.supervisor
    return found


def ground() -> Verdict:
    """On what ground a supervisor sees lists of cases, for the record of views."""
    return access.hold_role(supervisor(), ROLE)


def supervised() -> Reach:
    """Which cases the person supervises."""
    return reach.of(supervisor(), sight.published().areas)


@contextmanager
def sums(asked: Asked) -> Iterator[Sums]:
    """The sums behind the figures, as one moment has them."""
    calendar = sight.published().law.calendar
    with current.database().snapshot() as connection:
        yield Sums(connection, supervised(), asked, calendar)


def read() -> Asking:
    """The question in the address; what is unknown does not limit, days that cannot be read are told."""
    today = current.today()
    name = request.args.get("period", period.NAMED[0])
    typed = {field: request.args.get(field, "").strip() for field in ("from", "to")}
    wrong: dict[str, str] = {}
    if name == OWN:
        chosen = _between(typed, wrong) or period.named(period.NAMED[0], today)
    else:
        name = name if name in period.NAMED else period.NAMED[0]
        chosen = period.named(name, today)
    own, processes = units(), _processes()
    unit, process = request.args.get("unit", ""), request.args.get("process", "")
    asked = Asked(
        chosen, today, process if process in dict(processes) else "", int(unit) if unit in dict(own) else None,
        request.args.get("version", type=int),
    )  # fmt: skip
    return Asking(asked, name, typed, wrong, own, processes, request.args.get("open") == "all")


def _between(typed: Mapping[str, str], wrong: dict[str, str]) -> Period | None:
    days = {field: formats.read_day(text) for field, text in typed.items()}
    for field, on in days.items():
        if on is None:
            wrong[field] = t("board.wrong_day", text=typed[field])
    first, last = days["from"], days["to"]
    if first is None or last is None:
        return None
    if last < first:
        wrong["to"] = t("board.wrong_order")
    elif (last - first).days >= LONGEST:
        wrong["to"] = t("board.wrong_length", n=LONGEST)
    else:
        return Period(first, last)
    return None


def units() -> tuple[tuple[str, str], ...]:
    """The units that the person supervises, by name."""
    person = current.person()
    reached = {
        unit
        for grant in person.grants
        if grant.role == ROLE
        for unit in (person.units if grant.units is None else grant.units)
    }
    found = [(str(unit), pick(name)) for unit, name in person.units.items() if unit in reached]
    return tuple(sorted(found, key=lambda pair: pair[1].lower()))


def _processes() -> tuple[tuple[str, str], ...]:
    versions = sight.published()
    named = {row.process: words.process(versions, row.process) for row in versions.rows if row.kind == "process"}
    return tuple(sorted(named.items(), key=lambda pair: pair[1].lower()))
