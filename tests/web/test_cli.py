"""The whole command line: what it lists, what it loads, and that nothing unusable shows a traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.web.command_line import WORKFLOWS, CommandLine
from web.cli import MODULES


def test_help_lists_every_command_of_the_contract(cli: CommandLine) -> None:
    listed = cli("--help").out
    wanted = {"demo", "serve", "worker", "db", "check", "play", "publish", "date", "deadline", "decide", "case", "task",
              "verify", "bench", "user", "config"}  # fmt: skip
    assert wanted <= set(MODULES)
    assert not [name for name in wanted if f"\n  {name} " not in listed]


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_command_explains_itself(cli: CommandLine, name: str) -> None:
    assert cli(name, "--help").out.startswith(f"Usage: asiavirta {name}")


def test_an_unknown_command_is_wrong_usage(cli: CommandLine) -> None:
    assert "No such command 'dates'" in cli.refused("dates")


LOADED = """
import sys
import web.cli
from importlib import import_module
for name in {names!r}:
    import_module(f"web.cli.{{web.cli.MODULES[name]}}")
print(sorted(m for m in ("flask", "werkzeug", "sqlalchemy", "SpiffWorkflow", "alembic") if m in sys.modules))
"""


def loaded(*names: str) -> str:
    """Which large packages the modules of these commands load, asked of a new Python."""
    root = WORKFLOWS.parent
    code = LOADED.format(names=names)
    return subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout


def test_only_serve_and_demo_load_flask() -> None:
    assert "flask" not in loaded(*MODULES)


def test_a_date_waits_neither_for_the_database_nor_for_the_web() -> None:
    assert loaded("date", "deadline", "decide").strip() == "[]"


def test_the_installed_program_ends_with_the_status() -> None:
    root = WORKFLOWS.parent
    words = ["date", "--from", "2026-12-10", "--length", "14 moons", "--roll", "forward"]
    code = "from web.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("asiavirta: length '14 moons'")
    assert "Traceback" not in done.stderr
