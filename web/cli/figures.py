"""`figures`: the sums behind the figures of supervisors."""

from __future__ import annotations

import click

from tasks.commands import summing
from tasks.db import Database
from tasks.figures.checking import differences
from tasks.published import published
from web.cli.clock import now
from web.cli.output import as_json, on_database, show


@click.group()
def figures() -> None:
    """Check the sums behind the figures of supervisors, or make them anew."""


@figures.command()
@on_database
@as_json
def check(database: str, json_wanted: bool) -> int:
    """Compare the sums with a plain recomputation of every case."""
    opened = Database(database)
    with opened.snapshot() as connection:
        found = differences(connection, published(opened).refresh(connection).law.calendar)
    if json_wanted:
        show({"ok": not found, "differences": found})
    else:
        click.echo("\n".join(found) or "the sums are what the cases say")
    return 1 if found else 0


@figures.command()
@on_database
def rebuild(database: str) -> None:
    """Make all sums anew from the cases; the figures are right meanwhile."""
    click.echo(f"{summing.rebuild(Database(database), now())} cases are in the sums")
