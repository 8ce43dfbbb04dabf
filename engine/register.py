"""deadlines.toml, parameters.toml and calendar.toml: the dated rows that follow the law."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import NamedTuple

from engine.calendar import ClosedDay
from engine.deadline import Rule, parse_length
from engine.errors import DeadlineError, FeelError
from engine.feel import Expression
from engine.feel import compile as feel
from engine.rule import LONGEST
from engine.said import say
from engine.table import Findings, Table, parse

UNITS = ("days", "working days", "weeks", "months", "years")
ROLLS = ("forward", "target", "backward", "period")
BINDS = ("authority", "customer", "customer_right", "other", "nobody")
AUTHORITY, RIGHT, NOBODY = "authority", "customer_right", "nobody"
"""whose time it is: ours; a right that may be left unused; nobody's, as the last day of a period"""
PLANS = ("make", "renew")
MAKE, RENEW = PLANS
"""what becomes of a customer's plan by the day: it is made, or looked at again so that it stays up to date"""
_LIKELY = {"target": AUTHORITY, "backward": AUTHORITY, "forward": "customer", "period": NOBODY}
_NUMBER = re.compile(r"\s*[-+]?\d+(\.\d+)?\s*")
UNTIMED = "untimed"
FIRST_DAY = date.min
LAST_DAY = date.max


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One dated row of a deadline: its length and what it overrides; `from_on` to `to_on` are event dates."""

    from_on: date
    to_on: date
    length: Expression | int
    unit: str
    roll: str
    statute: str
    doubt: Mapping[str, str]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the values that the length is read from."""
        calls = self.length.calls if isinstance(self.length, Expression) else ()
        return tuple(str(arguments[0]) for call, arguments in calls if call == "parameter" and arguments)


