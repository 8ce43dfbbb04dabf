"""`publish`, `case`, `task`, `verify`, `user`, `db` and `config`: the daily commands, on a database of their own."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.commands.customers import create_customer
from tasks.db import Database
from tasks.stage import HOUSE, prepare
from tests.conftest import Templates
from tests.web.command_line import WORKFLOWS, CommandLine
from tests.workflows.folders import folders
from web.democlock import DemoClock, clock_file

NOW = datetime(2025, 1, 2, 8, tzinfo=UTC)
WHO = ("--as", "everyone")


def furnish(database: Database) -> None:
    """Folders published, people of every role, an employer and a candidate."""
    prepare(database, folders().values())
    create_customer(database, HOUSE, kind="organisation", name="Kuituri Oy", business_id="9004110-4", now=NOW)
    create_customer(database, HOUSE, kind="person", name="Sami Esimerkki", identity_code="140573-9119", now=NOW)


@pytest.fixture
def house(templates: Templates, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A furnished database that the commands find by the environment; gives its file."""
    with templates.copy("sqlite", "furnished", furnish) as database:
        url = database.url.render_as_string()
        monkeypatch.setenv("ASIAVIRTA_DATABASE_URL", url)
        yield Path(url.removeprefix("sqlite:///"))


def application() -> str:
    """The example answer of the application form."""
    return json.dumps(folders()["pay_subsidy"].forms["application"]["x-example"])


def start(cli: CommandLine, **more: str) -> dict[str, Any]:
    words = ["case", "start", "pay_subsidy", "--message", "application", "--data", application(), "--unit", "1"]
    words += ["--party", "employer=1", "--party", "candidate=2", "--channel", "e_service", *WHO]
    answer: dict[str, Any] = cli.ask(*words, *[word for option in more.items() for word in option])
    return answer


def test_a_case_is_started_shown_and_listed(cli: CommandLine, house: Path) -> None:
    started = start(cli)
    assert set(started) == {"case", "number", "tasks"}
    shown = cli.ask("case", "show", started["case"], *WHO)
    assert shown["case"]["number"] == started["number"]
    assert [task["path"] for task in shown["tasks"]] == ["arrival/register"]
    assert "decision_target" in {deadline["name"] for deadline in shown["deadlines"]}
    assert shown["events"][0]["kind"] == "case_started"
    listed = cli.ask("case", "list", *WHO)["cases"]
    assert [(row["id"], row["customer"]) for row in listed] == [(started["case"], "Kuituri Oy")]
    assert started["number"] in cli("case", "list", *WHO).out
    assert "arrival/register" in cli("case", "show", started["case"], *WHO).out


def test_a_case_on_a_demo_moved_on_starts_on_its_day(cli: CommandLine, house: Path) -> None:
    ahead = datetime.now(UTC) + timedelta(days=200)
    DemoClock(clock_file(house)).forward(ahead)
    started = cli.ask("case", "show", start(cli)["case"], *WHO)["case"]["started_at"]
    assert datetime.fromisoformat(started) >= ahead


def test_to_show_a_case_is_recorded(cli: CommandLine, house: Path) -> None:
    cli("case", "show", start(cli)["case"], *WHO)
    with sqlite3.connect(house) as connection:
        assert connection.execute("SELECT what FROM views").fetchall() == [("case",)]


def test_a_task_is_listed_and_completed(cli: CommandLine, house: Path) -> None:
    started = start(cli)
    (task,) = cli.ask("task", "list", *WHO)["tasks"]
    assert task["id"] == started["tasks"][0]
    answers = folders()["arrival"].forms["register"]["x-example"]
    done = cli.ask("task", "complete", task["id"], "--data", json.dumps(answers), *WHO)
    assert set(done) == {"case", "opened", "closed", "outcome"}
    assert len(done["opened"]) == 1
    again = cli.refused("task", "complete", task["id"], "--data", json.dumps(answers), *WHO)
    assert task["id"] in again


def test_answers_that_do_not_fit_are_a_no_with_the_fields(cli: CommandLine, house: Path) -> None:
    (task,) = start(cli)["tasks"]
    refused = cli.ask("task", "complete", task, "--data", '{"arrived_on": "yesterday"}', *WHO, status=1)
    assert "/arrived_on" in {error["pointer"] for error in refused["errors"]}
    assert all(set(error) == {"pointer", "detail"} for error in refused["errors"])
    told = cli("task", "complete", task, "--data", "{}", *WHO, status=1)
    assert "/arrived_on: " in told.err


def test_a_message_is_recorded_and_a_case_cancelled(cli: CommandLine, house: Path) -> None:
    case = start(cli)["case"]
    withdrawal = json.dumps(folders()["pay_subsidy"].forms["withdrawal"]["x-example"])
    went = cli.ask("case", "message", case, "withdrawal", "--data", withdrawal, *WHO)
    assert not went["closed"]  # it is first asked what is withdrawn
    opened = [task for task in cli.ask("case", "show", case, *WHO)["tasks"] if task["path"] != "arrival/register"]
    assert [task["path"] for task in opened] == ["withdrawing_result/check_withdrawal"]
    other = start(cli)["case"]
    assert "employment_started" in cli.refused("case", "message", other, "employment_started", "--data", "{}", *WHO)
    assert "cancelled" in cli("case", "cancel", other, "--reason", "kirjattu kahdesti", *WHO).out
    assert [row["id"] for row in cli.ask("case", "list", "--status", "cancelled", *WHO)["cases"]] == [other]


