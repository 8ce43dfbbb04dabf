"""The worked examples of a decision changed as text: cells, rows and columns of a CSV, and not a byte besides."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import AmendError
from engine.example import separator
from engine.said import say

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class ExampleColumn:
    """A column by its heading (name, in:<input>, out:<output>); `origin` is its number from 0, None for a new one."""

    heading: str
    origin: int | None = None


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """The cells of an example; `origin` is its number from 0 below the headings, None for a new one."""

    cells: tuple[str, ...]
    origin: int | None = None


@dataclass(frozen=True, slots=True)
class ExampleGrid:
    """The examples as people see them."""

    columns: tuple[ExampleColumn, ...]
    rows: tuple[ExampleRow, ...]


@dataclass(slots=True)
class _Record:
    """A row as it is written: its fields as they stand and as they read, and what stands after it."""

    raw: list[str]
    cells: list[str]
    tail: str = ""


def read_example_grid(data: bytes, *, file: str) -> ExampleGrid:
    """The columns and rows of a CSV; AmendError for one that cannot be read or has rows of another width."""
    return _grid(_records(_text(data, file), file))


def _grid(records: Sequence[_Record]) -> ExampleGrid:
    head, rows = (records[0].cells, records[1:]) if records else ([], [])
    return ExampleGrid(
        tuple(ExampleColumn(cell.strip(), at) for at, cell in enumerate(head)),
        tuple(ExampleRow(tuple(row.cells), at) for at, row in enumerate(rows)),
    )


def amend_examples(data: bytes, wanted: ExampleGrid, *, file: str) -> bytes:
    """The bytes of a CSV that reads as wanted; an empty file takes its headings from what is wanted.

    Rows and columns that stay keep their order. AmendError when they do not, a row has another number of cells, or the
    file cannot be read.
    """
    text = _text(data, file)
    records = _records(text, file)
    before = _grid(records)
    if not _usable(before, wanted):
        raise AmendError(say("{file} has no examples with such rows and columns", file=file))
    sign, newline = separator(text) if text else ",", "\r\n" if "\r\n" in text else "\n"
    old = records or [_Record([], [], newline)]
    made = [_written(old[0], [column.heading for column in wanted.columns], wanted.columns, sign)]
    tails = [old[0].tail]
    for row in wanted.rows:
        record = old[row.origin + 1] if row.origin is not None else _Record([], [], newline)
        made.append(_written(record, row.cells, wanted.columns, sign))
        tails.append(record.tail)
    for at in range(len(tails) - 1):
        tails[at] = tails[at] or newline  # the last row of the file may end without one
    mark = _MARK if data.startswith(_MARK.encode()) else ""
    result = (mark + "".join(line + tail for line, tail in zip(made, tails, strict=True))).encode()
    told = _grid(_records(_text(result, file), file))
    same = [column.heading for column in told.columns] == [column.heading for column in wanted.columns]
    if not same or [row.cells for row in told.rows] != [row.cells for row in wanted.rows]:
        raise AmendError(say("{file}: the change would break the examples, so they are left as they were", file=file))
    return result


def _usable(before: ExampleGrid, wanted: ExampleGrid) -> bool:
    for there, kept in ((before.columns, wanted.columns), (before.rows, wanted.rows)):
        origins = [one.origin for one in kept if one.origin is not None]
        if origins != sorted(set(origins)) or any(not 0 <= at < len(there) for at in origins):
            return False
    return bool(wanted.columns) and all(len(row.cells) == len(wanted.columns) for row in wanted.rows)


def _written(record: _Record, cells: Sequence[str], columns: Sequence[ExampleColumn], sign: str) -> str:
    fields = []
    for cell, column in zip(cells, columns, strict=True):
        at = column.origin
        known = at is not None and at < len(record.raw)
        same = known and at is not None and record.cells[at].replace("\r\n", "\n").strip() == cell.strip()
        fields.append(record.raw[at] if same and at is not None else _field(cell.strip(), sign, len(columns) == 1))
    return sign.join(fields)


def _field(text: str, sign: str, alone: bool) -> str:
    """A cell as it is written: in quotes where it needs them; one that is alone in its row must not vanish."""
    needs = any(each in text for each in (sign, '"', "\n", "\r")) or (alone and not text)
    return '"' + text.replace('"', '""') + '"' if needs else text


def _text(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8").removeprefix(_MARK)
    except UnicodeDecodeError:
        raise AmendError(say("{file} is not UTF-8", file=file)) from None


def _records(text: str, file: str) -> list[_Record]:
    """The rows with something in them; AmendError where this reads otherwise than the reader of examples does."""
    sign = separator(text)
    found: list[_Record] = []
    place = 0
    while place < len(text):
        record, place = _record(text, place, sign)
        if any(cell.strip() for cell in record.cells):
            found.append(record)
        elif found:  # an empty line stays with the row above it
            found[-1].tail += sign.join(record.raw) + record.tail
        else:
            raise AmendError(say("{file} begins with an empty line", file=file))
    try:
        read = [row for row in csv.reader(io.StringIO(text), delimiter=sign, strict=True) if any(map(str.strip, row))]
    except csv.Error as error:
        raise AmendError(say("{file}: not CSV: {reason}", file=file, reason=str(error))) from None
    if read != [record.cells for record in found] or len({len(row) for row in read}) > 1:
        raise AmendError(say("{file}: its rows are not as wide as its headings", file=file))
    return found


def _record(text: str, place: int, sign: str) -> tuple[_Record, int]:
    record = _Record([], [])
    while True:
        start = place
        if text[place : place + 1] == '"':
            place += 1
            while place < len(text) and (text[place] != '"' or text[place : place + 2] == '""'):
                place += 2 if text[place] == '"' else 1
            place += 1
        while place < len(text) and text[place] not in (sign, "\r", "\n"):
            place += 1
        raw = text[start:place]
        record.raw.append(raw)
        record.cells.append(raw[1:-1].replace('""', '"') if raw.startswith('"') else raw)
        if text[place : place + 1] != sign:
            break
        place += 1
    end = place + (2 if text[place : place + 2] == "\r\n" else 1)
    record.tail = text[place:end]
    return record, min(end, len(text))
