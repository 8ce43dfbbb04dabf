"""`publish`: check process folders and make them new versions; an operator's act by two different people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from engine import bundle as bundles
from tasks.actor import Actor
from tasks.check import folders_in
from tasks.commands.people import find_user
from tasks.commands.publishing import publish as publish_folders
from tasks.db import Database
from tasks.errors import NotPublishable
from web.cli.clock import now, today
from web.cli.dates import ISO_DAY
from web.cli.output import as_json, on_database, show


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--author", required=True, help="User name of the one who made it.")
@click.option("--approver", required=True, help="User name of another one who approved it.")
@click.option("--from", "from_on", type=ISO_DAY, help="The day it takes effect (default: today).")
@click.option("--as", "acting", help="User name of the operator who gives the command.")
@on_database
@as_json
def publish(
    paths: Sequence[Path], author: str, approver: str, from_on: datetime | None, acting: str | None, database: str,
    json_wanted: bool,
) -> int:  # fmt: skip
    """Check and publish process folders or zips as new versions, the law and called parts first."""
    opened = Database(database)
    actor = find_user(opened, acting) if acting else Actor(None, "operator", "cli")
    folders = [folder for path in paths for folder in (folders_in(path) if path.is_dir() else [path])]
    read = [bundles.inspect(f if f.is_dir() else f.read_bytes()) for f in folders]
    try:
        versions = publish_folders(
            opened, actor, read, author=author, approver=approver, now=now(),
            from_on=from_on.date() if from_on else today(),
        )  # fmt: skip
    except NotPublishable as error:
        if json_wanted:
            show({"published": [], "findings": list(error.findings)})
        for finding in error.findings if not json_wanted else ():
            where = f"{finding.file}{f':{finding.line}' if finding.line else ''}"
            click.echo(f"{where}: {finding.severity}: {finding.message} [{finding.rule}]", err=True)
        return 1
    if json_wanted:
        show({"published": list(versions)})
        return 0
    for version in versions:
        what = f"version {version.number}" if version.new else f"unchanged, version {version.number} stands"
        click.echo(f"{version.process}: {what} ({version.hash[:12]})")
    return 0
