"""The columns of a decision table changed as text: changed, moved, added and taken out, with the cells of every row.

A question brings with it what it reads: data that the decision does not know yet is declared, and what only a question
that went had read is declared no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine import feel
from engine.amend.table_text import (
    ENTRIES,
    HEADS,
    KINDS,
    Column,
    Grid,
    entries_of,
    free_id,
    read_grids,
    rules_of,
    set_text,
    table_of,
)
from engine.errors import AmendError, FeelError, RedrawError, XmlError
from engine.redraw.markup import Markup, Piece, in_attribute, in_text
from engine.redraw.sheet import Sheet
from engine.said import say

BLANK = {"question": "-", "answer": "null", "note": ""}
"""what the rows say in a new column"""


def amend_columns(data: bytes, decision: str, columns: Sequence[Column], *, file: str) -> bytes:
    """The bytes of a DMN file whose table has these columns, questions first, then answers, then notes.

    Each column of the file (`origin`) is taken at most once; one that is not named goes, one without an origin is new
    and says the same in every row: anything, null or nothing. AmendError when there is no such table, the columns are
    in no such order, or the result would read otherwise.
    """
    try:
        before = read_grids(data, file=file).get(decision)
        if before is None or not _usable(before, columns):
            raise AmendError(say("{file} has no table of {decision!r} with such columns", file=file, decision=decision))
        sheet = Sheet(Markup(data, file), file)
        for step in (_drop, _change, _fill, _move, _add):
            step(sheet, table_of(sheet, decision, file), before, columns)
            sheet.commit()
        _declare(sheet, decision, file, before)
        result = sheet.markup.bytes()
        after = read_grids(result, file=file).get(decision)
    except (XmlError, RedrawError) as error:
        raise AmendError(
            say("{file}: the table cannot be changed safely: {reason}", file=file, reason=error.said)
        ) from None
    if after is None or not _as_wanted(before, after, columns):
        raise AmendError(say("{file}: the change would break the table, so it is left as it was", file=file))
    return result


def _usable(before: Grid, columns: Sequence[Column]) -> bool:
    origins = [column.origin for column in columns if column.origin is not None]
    same = all(0 <= at < len(before.columns) for at in origins) and len(set(origins)) == len(origins)
    if not same or not any(column.kind == "answer" for column in columns):
        return False
    kept = all(column.origin is None or before.columns[column.origin].kind == column.kind for column in columns)
    order = [KINDS.index(column.kind) for column in columns]
    return kept and order == sorted(order)


def _as_wanted(before: Grid, after: Grid, columns: Sequence[Column]) -> bool:
    if [_plain(column) for column in after.columns] != [_plain(column) for column in columns]:
        return False
    wanted = [
        tuple(BLANK[column.kind] if column.origin is None else row.cells[column.origin] for column in columns)
        for row in before.rows
    ]
    return [row.cells for row in after.rows] == wanted and [row.id for row in after.rows] == [r.id for r in before.rows]


def _plain(column: Column) -> Column:
    told = (column.label, column.source, column.type, column.allowed, column.default)
    label, source, type, allowed, default = (text.strip() for text in told)
    return Column(label, source, type, allowed, column.kind, default)


def _heads(table: Piece, kind: str) -> list[Piece]:
    return [part for part in table.children if part.local == HEADS[kind]]


def _places(before: Grid, kind: str) -> list[int]:
    """The numbers of the columns of a kind."""
    return [at for at, column in enumerate(before.columns) if column.kind == kind]


def _lists(table: Piece, kind: str) -> Iterator[list[Piece]]:
    """What stands in a row for each column of a kind: the heads, and the cells of each rule."""
    yield _heads(table, kind)
    for rule in rules_of(table):
        yield entries_of(rule, kind)


def _drop(sheet: Sheet, table: Piece, before: Grid, columns: Sequence[Column]) -> None:
    kept = {column.origin for column in columns}
    for kind in KINDS:
        gone = [at for at, origin in enumerate(_places(before, kind)) if origin not in kept]
        for pieces in _lists(table, kind):
            for at in gone:
                if at < len(pieces):
                    sheet.cut(pieces[at])


def _kept(before: Grid, columns: Sequence[Column], kind: str) -> list[int]:
    """The numbers that columns of a kind have in the file and keep, as they stand there."""
    return sorted(column.origin for column in columns if column.kind == kind and column.origin is not None)


def _change(sheet: Sheet, table: Piece, before: Grid, columns: Sequence[Column]) -> None:
    """Write the attributes that differ of the columns that stay."""
    wanted = {column.origin: _plain(column) for column in columns if column.origin is not None}
    for kind in KINDS:
        for piece, origin in zip(_heads(table, kind), _kept(before, columns, kind), strict=True):
            old, new = _plain(before.columns[origin]), wanted[origin]
            if kind != "question" and old.source != new.source:
                sheet.set_attribute(piece, "name", new.source or None)
            if old.label != new.label:
                sheet.set_attribute(piece, "label", new.label or None)
            if old.type != new.type:
                typed = _child(piece, "inputExpression") if kind == "question" else piece
                _type(sheet, typed or piece, new.type)


def _type(sheet: Sheet, piece: Piece, type: str) -> None:
    inner = _child(piece, "typeRef")  # as older files have it
    if inner is not None:
        sheet.set_content(inner, type)
    else:
        sheet.set_attribute(piece, "typeRef", type or None)


def _fill(sheet: Sheet, table: Piece, before: Grid, columns: Sequence[Column]) -> None:
    """Write the formulas and values that differ of the columns that stay."""
    wanted = {column.origin: _plain(column) for column in columns if column.origin is not None}
    for kind in KINDS[:2]:
        for at, origin in enumerate(_kept(before, columns, kind)):
            old, new = _plain(before.columns[origin]), wanted[origin]
            values = "inputValues" if kind == "question" else "outputValues"
            told = [(values, old.allowed, new.allowed), ("defaultOutputEntry", old.default, new.default)]
            for name, was, text in [("inputExpression", old.source, new.source), *told] if new.question else told:
                if was != text:
                    _text_child(sheet, _heads(table_of(sheet, before.decision, sheet.file), kind)[at], name, text)
                    sheet.commit()


def _child(piece: Piece, name: str) -> Piece | None:
    return next((part for part in piece.children if part.local == name), None)


def _text_child(sheet: Sheet, piece: Piece, name: str, text: str) -> None:
    there = _child(piece, name)
    if there is not None and text:
        set_text(sheet, there, text)
    elif there is not None:
        sheet.cut(there)
    else:
        tag = f"{piece.prefix}{name}"
        later = ("defaultOutputEntry",) if name == "outputValues" else ("inputValues",)
        before = next((part for part in piece.children if part.local in later), None)
        _insert(sheet, piece, [f"<{tag}>{_text(piece.prefix, text)}</{tag}>"], before)


def _text(prefix: str, text: str) -> str:
    return f"<{prefix}text>{in_text(text)}</{prefix}text>"


def _insert(sheet: Sheet, parent: Piece, lines: list[str], before: Piece | None) -> None:
    """A new part in an element, on a line of its own unless its neighbours share one."""
    text = sheet.markup.text
    if parent.children and "\n" not in text[parent.inside : parent.children[0].start]:
        place = before.start if before is not None else parent.children[-1].end
        sheet.markup.edit(place, place, "".join(line.lstrip("\t") for line in lines))
    else:
        sheet.insert(parent, lines, before)


def _move(sheet: Sheet, table: Piece, before: Grid, columns: Sequence[Column]) -> None:
    """Let the columns that stay stand in their order: what stands between them stays where it is."""
    for kind in KINDS:
        there = _kept(before, columns, kind)
        order = [column.origin for column in columns if column.kind == kind and column.origin is not None]
        if order == there:
            continue
        for pieces in _lists(table, kind):
            texts = {
                origin: sheet.markup.text[piece.start : piece.end] for origin, piece in zip(there, pieces, strict=False)
            }
            if len(texts) < len(order):  # a row that has not all its notes
                raise AmendError(say("a row of {decision!r} has too few notes", decision=before.decision))
            for piece, origin in zip(pieces, order, strict=False):
                sheet.markup.edit(piece.start, piece.end, texts[origin])


def _add(sheet: Sheet, table: Piece, before: Grid, columns: Sequence[Column]) -> None:
    for kind in KINDS:
        wanted = [column for column in columns if column.kind == kind]
        for at, column in enumerate(wanted):  # those before it are there already
            if column.origin is None:
                _add_one(sheet, before.decision, column, at)


def _add_one(sheet: Sheet, decision: str, column: Column, at: int) -> None:
    """A new column before the one at its place, and a cell of it in every row."""
    table = table_of(sheet, decision, sheet.file)
    rules, heads = rules_of(table), _heads(table, column.kind)
    later = [*heads[at:], *(each for kind in KINDS[KINDS.index(column.kind) + 1 :] for each in _heads(table, kind))]
    _insert(sheet, table, _head(sheet, decision, column, table.prefix), next(iter([*later, *rules]), None))
    for rule in rules:
        entries = entries_of(rule, column.kind)
        if column.kind == "note" and len(entries) < at:
            continue
        tail = [each for kind in KINDS[KINDS.index(column.kind) + 1 :] for each in entries_of(rule, kind)]
        like = next((part for part in rule.children if part.local in ENTRIES.values()), None)
        wide = like is not None and "\n" in sheet.markup.text[like.start : like.end]
        tag, text = f"{rule.prefix}{ENTRIES[column.kind]}", _text(rule.prefix, BLANK[column.kind])
        lines = [f"<{tag}>", f"\t{text}", f"</{tag}>"] if wide else [f"<{tag}>{text}</{tag}>"]
        _insert(sheet, rule, lines, next(iter([*entries[at:], *tail]), None))
    sheet.commit()


def _head(sheet: Sheet, decision: str, column: Column, prefix: str) -> list[str]:
    column = _plain(column)
    name = f"{prefix}{HEADS[column.kind]}"
    if column.kind == "note":
        return [f"<{name} name={_quoted(column.source)} />"]
    id = free_id("", f"{decision}_{HEADS[column.kind]}", sheet.markup.text)
    label = f" label={_quoted(column.label)}" if column.label else ""
    typed = f" typeRef={_quoted(column.type)}" if column.type else ""
    lines = []
    if column.kind == "question":
        formula = f"<{prefix}inputExpression{typed}>{_text(prefix, column.source)}</{prefix}inputExpression>"
        lines, opened, inner = [f"\t{formula}"], f'<{name} id="{id}"{label}', "inputValues"
    else:
        named = f" name={_quoted(column.source)}" if column.source else ""
        opened, inner = f'<{name} id="{id}"{named}{label}{typed}', "outputValues"
    for tag, text in ((inner, column.allowed), ("defaultOutputEntry", column.default)):
        lines += [f"\t<{prefix}{tag}>{_text(prefix, text)}</{prefix}{tag}>"] if text else []
    return [f"{opened}>", *lines, f"</{name}>"] if lines else [f"{opened} />"]


def _quoted(text: str) -> str:
    return f'"{in_attribute(text, chr(34))}"'


# What the questions read is declared


def _declare(sheet: Sheet, decision: str, file: str, before: Grid) -> None:
    """Declare what new questions read and the decision does not know; drop what only a gone question had read."""
    after = read_grids(sheet.markup.bytes(), file=file).get(decision)
    owner = sheet.get(decision, say("change the table"))
    requirements = {_root(sheet, part): part for part in owner.children if part.local == "informationRequirement"}
    if after is None or not requirements:  # a bare table is given what its questions ask for
        return
    read, old = roots(after), roots(before)
    for name in sorted(old - read):
        if name in requirements:
            _forget(sheet, owner, requirements[name])
    sheet.commit()
    for name in sorted(read - old - set(requirements) - {"today"}):
        kinds = {column.type for column in after.columns if column.question and column.source.strip() == name}
        _require(sheet, sheet.get(decision, say("change the table")), name, next(iter(kinds), ""))
        sheet.commit()


def roots(grid: Grid) -> set[str]:
    """The names that a table reads, in its questions and in its cells."""
    found: set[str] = set()
    for column in grid.columns:
        texts = [column.source if column.question else column.default]
        found |= {path.partition(".")[0] for text in texts if text for path in _paths(text, False)}
    for row in grid.rows:
        for column, cell in zip(grid.columns, row.cells, strict=True):
            if column.kind != "note":
                found |= {path.partition(".")[0] for path in _paths(cell, column.question)}
    return found


def _paths(text: str, condition: bool) -> Sequence[str]:
    try:
        return feel.compile_unary(text or "-").paths if condition else feel.compile(text or "null").paths
    except FeelError:
        return ()


def _root(sheet: Sheet, requirement: Piece) -> str:
    """The name of what a requirement points at."""
    for part in requirement.children:
        wanted = sheet.by_id.get((sheet.markup.value(part, "href") or "").rpartition("#")[2])
        if wanted is not None:
            return _name(sheet, wanted)
    return ""


def _name(sheet: Sheet, element: Piece) -> str:
    variable = _child(element, "variable")
    named = sheet.markup.value(variable, "name") if variable is not None else None
    return named or sheet.markup.value(element, "name") or sheet.markup.value(element, "id") or ""


def _forget(sheet: Sheet, owner: Piece, requirement: Piece) -> None:
    """A requirement goes, and the data that nothing else in the file requires."""
    ids = [(sheet.markup.value(part, "href") or "").rpartition("#")[2] for part in requirement.children]
    sheet.cut(requirement)
    inside = set(map(id, requirement.walk()))
    for wanted in ids:
        data = sheet.by_id.get(wanted)
        others = any(
            (sheet.markup.value(part, "href") or "").rpartition("#")[2] == wanted
            for part in sheet.markup.root.walk()
            if id(part) not in inside
        )
        if data is not None and data.local == "inputData" and not others:
            sheet.cut(data)


def _require(sheet: Sheet, owner: Piece, name: str, type: str) -> None:
    """The decision is given data of a name: what the file has by that name, or new data."""
    root, prefix = sheet.markup.root, owner.prefix
    known = next((part for part in root.children if part.local in ("inputData", "decision")
                  and part is not owner and _name(sheet, part) == name), None)  # fmt: skip
    id = sheet.markup.value(known, "id") if known is not None else free_id(f"{name}_data", "", sheet.markup.text)
    target = "requiredDecision" if known is not None and known.local == "decision" else "requiredInput"
    own = free_id(f"needs_{name}", "", sheet.markup.text)
    line = (
        f'<{prefix}informationRequirement id="{own}"><{prefix}{target} href="#{id}" /></{prefix}informationRequirement>'
    )
    _insert(sheet, owner, [line], _after(owner, "informationRequirement"))
    if known is None:
        typed = f" typeRef={_quoted(type)}" if type else ""
        variable = f"<{prefix}variable name={_quoted(name)}{typed} />"
        data = f'<{prefix}inputData id="{id}" name={_quoted(name)}>{variable}</{prefix}inputData>'
        _insert(sheet, root, [data], _after(root, "inputData") or owner)


def _after(parent: Piece, name: str) -> Piece | None:
    """The part that stands after the last one of a name."""
    places = [at for at, part in enumerate(parent.children) if part.local == name]
    return parent.children[places[-1] + 1] if places and places[-1] + 1 < len(parent.children) else None
