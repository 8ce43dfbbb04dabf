"""Keksilä, the employment area that does not exist: where stories are played and the demo lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from tasks.actor import Actor
from tasks.commands.people import add_area, add_role, add_user, grant_delegation
from tasks.db import Database

OPENED = datetime(2024, 12, 1, 10, tzinfo=UTC)
FIRST_DAY = date(2025, 1, 1)
CONTACT = {
    "address": "Esimerkkikatu 1, 99901 KEKSILÄ",
    "phone": "000 000 0000",
    "email": "tyollisyyspalvelut@keksila.example",
    "office_hours": "9.00–16.15",
}


def establish(database: Database, house: Actor) -> int:
    """Make the area; gives its id."""
    return add_area(
        database, house, code="keksila", now=OPENED, contact=CONTACT,
        name={"fi": "Keksilän työllisyysalue", "sv": "Keksilä sysselsättningsområde", "en": "Keksilä employment area"},
    )  # fmt: skip


def employ(
    database: Database, house: Actor, *, name: str, full_name: str, roles: Mapping[str, Sequence[str]],
    units: Sequence[int] | None, title: str | None = None, language: str = "fi",
) -> int:  # fmt: skip
    """Make a user with access roles and the work roles of each in these units (None: all); gives its id.

    Who decides gets the delegation for it.
    """
    user = add_user(
        database, house, name=name, full_name=full_name, title=title, language=language, now=OPENED
    )  # fmt: skip
    for role, work_roles in roles.items():
        add_role(database, house, user_id=user, role=role, work_roles=work_roles, units=units, now=OPENED)
    if "decision_maker" in roles:
        basis = "Keksilän hallintosääntö (esimerkki) 12 §"
        grant_delegation(database, house, user_id=user, basis=basis, from_on=FIRST_DAY, now=OPENED)
    return user
