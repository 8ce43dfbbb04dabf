"""`bench`: the figures of speed and size, measured on this machine; it comes with a source checkout."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from web.cli.output import as_json, show

CHECKOUT = Path(__file__).resolve().parents[2]


@click.command()
@click.option(
    "--database",
    envvar="ASIAVIRTA_TEST_DATABASE_URL",
    help="The PostgreSQL server to measure on (a throw-away database is made there), or a SQLite URL for SQLite alone.",
)
@click.option(
    "--cases", type=click.IntRange(5, 5000), default=60, show_default=True, help="Copies of a case that each task gets."
)
@as_json
def bench(database: str | None, cases: int, json_wanted: bool) -> int:
    """Measure on this machine, each figure beside the floor: the least work that writes the same rows."""
    if not (CHECKOUT / "tests" / "bench" / "run.py").exists():
        raise click.UsageError("the benchmark comes with a source checkout; run it there with `make bench`")
    sys.path.insert(0, str(CHECKOUT))  # the installed packages do not hold the tests
    measured = import_module("tests.bench.run").measure(database, cases, lambda step: click.echo(step, err=True))
    if json_wanted:
        show(measured.document())
    else:
        click.echo(measured.text())
    return 0 if measured.ok else 1
