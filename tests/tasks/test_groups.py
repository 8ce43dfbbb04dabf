"""Customers' groups, a quarter at a time: told once, as a plain reading of all rows counts them, nothing small."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from sqlalchemy import text

from tasks.clock import Worker
from tasks.commands import customers, people
from tasks.commands.quarters import tell_quarters
from tasks.db import Database
from tasks.figures import groups
from tasks.figures.groups import TRAITS, Quarter, Told, age, groups_of, quarter, read_quarters, settled
from tasks.figures.period import Period
from tasks.moments import read_day
from tasks.synthetic import example, identity_code
from tests.conftest import Templates
from tests.tasks.conftest import HOUSE, Town, prepare

BEGAN = datetime(2026, 1, 7, 8, tzinfo=UTC)
TELLING = datetime(2026, 4, 15, 8, tzinfo=UTC)
"""The first quarter of 2026 has settled."""
FIRST = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("code", "on", "years"),
    [
        ("131052-308T", date(2026, 10, 12), 73), ("131052-308T", date(2026, 10, 13), 74),
        ("290204A9012", date(2025, 2, 28), 20), ("290204A9012", date(2025, 3, 1), 21),
        ("010190Y9019", date(2026, 1, 1), 36), ("010199+9019", date(2026, 1, 1), 127),
        ("310299-901A", date(2026, 1, 1), None), ("", date(2026, 1, 1), None), ("131052?308T", date(2026, 1, 1), None),
    ],
)  # fmt: skip
def test_an_age_is_told_by_the_identity_code_on_the_day_of_arrival(code: str, on: date, years: int | None) -> None:
    assert age(code, on) == years


def test_every_case_is_in_one_group_of_each_trait() -> None:
    on = date(2026, 3, 1)
    found = [
        groups_of(kind, code, language, on)
        for kind in ("person", "organisation")
        for code in (None, *(identity_code(date(1926 + years, 5, 5), 3) for years in range(100)))
        for language in ("fi", "sv", "se", "en")
    ]
    for trait, names in TRAITS.items():
        assert {each[trait] for each in found} == set(names)
    assert groups_of("organisation", identity_code(date(1990, 5, 5), 3), "fi", on)["customer"] == "organisation"


def test_quarters_are_told_a_fortnight_after_they_end_and_none_overlaps() -> None:
    assert next(settled(date(2026, 4, 14))) == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert next(settled(date(2026, 4, 15))) == Period(date(2026, 1, 1), date(2026, 3, 31))
    found = list(settled(date(2026, 4, 15)))
    assert len(found) == groups.TOLD_BACK
    assert all(later.from_on == earlier.after for later, earlier in pairwise(found))
    assert [quarter(date(2026, month, 15)).to_on.day for month in (2, 5, 8, 11)] == [31, 30, 30, 31]


# a town with many customers


@pytest.fixture
def town(backend: str, templates: Templates) -> Iterator[Town]:
    """Ninety applications of a hundred days, in both units, by people of all ages and companies."""
    with templates.copy(backend, "customers' groups", apply) as database:
        yield Town(database, TELLING)


def apply(database: Database) -> None:
    """Made once per database."""
    prepare(database)
    town, chance = Town(database, BEGAN), random.Random(4)
    for number in range(90):
        town.now = BEGAN + timedelta(days=number)
        made = example("person", number, today=town.now.date())
        by = customers.create_customer(
            database, HOUSE, kind="person", name=made.name, now=town.now,
            language=chance.choice(["fi", "fi", "sv", "se"]),
            identity_code=None if number % 11 == 1 else made.identity_code,
        )  # fmt: skip
        north = chance.random() < 0.7
        task = town.start(
            parties={"applicant": by}, unit_id=town.unit("north" if north else "south"),
            actor=town.user("vilma" if north else "saara"),
        ).task_ids[0]  # fmt: skip
        if north and chance.random() < 0.7:
            town.pass_time(days=chance.randrange(9))
            decided = town.complete("vilma", task, {"complete": "true"}).opened[0]
            town.complete("paula", decided, {"approved": "true"})
    with database.transaction() as connection:  # the permit is for people; others serve companies as well
        connection.execute(text("UPDATE customers SET kind = 'organisation' WHERE id % 9 = 0"))
        connection.execute(text("UPDATE cases SET process = 'grant' WHERE id % 4 = 0"))


def told(town: Town) -> Quarter:
    """The quarter as it was told."""
    with town.database.read() as connection:
        (found,) = read_quarters(connection, town.value("SELECT id FROM areas"))
    return found


Cases = list[tuple[int, int]]
"""(customer, days)"""


def plainly(town: Town, figure: str, process: str) -> dict[str, dict[str, Cases]]:
    """Every case by trait and group: all rows are read and the definitions followed in words."""
    found: dict[str, dict[str, Cases]] = {trait: defaultdict(list) for trait in TRAITS}
    people_ = {row.id: row for row in town.rows("SELECT * FROM customers")}
    for row in town.rows("SELECT * FROM cases"):
        arrived, closed, who = read_day(row.arrived_on), read_day(row.closed_on), people_[row.customer_id]
        assert arrived is not None
        on = arrived if figure == "received" else closed
        if process not in ("", row.process) or on is None or not date(2026, 1, 1) <= on <= date(2026, 3, 31):
            continue
        days = (closed - arrived).days if closed and figure == "completed" else 0
        for trait, group in groups_of(who.kind, who.identity_code, who.language, arrived).items():
            found[trait][group].append((who.id, days))
    return found


def test_what_is_told_is_what_a_plain_reading_of_all_rows_counts(town: Town) -> None:
    assert tell_quarters(town.database, town.now) == groups.TOLD_BACK
    found, seen = told(town), Counter[str]()
    assert found.processes == {"permit", "grant"}
    for figure, process in product(groups.FIGURES, ("", "permit", "grant")):
        plain = plainly(town, figure, process)
        assert found.totals[figure][process].n == sum(len(cases) for cases in plain["language"].values())
        for trait, names in TRAITS.items():
            for group in names:
                cases, shown = plain[trait][group], found.groups[figure][process][trait][group]
                if 0 < len({customer for customer, _ in cases}) < 5:
                    assert shown == Told(None)
                    seen["small"] += 1
                elif shown.n is None:
                    seen["with it"] += 1
                else:
                    mean = round(sum(days for _, days in cases) / len(cases)) if cases else None
                    assert shown == Told(len(cases), mean if figure == "completed" else None)
                    seen["told"] += 1
    assert min(seen[name] for name in ("small", "with it", "told")) > 0


def test_nothing_that_is_held_back_is_in_the_database(town: Town) -> None:
    tell_quarters(town.database, town.now)
    found = told(town)
    hidden = [each for rows in found.groups.values() for traits in rows.values()
              for of in traits.values() for each in of.values() if each.n is None]  # fmt: skip
    assert hidden
    assert all(each.days is None for each in hidden)


def test_a_quarter_that_has_been_told_stays_whatever_is_recorded_afterwards(town: Town) -> None:
    tell_quarters(town.database, town.now)
    before = told(town)
    town.start(occurred_at=datetime(2026, 3, 30, 9, tzinfo=UTC))
    assert tell_quarters(town.database, town.now) == 0
    assert tell_quarters(town.database, town.now + timedelta(days=30)) == 0
    assert told(town) == before
    assert tell_quarters(town.database, town.now + timedelta(days=91)) == 1


def test_one_customer_with_many_cases_is_a_small_group(town: Town) -> None:
    old = customers.create_customer(
        town.database, HOUSE, kind="person", name="Aino Esimerkki", identity_code=identity_code(date(1950, 5, 5), 7),
        language="en", now=town.now,
    )  # fmt: skip
    town.pass_time(days=91)
    for _ in range(6):
        town.start(parties={"applicant": old})
    tell_quarters(town.database, town.now + timedelta(days=92))
    with town.database.read() as connection:
        latest = read_quarters(connection, town.value("SELECT id FROM areas"))[0]
    assert latest.totals["received"]["permit"].n == 6
    received = latest.groups["received"].values()
    assert {each for traits in received for of in traits.values() for each in of.values()} == {Told(None)}


def test_the_area_may_ask_for_larger_groups(town: Town) -> None:
    people.set_setting(
        town.database, HOUSE, area_id=town.value("SELECT id FROM areas"), name="exports.smallest_group", value=30,
        from_on=FIRST, now=town.now,
    )  # fmt: skip
    tell_quarters(town.database, town.now)
    found = told(town)
    assert found.smallest == 30
    assert all(
        each.n is None or each.n >= 30 or each.n == 0
        for rows in found.groups.values() for traits in rows.values() for of in traits.values()
        for each in of.values()
    )  # fmt: skip


def test_the_worker_tells_them(town: Town) -> None:
    Worker(town.database, read_clock=lambda: town.now).add_up()
    assert told(town).on == FIRST


def test_telling_costs_a_command_nothing(town: Town) -> None:
    """No command writes to the table, so one more event costs what it did."""
    tell_quarters(town.database, town.now)
    rows = town.rows("SELECT * FROM figure_quarters ORDER BY quarter_on")
    task: Any = town.start().task_ids[0]
    town.complete("vilma", task, {"complete": "true"})
    assert town.rows("SELECT * FROM figure_quarters ORDER BY quarter_on") == rows
