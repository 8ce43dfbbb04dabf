"""Two versions of a folder side by side: in words, with example days, and as marks on both diagrams."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from engine import drawing
from engine.bundle import Bundle
from engine.compare import Change
from engine.diagram import Diagram
from engine.law import Law
from web import comparison, i18n, words
from web.i18n import t
from web.processes.desk import readable
from web.processes.draft_file import differences
from web.processes.rowsides import DeadlineChanged, Line, ValueChanged, deadlines, full, line, values

SIGNS = {"added": "+", "removed": "−", "changed": "≠"}
"""What stands on a changed element of a diagram, so that colour alone tells nothing."""


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
    changes = [with_names(change, (old, new)) for change in changes]
    apart = {"deadline", "deadline_row", "parameter", "parameter_row", "letter", "table", "column", "rule", "cell"}
    others = {
        area: [line(change) for change in rows if change.what not in apart]
        for area, rows in comparison.by_area(changes).items()
    }
    return Reviewed(
        locked=[line(change) for change in changes if change.locked],
        deadlines=[] if "deadlines.toml" in broken else deadlines(old, new, changes, laws, on),
        values=[] if "parameters.toml" in broken else values(old, new, changes, laws),
        tables=tables(changes),
        letters=[
            (change.at, t(f"draft.file_{change.how}"), differences(str(change.old or ""), str(change.new or "")))
            for change in changes
            if change.what == "letter"
        ],
        others={area: lines for area, lines in others.items() if lines},
        files=_files(old, new),
    )  # fmt: skip


def with_names(change: Change, sides: tuple[Bundle, Bundle]) -> Change:
    """A way of the drawing told by what its ends are called: nobody who reads a diagram sees an id."""
    if change.what != "flow":
        return change
    if change.how == "changed" and change.facet != "route":
        flow = next((one for one in _diagram(sides[1]).flows if one.id == change.at), None)
        return replace(change, name={"fi": _way(sides[1], [flow.source, flow.target])}) if flow else change
    old, new = (
        _way(bundle, side) if isinstance(side, list) else None
        for bundle, side in zip(sides, (change.old, change.new), strict=True)
    )
    return replace(change, old=old, new=new)


def _way(bundle: Bundle, ends: Sequence[str]) -> str:
    found = _diagram(bundle)
    return " → ".join(words.point(found, bundle.labels.elements, end) for end in ends)


def _diagram(bundle: Bundle) -> Diagram:
    return _read(bundle.bpmn or b"", f"{bundle.process}.bpmn")  # where ways differ, both drawings could be read


@lru_cache(maxsize=32)
def _read(bpmn: bytes, file: str) -> Diagram:
    return drawing.read(bpmn, file=file)


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
            rows.append(CellChanged(row, column, full(change.old), full(change.new), change.locked))
        elif change.what == "rule":
            cells: Mapping[str, str] = change.old or change.new or {}
            told = "; ".join(f"{column}: {text}" for column, text in cells.items())
            sides = (told, "") if change.how == "removed" else ("", told)
            rows.append(CellChanged(rest, t("draft.whole_row"), *sides, change.locked))
        else:
            rows.append(CellChanged("", comparison.sentence(change), full(change.old), full(change.new), change.locked))
    return found
