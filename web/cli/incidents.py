"""`incident`: what could not be done for a case: list it, and try again."""

from __future__ import annotations

from dataclasses import asdict

import click

from tasks.access import hold_role
from tasks.commands.incidents import retry_incident
from tasks.queries import incidents as queries
from tasks.queries import reach
from web.cli.cases import acting_as, as_person
from web.cli.clock import now, today
from web.cli.output import as_json, on_database, show


@click.group()
def incident() -> None:
    """List what could not be done, and try again."""


@incident.command("list")
@as_person
@on_database
@as_json
def list_incidents(acting: str, database: str, json_wanted: bool) -> None:
    """List the open incidents, the newest first; an operator's list, without customer data."""
    opened, actor = acting_as(database, acting)
    with opened.read() as connection:
        hold_role(reach.rights(connection, actor.user_id or 0, today()), "operator").require()
        rows = queries.open_ones(connection)
    if json_wanted:
        told = [asdict(row) | {"error": ": ".join(part for part in row.reason if part)} for row in rows]
        show({"incidents": told})
        return
    for row in rows:
        where = f"{row.process}@{row.version} {row.path or ''}"
        click.echo(f"{row.id:>6}  {row.kind:<9} {row.technical_id:<14} {where}  {': '.join(row.reason)}")


@incident.command("retry")
@click.argument("incident_id", type=int)
@as_person
@on_database
def retry(incident_id: int, acting: str, database: str) -> None:
    """Try again at once what failed."""
    opened, actor = acting_as(database, acting)
    retry_incident(opened, actor, incident_id, now=now())
    click.echo(f"incident {incident_id} is tried again")
