"""A decision table is changed as text: cells, rows and the hit policy, and not a byte besides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import decision
from engine.amend.table_text import Grid, Row, amend_table, read_grids
from engine.errors import AmendError

FILES = sorted(Path(__file__).parents[2].glob("workflows/*/*.dmn"))
SAMPLE = b"""<?xml version='1.0'?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="age" name="age"><variable name="age"/>
    <decisionTable id="t" hitPolicy='UNIQUE'>
      <input id="i" label="years"><inputExpression><text>years</text></inputExpression></input>
      <output id="o" name="adult"/>
      <rule id="r1"><inputEntry><text><![CDATA[< 18]]></text></inputEntry>
        <outputEntry><text>false</text></outputEntry></rule>
      <!-- grown up -->
      <rule id="r2">
        <inputEntry id="x"><text>&gt;= 18</text></inputEntry>
        <outputEntry><text>true</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


def grid(data: bytes = SAMPLE) -> Grid:
    return read_grids(data, file="a.dmn")["age"]


def amended(wanted: Grid) -> str:
    return amend_table(SAMPLE, wanted, file="a.dmn").decode()


def test_a_cell_is_read_and_written_where_it_stands() -> None:
    found = grid()
    assert [row.cells for row in found.rows] == [("< 18", "false"), (">= 18", "true")]
    rows = (replace(found.rows[0], cells=("< 15", "false")), replace(found.rows[1], cells=(">= 15", "true")))
    new = amended(replace(found, rows=rows))
    assert new == SAMPLE.decode().replace("< 18]]", "< 15]]").replace("&gt;= 18", "&gt;= 15")


def test_a_row_is_added_moved_and_taken_out() -> None:
    found = grid()
    new = amended(replace(found, rows=(*found.rows, Row("", "Muut", ("null", "null")))))
    assert read_grids(new.encode(), file="a.dmn")["age"].rows[2].note == "Muut"
    assert 'rule id="age_row_1">\n' in new
    assert decision.load(new.encode(), "a.dmn").evaluate("age", {"years": None}) is None
    new = amended(replace(found, rows=found.rows[::-1]))
    assert [row.id for row in read_grids(new.encode(), file="a.dmn")["age"].rows] == ["r2", "r1"]
    assert new.index("<!-- grown up -->") < new.index('<rule id="r2">') < new.index('<rule id="r1">')
    assert 'id="r1"' not in amended(replace(found, rows=found.rows[1:]))


def test_the_hit_policy_changes_between_its_quotes() -> None:
    assert amended(replace(grid(), policy="FIRST")) == SAMPLE.decode().replace("'UNIQUE'", "'FIRST'")


def test_a_row_of_another_width_and_a_table_that_is_not_there_are_refused() -> None:
    for wanted in (replace(grid(), decision="nobody"), replace(grid(), rows=(Row("", "", ("1",)),))):
        with pytest.raises(AmendError):
            amended(wanted)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_table_of_ours_reads_as_wanted_and_keeps_all_else(data: st.DataObject) -> None:
    old = data.draw(st.sampled_from(FILES)).read_bytes()
    found = data.draw(st.sampled_from(sorted(read_grids(old, file="a.dmn").values(), key=lambda each: each.decision)))
    rows = data.draw(st.sampled_from([list(found.rows), list(found.rows[::-1]), list(found.rows[1:])]))
    changed, added = data.draw(st.tuples(st.booleans(), st.booleans()))
    if rows and changed:
        at = data.draw(st.integers(0, len(rows) - 1))
        cells = list(rows[at].cells)
        cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(st.sampled_from(["-", '"a < b & c"', "[1..2]"]))
        rows[at] = replace(rows[at], cells=tuple(cells))
    if added:
        rows.append(Row("", data.draw(st.sampled_from(["", "ä"])), tuple("-" for _ in found.columns)))
    new = amend_table(old, replace(found, rows=tuple(rows)), file="a.dmn")
    told = read_grids(new, file="a.dmn")[found.decision]
    assert [(row.note, row.cells) for row in told.rows] == [(row.note, row.cells) for row in rows]
    kept = [row.origin for row in rows] == list(range(len(found.rows)))
    assert not kept or [row.cells for row in rows] != [row.cells for row in found.rows] or new == old
    head, tail = old.split(b"<rule", 1)[0], old.rsplit(b"</rule>", 1)[-1]
    assert (new.startswith(head), new.endswith(tail)) == (True, True)
