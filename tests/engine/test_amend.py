"""TOML and JSON are changed as text: the result reads as meant, and every byte outside the change stays."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.amend import Add, Change, Drop, Place, Put, amend_json, amend_toml, differences
from engine.amend.change import applied
from engine.errors import AmendError

ROOT = Path(__file__).parents[2]
TOML = sorted(ROOT.glob("workflows/**/*.toml"))
JSON = sorted(ROOT.glob("workflows/**/*.json"))
SAMPLE = """\
# dates
[reply]   # how long
name = {fi = "Aika", sv = "Tid"} # names
doubt.fi = "Ehkä."

rows = [
  {from = 2025-01-01, length = 14}, # first
]

[claim]
anchor = '''
a
b'''

[[claim.rows]]
from = 2025-01-01
length = 3

[last]
x = 1
"""


def paths(value: Any, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every path in a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield (*here, key)
        yield from paths(each, (*here, key))


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def toml(text: str, *changes: Change) -> str:
    return amend_toml(text.encode(), changes, file="t.toml").decode()


def test_a_value_is_put_and_its_line_keeps_its_comment() -> None:
    new = toml(SAMPLE, Put(("reply", "name", "sv"), 'Ny "tid"'))
    assert new == SAMPLE.replace('"Tid"', "'Ny \"tid\"'")


def test_a_dated_row_is_closed_and_another_added_in_either_form() -> None:
    end, row = date(2026, 12, 31), {"from": date(2027, 1, 1), "length": 21}
    new = toml(SAMPLE, Put(("reply", "rows", 0, "to"), end), Add(("reply", "rows"), row))
    assert "  {from = 2025-01-01, length = 14, to = 2026-12-31},\n  {from = 2027-01-01, length = 21}, # first\n" in new
    new = toml(SAMPLE, Put(("claim", "rows", 0, "to"), end), Add(("claim", "rows"), row))
    added = "length = 3\nto = 2026-12-31\n\n[[claim.rows]]\nfrom = 2027-01-01\nlength = 21\n\n[last]\n"
    assert new == SAMPLE.replace("length = 3\n\n[last]\n", added)


def test_a_dotted_key_joins_its_kin_and_a_new_table_stands_last() -> None:
    assert 'doubt.fi = "Ehkä."\ndoubt.sv = "Kanske."\n' in toml(SAMPLE, Put(("reply", "doubt", "sv"), "Kanske."))
    assert toml(SAMPLE, Put(("more",), {"a": 1, "b": ["x"]})) == SAMPLE + '\n[more]\na = 1\nb = ["x"]\n'
    assert toml("a = 1", Put(("b",), 2)) == "a = 1\nb = 2"


def test_what_is_dropped_leaves_nothing_behind() -> None:
    claim = SAMPLE[SAMPLE.index("\n[claim]") : SAMPLE.index("\n[last]")]
    assert toml(SAMPLE, Drop(("claim",))) == SAMPLE.replace(claim, "")
    assert 'name = {sv = "Tid"} # names' in toml(SAMPLE, Drop(("reply", "name", "fi")))
    assert "rows = []" in toml(SAMPLE, Drop(("reply", "rows", 0)))


def test_what_cannot_be_changed_safely_is_refused() -> None:
    for change in (Drop(("nobody",)), Add(("last", "x"), 1), Put(("reply",), 3), Put(("claim", "rows", 7, "to"), 1)):
        with pytest.raises(AmendError):
            toml(SAMPLE, change)
    with pytest.raises(AmendError):
        amend_json(b"[", [Drop(("a",))], file="f.json")
    with pytest.raises(AmendError):
        amend_toml(b"\xff", [], file="t.toml")


def test_differences_are_only_what_differs() -> None:
    old: dict[str, Any] = {"a": 1, "b": {"x": 1, "y": 2}, "c": 3}
    found = list(differences(("t",), old, {"a": 1, "b": {"x": 5}, "c": None, "d": True}))
    assert found == [Put(("t", "b", "x"), 5), Drop(("t", "b", "y")), Drop(("t", "c")), Put(("t", "d"), True)]


def test_line_ends_of_windows_stay() -> None:
    old = SAMPLE.replace("\n", "\r\n")
    new = toml(old, Put(("reply", "doubt", "en"), "Maybe."), Add(("claim", "rows"), {"from": date(2027, 1, 1)}))
    assert "\n" not in new.replace("\r\n", "")


def test_a_field_moves_and_a_list_grows_on_lines_of_its_own() -> None:
    old = '{\n  "properties": {\n    "a": {"x": 1},\n    "b": {"x": 2},\n    "c": 3\n  },\n  "required": []\n}\n'
    new = amend_json(old.encode(), [Place(("properties", "c"), 0), Add(("required",), "a")], file="f.json").decode()
    assert list(json.loads(new)["properties"]) == ["c", "a", "b"]
    assert '    "c": 3,\n    "a": {"x": 1},\n    "b": {"x": 2}\n' in new
    new = amend_json(old.encode(), [Put(("properties", "d"), {"x": 4})], file="f.json").decode()
    assert '    "c": 3,\n    "d": {"x": 4}\n' in new


NEW = st.one_of(
    st.text(max_size=20), st.integers(-(10**6), 10**6), st.booleans(), st.lists(st.integers(0, 9), max_size=3),
    st.dictionaries(st.text("abcåäö ", min_size=1, max_size=4), st.text(max_size=5), max_size=3),
)  # fmt: skip


def a_change(data: st.DataObject, document: Any, *, dates: bool) -> Change:
    """Any change that the document allows."""
    path = data.draw(st.sampled_from(list(paths(document))))
    value = data.draw(st.one_of(NEW, st.dates()) if dates else NEW)
    found = at(document, path)
    ways: list[Change] = [Drop(path)]
    if isinstance(found, dict):  # a table in several places stays a table, which holds something
        ways += [Put(path, value)] if isinstance(value, dict) and value else []
    elif not isinstance(found, list) or not any(isinstance(item, dict) for item in found):
        ways.append(Put(path, value))
    if isinstance(found, dict) and not found.keys() & {"new"}:
        ways.append(Put((*path, "new"), value))
    if isinstance(found, list) and (not found or isinstance(found[0], dict) == isinstance(value, dict)):
        ways += [Add(path, value), Add(path, value, data.draw(st.integers(0, len(found))))]
    return data.draw(st.sampled_from(ways))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(st.data())
def test_any_change_of_any_toml_reads_as_meant_and_leaves_the_rest(data: st.DataObject) -> None:
    old = data.draw(st.sampled_from(TOML)).read_bytes()
    document = tomllib.loads(old.decode())
    change = a_change(data, document, dates=True)
    new = amend_toml(old, [change], file="t.toml")
    wanted = applied(document, change)
    if isinstance(change, Drop) and at(wanted, change.path[:-1]) in ([], {}):  # the last header takes its kin with it
        return
    assert tomllib.loads(new.decode()) == wanted
    _rest_stays(old, new, change, document)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.data_too_large])
@given(st.data())
def test_any_change_of_any_json_reads_as_meant_and_leaves_the_rest(data: st.DataObject) -> None:
    old = data.draw(st.sampled_from(JSON)).read_bytes()
    document = json.loads(old)
    change = a_change(data, document, dates=False)
    new = amend_json(old, [change], file="f.json")
    assert json.loads(new) == applied(document, change)
    _rest_stays(old, new, change, document)


def _rest_stays(old: bytes, new: bytes, change: Change, document: Any) -> None:
    """All but one spot of the text is the same: no more of the old text is gone than the lines of the value."""
    was = _found(document, change.path)
    if isinstance(was, dict | list) and not isinstance(change, Add):
        return  # it may stand in several places, and all of them go
    head = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - head
    tail = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    gone = old[head : len(old) - tail].decode("utf-8", "replace")
    if isinstance(change, Add) or was is None:
        assert gone == ""
    else:
        assert gone.count("\n") <= str(was).count("\n") + 2


def _found(document: Any, path: tuple[str | int, ...]) -> Any:
    try:
        return at(document, path)
    except (KeyError, IndexError):
        return None
