"""A small authority: one area, two units, its people, and the published process "permit"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine import bundle
from tasks import migrations
from tasks.actor import Actor
from tasks.commands import cases, customers, people, publishing, work
from tasks.db import Database

HOUSE = Actor(None, "setup", "cli")
NOW = datetime(2026, 2, 9, 8, 0, tzinfo=UTC)  # a Monday, 10:00 in Finland
BUNDLES = Path(__file__).parent / "bundles"
PEOPLE = {
    # name: (access role, work roles, unit codes)
    "vilma": ("caseworker", ["grant_officer"], ["north"]),
    "kalle": ("caseworker", ["grant_officer"], ["north"]),
    "saara": ("caseworker", ["grant_officer"], ["south"]),
    "pauli": ("decision_maker", ["grant_officer", "decision_maker"], ["north"]),
    "paula": ("decision_maker", ["decision_maker"], ["north"]),
    "esko": ("supervisor", [], ["north"]),
    "olga": ("process_owner", [], None),
    "oona": ("process_owner", [], None),
    "outi": ("operator", [], None),
    "liisa": ("integration", [], ["north"]),
}


@dataclass
class Town:
    """The authority in a database, with shortcuts that tests read well."""

    database: Database
    now: datetime = NOW

    def user(self, name: str) -> Actor:
        """A person by user name."""
        return Actor(self.value("SELECT id FROM users WHERE name = :name", name=name), name, "web")

    def unit(self, code: str) -> int:
        """A unit's id."""
        return int(self.value("SELECT id FROM units WHERE code = :code", code=code))

    @property
    def customer(self) -> int:
        """The person who applies."""
        return int(self.value("SELECT id FROM customers WHERE kind = 'person'"))

    def value(self, sql: str, **parameters: Any) -> Any:
        """One value."""
        with self.database.read() as connection:
            return connection.execute(text(sql), parameters).scalar()

    def rows(self, sql: str, **parameters: Any) -> list[Any]:
        """Rows."""
        with self.database.read() as connection:
            return list(connection.execute(text(sql), parameters))

    def start(self, reason: str = "Työpaja", **more: Any) -> cases.CaseStarted:
        """A permit application arrives in the north."""
        given = {"parties": {"applicant": self.customer}, "unit_id": self.unit("north"), "now": self.now} | more
        return cases.start_case(
            self.database, given.pop("actor", None) or self.user("vilma"), process="permit", message="application",
            answers={"reason": reason}, **given,
        )  # fmt: skip

    def complete(self, who: str, task: str, answers: dict[str, Any], **more: Any) -> work.Completed:
        """Somebody completes a task now."""
        return work.complete(self.database, self.user(who), task, answers=answers, now=self.now, **more)

    def events(self, case_id: int) -> list[str]:
        """Event kinds of a case in order."""
        return [row.kind for row in self.rows("SELECT kind FROM events WHERE case_id = :c ORDER BY number", c=case_id)]

    def pass_time(self, **amount: int) -> None:
        """Let time pass (nothing fires by itself)."""
        self.now += timedelta(**amount)


def prepare(database: Database) -> None:
    """Migrate and move the authority in."""
    migrations.upgrade(database)
    name = {"fi": "Pohjola", "sv": "Norden", "en": "North"}
    area = people.add_area(database, HOUSE, code="area", name=name, contact={"phone": "010 123"}, now=NOW)
    units = {code: people.add_unit(database, HOUSE, code=code, name=name, area_id=area, now=NOW)
             for code in ("north", "south")}  # fmt: skip
    for user, (role, work_roles, codes) in PEOPLE.items():
        user_id = people.add_user(database, HOUSE, name=user, full_name=user.title(), now=NOW)
        own = None if codes is None else [units[code] for code in codes]
        people.add_role(database, HOUSE, user_id=user_id, role=role, work_roles=work_roles, units=own, now=NOW)
        if role == "decision_maker":
            people.grant_delegation(
                database, HOUSE, user_id=user_id, basis="Hallintosääntö 5 §", from_on=date(2026, 1, 1), now=NOW
            )
    customers.create_customer(
        database, HOUSE, kind="person", name="Sami Esimerkki", identity_code="131052-308T", now=NOW,
        address={"street": "Salakuja 1", "postal_code": "00100", "city": "Helsinki"},
    )  # fmt: skip
    permit = bundle.read(BUNDLES / "permit")
    publishing.publish(database, HOUSE, [permit], author="olga", approver="oona", from_on=date(2026, 1, 1), now=NOW)


@pytest.fixture
def town(backend: str, templates: Any) -> Iterator[Town]:
    """The authority on either database."""
    with templates.copy(backend, "town", prepare) as database:
        yield Town(database)
