"""The command line: `asiavirta --help` lists everything. Bad input gets a sentence and exit status 2, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module

import click

from engine.errors import EngineError
from web.release import release

MODULES = {
    "date": "dates",
    "deadline": "dates",
    "decide": "dates",
    "check": "checking",
    "simulate": "simulating",
    "play": "playing",
    "publish": "publishing",
    "migrate": "migrating",
    "case": "cases",
    "task": "cases",
    "message": "messages",
    "incident": "incidents",
    "verify": "cases",
    "export": "exporting",
    "db": "administration",
    "figures": "figures",
    "user": "administration",
    "config": "administration",
    "token": "tokens",
    "serve": "running",
    "worker": "running",
    "demo": "running",
    "bench": "bench",
}


class Commands(click.Group):
    """Loads a command's module only when it is asked for: `date` must not wait for the database or the web."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Every command, in the order of the table."""
        return list(MODULES)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """The command of this name."""
        module = MODULES.get(name)
        return getattr(import_module(f"web.cli.{module}"), name) if module else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(release(), prog_name="asiavirta")
def asiavirta() -> None:
    """Asiavirta: statutory processes of public employment services, drawn in BPMN, with their dates explained."""


def main() -> None:
    """Run the command line and turn every foreseen error into one sentence."""
    run(lambda: asiavirta.main(standalone_mode=False))


def run(command: Callable[[], object]) -> None:
    """Call a command; exit 0 fine, 1 the answer is no, 2 wrong usage, unreadable input or a database that is away."""
    try:
        status = command()
        sys.exit(status if isinstance(status, int) else 0)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (EngineError, OSError) as error:
        click.echo(f"asiavirta: {error}", err=True)
        sys.exit(2)
    except Exception as error:
        from tasks.errors import TasksError  # the database's own errors, imported only when something failed

        if not isinstance(error, TasksError):
            raise
        click.echo(f"asiavirta: {_in_words(error)}", err=True)
        sys.exit(2)


def _in_words(error: Exception) -> str:
    """What is not allowed has its own texts, the same as on the pages."""
    from tasks.errors import Forbidden
    from web.i18n import known, translate

    if isinstance(error, Forbidden) and known(f"forbidden.{error.reason}"):
        return translate(f"forbidden.{error.reason}", "en", **error.params)
    return str(error)