START = ("case", "start", "pay_subsidy", "--message", "application")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("case", "show", "99", *WHO), "99"),
        (("case", "show", "first", *WHO), "first"),
        (("case", "show", "1", "--as", "nobody"), "nobody"),
        (("case", "list"), "--as"),
        (("task", "complete", "99-1", *WHO), "99-1"),
        (("task", "complete", "first", *WHO), "first"),
        (("task", "complete", "1-1", "--data", "{", *WHO), "not JSON"),
        (("case", "start", "marriage", "--message", "application", "--unit", "1", *WHO), "marriage"),
        (("case", "start", "pay_subsidy", "--message", "hello", "--unit", "1", *WHO), "hello"),
        (("case", "start", "pay_subsidy", "--message", "application", "--unit", "7", *WHO), "7"),
        (("case", "start", "pay_subsidy", "--message", "application", "--unit", "1", "--party", "x", *WHO), "ROLE=ID"),
        (
            ("case", "start", "pay_subsidy", "--message", "application", "--unit", "1", "--party", "employer=9", *WHO),
            "9",
        ),
    ],
)
def test_a_command_that_cannot_be_carried_out(cli: CommandLine, house: Path, words: tuple[str, ...], said: str) -> None:
    assert said in cli.refused(*words, *(["--data", application()] if "start" in words else []))


def test_a_changed_history_is_found_where_it_was_changed(cli: CommandLine, house: Path) -> None:
    first, second = start(cli), start(cli)
    assert cli.ask("verify")["ok"]
    with sqlite3.connect(house) as connection:
        connection.execute("UPDATE events SET kind = 'case_viewed' WHERE case_id = ? AND number = 2", [second["case"]])
    found = cli.ask("verify", status=1)
    assert (found["ok"], found["cases"]) == (False, 2)
    assert (found["breaks"][0]["case_number"], found["breaks"][0]["event"]) == (second["number"], 2)
    assert f"{second['number']}, event 2" in cli("verify", status=1).out
    assert cli.ask("verify", "--case", first["case"])["ok"]


def test_an_event_that_was_removed_breaks_the_chain(cli: CommandLine, house: Path) -> None:
    case = start(cli)
    with sqlite3.connect(house) as connection:
        connection.execute(
            "DELETE FROM events WHERE case_id = ? AND number = (SELECT max(number) FROM events)", [case["case"]]
        )
    assert cli("verify", status=1).out.startswith(case["number"])


def test_a_deadline_of_the_published_version(cli: CommandLine, house: Path) -> None:
    answer = cli.ask("deadline", "pay_subsidy", "D-PAL-07", "--event", "2026-08-31")
    assert (answer["due"], answer["version"]) == ("2026-11-30", "pay_subsidy@1")
    assert "neither a process folder nor" in cli.refused("deadline", "marriage", "D-PAL-07", "--event", "2026-08-31")


PEOPLE = ("--author", "everyone", "--approver", "grant_officer")


def test_the_same_content_is_not_published_twice(cli: CommandLine, house: Path) -> None:
    (version,) = cli.ask("publish", WORKFLOWS / "law", *PEOPLE)["published"]
    assert (version["process"], version["number"], version["new"]) == ("law", 1, False)
    assert "unchanged" in cli("publish", WORKFLOWS / "law", *PEOPLE).out


def test_changed_content_is_a_new_version_with_its_own_first_day(cli: CommandLine, house: Path, tmp_path: Path) -> None:
    shutil.copytree(WORKFLOWS, tmp_path / "workflows")
    deadlines = tmp_path / "workflows" / "pay_subsidy" / "deadlines.toml"
    deadlines.write_text(deadlines.read_text().replace("length = 3\n", "length = 4\n"))
    (version,) = cli.ask("publish", deadlines.parent, *PEOPLE, "--from", "2027-01-01")["published"]
    assert (version["number"], version["new"]) == (2, True)
    assert cli.ask("deadline", "pay_subsidy", "D-PAL-07", "--event", "2026-08-31")["due"] == "2026-12-31"


def test_publishing_takes_two_people_who_exist(cli: CommandLine, house: Path) -> None:
    law = WORKFLOWS / "law"
    assert "same person" in cli.refused("publish", law, "--author", "everyone", "--approver", "everyone")
    assert "nobody" in cli.refused("publish", law, "--author", "everyone", "--approver", "nobody")


def test_a_folder_with_findings_is_not_published(cli: CommandLine, house: Path, tmp_path: Path) -> None:
    shutil.copytree(WORKFLOWS / "payment", tmp_path / "payment")
    drawing = tmp_path / "payment" / "payment.bpmn"
    drawing.write_text(drawing.read_text().replace('calledElement="decision"', 'calledElement="nowhere"'))
    answer = cli.ask("publish", tmp_path / "payment", *PEOPLE, status=1)
    assert answer["published"] == []
    assert "nowhere" in answer["findings"][0]["message"]
    assert "nowhere" in cli("publish", tmp_path / "payment", *PEOPLE, status=1).err
    with sqlite3.connect(house) as connection:
        assert connection.execute("SELECT count(*) FROM versions WHERE process = 'payment'").fetchone() == (1,)


