"""What every page needs to know about the present request: the house, the moment, the person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import current_app, g

from tasks.actor import Actor
from tasks.db import Database
from tasks.queries.people import Person
from web.config import Config
from web.democlock import DemoClock
from web.formats import HELSINKI

EXTENSION = "asiavirta"


@dataclass(frozen=True, slots=True)
class House:
    """What the pages stand on: settings, the database and the clock they read (in a demo one that can be moved)."""

    config: Config
    database: Database
    clock: Callable[[], datetime]
    demo_clock: DemoClock | None = None


def house() -> House:
    """The house of the running application."""
    found: House = current_app.extensions[EXTENSION]
    return found


def database() -> Database:
    """The database of the running application."""
    return house().database


def now() -> datetime:
    """The moment of this request (aware, UTC), the same for its whole length."""
    if "now" not in g:
        g.now = house().clock().astimezone(UTC)
    found: datetime = g.now
    return found


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let another moment be now for a while: what is tried on a virtual clock is told as of then."""
    before, g.now = now(), moment.astimezone(UTC)
    try:
        yield
    finally:
        g.now = before


def today() -> date:
    """The day of this request in Helsinki."""
    return now().astimezone(HELSINKI).date()


def person() -> Person:
    """Who is asking. Only on pages that need a login."""
    found: Person = g.person
    return found


def signed_in() -> bool:
    """Whether somebody is signed in."""
    return g.get("person") is not None


def actor() -> Actor:
    """Who acts in the commands of this request."""
    who = person()
    return Actor(user_id=who.id, name=who.full_name, via=g.get("via", "web"))
