"""The demo's town: cases at everything that can be waited for, some late, all near today, and kept by a second run."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.story import Story
from tasks import bottleneck
from tasks.commands.handing import hand_over
from tasks.db import Database
from tasks.migrations import upgrade
from tasks.stage import Stage
from tasks.town import PEOPLE, Town, fill, furnish
from tasks.townplan import moved, plans
from tests.web.command_line import CommandLine
from tests.workflows.folders import definitions, folders, stories
from web.cli import running
from web.i18n import known

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)
FEW = 72
ACTS = frozenset({"case_started", "task_claimed", "task_completed", "message_received", "commented"})
"""what people do; the clock tells each day that was due, however late it came to it"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of a few dozen cases."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('town') / 'town.db'}", durable=False)
    upgrade(database)
    bundles = list(folders().values())
    town = furnish(database, bundles)
    assert fill(town, bundles, NOW, FEW, lambda done, total: None) == FEW
    yield town
    database.dispose()


@pytest.fixture(scope="module")
def rows(made: Town) -> Iterator[sqlite3.Connection]:
    """The same, to be looked at."""
    with sqlite3.connect(str(made.database.url.database)) as connection:
        yield connection


def values(rows: sqlite3.Connection, sql: str) -> list[Any]:
    return [row[0] for row in rows.execute(sql)]


def test_the_town_fills_without_incidents(rows: sqlite3.Connection) -> None:
    assert values(rows, "SELECT error FROM incidents") == []
    begun = "SELECT count(*) FROM links"
    assert values(rows, "SELECT count(*) FROM cases") == [FEW + values(rows, begun)[0]]


def test_cases_have_begun_others(rows: sqlite3.Connection) -> None:
    """A refused pay subsidy is to be rectified, a training has led to a start-up grant, and the like."""
    joined = "links JOIN cases AS new ON new.id = links.case_id JOIN cases AS old ON old.id = links.from_case_id"
    found = set(rows.execute(f"SELECT old.process, new.process FROM {joined}"))
    wanted = {
        (story.process, begun)
        for story in stories().values()
        for step in story.steps
        for begun in step.expect.get("started", ())
        if "publish" not in _acts(story)
    }
    assert {("pay_subsidy", "rectification"), ("entrepreneurship_training", "startup_grant")} <= wanted
    assert {("pay_subsidy", "rectification"), ("entrepreneurship_training", "startup_grant")} <= found <= wanted
    assert {old for old, _ in found} == {old for old, _ in wanted}


def test_one_message_has_no_case_and_one_waits_for_its_own(rows: sqlite3.Connection) -> None:
    assert values(rows, "SELECT state FROM messages ORDER BY id") == ["unplaced", "early"]


def test_nothing_that_was_due_by_now_still_waits(rows: sqlite3.Connection) -> None:
    due = "SELECT kind FROM timers WHERE state = 'waiting' AND due_at < '2026-11-24T08:30'"
    assert values(rows, due) == []


def test_some_cases_are_open_some_late_and_some_closed(rows: sqlite3.Connection) -> None:
    assert set(values(rows, "SELECT DISTINCT status FROM cases")) >= {"open", "closed"}
    late = "SELECT count(*) FROM tasks WHERE state = 'open' AND due_on < '2026-11-24'"
    assert 0 < values(rows, late)[0] <= values(rows, "SELECT count(*) FROM tasks WHERE state = 'open'")[0] * 0.25
    assert values(rows, "SELECT count(*) FROM tasks WHERE state = 'open' AND assignee_id IS NOT NULL")[0] > 0


def test_three_cases_of_one_person_will_be_late_this_week_and_the_colleague_can_take_them(made: Town) -> None:
    stage = Stage(made.database, made.area_id, made.units[0], made.people)
    found = bottleneck.likely(stage, NOW)
    assert [(risk.process, risk.assignee, risk.likely) for risk in found] == [
        ("document_request", "Kaisa Käsittelijä", True)
    ] * 3
    assert all(TODAY < risk.legal_on < TODAY + timedelta(days=7) for risk in found)
    estimate = found[0].estimate
    assert estimate is not None
    assert (estimate.like, estimate.late, estimate.at_step) == (12, 12, True)
    done = hand_over(
        made.database, made.people["eeva.esihenkilo"], [(risk.task, risk.task_revision) for risk in found],
        to_user_id=made.people["kalle.kasittelija"].user_id, now=NOW,
    )  # fmt: skip
    assert [each.error for each in done] == [None] * 3


def test_nobody_acts_before_what_was_done_already(rows: sqlite3.Connection) -> None:
    told: dict[int, str] = {}
    for case, kind, at in rows.execute("SELECT case_id, kind, at FROM events ORDER BY case_id, number"):
        if kind in ACTS:
            assert told.get(case, "") <= at, (case, kind)
            told[case] = at


def test_a_case_that_began_from_another_is_played_on(rows: sqlite3.Connection) -> None:
    """Somebody does in time what falls due there too; a statement that was asked for comes."""
    its = "SELECT count(*) FROM tasks JOIN links ON links.case_id = tasks.case_id WHERE state = 'open'"
    assert values(rows, f"{its} AND due_on < '2026-11-24'")[0] <= values(rows, its)[0] * 0.25
    ended = "SELECT count(*) FROM links JOIN cases ON cases.id = links.case_id WHERE status = 'closed'"
    assert values(rows, ended)[0] > 0


def test_everything_happened_before_now_and_not_long_ago(rows: sqlite3.Connection) -> None:
    ((first, last),) = rows.execute("SELECT min(at), max(at) FROM events")
    assert first[:10] >= "2025-01-01"
    assert datetime.fromisoformat(last) <= NOW
    recent = "SELECT count(DISTINCT case_id) FROM events WHERE at > '2026-08-01'"
    assert values(rows, recent)[0] > FEW * 0.8


