"""What the commands print: one JSON document with --json, plain lines without; values as ISO strings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import click

DEFAULT_DATABASE = "sqlite:///var/asiavirta.db"

as_json = click.option("--json", "json_wanted", is_flag=True, help="One JSON document on standard output.")
on_language = click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="fi", show_default=True)
on_database = click.option(
    "--database",
    envvar="ASIAVIRTA_DATABASE_URL",
    default=DEFAULT_DATABASE,
    show_default=True,
    help="SQLAlchemy URL of the database.",
)


def show(document: object) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=plain))


def plain(value: Any) -> Any:
    """A value that JSON has no word for: dates as ISO strings, decimals as numbers, dataclasses as objects."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    return str(value)
