"""The columns of a decision table are changed as text, with the cells of every row, and not a byte besides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import decision
from engine.amend.columns_text import BLANK, amend_columns
from engine.amend.table_text import KINDS, Column, Grid, Row, amend_table, read_grids
from engine.errors import AmendError
from tests.engine.test_amend_table import FILES, SAMPLE, grid

GROUND = (FILES[0].parents[1] / "training_participation" / "interruption_ground.dmn").read_bytes()


def ground() -> Grid:
    return read_grids(GROUND, file="a.dmn")["interruption_ground"]


def amended(*columns: Column, data: bytes = GROUND, name: str = "interruption_ground") -> str:
    return amend_columns(data, name, columns, file="a.dmn").decode()


def test_the_notes_of_a_row_are_cells_too_and_a_row_may_lack_them() -> None:
    rows = ground().rows
    assert [column.kind for column in ground().columns] == ["question"] * 3 + ["answer"] * 2 + ["note"]
    assert rows[1].cells[-1] == "Ei etene opinnoissaan"
    new = [replace(row, cells=(*row.cells[:-1], "Toisin & näin")) if row.origin == 1 else row for row in rows]
    told = amend_table(GROUND, replace(ground(), rows=tuple(new)), file="a.dmn").decode()
    assert told == GROUND.decode().replace("Ei etene opinnoissaan", "Toisin &amp; näin")
    line = b"        <annotationEntry><text>Ei perustetta</text></annotationEntry>\n"
    bare = GROUND.replace(line, b"")
    assert read_grids(bare, file="a.dmn")["interruption_ground"].rows[2].cells[-1] == ""
    whole = read_grids(bare, file="a.dmn")["interruption_ground"]
    rows = (*whole.rows[:2], replace(whole.rows[2], cells=(*whole.rows[2].cells[:-1], "Ei perustetta")))
    assert amend_table(bare, replace(whole, rows=rows), file="a.dmn") == GROUND


def test_a_column_is_renamed_where_its_words_stand() -> None:
    columns = ground().columns
    new = amended(replace(columns[0], label="luvattomia päiviä"), *columns[1:])
    assert new == GROUND.decode().replace("peräkkäisiä luvattomia päiviä", "luvattomia päiviä")
    new = amended(*columns[:3], replace(columns[3], source="why", allowed='"absence","none"'), *columns[4:])
    line = '<output id="output_ground" name="ground" label="peruste" typeRef="string" />'
    assert line in GROUND.decode()
    assert [part for part in new.splitlines() if part not in GROUND.decode().splitlines()] == [
        '      <output id="output_ground" name="why" label="peruste" typeRef="string">',
        '        <outputValues><text>"absence","none"</text></outputValues>',
        "      </output>",
    ]


def test_a_question_that_reads_something_new_declares_it() -> None:
    columns = ground().columns
    asked = Column("ilmoitettu", "reported", "boolean")
    new = amended(*columns[:1], asked, *columns[1:])
    old = GROUND.decode().splitlines()
    assert [line.strip() for line in new.splitlines() if line not in old] == [
        '<inputData id="reported_data" name="reported"><variable name="reported" typeRef="boolean" /></inputData>',
        '<informationRequirement id="needs_reported"><requiredInput href="#reported_data" /></informationRequirement>',
        '<input id="interruption_ground_input_1" label="ilmoitettu">',
        '<inputExpression typeRef="boolean"><text>reported</text></inputExpression>',
    ]
    loaded = decision.load(new.encode(), "a.dmn")
    given = {"run": 6, "limit": 5, "progressing": True, "reported": None}
    assert loaded.evaluate_outputs("interruption_ground", given, None)[0]["ground"] == "absence"
    back = read_grids(new.encode(), file="a.dmn")["interruption_ground"].columns
    assert amended(*(column for column in back if column.source != "reported"), data=new.encode()) == GROUND.decode()


def test_what_another_cell_still_reads_stays_declared() -> None:
    columns = ground().columns
    assert columns[1].source == "limit"
    new = amended(*(column for column in columns if column.source != "limit"))
    assert ('id="limit_data"' in new, 'id="input_limit"' in new) == (True, False)
    new = amended(*(column for column in columns if column.source != "progressing"))
    assert "progressing" not in new


def test_columns_move_with_their_cells() -> None:
    columns = ground().columns
    new = amended(columns[2], columns[0], columns[1], *columns[3:])
    told = read_grids(new.encode(), file="a.dmn")["interruption_ground"]
    assert [row.cells[:3] for row in told.rows] == [("-", ">= limit", "-"), ("false", "-", "-"), ("-", "-", "-")]
    assert sorted(new.splitlines()) == sorted(GROUND.decode().splitlines())


def test_a_table_that_shares_its_lines_takes_a_column_too() -> None:
    first, second = grid().columns
    new = amended(first, Column("", "b", "string"), second, Column("", "Peruste", kind="note"), data=SAMPLE, name="age")
    assert read_grids(new.encode(), file="a.dmn")["age"].rows[0].cells == ("< 18", "-", "false", "")
    assert new.startswith(SAMPLE.decode()[: SAMPLE.decode().index("<output")])


def test_columns_in_no_order_and_rows_of_another_width_are_refused() -> None:
    first, second = grid().columns
    for columns in ((second, first), (first,), (first, first, second), (first, replace(second, origin=9))):
        with pytest.raises(AmendError):
            amended(*columns, data=SAMPLE, name="age")
    narrow = SAMPLE.replace(b"<text>false</text></outputEntry>", b"<text>false</text></outputEntry><outputEntry/>")
    assert read_grids(narrow, file="a.dmn") == {}
    with pytest.raises(AmendError):
        amend_table(narrow, replace(grid(), rows=(Row("", "", ("1", "2")),)), file="a.dmn")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_table_of_ours_takes_a_column_and_gives_it_back_byte_for_byte(data: st.DataObject) -> None:
    old = data.draw(st.sampled_from(FILES)).read_bytes()
    found = data.draw(st.sampled_from(sorted(read_grids(old, file="a.dmn").values(), key=lambda each: each.decision)))
    kind = data.draw(st.sampled_from(KINDS))
    places = [at for at in range(len(found.columns) + 1)
              if sorted([*(KINDS.index(c.kind) for c in found.columns[:at]), KINDS.index(kind)])
              == [*(KINDS.index(c.kind) for c in found.columns[:at]), KINDS.index(kind)]
              and all(KINDS.index(c.kind) >= KINDS.index(kind) for c in found.columns[at:])]  # fmt: skip
    at = data.draw(st.sampled_from(places))
    label = data.draw(st.sampled_from(["", 'ä < "b" & c'])) if kind != "note" else ""
    added = Column(label, "brand_new", "" if kind == "note" else "string", kind=kind)
    new = amend_columns(old, found.decision, (*found.columns[:at], added, *found.columns[at:]), file="a.dmn")
    told = read_grids(new, file="a.dmn")[found.decision]
    assert [row.cells[at] for row in told.rows] == [BLANK[kind]] * len(found.rows)
    kept = [column for column in told.columns if column.source != "brand_new"]
    assert amend_columns(new, found.decision, kept, file="a.dmn") == old
