"""Work products: what a step makes is kept with it, counted by day and case, and listed behind its number."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text, true

from engine.calendar import Calendar
from tasks.commands.letters import mark_sent
from tasks.commands.summing import add_up
from tasks.figures import entries
from tasks.figures.conditions import Asked
from tasks.figures.period import Period
from tasks.figures.products import Count, read_detail, read_products
from tasks.figures.sums import Sums
from tasks.moments import day
from tasks.queries.reach import Reach
from tests.tasks.conftest import Town


def asked(town: Town) -> Asked:
    """The last four weeks."""
    today = day(town.now)
    return Asked(Period(today - timedelta(days=27), today), today)


def decide(town: Town, task: str) -> None:
    """A permit goes from its check to its decision, whose letter is sent."""
    town.complete("paula", town.complete("vilma", task, {"complete": "true"}).opened[0], {"approved": "true"})


@pytest.fixture
def made(town: Town) -> Town:
    """One decision thirty days ago; now one decision, one check in the south, and one check that lacked something."""
    decide(town, town.start().task_ids[0])
    town.pass_time(days=30)
    decide(town, town.start().task_ids[0])
    town.complete("vilma", town.start().task_ids[0], {"complete": "false"})
    south = town.start(unit_id=town.unit("south"), actor=town.user("saara"))
    town.complete("saara", south.task_ids[0], {"complete": "true"})
    return town


@pytest.mark.parametrize("kept", [False, True])
def test_products_are_counted_by_kind_process_step_unit_version_and_outcome(made: Town, kept: bool) -> None:
    if kept:
        add_up(made.database, made.now)
    with made.database.snapshot() as connection:
        sums = Sums(connection, Reach(), asked(made), Calendar())
        found, detail = read_products(sums), read_detail(sums, "interview")
    assert found.kinds == {"decision": Count(1, 1), "interview": Count(2, 1)}
    assert found.processes == {"permit": found.kinds}
    assert detail.steps == {("permit", "check"): Count(2, 1)}
    assert detail.units == {made.unit("north"): Count(1, 1), made.unit("south"): Count(1, 0)}
    assert detail.versions == {("permit", 1): Count(2, 1)}
    assert detail.outcomes == {("permit", "open", ""): Count(1, 0), ("permit", "closed", "decided"): Count(1, 1)}


def test_a_condition_that_is_not_met_makes_nothing(made: Town) -> None:
    rows = made.rows("SELECT element, product FROM tasks WHERE state = 'completed' ORDER BY case_id, number")
    assert [tuple(row) for row in rows] == [
        ("check", "interview"), ("decide", None), ("check", "interview"), ("decide", None), ("check", None),
        ("check", "interview"),
    ]  # fmt: skip


def test_a_letter_that_left_later_is_a_product_of_that_day(made: Town) -> None:
    number = made.value("SELECT max(case_id) FROM documents WHERE product = 'decision'")
    letter = made.value("SELECT number FROM documents WHERE case_id = :c", c=number)
    before = asked(made)
    add_up(made.database, made.now)
    made.pass_time(days=2)
    mark_sent(made.database, made.user("vilma"), f"{number}-{letter}", now=made.now)
    for wanted, n in ((before, Count(0, 1)), (asked(made), Count(1, 1))):
        with made.database.snapshot() as connection:
            assert read_products(Sums(connection, Reach(), wanted, Calendar())).kinds["decision"] == n


def test_the_newest_product_is_listed_first_with_its_case(made: Town) -> None:
    question = asked(made)
    with made.database.read() as connection:
        rows = entries.read(connection, true(), question, entries.made(question.period, "interview"), limit=9)
        one = entries.read(connection, true(), question, entries.made(question.period, "interview"), limit=1, after=1)
    assert [(row.unit_id, row.status, row.on, row.version) for row in rows] == [
        (made.unit("south"), "open", question.today, "permit@1"),
        (made.unit("north"), "closed", question.today, "permit@1"),
    ]
    assert one == rows[1:]


def test_sql_readers_see_each_product_once(made: Town) -> None:
    rows = made.rows("SELECT kind, case_process, process, element, unit FROM report_products ORDER BY 1, 5, made_at")
    assert [tuple(row) for row in rows] == [
        ("decision", "permit", "permit", "send_notice", "north"),
        ("decision", "permit", "permit", "send_notice", "north"),
        ("interview", "permit", "permit", "check", "north"),
        ("interview", "permit", "permit", "check", "north"),
        ("interview", "permit", "permit", "check", "south"),
    ]


def test_what_was_made_before_products_were_told_is_filled_in(made: Town) -> None:
    """Our own folders' steps by their names; where a step need not make one, by what was answered then."""
    migration = importlib.import_module("tasks.migrations.versions.0024_products")
    with made.database.transaction() as connection:
        connection.execute(text("UPDATE tasks SET product = NULL"))
        connection.execute(text("UPDATE documents SET product = NULL, process = 'decision', element = 'send_decision'"))
        connection.execute(text("UPDATE tasks SET process = 'training_participation', element = 'hold_conversation'"
                                " WHERE element = 'check'"))  # fmt: skip
        for answer in ("true", "false"):
            told = {"said": f'{{"held": {answer}}}', "like": f"%{answer}%"}
            json = "CAST(:said AS jsonb)" if made.database.dialect == "postgresql" else ":said"
            connection.execute(
                text(f"UPDATE answers SET data = {json} WHERE path = 'check' AND CAST(data AS text) LIKE :like"), told
            )
        with Operations.context(MigrationContext.configure(connection)):
            migration._fill()
    rows = made.rows("SELECT product FROM tasks WHERE state = 'completed' ORDER BY case_id, number")
    assert [row.product for row in rows] == ["interview", None, "interview", None, None, "interview"]
    assert {row.product for row in made.rows("SELECT product FROM documents")} == {"decision"}
