"""The dated rows in force: which published version's deadline or parameter applies on a date."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.bundle import Bundle
from engine.calendar import Calendar
from engine.errors import DeadlineError
from engine.reading import Reading
from engine.receipt import RULES, deemed_receipt
from engine.register import FIRST_DAY, DeadlineDefinition, DeadlineRow, Own, OwnValue, typed
from engine.rule import Computed
from engine.said import say

LAW = "law"
MOST_KEPT = 10_000
"""dates; about two kilobytes each with their traces"""


@dataclass(frozen=True, slots=True)
class Edition:
    """A published version of a folder: its label (`pay_subsidy@3`), its content and the day it takes effect."""

    label: str
    bundle: Bundle


@dataclass(frozen=True)
class Law:
    """Every folder's newest published content, newest first: law changes under running cases (formats.md 1)."""

    editions: Mapping[str, tuple[Edition, ...]]
    calendar: Calendar = field(default_factory=Calendar)
    computed: dict[tuple[Hashable, ...], Computed] = field(default_factory=dict, repr=False, compare=False)
    """dates that were computed under this law, by everything that they depend on"""
    _searched: dict[str, tuple[Edition, ...]] = field(default_factory=dict, repr=False, compare=False)

    def keep(self, key: tuple[Hashable, ...], computed: Computed) -> Computed:
        """Remember a date; the same rows, event and pauses give the same date as long as this law stands."""
        if len(self.computed) >= MOST_KEPT:
            self.computed.clear()
        self.computed[key] = computed
        return computed

    @classmethod
    def of(cls, editions: Iterable[Edition]) -> Law:
        """Collect editions (oldest first) into a law; the newest `law` folder gives the calendar."""
        by_process: dict[str, tuple[Edition, ...]] = {}
        for edition in editions:
            key = edition.bundle.process
            by_process[key] = (edition, *by_process.get(key, ()))
        national = by_process.get(LAW)
        closed = national[0].bundle.closed_days if national else ()
        return cls(by_process, Calendar(closed))

    def deadline(self, process: str, name: str, on: date) -> tuple[DeadlineDefinition, DeadlineRow, str]:
        """The definition, its row valid on the event date and the version label; DeadlineError when there is none."""
        for edition in self._editions(process):
            definition = edition.bundle.deadlines.get(name)
            row = definition.row(on) if definition else None
            if definition and row:
                return definition, row, edition.label
        raise DeadlineError(
            say(
                "no row of deadline {name!r} of {process!r} is valid on {on}",
                name=name,
                process=process,
                on=on.isoformat(),
            )
        )

    def find(self, process: str, name: str) -> str | None:
        """The name of a deadline given by its name or by its id in the register (`D-PAL-07`)."""
        for edition in self._editions(process):
            for key, definition in edition.bundle.deadlines.items():
                if name in (key, definition.law):
                    return key
        return None

    def parameter(self, process: str, name: str, on: date, local: Own | None = None) -> object:
        """The value in force on a day; an area's own wins from its day on, only where the parameter is marked local."""
        return self.reading(process, name, on, local).value

    def reading(self, process: str, name: str, on: date, local: Own | None = None) -> Reading:
        """The same with where it comes from."""
        for edition in self._editions(process):
            parameter = edition.bundle.parameters.get(name)
            if parameter is None:
                continue
            folder = edition.bundle.process
            if parameter.local and (own := _newest(local.get(name, ()) if local else (), on)):
                since = None if own.from_on == FIRST_DAY else own.from_on
                return Reading(parameter, folder, edition.label, on, typed(own.value), since=since)
            row = parameter.row(on)
            if row is not None:
                return Reading(parameter, folder, edition.label, on, row.value, row)
        raise DeadlineError(
            say(
                "no value of parameter {name!r} of {process!r} is in force on {on}",
                name=name,
                process=process,
                on=on.isoformat(),
            )
        )

    def content(self, process: str, label: str) -> Bundle | None:
        """The content of a folder in a version; None where this law does not have it."""
        return next((one.bundle for one in self.editions.get(process, ()) if one.label == label), None)

    def receipt(self, sent_on: date, channel: str, *, authority: bool = False) -> date:
        """The day on which a notice counts as received, by the rows in force on the day of sending."""
        rules = dict(RULES)
        for way, rule in RULES.items():
            if (name := self.find(LAW, rule.law)) is not None:
                definition, row, version = self.deadline(LAW, name, sent_on)
                if isinstance(row.length, int):
                    rules[way] = definition.rule(row, LAW, version, row.length)
        return deemed_receipt(sent_on, channel, self.calendar, authority=authority, rules=rules).legal_on

    def newest(self, process: str) -> Bundle | None:
        """The newest published content of a folder."""
        editions = self.editions.get(process)
        return editions[0].bundle if editions else None

    def _editions(self, process: str) -> tuple[Edition, ...]:
        found = self._searched.get(process)
        if found is None:
            own = self.editions.get(process, ())
            found = self._searched[process] = own if process == LAW else own + self.editions.get(LAW, ())
        return found


def _newest(own: Sequence[OwnValue], on: date) -> OwnValue | None:
    return next((each for each in reversed(own) if each.from_on <= on), None)
