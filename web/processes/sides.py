"""Two versions of a folder side by side: in words, with example days, and as marks on both diagrams."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from engine.bundle import Bundle
from engine.compare import Change
from engine.law import Law
from engine.register import DeadlineDefinition, Parameter
from tasks import review as weighed
from tasks.review import Dates, Example
from web import comparison, explain, formats, i18n, rule, words
from web.i18n import t
from web.processes.desk import readable
from web.processes.draft_file import differences

Sides = tuple[str, str]
"""before and after, in words"""
SIGNS = {"added": "+", "removed": "−", "changed": "≠"}
"""What stands on a changed element of a diagram, so that colour alone tells nothing."""


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
    """A dated value: by its first days, before and after."""

    name: str
    rows: tuple[tuple[str, Sides], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CellChanged:
    """One cell of a decision table, or a whole row that came or went."""

    row: str
    column: str
    old: str
    new: str
    locked: bool


@dataclass(frozen=True)
class Reviewed:
    """Everything that the page tells of the differences."""

    locked: Sequence[Line]
    deadlines: Sequence[DeadlineChanged]
    values: Sequence[ValueChanged]
    tables: Mapping[str, Sequence[CellChanged]]
    letters: Sequence[tuple[str, str, list[tuple[str, str, str]]]]
    others: Mapping[str, Sequence[Line]]
    files: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One of two diagrams: the marks of its elements by id, and the same as a list of names."""

    title: str
    source: str
    marks: Mapping[str, str]
    listed: Sequence[tuple[str, str]]
    """(how, what it is called), in the order in which the changes are told"""


def drawings(sides: Sequence[tuple[str, str, Bundle]], changes: Sequence[Change]) -> tuple[Drawn, Drawn] | None:
    """Both diagrams with what was removed, added or changed on them; None where nothing of the drawing differs.

    `sides`: title, address of the XML and folder, before and after.
    """
    marks: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for change in changes:
        if change.what not in ("element", "flow"):
            continue
        if change.how == "removed":
            marks[0][change.at] = "removed"
        elif change.how == "added":
            marks[1][change.at] = "added"
        else:  # an element that has another id is found on the left by the one before
            was = str(change.old) if change.how == "renamed" else change.at
            marks[0].setdefault(was, "changed")
            marks[1].setdefault(change.at, "changed")
    if not any(marks) or any(bundle.bpmn is None for _, _, bundle in sides):
        return None
    before, after = (
        Drawn(title, source, own, [(how, _called(bundle, id)) for id, how in own.items() if _named(bundle, id)])
        for (title, source, bundle), own in zip(sides, marks, strict=True)
    )
    return before, after


def _named(bundle: Bundle, id: str) -> bool:
    """Whether people see the element as a thing: flows are told in words above."""
    return id in words.nodes(bundle)


def _called(bundle: Bundle, id: str) -> str:
    name = words.element(bundle, id)
    return name if name == id else f"{name} ({id})"


def differences_of(
    old: Bundle, new: Bundle, changes: Sequence[Change], laws: tuple[Law, Law], on: date, broken: Collection[str] = ()
) -> Reviewed:
    """The differences in words; rules and values of a file with errors are not told in words, its text says enough."""
    apart = {"deadline", "deadline_row", "parameter", "parameter_row", "letter", "table", "column", "rule", "cell"}
    others = {
        area: [_line(change) for change in rows if change.what not in apart]
        for area, rows in comparison.by_area(changes).items()
    }
    return Reviewed(
        locked=[_line(change) for change in changes if change.locked],
        deadlines=[] if "deadlines.toml" in broken else _deadlines(old, new, changes, laws, on),
        values=[] if "parameters.toml" in broken else _values(old, new, changes),
        tables=tables(changes),
        letters=[
            (change.at, t(f"draft.file_{change.how}"), differences(str(change.old or ""), str(change.new or "")))
            for change in changes
            if change.what == "letter"
        ],
        others={area: lines for area, lines in others.items() if lines},
        files=_files(old, new),
    )  # fmt: skip


def _line(change: Change) -> Line:
    words, told = comparison.sentence(change), change.how != "changed" or change.facet in ("", "content")
    if told or comparison.fits(change):
        return Line(words, change.locked)
    return Line(words, change.locked, _full(change.old), _full(change.new))


def _full(value: Any) -> str:
    """A value as it stands in the file, for who wants to see it whole."""
    if value is None or value in ("", [], {}):
        return ""
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _files(old: Bundle, new: Bundle) -> list[tuple[str, str]]:
    found = []
    for path in sorted({*old.files, *new.files}):
        before, after = old.files.get(path), new.files.get(path)
        if before != after:
            how = "added" if before is None else "removed" if after is None else "changed"
            found.append((path, t(f"draft.file_{how}")))
    return found


