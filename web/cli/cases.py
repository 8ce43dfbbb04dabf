"""`case`, `task`, `verify`: the daily commands, for scripts and for trying things out; every one acts as a person."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from engine.linked import KINDS
from forms.errors import FormError
from tasks.access import see
from tasks.actor import Actor
from tasks.commands.cases import cancel_case, start_case
from tasks.commands.messages import record_message
from tasks.commands.people import find_user
from tasks.commands.views import record_views
from tasks.commands.work import complete as complete_task
from tasks.commands.work import pick as pick_step
from tasks.db import Database
from tasks.errors import InvalidAnswers
from tasks.history import verify as verify_chain
from tasks.published import published
from tasks.queries import case as case_page
from tasks.queries import papers
from tasks.queries.queues import cases_of, tasks_of, whereabouts
from tasks.queries.worklist import Days
from web.cli.clock import now, today
from web.cli.dates import read_json
from web.cli.output import as_json, on_database, show

as_person = click.option("--as", "acting", required=True, help="User name of the person who gives the command.")
MOMENT = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
occurred = click.option("--occurred", type=MOMENT, help="When it happened, local time (default: now).")


@click.group()
def case() -> None:
    """Start, show, list and cancel cases, and record messages that came."""


@case.command("start")
@click.argument("process")
@click.option("--message", required=True, help="The message that starts it, for example application.")
@click.option("--data", "data_json", default="{}", help="The message's answers as JSON, @file or -.")
@click.option("--party", "parties", multiple=True, metavar="ROLE=ID", help="A customer by id in a role; repeat.")
@click.option("--unit", "unit_id", type=int, required=True)
@click.option("--channel")
@click.option("--linked-to", type=int, help="Id of the case that it comes from, also of a closed one.")
@click.option("--link", type=click.Choice(KINDS), default=KINDS[0], help="What it is to that case.")
@occurred
@as_person
@on_database
@as_json
def start(
    process: str, message: str, data_json: str, parties: tuple[str, ...], unit_id: int, channel: str | None,
    linked_to: int | None, link: str, occurred: datetime | None, acting: str, database: str, json_wanted: bool,
) -> int:  # fmt: skip
    """Start a case of PROCESS."""
    opened, actor = acting_as(database, acting)
    try:
        started = start_case(
            opened, actor, process=process, message=message, answers=read_json(data_json, "--data"),
            parties=_parties(parties), unit_id=unit_id, channel=channel, now=now(), occurred_at=as_local(occurred),
            linked_to=linked_to, link=link,
        )  # fmt: skip
    except InvalidAnswers as error:
        return refused(error.error, json_wanted)
    if json_wanted:
        show({"case": started.case_id, "number": started.number, "tasks": list(started.task_ids)})
    else:
        click.echo(f"{started.number} (case {started.case_id}), open tasks: {', '.join(started.task_ids) or 'none'}")
    return 0


@case.command("message")
@click.argument("case_id", type=int)
@click.argument("message")
@click.option("--data", "data_json", default="{}", help="The message's answers as JSON, @file or -.")
@click.option("--channel")
@occurred
@as_person
@on_database
@as_json
def message(
    case_id: int, message: str, data_json: str, channel: str | None, occurred: datetime | None, acting: str,
    database: str, json_wanted: bool,
) -> int:  # fmt: skip
    """Record a message that came in, on a case that waits for it."""
    opened, actor = acting_as(database, acting)
    try:
        done = record_message(
            opened, actor, case_id, message=message, answers=read_json(data_json, "--data"), channel=channel,
            now=now(), occurred_at=as_local(occurred),
        )  # fmt: skip
    except InvalidAnswers as error:
        return refused(error.error, json_wanted)
    return _went(done, json_wanted)


@case.command("show")
@click.argument("case_id", type=int)
@as_person
@on_database
@as_json
def show_case(case_id: int, acting: str, database: str, json_wanted: bool) -> int:
    """Show a case: what is open, its dates, its history. The view is recorded."""
    opened, actor = acting_as(database, acting)
    with opened.read() as connection:
        versions = published(opened).refresh(connection)
        rights, place = whereabouts(connection, versions, actor, case_id, today())
        verdict = see(rights, place)
        verdict.require()
        head = case_page.head(connection, case_id)
        assert head is not None
        document = {
            "case": asdict(head),
            "parties": [asdict(row) for row in case_page.parties(connection, case_id)],
            "tasks": [asdict(row) for row in case_page.tasks(connection, case_id)],
            "waits": [asdict(row) for row in case_page.waits(connection, case_id)],
            "deadlines": [asdict(row) for row in case_page.deadlines(connection, case_id)],
            "documents": [asdict(row) for row in papers.documents(connection, case_id)],
            "events": [asdict(row) for row in reversed(papers.events(connection, case_id))],
        }
    record_views(opened, actor, what="case", why=verdict.reason, now=now(), seen=[(None, case_id)])
    if json_wanted:
        show(document)
        return 0
    _print_case(document)
    return 0


def _print_case(document: dict[str, Any]) -> None:
    head = document["case"]
    click.echo(f"{head['number']}  {head['process']}@{head['version']}  {head['status']} {head['outcome'] or ''}")
    for task in document["tasks"]:
        click.echo(f"  task {head['id']}-{task['number']}  {task['state']:<10} {task['path']}")
    for wait in document["waits"]:
        click.echo(f"  waits for {wait['message']} at {wait['path']}")
    for deadline in document["deadlines"]:
        click.echo(f"  {deadline['due_on']}  {deadline['name']} ({deadline['state']})")
    for event in document["events"]:
        click.echo(f"  {event['at']:%Y-%m-%d %H:%M}  {event['kind']:<22} {event['actor']}  {event['path'] or ''}")


@case.command("list")
@click.option("--process", default="")
@click.option("--status", type=click.Choice(["open", "closed", "cancelled"]))
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@as_person
@on_database
@as_json
def list_cases(process: str, status: str | None, limit: int, acting: str, database: str, json_wanted: bool) -> None:
    """List the cases that the person may see, newest first."""
    opened, actor = acting_as(database, acting)
    with opened.read() as connection:
        versions = published(opened).refresh(connection)
        rows = cases_of(
            connection, versions, actor.user_id or 0, today(), process=process, status=status or "", limit=limit
        )
    seen = [(row.customer_id, row.id) for row in rows]
    record_views(opened, actor, what="case_list", why="role_in_unit", now=now(), seen=seen)
    if json_wanted:
        show({"cases": [asdict(row) for row in rows]})
        return
    for row in rows:
        click.echo(
            f"{row.id:>8}  {row.number:<16} {row.process:<18} {row.status:<9} {row.next_on or ''}  {row.customer}"
        )


@case.command("cancel")
@click.argument("case_id", type=int)
@click.option("--reason", required=True)
@as_person
@on_database
def cancel(case_id: int, reason: str, acting: str, database: str) -> None:
    """Cancel a case that should not have been started."""
    opened, actor = acting_as(database, acting)
    cancel_case(opened, actor, case_id, reason=reason, now=now())
    click.echo(f"case {case_id} is cancelled")


@click.group()
def task() -> None:
    """List and complete tasks, and choose next steps."""


@task.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@as_person
@on_database
@as_json
def list_tasks(limit: int, acting: str, database: str, json_wanted: bool) -> None:
    """List the open tasks that the person may do, the most urgent first."""
    opened, actor = acting_as(database, acting)
    with opened.read() as connection:
        versions = published(opened).refresh(connection)
        day = today()
        soon = versions.law.calendar.add_working_days(day, 2)
        rows = tasks_of(connection, versions, actor.user_id or 0, Days(day, soon), limit)
    seen = list(dict.fromkeys((None, row.case_id) for row in rows))
    record_views(opened, actor, what="task_list", why="work_role_in_unit", now=now(), seen=seen)
    if json_wanted:
        show({"tasks": [{"id": row.id, **asdict(row)} for row in rows]})
        return
    for row in rows:
        click.echo(f"{row.id:<10} {row.due_on or '':<11} {row.case_number:<14} {row.element:<28} {row.customer}")


@task.command("complete")
@click.argument("task_id")
@click.option("--data", "data_json", default="{}", help="The answers as JSON, @file or -.")
@click.option("--version", type=int, help="The version that was seen; a later change is then refused.")
@occurred
@as_person
@on_database
@as_json
def complete(
    task_id: str, data_json: str, version: int | None, occurred: datetime | None, acting: str, database: str,
    json_wanted: bool,
) -> int:  # fmt: skip
    """Complete a task with its form's answers."""
    opened, actor = acting_as(database, acting)
    try:
        done = complete_task(
            opened, actor, task_id, version=version, answers=read_json(data_json, "--data"), now=now(),
            occurred_at=as_local(occurred),
        )  # fmt: skip
    except InvalidAnswers as error:
        return refused(error.error, json_wanted)
    return _went(done, json_wanted)


