"""The moment at which a command is given: on a demonstration's database the moment that it is there."""

from __future__ import annotations

from datetime import date, datetime

import click

from engine.story import HELSINKI
from web.democlock import clock_of


def now() -> datetime:
    """The moment of the command, by the clock of the database that it works on."""
    context = click.get_current_context(silent=True)
    return clock_of(str(context.params.get("database") or "") if context else "")()


def today() -> date:
    """The day on which the command is given, in Helsinki."""
    return now().astimezone(HELSINKI).date()
