"""`db`, `user`, `config`: administration."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import click

from tasks import migrations
from tasks.actor import Actor
from tasks.commands.people import ROLES, add_area, add_role, add_unit, add_user, find_user, grant_delegation, set_active
from tasks.commands.summing import add_up
from tasks.db import Database
from tasks.queries.people import everyone
from web import outside
from web.cli.clock import now, today
from web.cli.dates import ISO_DAY
from web.cli.output import as_json, on_database, show
from web.config import Config, ConfigError, load

on_behalf = click.option("--as", "acting", help="User name of the operator who gives the command.")


@click.group()
def db() -> None:
    """Migrate the database, or compare it with the models."""


@db.command()
@on_database
def upgrade(database: str) -> None:
    """Bring the schema to the newest version, and the sums behind the figures up to date."""
    path = database.removeprefix("sqlite:///")
    if path != database and path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    opened = Database(database)
    click.echo(f"the schema is at {migrations.upgrade(opened)}")
    added = add_up(opened, now())
    if added:
        click.echo(f"{added} cases were added to the sums of the figures")


@db.command("check")
@on_database
@as_json
def check_schema(database: str, json_wanted: bool) -> int:
    """Compare the models and the schema."""
    found = migrations.check(Database(database))
    if json_wanted:
        show({"ok": not found, "differences": found})
    else:
        click.echo("\n".join(found) or "models and schema agree")
    return 1 if found else 0


@click.group()
def user() -> None:
    """Add, list and disable people; areas and units too."""


@user.command("add")
@click.argument("name")
@click.option("--full-name", required=True)
@click.option("--role", "roles", multiple=True, type=click.Choice(sorted(ROLES)), required=True)
@click.option("--work-role", "work_roles", multiple=True, help="A lane's work role, for example grant_officer; repeat.")
@click.option("--unit", "units", multiple=True, type=int, help="A unit's id; none means every unit.")
@click.option("--password", help="Asked for when it is left out; an integration has none.")
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="fi", show_default=True)
@on_behalf
@on_database
def add(
    name: str, full_name: str, roles: tuple[str, ...], work_roles: tuple[str, ...], units: tuple[int, ...],
    password: str | None, language: str, acting: str | None, database: str,
) -> None:  # fmt: skip
    """Add a person who signs in as NAME, or an integration that comes with a token (see `token issue`)."""
    opened, actor = operator(database, acting)
    if "integration" in roles:
        if len(roles) > 1 or password:
            raise click.UsageError("an integration has no other role and no password: it comes with a token")
    elif password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if password is not None and len(password) < 12:
        raise click.UsageError(f"the password has {len(password)} characters; at least 12 are needed")
    id = add_user(opened, actor, name=name, full_name=full_name, password=password, language=language, now=now())
    for role in roles:
        add_role(opened, actor, user_id=id, role=role, work_roles=work_roles, units=units or None, now=now())
    click.echo(f"user {id}: {name}")


@user.command("list")
@on_database
@as_json
def list_users(database: str, json_wanted: bool) -> None:
    """List the active people, their roles and units."""
    with Database(database).read() as connection:
        people = everyone(connection, today())
    if json_wanted:
        rows = [
            {"id": p.id, "name": p.name, "full_name": p.full_name, "roles": sorted(p.roles), "units": list(p.units)}
            for p in people
        ]
        show({"users": rows})
        return
    for person in people:
        click.echo(f"{person.id:>5}  {person.name:<24} {person.full_name:<28} {', '.join(sorted(person.roles))}")


@user.command()
@click.argument("name")
@on_behalf
@on_database
def disable(name: str, acting: str | None, database: str) -> None:
    """End a person's sessions and let them sign in no more."""
    opened, actor = operator(database, acting)
    found = find_user(opened, name)
    assert found.user_id is not None
    set_active(opened, actor, found.user_id, active=False, now=now())
    click.echo(f"{name} is disabled")


@user.command()
@click.argument("name")
@click.option("--basis", required=True, help="Where the right comes from, for example hallintosääntö 12 §.")
@click.option("--from", "from_on", type=ISO_DAY, help="First day (default: today).")
@click.option("--to", "to_on", type=ISO_DAY, help="Last day (default: until it is ended).")
@click.option("--process", help="Only in this process.")
@click.option("--unit", "unit_id", type=int, help="Only in this unit.")
@on_behalf
@on_database
def delegate(
    name: str, basis: str, from_on: datetime | None, to_on: datetime | None, process: str | None, unit_id: int | None,
    acting: str | None, database: str,
) -> None:  # fmt: skip
    """Give a person the right to decide for a time."""
    opened, actor = operator(database, acting)
    found = find_user(opened, name)
    assert found.user_id is not None
    id = grant_delegation(
        opened, actor, user_id=found.user_id, basis=basis, from_on=from_on.date() if from_on else today(),
        to_on=to_on.date() if to_on else None, process=process, unit_id=unit_id, now=now(),
    )  # fmt: skip
    click.echo(f"delegation {id}: {name}")


@user.command("add-area")
@click.argument("code")
@click.option("--name", required=True, help="Finnish name.")
@click.option("--name-sv", required=True)
@click.option("--name-en", required=True)
@on_behalf
@on_database
def add_area_command(code: str, name: str, name_sv: str, name_en: str, acting: str | None, database: str) -> None:
    """Add an employment area."""
    opened, actor = operator(database, acting)
    names = {"fi": name, "sv": name_sv, "en": name_en}
    click.echo(f"area {add_area(opened, actor, code=code, name=names, now=now())}: {code}")


@user.command("add-unit")
@click.argument("code")
@click.option("--area", "area_id", type=int, required=True)
@click.option("--name", required=True, help="Finnish name.")
@click.option("--name-sv", required=True)
@click.option("--name-en", required=True)
@on_behalf
@on_database
def add_unit_command(
    code: str, area_id: int, name: str, name_sv: str, name_en: str, acting: str | None, database: str
) -> None:
    """Add a unit of an employment area."""
    opened, actor = operator(database, acting)
    names = {"fi": name, "sv": name_sv, "en": name_en}
    click.echo(f"unit {add_unit(opened, actor, code=code, name=names, area_id=area_id, now=now())}: {code}")


def operator(database: str, acting: str | None) -> tuple[Database, Actor]:
    """The database and who acts; without --as it is whoever may run this on the server, recorded as operator."""
    opened = Database(database)
    return opened, find_user(opened, acting) if acting else Actor(None, "operator", "cli")


def _without_password(url: str) -> str:
    """The address of the database as it may be shown."""
    return re.sub(r"(://[^:/@]*):.*@", r"\1:***@", url)


@click.group()
def config() -> None:
    """Look at the settings."""


@config.command("check")
@click.option("--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def check_config(file: Path | None, json_wanted: bool) -> int:
    """Read the settings from the file and the environment, and say whether they can be used."""
    try:
        found = load(file, os.environ)
        called = outside.load(Path(found.services) if found.services else None, os.environ)
    except ConfigError as error:
        if json_wanted:
            show({"ok": False, "problem": str(error)})
        else:
            click.echo(str(error), err=True)
        return 1
    values = {f.name: getattr(found, f.name) for f in fields(Config)}
    values["services"] = ", ".join(called) or "none"
    values |= {"secret_key": "set", "database_url": _without_password(found.database_url)}
    if json_wanted:
        show({"ok": True, "settings": values})
    else:
        for name, value in values.items():
            click.echo(f"{name} = {value}")
    return 0
