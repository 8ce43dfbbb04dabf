"""The command line in this process: what it answers, with which exit status."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from web.cli import asiavirta, run

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"


@dataclass
class Told:
    """What a command wrote."""

    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


@dataclass
class CommandLine:
    """`asiavirta`, with capsys to read what it says."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: object, status: int = 0) -> Told:
        """Run a command that ends with this status; nothing but SystemExit may come out."""
        with pytest.raises(SystemExit) as ended:
            run(lambda: asiavirta.main(list(map(str, words)), prog_name="asiavirta", standalone_mode=False))
        told = Told(*self.capsys.readouterr())
        assert (ended.value.code or 0) == status, told
        assert "Traceback" not in told.err
        return told

    def ask(self, *words: object, status: int = 0) -> Any:
        """The JSON answer of a command."""
        return self(*words, "--json", status=status).json

    def refused(self, *words: object) -> str:
        """The sentence of a command that could not be carried out (status 2)."""
        told = self(*words, status=2)
        assert told.out == ""
        return told.err.strip().splitlines()[-1]


def on(database: str, *words: object) -> Sequence[object]:
    """Words of a command on a database."""
    return (*words, "--database", database)
