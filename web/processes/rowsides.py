"""The dated rows of two versions side by side: rules and values before and after, and the days that they move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson

from engine.bundle import Bundle
from engine.compare import Change
from engine.law import Law
from engine.register import DeadlineDefinition, Parameter
from tasks import review as weighed
from tasks.review import Dates, Example
from web import comparison, explain, formats, i18n, rule
from web.i18n import t

Sides = tuple[str, str]
"""before and after, in words"""
MOST_TURNS = 3
"""days from which a changed row is in force that are shown by themselves"""


@dataclass(frozen=True, slots=True)
class Line:
    """One change as a sentence; with both values in full where the sentence has no room for them."""

    words: str
    locked: bool
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineChanged:
    """A deadline whose rule or whose days differ: its rows in words, what else changed, and the example days."""

    name: str
    rows: tuple[tuple[str, Sides], ...]
    lines: tuple[Line, ...]
    examples: tuple[tuple[str, Sides, bool], ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueChanged:
    """A dated value: by its first days, before and after, and the days of other processes' deadlines that read it."""

    name: str
    rows: tuple[tuple[str, Sides], ...]
    lines: tuple[Line, ...]
    readers: tuple[tuple[str, str, Sides, bool], ...]
    """(process and deadline, day of the event, its last day before and after, whether it moves)"""


def line(change: Change) -> Line:
    """A change as a sentence."""
    words, told = comparison.sentence(change), change.how != "changed" or change.facet in ("", "content")
    if told or comparison.fits(change):
        return Line(words, change.locked)
    return Line(words, change.locked, full(change.old), full(change.new))


def full(value: Any) -> str:
    """A value as it stands in the file, for who wants to see it whole."""
    if value is None or value in ("", [], {}):
        return ""
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def deadlines(
    old: Bundle, new: Bundle, changes: Sequence[Change], laws: tuple[Law, Law], on: date
) -> list[DeadlineChanged]:
    """The deadlines whose rule differs, and those whose day does: a value or a closed day may move it."""
    names = list(dict.fromkeys([*old.deadlines, *new.deadlines]))
    touched: dict[str, list[Change]] = {}
    for change in changes:
        if change.what in ("deadline", "deadline_row"):
            touched.setdefault(change.at.split("/")[0], []).append(change)
    found = []
    for dates in weighed.dates(*laws, names, new.process, on):
        own = touched.get(dates.name, [])
        named = {dates.name, *_named(new.deadlines.get(dates.name))}
        turns = [
            weighed.example(*laws, new.process, dates.name, day)
            for first in _firsts(changes, named)
            for day in (first - timedelta(days=1), first)
        ]
        if own or any(example.moved for example in (dates.ordinary, dates.christmas, *turns) if example):
            found.append(_deadline(old, new, dates, turns, own, laws, on))
    return found


def _firsts(changes: Sequence[Change], names: set[str]) -> list[date]:
    """The days from which rows of these deadlines or values are new or other, the newest first."""
    rows = [change.at.split("/") for change in changes if change.what in ("deadline_row", "parameter_row")]
    days = {date.fromisoformat(at[1]) for at in rows if len(at) > 1 and at[0] in names}
    return sorted(days, reverse=True)[:MOST_TURNS]


def _named(definition: DeadlineDefinition | None) -> list[str]:
    """The values that the lengths of a deadline are read from."""
    return [name for row in definition.rows for name in row.parameters] if definition else []


