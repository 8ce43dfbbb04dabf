"""Worked examples are changed as text: what nobody changed stays byte for byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.amend.examples_text import ExampleColumn, ExampleGrid, ExampleRow, amend_examples, read_example_grid
from engine.errors import AmendError
from engine.example import read_examples

FILES = sorted(Path(__file__).parents[2].glob("workflows/*/*.csv"))
SAMPLE = b'name,in:years,out:adult\r\nLapsi,17,"false"\r\n\r\n"Vanha, viisas",99,true'


def grid(data: bytes = SAMPLE) -> ExampleGrid:
    return read_example_grid(data, file="a.csv")


def amended(wanted: ExampleGrid, data: bytes = SAMPLE) -> str:
    return amend_examples(data, wanted, file="a.csv").decode()


def test_a_cell_is_written_where_it_stands() -> None:
    found = grid()
    assert [row.cells for row in found.rows] == [("Lapsi", "17", "false"), ("Vanha, viisas", "99", "true")]
    rows = (found.rows[0], replace(found.rows[1], cells=("Vanha, viisas", "98", '"kyllä"')))
    assert amended(replace(found, rows=rows)) == SAMPLE.decode().replace("99,true", '98,"""kyllä"""')


def test_rows_are_added_and_taken_out_with_their_lines() -> None:
    found = grid()
    assert amended(replace(found, rows=(found.rows[0],))) == SAMPLE.decode().removesuffix('"Vanha, viisas",99,true')
    assert amended(replace(found, rows=(*found.rows, ExampleRow(("", "3", ""))))) == SAMPLE.decode() + "\r\n,3,\r\n"
    new = amended(replace(found, rows=(ExampleRow(("A", "1", "false")), *found.rows)))
    assert new == SAMPLE.decode().replace("Lapsi", "A,1,false\r\nLapsi", 1)


def test_a_column_comes_goes_and_gets_another_heading() -> None:
    found = grid()
    name, years, adult = found.columns
    wider = ExampleGrid(
        (name, years, ExampleColumn("in:born"), replace(adult, heading="out:grown")),
        tuple(replace(row, cells=(*row.cells[:2], "", row.cells[2])) for row in found.rows),
    )
    new = amended(wider)
    assert new == 'name,in:years,in:born,out:grown\r\nLapsi,17,,"false"\r\n\r\n"Vanha, viisas",99,,true'
    again = grid(new.encode())
    narrow = ExampleGrid(
        tuple(column for column in again.columns if column.heading != "in:born"),
        tuple(replace(row, cells=(*row.cells[:2], row.cells[3])) for row in again.rows),
    )
    assert amended(narrow, new.encode()) == SAMPLE.decode().replace("out:adult", "out:grown")


def test_a_file_that_is_not_there_yet_begins_with_its_headings() -> None:
    wanted = ExampleGrid((ExampleColumn("name"), ExampleColumn("in:a")), (ExampleRow(("Yksi", "1")),))
    assert amended(wanted, b"") == "name,in:a\nYksi,1\n"
    assert read_examples(amended(wanted, b""))[0].name == "Yksi"


def test_what_cannot_be_read_or_is_in_no_order_is_refused() -> None:
    found = grid()
    for data in (b"name,in:a\nx\n", b'name\n"x', b"\nname\n", b"\xff"):
        with pytest.raises(AmendError):
            grid(data)
    for wanted in (replace(found, rows=found.rows[::-1]), replace(found, rows=(ExampleRow(("x",)),))):
        with pytest.raises(AmendError):
            amended(wanted)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_examples_of_ours_read_as_wanted_and_keep_all_else(data: st.DataObject) -> None:
    old = data.draw(st.sampled_from(FILES)).read_bytes()
    found = grid(old)
    assert amend_examples(old, found, file="a.csv") == old
    rows = list(found.rows)
    at = data.draw(st.integers(0, len(rows) - 1))
    cell = data.draw(st.integers(0, len(found.columns) - 1))
    text = data.draw(st.sampled_from(['"a, b"', "1.5", "", 'date("2026-01-01")']))
    rows[at] = replace(rows[at], cells=tuple(text if n == cell else old for n, old in enumerate(rows[at].cells)))
    new = amend_examples(old, replace(found, rows=tuple(rows)), file="a.csv")
    assert [row.cells for row in grid(new).rows] == [row.cells for row in rows]
    changed = [line for line in zip(new.splitlines(), old.splitlines(), strict=True) if line[0] != line[1]]
    assert len(changed) <= 1
