"""What an employment area decides for itself: which values there are to set, how they are read, and what is in force.

A value is dated and holds in the whole area. What the law or the process says stands where the area says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, Text, cast, select

from engine.register import Parameter
from tasks.casefile import in_force, read_json
from tasks.errors import InvalidValue
from tasks.exporting.extent import SMALLEST_GROUP, SMALLEST_GROUP_SETTING
from tasks.figures.targets import TARGETS, Aim, Target
from tasks.figures.work import PERSONS
from tasks.models import Area, Setting, Unit
from tasks.published import Edited, Published
from tasks.queries.causes import STUCK_DAYS, STUCK_SETTING

Kind = Literal["target", "switch", "act", "whole", "number", "clock"]
LARGEST = 10_000
"""No number that an area sets is larger: a slip of the finger shows."""
WHOLE_UNITS = ("days", "working_days", "weeks", "months", "years")
_CLOCK = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,4})?", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]")


@dataclass(frozen=True, slots=True)
class Known:
    """One value that an area may set."""

    name: str
    group: str
    """targets, house, four_eyes, acts or parameters: what it stands among on the page"""
    kind: Kind
    given: Any = None
    """what holds where the area says nothing; None where the case decides (a pair of steps, an act)"""
    least: int = 0
    most: int = LARGEST
    process: str = ""
    """the process of a target, the folder of a parameter"""
    parameter: Parameter | None = None
    steps: tuple[tuple[Edited, str, str], ...] = ()
    """the pairs of steps of a four-eyes switch: the folder, and the paths of its two steps"""
    acting: tuple[tuple[Edited, str], ...] = ()
    """who makes the act where the area says nothing: the folder, and `national` or `here`"""


@dataclass(frozen=True, slots=True)
class Row:
    """A value from a day on, and who set it."""

    name: str
    from_on: date
    value: Any
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """An employment area and its units."""

    id: int
    name: Mapping[str, str]
    units: tuple[int, ...]


def known(published: Published, on: date) -> dict[str, Known]:
    """Everything that an area may set, by name: of the house, and of the folders in force on a day."""
    folders = [row for name in sorted({row.process for row in published.rows}) if (row := published.taking(name, on))]
    found = [
        Known(SMALLEST_GROUP_SETTING, "house", "whole", SMALLEST_GROUP, least=SMALLEST_GROUP),
        Known(STUCK_SETTING, "house", "whole", STUCK_DAYS, least=1),
        Known(PERSONS, "house", "switch", given=False),
    ]
    targets = [_target(aim) for aim in TARGETS]
    for row in folders:
        if row.kind == "process":
            targets += [_target(aim, row.process) for aim in TARGETS]
    each = [*targets, *found, *_switches(published, folders), *_acts(published, folders)]
    return {one.name: one for one in [*each, *_parameters(published, folders, on)]}


def _target(aim: Aim, process: str = "") -> Known:
    most = 100 if aim.unit == "percent" else LARGEST
    return Known(aim.setting(process), "targets", "target", least=aim.least, most=most, process=process)


def _switches(published: Published, folders: Sequence[Edited]) -> list[Known]:
    pairs: dict[str, list[tuple[Edited, str, str]]] = {}
    for row in folders:
        for pair in published.bundle(row.process, row.number).manifest.four_eyes:
            pairs.setdefault(pair.id, []).append((row, pair.first, pair.second))
    return [Known(f"four_eyes.{id}", "four_eyes", "switch", steps=tuple(steps)) for id, steps in pairs.items()]


def _acts(published: Published, folders: Sequence[Edited]) -> list[Known]:
    acts: dict[str, list[tuple[Edited, str]]] = {}
    for row in folders:
        for act, where in published.bundle(row.process, row.number).manifest.acts.items():
            acts.setdefault(act, []).append((row, str(where)))
    return [Known(f"acts.{act}", "acts", "act", acting=tuple(rows)) for act, rows in sorted(acts.items())]


def _parameters(published: Published, folders: Sequence[Edited], on: date) -> list[Known]:
    found: dict[str, Known] = {}
    for row in folders:
        for name, parameter in published.bundle(row.process, row.number).parameters.items():
            if not parameter.local:
                continue
            there = parameter.row(on) or (parameter.rows[0] if parameter.rows else None)
            given = None if there is None else there.value
            key = f"parameter.{name}"
            one = Known(key, "parameters", _kind(parameter, given), given, process=row.process, parameter=parameter)
            found.setdefault(key, one)
    return list(found.values())


def _kind(parameter: Parameter, given: object) -> Kind:
    if isinstance(given, bool):
        return "switch"
    if parameter.unit == "time":
        return "clock"
    return "whole" if parameter.unit in WHOLE_UNITS else "number"


def read_value(known: Known, typed: Mapping[str, str]) -> Any:
    """What was typed (`value`; for a target also `source`) as it is kept; InvalidValue says which field is wrong."""
    text = _SPACES.sub("", typed.get("value", "")).removesuffix("%")
    if not text:
        raise InvalidValue("value", "missing", "nothing was given")
    if known.kind == "switch":
        return _choice(text, {"yes": True, "no": False})
    if known.kind == "act":
        return _choice(text, {"national": "national", "here": "here"})
    if known.kind == "clock":
        return _clock(text)
    if known.kind == "number":
        return _number(text)
    number = _whole(text, known)
    return number if known.kind == "whole" else Target.kept(number, typed)


def _choice(text: str, choices: Mapping[str, Any]) -> Any:
    if text not in choices:
        raise InvalidValue("value", "unknown", f"{text!r}, expected one of {', '.join(choices)}")
    return choices[text]


def _clock(text: str) -> str:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise InvalidValue("value", "clock", f"{text!r}, expected a time such as 16.15", {"text": text})
    return f"{int(found[1]):02d}:{found[2]}"


def _number(text: str) -> int | str:
    """A whole number as a number, another as text, so that no binary fraction comes between (formats.md: decimals)."""
    if not _NUMBER.fullmatch(text):
        raise InvalidValue("value", "number", f"{text!r}, expected a number", {"text": text})
    number = Decimal(text.replace(",", "."))
    return int(number) if number == number.to_integral_value() else str(number)


def _whole(text: str, known: Known) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InvalidValue("value", "whole", f"{text!r}, expected a whole number", {"text": text})
    number = int(text)
    if not known.least <= number <= known.most:
        asked = {"text": text, "least": known.least, "most": known.most}
        raise InvalidValue("value", "range", f"{number}, expected {known.least} to {known.most}", asked)
    return number


def rows(connection: Connection, area_id: int) -> list[Row]:
    """Every value that an area has set, the oldest first."""
    value = cast(Setting.value, Text).label("value")  # SQLite keeps a bare number in a JSON column as a number
    asked = (
        select(Setting.name, Setting.from_on, value, Setting.set_by, Setting.set_at)
        .where(Setting.area_id == area_id)
        .order_by(Setting.name, Setting.from_on)
    )
    return [
        Row(row.name, row.from_on, read_json(row.value), row.set_by, row.set_at) for row in connection.execute(asked)
    ]


def values(connection: Connection, units: Collection[int] | None, on: date) -> list[dict[str, Any]]:
    """What is in force on a day in each area of these units (None: in every area), area by area."""
    of_units = [] if units is None else [Unit.id.in_(units)]
    areas = connection.execute(select(Unit.area_id).where(*of_units).distinct()).scalars()
    return [
        in_force(
            [
                {"name": row.name, "from_on": row.from_on.isoformat(), "value": row.value}
                for row in rows(connection, area)
            ],
            on.isoformat(),
        )
        for area in sorted(areas)
    ]


def places(connection: Connection) -> list[Place]:
    """The employment areas with their units, by code."""
    units: dict[int, list[int]] = {}
    for id, area in connection.execute(select(Unit.id, Unit.area_id).order_by(Unit.id)):
        units.setdefault(area, []).append(id)
    found = connection.execute(select(Area.id, Area.name).order_by(Area.code))
    return [Place(row.id, row.name, tuple(units.get(row.id, ()))) for row in found]