def test_there_is_a_case_of_every_process(rows: sqlite3.Connection) -> None:
    assert set(values(rows, "SELECT DISTINCT process FROM cases")) == set(definitions())


def test_every_open_task_is_for_somebody_who_lives_in_the_demo(rows: sqlite3.Connection) -> None:
    held = {role for citizen in PEOPLE for role in citizen.work_roles}
    assert set(values(rows, "SELECT DISTINCT role FROM tasks")) <= held


def test_every_work_role_has_its_word() -> None:
    lanes = {lane.role for bundle in folders().values() for lane in bundle.manifest.lanes.values() if not lane.outside}
    held = {role for citizen in PEOPLE for role in citizen.work_roles}
    assert {role for role in lanes | held if not known(f"work_role.{role}")} == set()


def test_the_history_of_the_town_is_whole(rows: sqlite3.Connection, cli: CommandLine) -> None:
    (_, _, file) = rows.execute("PRAGMA database_list").fetchone()
    assert cli.ask("verify", "--database", f"sqlite:///{file}")["ok"]


@pytest.mark.parametrize("today", [TODAY + timedelta(days=n) for n in (0, 31, 95, 200)])
def test_the_plan_has_a_case_for_everything_that_is_waited_for(today: date) -> None:
    planned = plans(list(stories().values()), today, 400)
    wanted = {
        f"{story.process}/{step.target}"
        for story in stories().values()
        for step in story.steps
        if step.action in ("do", "message") and not step.refused
    }
    assert not _steps(wanted - _only_after_a_change_of_the_law()) - _steps({plan.waits_for for plan in planned})
    assert len(planned) >= 400


def _steps(waits: set[str]) -> set[tuple[str, str]]:
    """Each process with the steps of its parts, wherever it calls them: in a continuation, a part may wait years on."""
    return {(wait.split("/")[0], wait.rsplit("/", 1)[-1]) for wait in waits}


def _only_after_a_change_of_the_law() -> set[str]:
    """What no story does without publishing first: the demo has one law."""
    free = {t for story in stories().values() for t in _targets(story) if "publish" not in _acts(story)}
    return {t for story in stories().values() for t in _targets(story)} - free


def _acts(story: Story) -> set[str]:
    return {step.action for step in story.steps}


def _targets(story: Story) -> set[str]:
    return {f"{story.process}/{step.target}" for step in story.steps if step.action in ("do", "message")}


def test_every_task_and_message_of_the_diagrams_is_waited_for_in_some_story() -> None:
    done = {str(step.target).rsplit("/", 1)[-1] for story in stories().values() for step in story.steps}
    for definition in definitions().values():
        tasks = {e.element for e in definition.elements.values() if e.kind == "userTask"}
        messages = {e.message for e in definition.elements.values() if e.message}
        assert not (tasks | messages) - done


def test_a_planned_case_is_moved_to_today_with_all_days_in_its_answers() -> None:
    for plan in plans(list(stories().values()), TODAY, 400)[:200]:
        story = moved(plan, 1)
        days = [step.at.date() for step in story.steps]
        assert days == sorted(days)
        stands = days[plan.last]
        assert stands <= TODAY + timedelta(days=3)


def test_a_second_run_keeps_the_data_and_fresh_starts_over(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("demo", "--folder", tmp_path, "--cases", "3", "--fill-only")
    assert "made 3 cases" in cli(*words).out
    with sqlite3.connect(tmp_path / "demo.db") as connection:
        connection.execute("UPDATE areas SET code = 'mine'")
    assert cli(*words).out == ""
    with sqlite3.connect(tmp_path / "demo.db") as connection:
        assert connection.execute("SELECT code FROM areas").fetchall() == [("mine",)]
    assert "made 3 cases" in cli(*words, "--fresh").out
    with sqlite3.connect(tmp_path / "demo.db") as connection:
        assert connection.execute("SELECT code FROM areas").fetchall() != [("mine",)]


def test_a_port_that_is_taken_is_told_before_anything_is_made(cli: CommandLine, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = cli.refused("demo", "--folder", tmp_path / "town", "--port", port)
    assert f"port {port} of 127.0.0.1 is taken by another program" in said
    assert not (tmp_path / "town").exists()


def test_a_host_of_another_machine_is_no_taken_port(cli: CommandLine, tmp_path: Path) -> None:
    said = cli.refused("demo", "--folder", tmp_path / "town", "--host", "192.0.2.1")
    assert "nothing can listen on 192.0.2.1:8080" in said
    assert "taken" not in said


@pytest.mark.parametrize("ended", [0, 1])
def test_a_part_that_ended_is_named_with_its_status(ended: int) -> None:
    parts = [subprocess.Popen(["sh", "-c", "exit 3" if part == ended else "exec sleep 30"]) for part in (0, 1)]
    parts[ended].wait()
    assert running.what_happened(30, *parts).startswith(f"the {('web', 'clock')[ended]} ended with status 3")
    parts[1 - ended].kill()
    parts[1 - ended].wait()


def test_a_web_that_runs_and_is_silent_is_told_as_that() -> None:
    with subprocess.Popen(["sleep", "30"]) as slow:
        assert "did not answer within 30 seconds" in running.what_happened(30, slow, slow)
        slow.kill()


def test_a_town_half_made_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "demo.db.partial").write_bytes(b"not a database")
    running.make_town(tmp_path / "demo.db", 1)
    assert (tmp_path / "demo.db").exists()
    assert not (tmp_path / "demo.db.partial").exists()
