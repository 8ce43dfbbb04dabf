"""`export`: the event log as CSV, XES or OCEL, to a file or to standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from tasks.actor import Actor
from tasks.commands.exporting import record_export
from tasks.commands.people import find_user
from tasks.db import Database
from tasks.errors import NotFound
from tasks.exporting import FORMATS, write
from tasks.exporting.extent import Asked
from tasks.published import published
from tasks.queries import people
from web.cli.clock import now
from web.cli.dates import ISO_DAY
from web.cli.output import as_json, on_database, on_language, show
from web.eventlog import Words


@click.group()
def export() -> None:
    """Take data out for those who study it elsewhere."""


@export.command("events")
@click.option("--format", "format", type=click.Choice(list(FORMATS)), required=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file (default: standard output).")
@click.option("--process", default="", help="Only cases of this process.")
@click.option("--unit", default="", metavar="CODE", help="Only cases of this unit.")
@click.option("--from", "from_on", type=ISO_DAY, help="Only cases that arrived on this day or later.")
@click.option("--to", "to_on", type=ISO_DAY, help="Only cases that arrived on this day or earlier.")
@click.option("--plain", is_flag=True, help="Case numbers, customer numbers and user names: an auditor's act.")
@click.option("--purpose", default="", help="What it is for; goes to the access log (needed with --plain).")
@click.option("--as", "acting", help="User name of the supervisor or auditor who gives the command.")
@on_language
@on_database
@as_json
def events(
    format: str, output: Path | None, process: str, unit: str, from_on: datetime | None, to_on: datetime | None,
    plain: bool, purpose: str, acting: str | None, language: str, database: str, json_wanted: bool,
) -> None:  # fmt: skip
    """Write the event log: every case with what happened in it, its cases, customers and people under keys of its own.

    Without --as the house itself exports, never with --plain. Names, answers, letters and notes are in no export.
    """
    if json_wanted and output is None:
        raise click.UsageError("--json tells what was written to a file: give --output too")
    opened = Database(database)
    actor = find_user(opened, acting) if acting else Actor(None, "operator", "cli")
    with opened.read() as connection:
        words = Words(published(opened).refresh(connection), language)
        unit_id = people.unit_id(connection, unit) if unit else None
    if unit and unit_id is None:
        raise NotFound("unit", unit)
    asked = Asked(process, unit_id, *(each.date() if each else None for each in (from_on, to_on)))
    extent = record_export(opened, actor, asked, format=format, plain=plain, purpose=purpose, now=now())
    counter = _Counter(quiet=json_wanted or (output is None and sys.stdout.isatty()))
    _write(write(opened, extent, format, words, counter.heard), output)
    counter.end(output)
    if json_wanted:
        show({"format": format, "file": str(output), "plain": plain, "cases": counter.cases, "events": counter.events})


class _Counter:
    """Says on standard error how far it is: a line that moves on a terminal, and one line at the end."""

    def __init__(self, *, quiet: bool) -> None:
        self.cases = self.events = 0
        self._quiet = quiet

    def heard(self, cases: int, events: int) -> None:
        """So many are written."""
        self.cases, self.events = cases, events
        if not self._quiet and sys.stderr.isatty():
            click.echo(f"\r{cases} cases, {events} events", nl=False, err=True)

    def end(self, output: Path | None) -> None:
        """All are."""
        if not self._quiet:
            clear = "\r" if sys.stderr.isatty() else ""
            where = f" -> {output}" if output else ""
            click.echo(f"{clear}{self.cases} cases, {self.events} events{where}", err=True)


def _write(pieces: Iterator[str], output: Path | None) -> None:
    """A file that is whole or not there, and that only its owner reads."""
    if output is None:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
        return
    part = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="") as to:
            to.writelines(pieces)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
