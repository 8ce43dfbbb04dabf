"""A decision table changed as text: its cells, its hit policy, and its rows added, moved and taken out.

Its columns are changed by engine.amend.columns_text.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from engine import xml
from engine.dmn.element import child, children, text_of, type_of
from engine.errors import AmendError, RedrawError, XmlError
from engine.redraw.markup import Markup, Piece, in_attribute, in_text
from engine.redraw.sheet import Sheet
from engine.said import say

_IDS = re.compile(r"""\bid\s*=\s*["']([^"']*)["']""")
KINDS = ("question", "answer", "note")
"""the columns of a table, in their order"""
HEADS = {"question": "input", "answer": "output", "note": "annotation"}
ENTRIES = {"question": "inputEntry", "answer": "outputEntry", "note": "annotationEntry"}


@dataclass(frozen=True, slots=True)
class Column:
    """A question, an answer or a note of a table: its label, its formula or name, its type, the values it may have.

    `origin` is its number from 0 in the file that is changed; None for a new one. Only an answer has a `default`.
    """

    label: str
    source: str
    type: str = ""
    allowed: str = ""
    kind: str = "question"
    default: str = ""
    origin: int | None = None

    @property
    def question(self) -> bool:
        """Whether its cells are conditions."""
        return self.kind == "question"

    @property
    def title(self) -> str:
        """What it is called where it has no label."""
        return self.label or self.source


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as it stands: its id, what it is for, its cells as they are written, the answers last.

    `origin` is its number from 0 in the file that is changed; None for a new one.
    """

    id: str
    note: str
    cells: tuple[str, ...]
    origin: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as people see it."""

    decision: str
    policy: str
    aggregation: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    name: str = ""
    """what the decision is called"""


def read_grids(data: bytes, *, file: str) -> dict[str, Grid]:
    """The tables of a DMN file by the id of their decision, but none whose rows are not as wide as its columns.

    XmlError for bad XML.
    """
    root = xml.parse(data, file=file)
    found = {}
    for decision in root.iter("{*}decision"):
        table = child(decision, "decisionTable")
        grid = _grid(decision, table) if table is not None else None
        if grid is not None:
            found[grid.decision] = grid
    return found


def declared_types(data: bytes, *, file: str) -> list[str]:
    """The types that a DMN file declares by name; XmlError for bad XML."""
    root = xml.parse(data, file=file)
    return sorted(part.get("name") for part in children(root, "itemDefinition") if part.get("name"))


def _grid(decision: Any, table: Any) -> Grid | None:
    parts = [(kind, part) for kind in KINDS for part in children(table, HEADS[kind])]
    columns = [_column(part, kind, at) for at, (kind, part) in enumerate(parts)]
    counts = {kind: sum(column.kind == kind for column in columns) for kind in KINDS}
    rows = []
    for at, rule in enumerate(children(table, "rule")):
        cells: list[str] = []
        for kind in KINDS:
            told = [text_of(cell) for cell in children(rule, ENTRIES[kind])]
            if kind == "note":  # a row may leave its notes out, and tools write more of them than there are columns
                told = (told + [""] * counts[kind])[: counts[kind]]
            if len(told) != counts[kind]:
                return None
            cells += told
        rows.append(Row(rule.get("id") or "", text_of(child(rule, "description")), tuple(cells), at))
    get = table.get
    return Grid(
        decision.get("id") or "",
        (get("hitPolicy") or "UNIQUE").upper(),
        (get("aggregation") or "").upper(),
        tuple(columns),
        tuple(rows),
        " ".join((decision.get("name") or "").split()),
    )


def _column(part: Any, kind: str, at: int) -> Column:
    label, name = part.get("label") or "", part.get("name") or ""
    if kind == "question":
        inner = child(part, "inputExpression")
        return Column(label, text_of(inner), type_of(inner), text_of(child(part, "inputValues")), kind, origin=at)
    if kind == "note":
        return Column("", name, kind=kind, origin=at)
    default = text_of(child(part, "defaultOutputEntry"))
    return Column(label, name, type_of(part), text_of(child(part, "outputValues")), kind, default, at)


def amend_table(data: bytes, wanted: Grid, *, file: str) -> bytes:
    """The bytes of a DMN file whose table reads as wanted; columns stay as they are.

    AmendError when there is no such table, a row has another number of cells, or the result would read otherwise.
    """
    try:
        before = read_grids(data, file=file).get(wanted.decision)
        if before is None or any(len(row.cells) != len(before.columns) for row in wanted.rows):
            raise AmendError(
                say("{file} has no table of {decision!r} with such rows", file=file, decision=wanted.decision)
            )
        if before == wanted:
            return data
        sheet = Sheet(Markup(data, file), file)
        _policy(sheet, table_of(sheet, wanted.decision, file), wanted)
        sheet.commit()
        _cells(sheet, table_of(sheet, wanted.decision, file), before, wanted)
        sheet.commit()
        _rows(sheet, table_of(sheet, wanted.decision, file), wanted)
        sheet.commit()
        result = sheet.markup.bytes()
        after = read_grids(result, file=file)[wanted.decision]
    except (XmlError, RedrawError) as error:
        raise AmendError(
            say("{file}: the table cannot be changed safely: {reason}", file=file, reason=error.said)
        ) from None
    told = [(row.note.strip(), tuple(cell.strip() for cell in row.cells)) for row in wanted.rows]
    if [(row.note, row.cells) for row in after.rows] != told or after.policy != wanted.policy:
        raise AmendError(say("{file}: the change would break the table, so it is left as it was", file=file))
    return result


def table_of(sheet: Sheet, decision: str, file: str) -> Piece:
    """The table of a decision; AmendError, RedrawError where there is none."""
    found = next(
        (part for part in sheet.get(decision, say("change the table")).children if part.local == "decisionTable"), None
    )
    if found is None:
        raise AmendError(say("{file}: {decision!r} has no table", file=file, decision=decision))
    return found


def rules_of(table: Piece) -> list[Piece]:
    """The rows of a table."""
    return [part for part in table.children if part.local == "rule"]


def entries_of(rule: Piece, kind: str) -> list[Piece]:
    """The cells of a row of one kind."""
    return [part for part in rule.children if part.local == ENTRIES[kind]]


def _policy(sheet: Sheet, table: Piece, wanted: Grid) -> None:
    now = (sheet.markup.value(table, "hitPolicy") or "UNIQUE").upper()
    if now != wanted.policy:
        sheet.set_attribute(table, "hitPolicy", wanted.policy)
    if (sheet.markup.value(table, "aggregation") or "").upper() != wanted.aggregation:
        sheet.set_attribute(table, "aggregation", wanted.aggregation or None)


def _cells(sheet: Sheet, table: Piece, before: Grid, wanted: Grid) -> None:
    """Write the cells and notes that differ in rows that stay."""
    rules = rules_of(table)
    for row in wanted.rows:
        if row.origin is None:
            continue
        old, rule = before.rows[row.origin], rules[row.origin]
        entries = {kind: entries_of(rule, kind) for kind in KINDS}
        missing: list[str] = []
        for column, was, new in zip(before.columns, old.cells, row.cells, strict=True):
            entry = entries[column.kind].pop(0) if entries[column.kind] else None
            if entry is None:
                missing.append(new.strip())
            elif was != new.strip():
                set_text(sheet, entry, new.strip())
        if any(missing):
            name = f"{rule.prefix}{ENTRIES['note']}"
            sheet.insert(
                rule, [f"<{name}><{rule.prefix}text>{in_text(text)}</{rule.prefix}text></{name}>" for text in missing]
            )
        if old.note != row.note.strip():
            _note(sheet, rule, row.note.strip())


def set_text(sheet: Sheet, entry: Piece, text: str) -> None:
    """Write the text of a cell or a formula."""
    inner = next((part for part in entry.children if part.local == "text"), None)
    if inner is not None:
        sheet.set_content(inner, text)
    elif entry.single:
        sheet.insert(entry, [f"<{entry.prefix}text>{in_text(text)}</{entry.prefix}text>"])
    else:
        sheet.markup.edit(entry.inside, entry.close, f"<{entry.prefix}text>{in_text(text)}</{entry.prefix}text>")


def _note(sheet: Sheet, rule: Piece, text: str) -> None:
    there = next((part for part in rule.children if part.local == "description"), None)
    if there is not None and text:
        sheet.set_content(there, text)
    elif there is not None:
        sheet.cut(there)
    else:
        before = rule.children[0] if rule.children else None
        sheet.insert(rule, [f"<{rule.prefix}description>{in_text(text)}</{rule.prefix}description>"], before)


def _rows(sheet: Sheet, table: Piece, wanted: Grid) -> None:
    """Put the rows in their order: those that stay as they are written, new ones in the style of the file."""
    rules, text = rules_of(table), sheet.markup.text
    order = [row.origin for row in wanted.rows]
    if order == list(range(len(rules))):
        return
    indent = _indent(text, rules[0].start if rules else table.children[-1].start if table.children else table.start)
    newline = sheet.markup.newline
    taken: list[str] = []
    made = []
    for row in wanted.rows:
        if row.origin is not None:
            said = text[rules[row.origin - 1].end : rules[row.origin].start].strip() if row.origin else ""
            above = f"{said}{newline}{indent}" if said else ""  # a comment above a row goes where the row goes
            made.append(above + text[rules[row.origin].start : rules[row.origin].end])
        else:
            taken.append(free_id(row.id, f"{wanted.decision}_row", text, taken))
            made.append(_new(row, wanted, table.prefix, indent, newline, taken[-1]))
    block = f"{newline}{indent}".join(made)
    if rules:
        start, end = rules[0].start, rules[-1].end
        sheet.markup.edit(start, end, block) if made else sheet.markup.edit(start - len(indent), end, "")
    elif table.single:
        raise AmendError(say("the table of {decision!r} has no columns", decision=wanted.decision))
    else:
        place = table.children[-1].end if table.children else table.inside
        sheet.markup.edit(place, place, f"{newline}{indent}{block}")


def _indent(text: str, place: int) -> str:
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line if not line.strip() else ""


def free_id(id: str, usual: str, text: str, taken: Collection[str] = ()) -> str:
    """An id that nothing in a text has yet: the one wanted, or the usual one with a number."""
    there, wanted, number = {*_IDS.findall(text), *taken}, id or usual, 1
    found = wanted if id else f"{wanted}_{number}"
    while found in there:
        number += 1
        found = f"{wanted}_{number}"
    return found


def _new(row: Row, grid: Grid, prefix: str, indent: str, newline: str, id: str) -> str:
    step = indent[: max(len(indent) // 3, 1)] if indent else ""
    inner, deeper = f"{newline}{indent}{step}", f"{newline}{indent}{step}{step}"
    parts = [f'<{prefix}rule id="{in_attribute(id, chr(34))}">']
    if row.note.strip():
        parts.append(f"{inner}<{prefix}description>{in_text(row.note.strip())}</{prefix}description>")
    for column, cell in zip(grid.columns, row.cells, strict=True):
        name = ENTRIES[column.kind]
        text = f"<{prefix}text>{in_text(cell.strip())}</{prefix}text>"
        parts.append(f"{inner}<{prefix}{name}>{deeper}{text}{inner}</{prefix}{name}>")
    return "".join(parts) + f"{newline}{indent}</{prefix}rule>"