def test_what_is_no_folder_or_zip_is_not_published(cli: CommandLine, house: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    assert "zip" in cli.refused("publish", tmp_path / "a.zip", *PEOPLE)
    assert "process.toml" in cli.refused("publish", tmp_path, *PEOPLE)


def test_a_person_is_added_listed_and_disabled(cli: CommandLine, house: Path) -> None:
    words = ["user", "add", "ville.uusi", "--full-name", "Ville Uusi", "--role", "caseworker"]
    cli(*words, "--work-role", "grant_officer", "--unit", "1", "--password", "salasana-kokeiluun")
    (added,) = [user for user in cli.ask("user", "list")["users"] if user["name"] == "ville.uusi"]
    assert (added["full_name"], added["roles"], added["units"]) == ("Ville Uusi", ["caseworker"], [1])
    assert "ville.uusi is disabled" in cli("user", "disable", "ville.uusi").out
    assert "ville.uusi" not in cli("user", "list").out
    assert "nobody" in cli.refused("user", "disable", "nobody")


def test_a_person_needs_a_long_password_a_known_role_and_a_new_name(cli: CommandLine, house: Path) -> None:
    words = ("user", "add", "everyone", "--full-name", "X")
    assert "at least 12" in cli.refused(*words, "--role", "caseworker", "--password", "short")
    assert "king" in cli.refused(*words, "--role", "king", "--password", "salasana-kokeiluun")
    assert "everyone" in cli.refused(*words, "--role", "caseworker", "--password", "salasana-kokeiluun")


def test_the_sums_of_the_figures_are_made_checked_and_made_anew(cli: CommandLine, house: Path) -> None:
    start(cli)
    assert "1 cases were added to the sums" in cli("db", "upgrade").out
    assert "added" not in cli("db", "upgrade").out
    assert cli.ask("figures", "check") == {"ok": True, "differences": []}
    with sqlite3.connect(house) as connection:
        connection.execute("UPDATE figure_sums SET n = n + 1 WHERE measure = 1")
    assert "the sum is 2, the cases have added 1" in cli("figures", "check", status=1).out
    assert "1 cases are in the sums" in cli("figures", "rebuild").out
    assert "the sums are what the cases say" in cli("figures", "check").out


def test_the_schema_is_made_and_compared(cli: CommandLine, tmp_path: Path) -> None:
    on = ("--database", f"sqlite:///{tmp_path}/new/asiavirta.db")
    assert "the schema is at" in cli("db", "upgrade", *on).out
    assert cli.ask("db", "check", *on) == {"ok": True, "differences": []}
    with sqlite3.connect(tmp_path / "new" / "asiavirta.db") as connection:
        connection.execute("DROP TABLE views")
    assert "views" in cli("db", "check", *on, status=1).out


AWAY = {
    "no server": "postgresql://x@127.0.0.1:1/x",
    "no file": "sqlite:////nowhere/at/all.db",
    "no tables": "sqlite://",
    "another database": "mysql://x/y",
    "no URL": "asiavirta.db",
}


@pytest.mark.parametrize("url", AWAY.values(), ids=AWAY)
@pytest.mark.parametrize("words", [("verify",), ("case", "list", *WHO), ("user", "list"), ("task", "list", *WHO)])
def test_a_database_that_cannot_be_used_is_one_sentence(cli: CommandLine, url: str, words: tuple[str, ...]) -> None:
    told = cli(*words, "--database", url, status=2)
    assert told.out == ""
    assert told.err.startswith("asiavirta: ")


def test_a_password_in_the_url_is_never_repeated(cli: CommandLine) -> None:
    for url in ("postgresql://x:hemligt@127.0.0.1:1/x", "mysql://x:hemligt@h/y", "x:hemligt@h"):
        assert "hemligt" not in cli("verify", "--database", url, status=2).err


def test_the_settings_are_checked(cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASIAVIRTA_SECRET_KEY", raising=False)
    assert not cli.ask("config", "check", status=1)["ok"]
    monkeypatch.setenv("ASIAVIRTA_SECRET_KEY", "x" * 40)
    answer = cli.ask("config", "check")
    assert answer["settings"]["secret_key"] == "set"
    (tmp_path / "asiavirta.toml").write_text("colour = 1")
    assert "colour" in cli("config", "check", "--file", tmp_path / "asiavirta.toml", status=1).err


def test_days_are_helsinki_days(cli: CommandLine, house: Path) -> None:
    shown = cli.ask("case", "show", start(cli, **{"--occurred": "2026-11-20T23:30"})["case"], *WHO)
    (target,) = [row for row in shown["deadlines"] if row["name"] == "decision_target"]
    assert date.fromisoformat(target["nominal_on"]) == date(2026, 12, 11)