def _deadline(
    old: Bundle, new: Bundle, dates: Dates, turns: Sequence[Example], changes: Sequence[Change],
    laws: tuple[Law, Law], on: date,
) -> DeadlineChanged:  # fmt: skip
    sides = [bundle.deadlines.get(dates.name) for bundle in (old, new)]
    either = sides[1] or sides[0]
    assert either is not None  # its name is one of theirs
    told = [_rule_rows(side, law, new.process, on) for side, law in zip(sides, laws, strict=True)]
    examples = [dates.ordinary] + ([dates.christmas] if dates.christmas else [])
    seen = {example.event_on for example in examples}
    examples += [example for example in turns if example.event_on not in seen]
    after = (dates.christmas or dates.ordinary).new
    values = explain.values_of(laws[1], after.trace) if after is not None else {}
    words = explain.Words(either.names, either.event, new.manifest.name, values=values)
    return DeadlineChanged(
        i18n.pick(either.names), tuple(_beside(*told)),
        tuple(line(change) for change in changes if change.what == "deadline"),
        tuple(_shown(example, sides) for example in sorted(examples, key=lambda it: it.event_on)),
        explain.explain(after.trace, words=words) if after is not None else (),
    )  # fmt: skip


def _rule_rows(definition: DeadlineDefinition | None, law: Law, process: str, on: date) -> dict[date, str]:
    if definition is None:
        return {}
    values = rule.values_on(law, process, on)
    told = [(row, rule.tell(definition, row, values)) for row in definition.rows]
    return {row.from_on: " ".join(filter(None, (it.sentence, it.statute))) for row, it in told}


def _beside(old: Mapping[date, str], new: Mapping[date, str]) -> Iterator[tuple[str, Sides]]:
    """Rows by their first day; where one side has none of its own, what it has in force on that day."""
    for first in sorted({*old, *new}):
        yield formats.day(first), (_in_force(old, first), _in_force(new, first))


def _in_force(rows: Mapping[date, str], on: date) -> str:
    first = max((day for day in rows if day <= on), default=None)
    if first is None or first == on:
        return rows[on] if first == on else ""
    return t("draft.in_force_since", told=rows[first], day=formats.day(first))


def _shown(example: Example, sides: Sequence[DeadlineDefinition | None]) -> tuple[str, Sides, bool]:
    none = [t("draft.no_day") if side else t("compare.nothing") for side in sides]
    days = [
        formats.weekday(one.due_on) if one else it for one, it in zip((example.old, example.new), none, strict=True)
    ]
    return formats.weekday(example.event_on), (days[0], days[1]), example.moved


def values(old: Bundle, new: Bundle, changes: Sequence[Change], laws: tuple[Law, Law]) -> list[ValueChanged]:
    """The dated values that differ, each with the deadlines of other processes whose days it moves."""
    found = []
    touched = [change for change in changes if change.what in ("parameter", "parameter_row")]
    for name in dict.fromkeys(change.at.split("/")[0] for change in touched):
        sides = [_value_rows(bundle.parameters.get(name)) for bundle in (old, new)]
        either = new.parameters.get(name) or old.parameters[name]
        rows = tuple(row for row in _beside(*sides) if row[1][0] != row[1][1])
        own = tuple(line(change) for change in touched if change.at == name)
        readers = tuple(_readers(name, new, _firsts(changes, {name}), laws))
        found.append(ValueChanged(i18n.pick(either.names), rows, own, readers))
    return found


def _value_rows(parameter: Parameter | None) -> dict[date, str]:
    rows = parameter.rows if parameter is not None else ()
    return {row.from_on: rule.value_in_words(parameter, row.value) for row in rows if parameter}


def _readers(
    name: str, new: Bundle, firsts: Sequence[date], laws: tuple[Law, Law]
) -> Iterator[tuple[str, str, Sides, bool]]:
    """Deadlines of other processes that read a value, on the day from which it is new and on the day before."""
    for process in sorted(laws[1].editions):
        bundle = laws[1].editions[process][0].bundle
        for deadline in bundle.deadlines.values():
            if process == new.process or name in bundle.parameters or name not in _named(deadline):
                continue
            title = f"{i18n.pick(bundle.manifest.name)}: {i18n.pick(deadline.names)}"
            for day in sorted(each for first in firsts for each in (first - timedelta(days=1), first)):
                example = weighed.example(*laws, process, deadline.name, day)
                if example.old or example.new:
                    yield title, *_shown(example, (deadline, deadline))
