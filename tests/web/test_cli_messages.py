"""`message`: what other systems send, by the command line."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tasks import incident
from tasks.commands.people import add_role, find_user
from tasks.db import Database
from tasks.stage import HOUSE
from tests.web.command_line import CommandLine
from tests.web.test_cli_cases import NOW, WHO, application, house, start

__all__ = ["house"]
LOST = json.dumps({"case": "PT/99/2026"})


def test_a_message_starts_a_case_once(cli: CommandLine, house: Path) -> None:
    said = json.dumps({
        "unit": "keksila-1",
        "parties": {"employer": {"business_id": "9004110-4"}, "candidate": {"identity_code": "140573-9119"}},
    })  # fmt: skip
    words = ("message", "deliver", "application", "--id", "a-1", "--data", application(), "--correlation", said, *WHO)
    first, second = cli.ask(*words), cli.ask(*words)
    assert (first["state"], first["again"], second["again"]) == ("started", False, True)
    assert second["case_id"] == first["case_id"]


def test_a_message_whose_parties_no_process_knows_says_which_it_could_start(cli: CommandLine, house: Path) -> None:
    """An application starts a pay subsidy and a start-up grant: only the former has an employer, neither a guardian."""
    said = json.dumps({"unit": "keksila-1", "parties": {"guardian": {"identity_code": "140573-9119"}}})
    words = ("message", "deliver", "application", "--id", "a-2", "--data", application(), "--correlation", said)
    assert "application starts pay_subsidy, startup_grant; expected the process" in cli.refused(*words, *WHO)
    with sqlite3.connect(house) as connection:
        assert connection.execute("SELECT count(*) FROM cases").fetchone() == (0,)


def test_a_message_without_a_case_is_listed_placed_or_discarded(cli: CommandLine, house: Path) -> None:
    case = start(cli)["case"]
    for id in ("w-1", "w-2"):
        told = cli("message", "deliver", "withdrawal", "--id", id, "--correlation", LOST, *WHO)
        assert "there is no such case; a person decides" in told.out
    first, second = cli.ask("message", "list", *WHO)["messages"]
    assert (first["name"], first["reason"]) == ("withdrawal", "no_case")
    assert cli.ask("message", "place", first["id"], case, *WHO)["state"] == "delivered"
    assert "expected without a case" in cli.refused("message", "place", first["id"], case, *WHO)
    cli("message", "discard", second["id"], "--reason", "testi", *WHO)
    assert cli.ask("message", "list", *WHO)["messages"] == []


def test_a_case_is_started_linked_to_another(cli: CommandLine, house: Path) -> None:
    first = start(cli)["case"]
    second = start(cli, **{"--linked-to": str(first), "--link": "appeal"})["case"]
    with sqlite3.connect(house) as connection:
        rows = connection.execute("SELECT case_id, from_case_id, kind FROM links").fetchall()
    assert rows == [(second, first, "appeal")]


def test_an_incident_is_listed_for_operators_only_and_tried_again(cli: CommandLine, house: Path) -> None:
    case = start(cli)["case"]
    database = Database(f"sqlite:///{house}")
    add_role(database, HOUSE, user_id=find_user(database, "everyone").user_id or 0, role="operator", now=NOW)
    with database.transaction() as connection:
        incident.note(connection, case, "deadline", "DeadlineError: 131052-308T", NOW)
    (row,) = cli.ask("incident", "list", *WHO)["incidents"]
    assert (row["kind"], row["error"]) == ("deadline", "program: DeadlineError")
    assert "131052" not in cli("incident", "list", *WHO).out
    assert "do not include" in cli.refused("incident", "list", "--as", "grant_officer")
    assert "tried again" in cli("incident", "retry", row["id"], *WHO).out
    with sqlite3.connect(house) as connection:
        assert connection.execute("SELECT count(*) FROM timers WHERE kind = 'refresh'").fetchone() == (1,)