@dataclass(frozen=True, slots=True)
class DeadlineDefinition:
    """A määräaika as the register has it: anchor, unit, roll mode, reminders, and its dated rows."""

    name: str
    law: str
    names: Mapping[str, str]
    kind: str
    binds: str
    """whom it binds: one of BINDS"""
    anchor: Expression
    event: Mapping[str, str]
    direction: str
    inclusive: bool
    shown_on: tuple[str, ...]
    stops_at: tuple[str, ...]
    renews_at: tuple[str, ...]
    """elements whose completion ends it and begins it anew, when its event has a new day"""
    plan: str
    """one of PLANS where it says until when a customer's plan must be made or renewed; empty otherwise"""
    pauses: Expression | None
    reminders: tuple[str, ...]
    escalation: str
    escalate_to: str
    suspension: Mapping[str, str]
    rows: tuple[DeadlineRow, ...]

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements that show it: its own name's unless it says otherwise."""
        return self.shown_on or (self.name,)

    def row(self, on: date) -> DeadlineRow | None:
        """The row valid on an event date, or None."""
        for row in self.rows:
            if row.from_on <= on <= row.to_on:
                return row
        return None

    def rule(self, row: DeadlineRow, process: str, version: str, length: int) -> Rule:
        """The rule that one of its rows gives, with its length computed; `version` is where the row was published."""
        return Rule(
            name=self.name, length=length, unit=row.unit, roll=row.roll, direction=self.direction,
            inclusive=self.inclusive, kind=self.kind, process=process, version=version, law=self.law,
            statute=row.statute, doubt=row.doubt.get("fi", ""), valid_from=row.from_on,
            valid_to=None if row.to_on == LAST_DAY else row.to_on,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Untimed:
    """A row of the register for which no date is computed: what it is about, why not, and its section of law."""

    name: Mapping[str, str]
    reason: Mapping[str, str]
    statute: str


@dataclass(frozen=True, slots=True)
class Register:
    """The deadlines of one folder, and by element which of them are shown and which stop there."""

    definitions: Mapping[str, DeadlineDefinition]
    shown_on: Mapping[str, tuple[str, ...]]
    stopped_by: Mapping[str, tuple[str, ...]]
    lasting: frozenset[str]
    """those that run from their event on until an element stops them, whatever is open"""

    @classmethod
    def of(cls, definitions: Mapping[str, DeadlineDefinition]) -> Register:
        """The register of a folder's definitions."""
        shown: dict[str, tuple[str, ...]] = {}
        stopped: dict[str, tuple[str, ...]] = {}
        for name, definition in definitions.items():
            for table, elements in ((shown, definition.elements), (stopped, definition.stops_at)):
                table.update({element: (*table.get(element, ()), name) for element in elements})
        return cls(
            definitions, shown, stopped, frozenset(n for n, d in definitions.items() if d.stops_at or d.renews_at)
        )


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """A value and the day from which it is in force."""

    from_on: date
    value: object
    doubt: Mapping[str, str]


class OwnValue(NamedTuple):
    """A value that an area has set for itself, and the day from which it is in force; FIRST_DAY: always."""

    from_on: date
    value: object


Own = Mapping[str, Sequence[OwnValue]]
"""the area's own values by parameter, in the order of their days"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated value with its unit and source; `local` ones may be set by an area."""

    name: str
    names: Mapping[str, str]
    unit: str
    source: Mapping[str, str]
    local: bool
    doubt: Mapping[str, str]
    rows: tuple[ParameterRow, ...]

    def row(self, on: date) -> ParameterRow | None:
        """The newest row in force on a day, or None."""
        return next((row for row in reversed(self.rows) if row.from_on <= on), None)


def read_deadlines(data: bytes, findings: Findings) -> dict[str, DeadlineDefinition]:
    """Read deadlines.toml; a rule that cannot be used is left out and becomes a finding."""
    return read_register(data, findings)[0]


def read_register(data: bytes, findings: Findings) -> tuple[dict[str, DeadlineDefinition], dict[str, Untimed]]:
    """Read deadlines.toml: the deadlines, and by its id in the register each row that has no date."""
    tables = parse(data, findings)
    untimed = {id: _untimed(row) for id, row in Table(tables, findings, "").named(UNTIMED).items()}
    found = {}
    for name, values in tables.items():
        if name == UNTIMED:
            continue
        definition = _deadline(name, Table(values, findings, name))
        if definition is not None:
            found[name] = definition
    return found, untimed


def _untimed(row: Table) -> Untimed:
    found = Untimed(row.names("name"), row.names("reason"), row.citation("statute"))
    row.finish()
    return found


def _deadline(name: str, table: Table) -> DeadlineDefinition | None:
    anchor, pauses = _feel(table, "anchor", required=True), _feel(table, "pauses")
    unit, roll = table.choice("unit", UNITS), table.choice("roll", ROLLS)
    statute, doubt = table.citation("statute", required=True), table.remark("doubt")
    reminders, escalation = table.texts("reminders"), table.text("escalation")
    for offset in (*reminders, *([escalation] if escalation else [])):
        _check_offset(table, offset)
    definition = DeadlineDefinition(
        name=name,
        law=table.text("law"),
        names=table.names("name"),
        kind=table.choice("kind", ("statutory", "agreed", "target")),
        binds=_binds(table, roll),
        anchor=anchor or feel("null"),
        event=table.names("event"),
        direction=table.choice("direction", ("after", "before"), "after"),
        inclusive=table.flag("inclusive"),
        shown_on=table.texts("shown_on"),
        stops_at=table.texts("stops_at"),
        renews_at=table.texts("renews_at"),
        plan=table.choice("plan", PLANS, "") if "plan" in table.values else "",
        pauses=pauses,
        reminders=reminders,
        escalation=escalation,
        escalate_to=table.text("escalate_to", "supervisor"),
        suspension=table.remark("suspension"),
        rows=tuple(row for row in (_row(row, unit, roll, statute, doubt) for row in table.tables("rows")) if row),
    )
    table.finish()
    if not definition.rows:
        table.findings.error(
            "deadline-rows",
            say("{name} has no usable dated row; give [[{name}.rows]] with from and length", name=name),
            name,
        )
    _check_overlap(table, [(row.from_on, row.to_on) for row in definition.rows])
    return definition if anchor and definition.rows else None


def _binds(table: Table, roll: str) -> str:
    """Whom it binds; a rule that was written before it had to be said is taken as its roll mode lets one think."""
    likely = _LIKELY[roll]
    if "binds" not in table.values:
        message = say(
            "{where} does not say whom it binds; give binds = one of {names}", where=table.where, names=", ".join(BINDS)
        )
        table.findings.warning("deadline-binds", message, table.where)
    return table.choice("binds", BINDS, likely)


def _row(table: Table, unit: str, roll: str, statute: str, doubt: Mapping[str, str]) -> DeadlineRow | None:
    from_on, to_on = table.day("from", required=True), table.day("to")
    length = table.get("length", (int, str), required=True)
    if isinstance(length, int) or (isinstance(length, str) and _NUMBER.fullmatch(length)):
        length = _whole(table, length)
    elif isinstance(length, str):
        length = _feel(table, "length")
    row = DeadlineRow(
        from_on=from_on or FIRST_DAY,
        to_on=to_on or LAST_DAY,
        length=length if length is not None else 0,
        unit=table.choice("unit", UNITS, unit),
        roll=table.choice("roll", ROLLS, roll),
        statute=table.citation("statute", statute),
        doubt=table.remark("doubt") or doubt,
    )
    table.finish()
    return row if length is not None and from_on else None


def _whole(table: Table, length: int | str) -> int | None:
    """A length that is a number: a formula such as `7.5` would be no length on any day, and nobody would be told."""
    text = str(length).strip()
    if text.isascii() and text.isdigit() and int(text) <= LONGEST:
        return int(text)
    name = table.where.partition(".")[0]
    sentence = say(
        "length {length!r} of {name!r}: expected a whole number from 0 to {most}", length=text, name=name, most=LONGEST
    )
    table.findings.error("deadline-length", sentence, table.where)
    return None


def _check_offset(table: Table, offset: str) -> None:
    if offset.rstrip().endswith("%") and offset.rstrip(" %").isdigit():
        return
    try:
        parse_length(offset)
    except DeadlineError as error:
        table.findings.error(
            "deadline-offset", say("{where}: {reason}", where=table.where, reason=error.said), table.where
        )


def _check_overlap(table: Table, spans: Sequence[tuple[date, date]]) -> None:
    ordered = sorted(spans)
    for (_, end), (start, _) in pairwise(ordered):
        if start <= end and end != LAST_DAY:
            table.findings.error(
                "row-overlap",
                say("{where}: rows overlap from {start} to {end}", where=table.where, start=start, end=end),
                table.where,
            )
        elif start <= end:
            message = say(
                "{where}: the row before {start} is open-ended; give it to = the day before",
                where=table.where, start=start,
            )  # fmt: skip
            table.findings.error("row-overlap", message, table.where)


def _feel(table: Table, key: str, *, required: bool = False) -> Expression | None:
    source = table.text(key, required=required)
    if not source:
        return None
    try:
        return feel(source)
    except FeelError as error:
        table.findings.error(
            "feel", say("{where}.{key}: {reason}", where=table.where, key=key, reason=error.said), table.where
        )
        return None


def read_parameters(data: bytes, findings: Findings) -> dict[str, Parameter]:
    """Read parameters.toml; rows are kept in the order of their first day."""
    found = {}
    for name, values in parse(data, findings).items():
        table = Table(values, findings, name)
        rows = [_parameter_row(row) for row in table.tables("rows")]
        found[name] = Parameter(
            name=name,
            names=table.names("name"),
            unit=table.text("unit", required=True),
            source=table.source(required=True),
            local=table.flag("local"),
            doubt=table.remark("doubt"),
            rows=tuple(sorted((row for row in rows if row), key=lambda row: row.from_on)),
        )
        table.finish()
        if not found[name].rows:
            findings.error(
                "parameter-rows",
                say("{name} has no usable row; give rows = [{{from = DATE, value = …}}]", name=name),
                name,
            )
    return found


def _parameter_row(table: Table) -> ParameterRow | None:
    from_on = table.day("from", required=True)
    raw = table.get("value", (int, str, bool, list), required=True)
    doubt = table.remark("doubt")
    table.finish()
    return ParameterRow(from_on, typed(raw), doubt) if from_on and raw is not None else None


def typed(raw: object) -> object:
    """A TOML value as a FEEL value: numbers and numeric strings become decimals."""
    if isinstance(raw, bool) or raw is None:
        return raw
    if isinstance(raw, list):
        return [typed(item) for item in raw]
    try:
        return Decimal(str(raw))
    except InvalidOperation:
        return raw


def read_calendar(data: bytes, findings: Findings) -> tuple[ClosedDay, ...]:
    """Read calendar.toml: extra closed days, statutory ones roll a customer's date too."""
    table = Table(parse(data, findings), findings, "")
    days = []
    for row in table.tables("closed"):
        on, name = row.day("on", required=True), row.names("name")
        if on is not None:
            days.append(ClosedDay(on, name, row.flag("statutory")))
        row.flag("statutory")
        row.finish()
    table.finish()
    return tuple(days)