def text_of(old: Bundle | None, new: Bundle, path: str) -> list[tuple[str, str, str]] | None:
    """The differences of one file as text; None when none is asked for or it is no text."""
    sides = [readable(bundle.files.get(path, b"")) if bundle else "" for bundle in (old, new)]
    if not path or sides[0] is None or sides[1] is None:
        return None
    return differences(sides[0], sides[1])


def tables(changes: Sequence[Change]) -> dict[str, list[CellChanged]]:
    """Decision tables cell by cell, by the name of the table."""
    found: dict[str, list[CellChanged]] = {}
    for change in changes:
        if change.what not in ("table", "column", "rule", "cell"):
            continue
        id, _, rest = change.at.partition("/")
        rows = found.setdefault(i18n.pick(change.name) or id, [])
        if change.what == "cell":
            row, _, column = rest.partition("/")
            rows.append(CellChanged(row, column, _full(change.old), _full(change.new), change.locked))
        elif change.what == "rule":
            cells: Mapping[str, str] = change.old or change.new or {}
            told = "; ".join(f"{column}: {text}" for column, text in cells.items())
            sides = (told, "") if change.how == "removed" else ("", told)
            rows.append(CellChanged(rest, t("draft.whole_row"), *sides, change.locked))
        else:
            rows.append(
                CellChanged("", comparison.sentence(change), _full(change.old), _full(change.new), change.locked)
            )
    return found


def _deadlines(
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
        moved = dates.ordinary.moved or (dates.christmas is not None and dates.christmas.moved)
        if own or moved:
            found.append(_deadline(old, new, dates, own, laws, on))
    return found


def _deadline(
    old: Bundle, new: Bundle, dates: Dates, changes: Sequence[Change], laws: tuple[Law, Law], on: date
) -> DeadlineChanged:
    sides = [bundle.deadlines.get(dates.name) for bundle in (old, new)]
    either = sides[1] or sides[0]
    assert either is not None  # its name is one of theirs
    told = [_rule_rows(side, law, new.process, on) for side, law in zip(sides, laws, strict=True)]
    rows = tuple(
        (first, (told[0].get(first, ""), told[1].get(first, ""))) for first in dict.fromkeys([*told[0], *told[1]])
    )
    shown = [dates.ordinary] + ([dates.christmas] if dates.christmas else [])
    after = (dates.christmas or dates.ordinary).new
    words = explain.Words(either.names, either.event, new.manifest.name)
    return DeadlineChanged(
        i18n.pick(either.names), rows,
        tuple(_line(change) for change in changes if change.what == "deadline"),
        tuple(_shown(example) for example in shown),
        explain.explain(after.trace, words=words) if after is not None else (),
    )  # fmt: skip


def _rule_rows(definition: DeadlineDefinition | None, law: Law, process: str, on: date) -> dict[str, str]:
    if definition is None:
        return {}
    values = rule.values_on(law, process, on)
    told = [(row, rule.tell(definition, row, values)) for row in definition.rows]
    return {formats.day(row.from_on): " ".join(filter(None, (it.sentence, it.statute))) for row, it in told}


def _shown(example: Example) -> tuple[str, Sides, bool]:
    days = [formats.weekday(side.due_on) if side else t("draft.no_day") for side in (example.old, example.new)]
    return formats.weekday(example.event_on), (days[0], days[1]), example.moved


def _values(old: Bundle, new: Bundle, changes: Sequence[Change]) -> list[ValueChanged]:
    found = []
    touched = [change for change in changes if change.what in ("parameter", "parameter_row")]
    for name in dict.fromkeys(change.at.split("/")[0] for change in touched):
        sides = [_value_rows(bundle.parameters.get(name)) for bundle in (old, new)]
        either = new.parameters.get(name) or old.parameters[name]
        rows = tuple(
            (first, (sides[0].get(first, ""), sides[1].get(first, "")))
            for first in dict.fromkeys([*sides[0], *sides[1]])
            if sides[0].get(first) != sides[1].get(first)
        )
        own = [change for change in touched if change.at == name]
        found.append(ValueChanged(i18n.pick(either.names), rows, tuple(_line(change) for change in own)))
    return found


def _value_rows(parameter: Parameter | None) -> dict[str, str]:
    rows = parameter.rows if parameter is not None else ()
    return {formats.day(row.from_on): rule.value_in_words(parameter, row.value) for row in rows if parameter}
