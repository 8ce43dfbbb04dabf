"""Two versions of a folder are told apart by element, field, cell, row and word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import bundle as bundles
from engine.bundle import Bundle
from engine.compare import FACETS, HOWS, WHATS, Change, compare, compare_parts
from tests.engine.drawing import boundary, flow, flows, folder, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
FOLDERS = Path(__file__).resolve().parents[2] / "workflows"
LINE = flows("s > a > b > done")


def drawn(body: str, **files: Any) -> Bundle:
    return folder(START + body + END, **files)


def told(old: Bundle, new: Bundle) -> list[tuple[str, str, str, str]]:
    return [(c.what, c.how, c.at, c.facet) for c in compare(old, new)]


def only(old: Bundle, new: Bundle) -> Change:
    (change,) = compare(old, new)
    return change


def edited(name: str, path: str, *pairs: tuple[str, str]) -> tuple[Bundle, Bundle]:
    """A real folder and the same with some texts replaced in one file."""
    old = bundles.read(FOLDERS / name)
    text = old.files[path].decode()
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after, 1)
    return old, bundles.inspect(bundles.pack({**old.files, path: text.encode()}))


def test_the_same_content_has_no_changes() -> None:
    assert compare(bundles.read(FOLDERS / "pay_subsidy"), bundles.read(FOLDERS / "pay_subsidy")) == ()


def test_an_added_step_is_an_element_two_flows_a_form_and_no_more() -> None:
    old, new = drawn(tasks("a", "b") + LINE), drawn(tasks("a", "n", "b") + flows("s > a > n > b > done"))
    assert told(old, new) == [
        ("element", "added", "n", ""),
        ("flow", "added", "a_to_n", ""),
        ("flow", "added", "n_to_b", ""),
        ("flow", "removed", "a_to_b", ""),
        ("form", "added", "n", ""),
    ]
    assert [change.how for change in compare(new, old) if change.what == "element"] == ["removed"]


def test_a_step_whose_id_alone_is_new_is_renamed() -> None:
    old = drawn(tasks("a", "b") + LINE)
    body = '<userTask id="ask" name="a"/>' + tasks("b") + flow("s", "ask", id="s_to_a") + flow("ask", "b", id="a_to_b")
    (change,) = [c for c in compare(old, drawn(body + flows("b > done"))) if c.what in ("element", "flow")]
    assert (change.how, change.old, change.new) == ("renamed", "a", "ask")


@pytest.mark.parametrize(
    ("before", "after", "at", "facet"),
    [
        ('<userTask id="a"/>', '<manualTask id="a"/>', "a", "kind"),
        ('<userTask id="a"/>', '<userTask id="a" name="Kysy"/>', "a", "name"),
        ('<userTask id="a"/>', '<userTask id="a"><documentation>Näin.</documentation></userTask>', "a", "instruction"),
        ('<userTask id="a"/>', '<userTask id="a" asiavirta:form="b"/>', "a", "form"),
        ('<userTask id="a"/>', '<userTask id="a" asiavirta:limit="b"/>', "a", "other"),
        (
            '<userTask id="a"/>',
            '<userTask id="a"><multiInstanceLoopCharacteristics asiavirta:collection="[1]"/></userTask>',
            "a",
            "repetition",
        ),
    ],
)
def test_what_changes_of_an_element_is_named(before: str, after: str, at: str, facet: str) -> None:
    found = compare(drawn(before + tasks("b") + LINE), drawn(after + tasks("b") + LINE))
    assert (at, facet) in [(change.at, change.facet) for change in found]


def test_a_timer_a_host_and_an_interrupting_flag_are_told_apart() -> None:
    def late(host: str, length: str, interrupting: bool) -> Bundle:
        event = boundary("late", host, timer("timeDuration", length), interrupting=interrupting)
        return drawn(tasks("a", "b") + LINE + event + '<endEvent id="e"/>' + flows("late > e"))

    was = late("a", "P3D", True)
    assert only(was, late("a", "P5D", True)).new == ["timeDuration", "P5D"]
    assert only(was, late("b", "P3D", True)).facet == "attached_to"
    assert only(was, late("a", "P3D", False)).facet == "interrupting"


def test_a_flow_that_goes_elsewhere_and_a_condition_are_told_apart() -> None:
    def choice(condition: str, target: str) -> Bundle:
        body = tasks("a", "b") + '<exclusiveGateway id="x" default="x_to_b"/>' + flows("s > a > x > b > done")
        return drawn(body + flow("x", target, condition, id="chosen"))

    was = choice("a.note = null", "done")
    assert only(was, choice("a.note = null", "a")).facet == "route"
    assert (only(was, choice('a.note = "x"', "done")).old, was.process) == ("a.note = null", "example")


def test_only_the_layout_changes_when_shapes_move() -> None:
    old, new = edited("pay_subsidy", "pay_subsidy.bpmn", ('<dc:Bounds x="', '<dc:Bounds x="9'))
    assert told(old, new) == [("layout", "changed", "pay_subsidy", "")]


def test_fields_are_added_required_hidden_and_made_secret_one_by_one() -> None:
    path = "forms/application.json"
    old, new = edited(
        "pay_subsidy", path, ('"required": [\n    "application_kind",', '"required": ['),
        ('"x-kind": "choice",\n      "x-secrecy": "ordinary"', '"x-kind": "choice",\n      "x-secrecy": "secret"'),
        ('"properties": {', '"properties": {\n "extra": {"type": "string", "title": "Uusi", "x-kind": "text"},'),
    )  # fmt: skip
    assert sorted(told(old, new)) == [
        ("field", "added", "application.extra", ""),
        ("field", "changed", "application.application_kind", "required"),
        ("field", "changed", "application.application_kind", "secrecy"),
    ]
    assert {change.name.get("fi") for change in compare(old, new)} == {"Uusi", "Hakemuksen laji"}


def test_a_cell_is_named_by_its_row_and_column() -> None:
    (file,) = [path for path in bundles.read(FOLDERS / "pay_subsidy").files if path == "amount.dmn"]
    table = bundles.read(FOLDERS / "pay_subsidy").decisions["amount"].get("amount").table
    assert table is not None
    cell = table.rules[2].outputs[0].source
    text = bundles.read(FOLDERS / "pay_subsidy").files[file].decode()
    third = text.split("<rule ")[3]
    old, new = edited("pay_subsidy", file, (third, third.replace(f"<text>{cell}</text>", "<text>17</text>", 1)))
    (change,) = [c for c in compare(old, new) if c.what == "cell"]
    assert (change.at.split("/")[:2], change.old, change.new, change.area) == (["amount", "3"], cell, "17", "tables")


def test_a_row_that_is_gone_is_not_a_change_of_every_row_after_it() -> None:
    text = bundles.read(FOLDERS / "pay_subsidy").files["amount.dmn"].decode()
    gone = "<rule " + text.split("<rule ")[2]
    old, new = edited("pay_subsidy", "amount.dmn", (gone, ""))
    assert [(what, how) for what, how, *_ in told(old, new)] == [("rule", "removed")]


def test_a_deadline_tells_its_length_by_the_day_from_which_it_holds() -> None:
    old, new = edited(
        "pay_subsidy", "deadlines.toml", ("from = 2025-01-01\nlength = 1\n", "from = 2025-01-01\nlength = 2\n")
    )
    change = only(old, new)
    assert (change.what, change.at, change.facet) == ("deadline_row", "decision_before_start/2025-01-01", "length")
    assert (change.old, change.new, change.dated, change.locked) == (1, 2, True, True)


def test_a_new_value_of_a_parameter_is_a_new_row() -> None:
    rows = 'rows = [{from = 2025-01-01, value = "1260.00"}'
    old, new = edited("pay_subsidy", "parameters.toml", (rows, rows + ', {from = 2027-01-01, value = "1300.00"}'))
    change = only(old, new)
    assert (change.what, change.how, change.at, change.new) == (
        "parameter_row", "added", "cap_86/2027-01-01", {"value": "1300.00", "doubt": {}},
    )  # fmt: skip


def test_settings_labels_letters_and_stories_are_told_by_their_names() -> None:
    old = bundles.read(FOLDERS / "pay_subsidy")
    story = next(path for path in old.files if path.startswith("stories/"))
    letter = next(path for path in old.files if path.startswith("letters/"))
    files = {**old.files, story: b"", letter: old.files[letter] + b" ", "extra.txt": b"x"}
    files["process.toml"] = files["process.toml"].replace(b"years = 10", b"years = 12")
    found = told(old, bundles.inspect(bundles.pack(files)))
    assert ("setting", "changed", "retention.years", "value") in found
    assert {what for what, *_ in found} == {"setting", "story", "letter", "file"}
    (changed,) = [one for one in compare(old, bundles.inspect(bundles.pack(files))) if one.what == "story"]
    assert changed.name == {"fi": str(old.stories[changed.at]["name"])}


def test_a_drawing_that_cannot_be_read_is_a_changed_file() -> None:
    old = drawn(tasks("a", "b") + LINE)
    new = bundles.inspect(bundles.pack({**old.files, "example.bpmn": b"<oops"}))
    assert told(old, new) == [("file", "changed", "example.bpmn", "")]


def test_parts_are_compared_with_their_caller() -> None:
    one, other = (folder(START + tasks(name) + END + flows(f"s > {name} > done"), "part") for name in "ab")
    main = drawn(tasks("a", "b") + LINE)
    found = compare_parts({"example": main, "part": one}, {"example": main, "part": other, "new": one})
    assert {change.process for change in found} == {"part", "new"}
    assert found[-1].what == "part"


@pytest.mark.parametrize("name", sorted(path.parent.name for path in FOLDERS.glob("*/process.toml")))
def test_every_change_is_of_a_known_kind(name: str) -> None:
    """Two folders that have nothing in common give every kind of change at once."""
    found = compare(bundles.read(FOLDERS / "pay_subsidy"), bundles.read(FOLDERS / name))
    assert {change.what for change in found} <= set(WHATS)
    assert {change.how for change in found} <= set(HOWS)
    assert {change.facet for change in found} <= {"", *FACETS}