@task.command("pick")
@click.argument("task_id")
@click.argument("element")
@click.option("--version", type=int, help="The version that was seen; a later change is then refused.")
@occurred
@as_person
@on_database
@as_json
def pick(
    task_id: str, element: str, version: int | None, occurred: datetime | None, acting: str, database: str,
    json_wanted: bool,
) -> int:  # fmt: skip
    """Begin the step ELEMENT, in the task that is the choice of the next step of an ad-hoc sub-process."""
    opened, actor = acting_as(database, acting)
    begun = pick_step(
        opened, actor, task_id, element=element, version=version, now=now(), occurred_at=as_local(occurred)
    )
    return _went(begun, json_wanted)


def _went(done: Any, json_wanted: bool) -> int:
    if json_wanted:
        show({"case": done.case_id, "opened": list(done.opened), "closed": done.closed, "outcome": done.outcome})
    elif done.closed:
        click.echo(f"the case is closed: {done.outcome}")
    else:
        click.echo(f"open now: {', '.join(done.opened) or 'nothing new'}")
    return 0


def refused(error: FormError, json_wanted: bool) -> int:
    """Answers that do not fit: the answer is no."""
    errors = [{"pointer": e.pointer, "detail": e.message("en")} for e in error.errors]
    if json_wanted:
        show({"errors": errors})
    else:
        for each in errors:
            click.echo(f"{each['pointer']}: {each['detail']}", err=True)
    return 1


