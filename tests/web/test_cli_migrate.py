"""`migrate`: what would move and why not, what has moved, and who may say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tasks.commands.publishing import publish
from tasks.db import Database
from tests.conftest import Templates
from tests.tasks.conftest import HOUSE, NOW, Town, prepare
from tests.tasks.test_migrating import edited
from tests.web.command_line import CommandLine

WORDS = ("migrate", "permit", "--from", "1", "--to")


def furnish(database: Database) -> None:
    """Two cases on version 1, a version that they can move to, and one that they cannot."""
    prepare(database)
    town = Town(database)
    town.start()
    town.start()
    for name in ("nag", "no_check"):
        publish(database, HOUSE, [edited(name)], author="olga", approver="oona", now=NOW)


@pytest.fixture
def cli(templates: Templates, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Iterator[CommandLine]:
    with templates.copy("sqlite", "movable", furnish) as database:
        monkeypatch.setenv("ASIAVIRTA_DATABASE_URL", database.url.render_as_string())
        yield CommandLine(capsys)


def test_a_preview_is_the_default_and_says_what_would_change(cli) -> None:
    told = cli(*WORDS, "2").out
    assert "LU/1/2026        can be moved" in told
    assert "nag begins to wait from the move on" in told
    assert "timer nag: new, 20" in told
    assert told.endswith("2 cases: 2 can be moved\n")
    assert cli.ask(*WORDS, "2")["cases"][0]["state"] == "movable"


def test_what_is_blocked_is_the_answer_no_and_says_why(cli) -> None:
    answer = cli.ask(*WORDS, "3", status=1)
    assert (answer["counts"], answer["applied"], answer["move"]) == ({"blocked": 2}, False, None)
    assert answer["cases"][0]["reasons"] == [
        {"code": "element_lost", "element": "check", "message": "check is open and is not in the new version"}
    ]


def test_a_renamed_step_is_told_and_the_cases_move(cli) -> None:
    answer = cli.ask(*WORDS, "3", "--map", "check=inspect", "--apply", "--as", "outi")
    assert (answer["counts"], answer["applied"]) == ({"moved": 2}, True)
    assert cli(*WORDS, "3").out == "0 cases on that version\n"


def test_only_the_cases_that_are_named_move(cli) -> None:
    told = cli(*WORDS, "2", "--apply", "--case", "2", "--as", "olga").out
    assert told.startswith("LU/2/2026        moved\n")
    assert cli.ask(*WORDS, "2")["counts"] == {"movable": 1}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("9",), "permit@9"),
        (("1",), "expected another version"),
        (("2", "--map", "nonsense"), "expected OLD=NEW"),
        (("2", "--map", "check=nowhere"), "has no element 'nowhere'"),
        (("2", "--as", "nobody"), "nobody"),
        (("2", "--as", "vilma"), "Only an operator"),
        (("2", "--apply", "--case", "99"), "no open case"),
    ],
)
def test_wrong_usage_is_a_sentence(cli, more, sentence) -> None:
    assert sentence in cli.refused(*WORDS, *more)


def test_a_process_that_is_not_there_is_a_sentence(cli) -> None:
    assert "nothing" in cli.refused("migrate", "nothing", "--from", "1", "--to", "2")
