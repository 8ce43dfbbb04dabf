"""The event log leaves without anybody in it, whole, in three formats, for who may have it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tasks.commands import people
from tasks.db import Database
from tasks.errors import Forbidden, InvalidValue, NotFound
from tasks.exporting import FORMATS
from tasks.exporting import csv as lines
from tasks.exporting import log as logs
from tasks.exporting.extent import SMALLEST_GROUP_SETTING, Asked
from tasks.exporting.keys import Pseudonyms
from tasks.exporting.kinds import LEFT_OUT, TRANSITIONS
from tasks.figures.small import too_small
from tests.tasks.conftest import HOUSE, NOW, Town, prepare
from tests.tasks.event_logs import NUMBER, SECRETS, XES, check_ocel, check_xes, days, live, written

ROOT = Path(__file__).resolve().parents[2]


def prepare_lived(database: Database) -> None:
    """The town with three cases and an auditor."""
    prepare(database)
    live(Town(database))
    auditor = people.add_user(database, HOUSE, name="taina", full_name="Taina Tarkastaja", now=NOW)
    people.add_role(database, HOUSE, user_id=auditor, role="auditor", now=NOW)


@pytest.fixture
def lived(backend: str, templates: Any) -> Iterator[Town]:
    """The same, made once."""
    with templates.copy(backend, "lived", prepare_lived) as database:
        yield Town(database, NOW + timedelta(days=2))


def rows(written: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written, newline="")))


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_of_anybody_stands_in_any_format_even_in_plain(lived, format) -> None:
    planted = str(lived.rows("SELECT answers.data, comments.text FROM answers, comments"))
    assert SECRETS[0] in planted
    keyed, plain = written(lived, format), written(lived, format, who="taina", plain=True, purpose="Kysely 12/2026")
    for secret in SECRETS:
        assert secret not in keyed
        assert secret not in plain
    assert not NUMBER.search(keyed)
    assert not re.search("vilma|pauli", keyed)
    assert NUMBER.search(plain)
    assert "vilma" in plain


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_database_gives_a_whole_file(town, format) -> None:
    file = written(town, format)
    if format == "csv":
        assert rows(file) == []
        assert file.splitlines() == [",".join(lines.COLUMNS)]
    elif format == "xes":
        assert check_xes(file).find(f"{XES}trace") is None
    else:
        check_ocel(json.loads(file))


@pytest.mark.parametrize("format", FORMATS)
def test_the_order_is_the_same_every_time_however_many_cases_are_read_at_once(lived, format, monkeypatch) -> None:
    first = written(lived, format)
    assert written(lived, format) == first
    monkeypatch.setattr(logs, "CASES_AT_ONCE", 1)
    assert written(lived, format) == first


def test_keys_stay_within_an_export_and_differ_between_two(lived) -> None:
    ours, others = (rows(written(lived, "csv", secret=None)) for _ in range(2))
    for column in ("case", "customer", "resource"):
        keys = [{row[column] for row in found} - {""} for found in (ours, others)]
        assert len(keys[0]) == len(keys[1]) > 0
        assert not keys[0] & keys[1]
    assert len({row["case"] for row in ours}) == 3
    assert len({row["customer"] for row in ours}) == 1
    assert Pseudonyms(b"a").case(1, "LU/1/2026") != Pseudonyms(b"a").customer(1).replace("customer", "case")


def test_a_line_tells_the_step_its_role_its_dates_and_the_outcome(lived) -> None:
    found = rows(written(lived, "csv"))
    decided = [row for row in found if row["outcome"] == "decided"]
    assert [(row["activity"], row["lifecycle"]) for row in decided if row["kind"].startswith("task_")] == [
        ("Tarkista", "start"), ("Tarkista", "assign"), ("Tarkista", "complete"), ("Päätä", "start"),
        ("Päätä", "complete"),
    ]  # fmt: skip
    check = next(row for row in decided if row["lifecycle"] == "complete" and row["element"] == "check")
    assert (check["process"], check["version"], check["role"], check["unit"]) == (
        "permit",
        "1",
        "grant_officer",
        "north",
    )
    assert check["timestamp"] == "2026-02-09T11:00:00.000000+00:00"
    assert (check["due_on"], check["legal_on"]) == ("2026-02-23", "2026-02-23")
    letter = next(row for row in decided if row["kind"] == "letter_written")
    assert (letter["activity"], letter["element"]) == ("Kirje kirjoitettiin: Lähetä päätös", "send_notice")
    deadline = next(row for row in decided if row["kind"] == "deadline_met")
    assert deadline["activity"] == "Määräajassa tehty: Tarkistusaika"
    english = rows(written(lived, "csv", language="en"))
    assert {"Check", "Deadline met: Time to check", "The case was closed"} <= {row["activity"] for row in english}


def test_xes_keeps_to_its_schema_and_holds_a_trace_for_each_case(lived) -> None:
    root = check_xes(written(lived, "xes"))
    traces = root.findall(f"{XES}trace")
    assert len(traces) == 3
    events = [{each.attrib["key"]: each.attrib["value"] for each in event} for event in traces[0].iter(f"{XES}event")]
    assert [event["time:timestamp"] for event in events] == sorted(event["time:timestamp"] for event in events)
    assert {"concept:name", "org:resource", "org:role", "org:group", "lifecycle:transition"} <= set(events[1])


def test_ocel_keeps_to_its_schema_and_relates_events_to_what_they_touch(lived) -> None:
    document = json.loads(written(lived, "ocel"))
    check_ocel(document)
    kinds = {row["id"]: row["type"] for row in document["objects"]}
    assert sorted(set(kinds.values())) == ["case", "customer", "deadline", "document", "task", "unit"]
    letter = next(row for row in document["events"] if row["type"].startswith("Kirje kirjoitettiin"))
    related = [(kinds[each["objectId"]], each["qualifier"]) for each in letter["relationships"]]
    assert related == [("case", "case"), ("document", "document"), ("unit", "unit"), ("customer", "applicant")]
    case = next(row for row in document["objects"] if row["type"] == "case")
    assert [each["qualifier"] for each in case["relationships"]] == ["applicant", "employer", "unit"]


def test_a_case_that_came_from_another_is_related_to_it_when_both_leave(lived) -> None:
    origin = lived.value("SELECT MIN(id) FROM cases")
    lived.start(linked_to=origin, link="follow_up")
    document = json.loads(written(lived, "ocel"))
    check_ocel(document)
    qualifiers = [each["qualifier"] for row in document["objects"] for each in row["relationships"]]
    assert "follow_up" in qualifiers


def test_what_was_erased_since_stays_erased_and_the_file_whole(lived) -> None:
    with lived.database.transaction() as connection:
        connection.execute(text("DELETE FROM outbox"))
        connection.execute(text("DELETE FROM documents"))
        connection.execute(text("UPDATE events SET payload = NULL, salt = NULL"))
    check_ocel(json.loads(written(lived, "ocel")))
    assert len(rows(written(lived, "csv"))) > 10


def test_process_unit_and_days_limit_the_cases(lived) -> None:
    lived.pass_time(days=30)
    lived.start()
    assert len({row["case"] for row in rows(written(lived, "csv", asked=days("2026-02-01", "2026-02-28")))}) == 3
    assert len({row["case"] for row in rows(written(lived, "csv", asked=days("2026-03-01", "2026-03-31")))}) == 1
    assert rows(written(lived, "csv", asked=Asked(unit_id=lived.unit("south")))) == []
    assert len({row["case"] for row in rows(written(lived, "csv", asked=Asked(process="permit")))}) == 4
    for asked in (Asked(process="nothing"), Asked(unit_id=99)):
        with pytest.raises(NotFound):
            written(lived, "csv", asked=asked)


def test_a_supervisor_exports_the_cases_of_their_units_only(lived) -> None:
    lived.start(actor=lived.user("saara"), unit_id=lived.unit("south"))
    assert {row["unit"] for row in rows(written(lived, "csv", who="esko"))} == {"north"}
    esko = lived.user("esko").user_id
    role = {"role": "caseworker", "work_roles": ["grant_officer"], "units": [lived.unit("south")]}
    people.add_role(lived.database, HOUSE, user_id=esko, now=lived.now, **role)
    assert {row["unit"] for row in rows(written(lived, "csv", who="esko"))} == {"north"}
    assert len({row["case"] for row in rows(written(lived, "csv", who="taina"))}) == 4


@pytest.mark.parametrize("who", ["vilma", "outi", "olga", "liisa"])
def test_others_export_nothing(lived, who) -> None:
    with pytest.raises(Forbidden):
        written(lived, "csv", who=who)
    assert lived.value("SELECT COUNT(*) FROM audit WHERE kind = 'events_exported'") == 0


def test_an_export_is_recorded_and_a_plain_one_as_a_view_of_every_case(lived) -> None:
    written(lived, "xes", asked=Asked(process="permit"))
    note = lived.rows("SELECT user_name, why, new FROM audit WHERE kind = 'events_exported'")[0]
    assert note.user_name == "esko"
    assert '"xes"' in str(note.new).replace("'", '"')
    assert lived.value("SELECT COUNT(*) FROM views WHERE what = 'events_export'") == 0
    written(lived, "csv", who="taina", plain=True, purpose="Valvontapyyntö 12/2026")
    views = lived.rows("SELECT customer_id, case_id, why FROM views WHERE what = 'events_export' ORDER BY case_id")
    assert [(row.customer_id, row.why) for row in views] == [(lived.customer, "Valvontapyyntö 12/2026")] * 3


def test_a_plain_export_takes_an_auditor_with_a_purpose(lived) -> None:
    with pytest.raises(InvalidValue, match="purpose"):
        written(lived, "csv", who="taina", plain=True, purpose="koe")
    with pytest.raises(Forbidden):
        written(lived, "csv", who="esko", plain=True, purpose="Valvontapyyntö 12/2026")


def test_a_unit_with_few_cases_is_not_named_unless_its_supervisor_asks(lived) -> None:
    for _ in range(3):
        lived.start()
    lived.start(actor=lived.user("saara"), unit_id=lived.unit("south"))
    found = rows(written(lived, "csv", who="taina"))
    assert {row["unit"] for row in found} == {""}
    assert "unit-" not in written(lived, "ocel", who="taina")
    assert {row["unit"] for row in rows(written(lived, "csv", who="esko"))} == {"north"}
    plain = rows(written(lived, "csv", who="taina", plain=True, purpose="Valvontapyyntö 12/2026"))
    assert {row["unit"] for row in plain} == {"north", "south"}


def test_an_area_may_ask_for_larger_groups_and_not_for_smaller(lived) -> None:
    for _ in range(3):
        lived.start()
    area = lived.value("SELECT id FROM areas")
    for value, units in ((1, {"north"}), (20, {""})):
        people.set_setting(
            lived.database, HOUSE, area_id=area, name=SMALLEST_GROUP_SETTING, value=value, from_on=date(2026, 1, 1),
            now=lived.now,
        )  # fmt: skip
        assert {row["unit"] for row in rows(written(lived, "csv", who="taina"))} == units


@pytest.mark.parametrize(
    ("groups", "hidden"),
    [
        ({}, set()),
        ({1: 5, 2: 9}, set()),
        ({1: 4}, {1}),
        ({1: 4, 2: 9, 3: 7}, {1, 3}),  # one hidden group would be the rest of the total
        ({1: 1, 2: 2, 3: 7}, {1, 2, 3}),  # two groups of three cases together are a small one still
        ({1: 3, 2: 3, 3: 7}, {1, 2}),
    ],
)
def test_small_groups_are_hidden_with_enough_others(groups, hidden) -> None:
    assert too_small(groups, 5) == hidden


def test_every_kind_of_event_has_been_thought_about() -> None:
    """A new kind of event goes into tasks/exporting/kinds.py: as what it leaves, or why it does not."""
    known = TRANSITIONS.keys() | LEFT_OUT.keys()
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tasks").rglob("*.py"))
    made = set(re.findall(r"""chain\.add\(\s*"([a-z_]+)\"""", sources))
    made |= set(re.findall(r'_change\(\s*course,\s*row,\s*"([a-z_]+)"', sources))
    assert "task_claimed" in made
    assert made <= known
    assert not TRANSITIONS.keys() & LEFT_OUT.keys()


def test_a_label_that_a_spreadsheet_would_reckon_is_told_as_text() -> None:
    happening = logs.Happening(
        1, "=1+1", "complete", "timer_fired", logs.Place("permit", 1, "x"), NOW, NOW, "clock", "", "", None,
        None, None, "", None, None,
    )  # fmt: skip
    trail = logs.Trail("case-1", logs.CaseRow(1, "", "permit", 1, 1, 1, "open", None, date(2026, 2, 9)), "c", "north")
    assert lines._cells(replace(trail, happenings=(happening,)), happening)[1] == "'=1+1"
