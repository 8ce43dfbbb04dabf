"""`token`: the keys of the integrations that call the API."""

from __future__ import annotations

from datetime import datetime

import click

from tasks.commands.people import find_user
from tasks.commands.tokens import SCOPES, issue_token, revoke_token
from tasks.db import Database
from tasks.queries.tokens import every_token
from web.cli.administration import on_behalf, operator
from web.cli.clock import now
from web.cli.dates import ISO_DAY
from web.cli.output import as_json, on_database, show


@click.group()
def token() -> None:
    """Issue, list and revoke the tokens with which integrations call the API."""


@token.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="Repeat for more.")
@click.option("--expires", "expires_on", type=ISO_DAY, help="Last day of the token (default: until it is revoked).")
@on_behalf
@on_database
@as_json
def issue(
    name: str, scopes: tuple[str, ...], expires_on: datetime | None, acting: str | None, database: str,
    json_wanted: bool,
) -> None:  # fmt: skip
    """Give the integration NAME a token. It is shown this once: only its hash is kept."""
    opened, actor = operator(database, acting)
    found = find_user(opened, name)
    assert found.user_id is not None
    made = issue_token(
        opened, actor, user_id=found.user_id, scopes=scopes, now=now(),
        expires_on=expires_on.date() if expires_on else None,
    )  # fmt: skip
    if json_wanted:
        show({"id": made.id, "token": made.secret})
    else:
        click.echo(f"token {made.id} of {name}, shown only now:\n{made.secret}")


@token.command("list")
@on_database
@as_json
def list_tokens(database: str, json_wanted: bool) -> None:
    """List every token: whose it is, what it may do, when it was last used."""
    with Database(database).read() as connection:
        rows = every_token(connection)
    if json_wanted:
        show({"tokens": list(rows)})
        return
    for row in rows:
        state = "revoked" if row.revoked_at else f"until {row.expires_on}" if row.expires_on else "in force"
        used = f"used {row.used_at:%Y-%m-%d %H:%M}" if row.used_at else "never used"
        click.echo(f"{row.id:>5}  {row.name:<24} {state:<18} {used:<22} {', '.join(row.scopes)}")


@token.command()
@click.argument("token_id", type=int)
@on_behalf
@on_database
def revoke(token_id: int, acting: str | None, database: str) -> None:
    """Let a token open nothing any more, from now on."""
    opened, actor = operator(database, acting)
    revoke_token(opened, actor, token_id, now=now())
    click.echo(f"token {token_id} is revoked")