@click.command()
@click.option("--case", "case_id", type=int, help="Only this case.")
@on_database
@as_json
def verify(case_id: int | None, database: str, json_wanted: bool) -> int:
    """Check the hash chain of the history, and say where it breaks."""
    found = verify_chain(Database(database), case_id)
    if json_wanted:
        show({"ok": not found.breaks, **asdict(found)})
    else:
        for broken in found.breaks:
            click.echo(f"{broken.case_number}, event {broken.event}: {broken.problem}")
        click.echo(f"{found.cases} cases, {found.events} events: {len(found.breaks) or 'no'} breaks")
    return 1 if found.breaks else 0


def acting_as(database: str, acting: str) -> tuple[Database, Actor]:
    """The database and the person who gives the command; NotFound."""
    opened = Database(database)
    return opened, find_user(opened, acting)


def _parties(given: tuple[str, ...]) -> dict[str, int]:
    parties = {}
    for each in given:
        role, separator, id = each.partition("=")
        if not separator or not id.isdigit():
            raise click.UsageError(f"--party is {each!r}; expected ROLE=ID, for example employer=12")
        parties[role] = int(id)
    return parties


def as_local(moment: datetime | None) -> datetime | None:
    """A moment that was typed, in Finnish time."""
    from engine.story import HELSINKI

    return moment.replace(tzinfo=HELSINKI) if moment else None
