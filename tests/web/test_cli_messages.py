"""`message`: what other systems send, by the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.web.command_line import CommandLine
from tests.web.test_cli_cases import WHO, application, house, start

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
