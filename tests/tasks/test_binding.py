"""Whom a deadline binds: only the authority's own make it late, and the time of a right lapses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.register import BINDS
from tasks.commands.cases import start_case
from tasks.commands.publishing import publish
from tasks.commands.work import complete
from tasks.figures.board import Board, read_board
from tasks.figures.conditions import LISTS, Asked
from tasks.figures.duties import duties
from tasks.figures.period import Period
from tasks.figures.sums import Sums
from tasks.moments import day
from tasks.published import published
from tasks.queries import search
from tasks.queries.reach import Reach
from tests.engine.drawing import flows, folder, tasks
from tests.tasks.calling import STORY, whole
from tests.tasks.conftest import Town

DAYS = {"authority": 4, "customer": 3, "customer_right": 1, "other": 2, "nobody": 1}


def rules() -> bytes:
    """A statutory deadline for each that one may bind, all shown on the one step."""
    return "".join(
        f'[{who}]\nname = {{fi = "a", sv = "a", en = "a"}}\nkind = "statutory"\nbinds = "{who}"\n'
        'anchor = "case.arrived_on"\nevent = {fi = "a", sv = "a", en = "a"}\nunit = "days"\nroll = "target"\n'
        f'shown_on = ["act"]\nstatute = "HL 23 §"\nrows = [{{from = 2025-01-01, length = {DAYS[who]}}}]\n'
        for who in BINDS
    ).encode()


def begun(town: Town, *left_out: str) -> str:
    """The open task of a new case; the rules that are left out bind nobody here."""
    body = '<startEvent id="s"/>' + tasks("act") + '<endEvent id="e"/>' + flows("s > act > e")
    text = rules().decode()
    for who in left_out:
        text = text.replace(f'binds = "{who}"', 'binds = "nobody"')
    files = {"deadlines.toml": text.encode(), "forms/act.json": whole("note", "text")}
    publish(
        town.database, STORY, [folder(body, files=files)], author="olga", approver="oona", from_on=day(town.now),
        now=town.now,
    )  # fmt: skip
    return start_case(
        town.database, STORY, process="example", message=None, answers={}, parties={"customer": town.customer},
        unit_id=town.unit("north"), now=town.now,
    ).task_ids[0]  # fmt: skip


def board(town: Town) -> tuple[Board, int]:
    """The board of today, and how many cases stand in its list of those past a day of law."""
    today = day(town.now)
    asked = Asked(Period(today - timedelta(days=29), today), today)
    with town.database.snapshot() as connection:
        versions = published(town.database).refresh(connection)
        found = read_board(Sums(connection, Reach(), asked, versions.law.calendar), duties(versions))
        return found, len(search.cases(connection, LISTS["late_by_law"](asked), limit=10))


def shown(town: Town) -> tuple[str, str]:
    """The deadline that the task is due by, and whom that binds."""
    ((name, binds),) = town.rows("SELECT deadline, deadline_binds FROM tasks")
    return name, binds


def test_a_task_is_due_neither_by_a_right_nor_by_what_binds_nobody(town: Town) -> None:
    begun(town)
    assert shown(town) == ("other", "other")


def test_what_binds_another_makes_a_case_late_and_not_late_by_law(town: Town) -> None:
    begun(town, "authority")
    town.pass_time(days=10)
    found, listed = board(town)
    assert (found.all.late, found.all.late_by_law, listed) == (1, 0, 0)


def test_what_binds_the_authority_makes_it_late_by_law(town: Town) -> None:
    begun(town, "other", "customer")
    town.pass_time(days=10)
    found, listed = board(town)
    assert (shown(town), found.all.late_by_law, listed) == (("authority", "authority"), 1, 1)


@pytest.mark.parametrize(("days", "share"), [(0, 1), (10, 0)])
def test_the_share_within_the_deadline_of_law_counts_the_authoritys_own(town: Town, days: int, share: int) -> None:
    """Done after everybody else's day and within its own, the authority has kept the law."""
    task = begun(town)
    town.pass_time(days=days or DAYS["authority"])
    complete(town.database, STORY, task, answers={"note": "x"}, now=town.now)
    assert board(town)[0].all.in_time == share


def test_each_that_ends_is_told_as_what_it_is(town: Town) -> None:
    task = begun(town)
    town.pass_time(days=10)
    complete(town.database, STORY, task, answers={"note": "x"}, now=town.now)
    told = dict(town.rows("SELECT name, state FROM deadlines"))
    assert told == dict.fromkeys(BINDS, "missed") | {"customer_right": "lapsed", "nobody": "ended"}
    ended = [kind for kind in town.events(int(task.split("-")[0])) if kind.startswith("deadline_")][-len(BINDS) :]
    assert sorted(ended) == [
        "deadline_ended",
        "deadline_lapsed",
        "deadline_missed",
        "deadline_missed",
        "deadline_passed",
    ]


def test_whoever_was_open_before_rules_said_it_counts_as_before(town: Town) -> None:
    begun(town, "other", "customer")
    with town.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE tasks SET deadline_binds = NULL")
    town.pass_time(days=10)
    assert board(town)[1] == 1
