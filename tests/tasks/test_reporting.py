"""What SQL readers see: five views without anybody in them, each column described, and nothing else with their role."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.tasks.event_logs import NUMBER, SECRETS
from tests.tasks.test_exporting import lived  # noqa: F401

VIEWS = ("report_cases", "report_tasks", "report_deadlines", "report_products", "report_events")
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reporting.md"


def read(town, view: str) -> list[dict]:
    return [dict(row._mapping) for row in town.rows(f"SELECT * FROM {view} ORDER BY 1, 2")]


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_of_anybody_stands_in_a_view(lived, view) -> None:  # noqa: F811
    rows = read(lived, view)
    assert rows
    told = str(rows)
    assert not [secret for secret in SECRETS if secret in told]
    assert not NUMBER.search(told)
    assert not re.search("vilma|pauli", told)


def test_the_views_say_what_the_rows_say(lived) -> None:  # noqa: F811
    cases = read(lived, "report_cases")
    assert [(row["process"], row["unit"], row["status"], row["outcome"]) for row in cases] == [
        ("permit", "north", "closed", "decided"), ("permit", "north", "cancelled", None),
        ("permit", "north", "open", None),
    ]  # fmt: skip
    tasks = [row for row in read(lived, "report_tasks") if row["case_id"] == cases[0]["case_id"]]
    assert [(row["element"], row["role"], row["state"]) for row in tasks] == [
        ("check", "grant_officer", "completed"), ("decide", "decision_maker", "completed"),
    ]  # fmt: skip
    deadline = next(row for row in read(lived, "report_deadlines") if row["state"] == "met")
    assert (deadline["name"], deadline["law"], str(deadline["legal_on"])) == ("check", "D-TEST-01", "2026-02-23")
    events = read(lived, "report_events")
    assert {"task_claimed", "letter_written", "case_closed"} <= {row["kind"] for row in events}
    assert not {"commented", "attachment_added"} & {row["kind"] for row in events}
    left = lived.value("SELECT COUNT(*) FROM events WHERE kind NOT IN ('commented', 'attachment_added')")
    assert len(events) == left


def test_a_linked_case_names_the_case_it_came_from_once(lived) -> None:  # noqa: F811
    origin = lived.value("SELECT MIN(id) FROM cases")
    started = lived.start(linked_to=origin, link="appeal")
    row = next(row for row in read(lived, "report_cases") if row["case_id"] == started.case_id)
    assert (row["from_case_id"], row["from_case_kind"]) == (origin, "appeal")


def test_every_column_is_described_in_finnish_and_in_english(lived) -> None:  # noqa: F811
    finnish, english = DOCUMENT.read_text(encoding="utf-8").split("\n# ")[1:]
    for view in VIEWS:
        for column in read(lived, view)[0]:
            for words in (finnish, english):
                part = words.split(f"`{view}`", 1)[1]
                assert f"| `{column}` |" in part.split("\n### ", 1)[0], (view, column)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_role_for_reading_reads_the_views_and_no_table(lived) -> None:  # noqa: F811
    grants = re.findall(r"(GRANT SELECT ON report_cases[^;]*) TO reporting;", DOCUMENT.read_text(encoding="utf-8"))
    assert grants
    with lived.database.engine.connect() as connection:  # rolled back at the end: the role is the server's own
        connection.execute(text(f"{grants[0]} TO pg_monitor"))
        connection.execute(text("SET LOCAL ROLE pg_monitor"))
        for view in VIEWS:
            assert connection.execute(text(f"SELECT COUNT(*) FROM {view}")).scalar_one() > 0
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("SELECT 1 FROM customers"))
