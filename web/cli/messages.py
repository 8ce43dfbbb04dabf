"""`message`: messages of other systems: deliver one, list those without a case, find them one, discard them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from tasks.arrival import Arrived, Incoming
from tasks.commands import arrivals
from tasks.commands.views import record_views
from tasks.errors import InvalidAnswers
from tasks.published import published
from tasks.queries import messages as queries
from tasks.queries import reach
from web.cli.cases import acting_as, as_local, as_person, occurred, refused
from web.cli.clock import now, today
from web.cli.dates import read_json
from web.cli.output import as_json, on_database, show


@click.group()
def message() -> None:
    """Deliver messages of other systems, and find a case for those that have none."""


@message.command("deliver")
@click.argument("name")
@click.option("--id", "external_id", required=True, help="The sender's own id: the same id never has two effects.")
@click.option("--correlation", default="{}", help="Whose message it is, as JSON: case, process, unit, parties, keys.")
@click.option("--data", "data_json", default="{}", help="The message's answers as JSON, @file or -.")
@click.option("--source", default="", help="The name of the sending system (default: the person's).")
@click.option("--channel")
@occurred
@as_person
@on_database
@as_json
def deliver(
    name: str, external_id: str, correlation: str, data_json: str, source: str, channel: str | None,
    occurred: datetime | None, acting: str, database: str, json_wanted: bool,
) -> int:  # fmt: skip
    """Deliver the message NAME to the case that waits for it, start a case with it, or keep it."""
    opened, actor = acting_as(database, acting)
    incoming = Incoming(
        name, external_id, read_json(data_json, "--data"), read_json(correlation, "--correlation"), source, channel,
        as_local(occurred),
    )  # fmt: skip
    try:
        arrived = arrivals.deliver_message(opened, actor, incoming, now=now())
    except InvalidAnswers as error:
        return refused(error.error, json_wanted)
    return _told(arrived, json_wanted)


@message.command("list")
@as_person
@on_database
@as_json
def list_messages(acting: str, database: str, json_wanted: bool) -> None:
    """List the messages without a case that the person may sort, oldest first."""
    opened, actor = acting_as(database, acting)
    with opened.read() as connection:
        versions = published(opened).refresh(connection)
        rows = queries.unplaced(connection, versions, reach.rights(connection, actor.user_id or 0, today()))
        seen = [pair for row in rows for pair in queries.concerned(connection, row)]
    record_views(opened, actor, what="messages", why="message_in_unit", now=now(), seen=seen)
    if json_wanted:
        show({"messages": [asdict(row) for row in rows]})
        return
    for row in rows:
        when = f"{row.received_at:%Y-%m-%d %H:%M}"
        click.echo(
            f"{row.id:>6}  {when}  {row.name:<24} {row.state} {row.reason or ''}  {row.source} {row.external_id}"
        )


@message.command("place")
@click.argument("message_id", type=int)
@click.argument("case_id", type=int)
@click.option("--path", help="The element that waits, where a case waits at several.")
@as_person
@on_database
@as_json
def place(message_id: int, case_id: int, path: str | None, acting: str, database: str, json_wanted: bool) -> int:
    """Deliver a message without a case to a case that waits for it."""
    opened, actor = acting_as(database, acting)
    try:
        arrived = arrivals.place_message(opened, actor, message_id, case_id, path=path, now=now())
    except InvalidAnswers as error:
        return refused(error.error, json_wanted)
    return _told(arrived, json_wanted)


@message.command("discard")
@click.argument("message_id", type=int)
@click.option("--reason", required=True)
@as_person
@on_database
def discard(message_id: int, reason: str, acting: str, database: str) -> None:
    """Say that a message belongs to no case; its content goes, who said so and why stays."""
    opened, actor = acting_as(database, acting)
    arrivals.discard_message(opened, actor, message_id, reason=reason, now=now())
    click.echo(f"message {message_id} is discarded")


def _told(arrived: Arrived, json_wanted: bool) -> int:
    document: dict[str, Any] = asdict(arrived) | {"sentence": arrived.sentence}
    if json_wanted:
        show(document)
    else:
        click.echo(arrived.sentence)
    return 0
