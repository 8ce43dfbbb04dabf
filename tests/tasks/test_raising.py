"""A supervisor puts a case first: it leads every list, its later tasks too, and its dates stay as they were."""

from __future__ import annotations

import pytest

from tasks.commands import raising, work
from tasks.errors import Forbidden, InvalidValue, WrongState
from tasks.published import published
from tasks.queries import inbox
from tasks.queries.people import person
from tasks.queries.queues import queue_of
from tasks.queries.worklist import Days, Filter
from tests.tasks.conftest import Town


def listed(town: Town, group: str = "") -> list[tuple[str, str]]:
    """What Vilma's list shows, in order: the group and the id of each task."""
    today = town.now.date()
    with town.database.read() as connection:
        versions = published(town.database).refresh(connection)
        vilma = person(connection, town.user("vilma").user_id, today)
        found = inbox.page(connection, queue_of(vilma, versions), Filter(group=group), Days(today, today))
    return [(line.group, line.id) for line in found.lines]


def test_a_raised_case_leads_the_list_and_keeps_its_dates(town) -> None:
    early = town.start().task_ids[0]
    town.pass_time(days=1)
    later = town.start()
    dates = town.rows("SELECT due_on, legal_on FROM tasks ORDER BY case_id")
    raising.raise_case(town.database, town.user("esko"), later.case_id, reason="Työ alkaa pian", now=town.now)
    assert listed(town) == [("first", later.task_ids[0]), ("later", early)]
    assert listed(town, "first") == [("first", later.task_ids[0])]
    assert town.rows("SELECT due_on, legal_on FROM tasks ORDER BY case_id") == dates
    raising.lower_case(town.database, town.user("esko"), later.case_id, now=town.now)
    assert listed(town) == [("later", early), ("later", later.task_ids[0])]
    assert town.events(later.case_id)[-2:] == ["case_raised", "case_lowered"]


def test_the_next_tasks_of_a_raised_case_are_raised_too(town) -> None:
    started = town.start()
    raising.raise_case(town.database, town.user("esko"), started.case_id, reason="x", now=town.now)
    done = town.complete("vilma", started.task_ids[0], {"complete": True})
    assert done.opened
    found = town.rows("SELECT raised FROM tasks WHERE state = 'open'")
    assert [bool(raised) for (raised,) in found] == [True] * len(done.opened)


def test_a_held_task_of_a_raised_case_waits_with_the_held(town) -> None:
    started = town.start()
    raising.raise_case(town.database, town.user("esko"), started.case_id, reason="x", now=town.now)
    until = town.now.date().replace(day=20)
    work.hold(town.database, town.user("vilma"), started.task_ids[0], until=until, reason="odottaa", now=town.now)
    assert listed(town) == [("held", started.task_ids[0])]


def test_an_open_form_is_not_made_stale(town) -> None:
    started = town.start()
    version = town.value("SELECT revision FROM tasks")
    raising.raise_case(town.database, town.user("esko"), started.case_id, reason="x", now=town.now)
    assert town.value("SELECT revision FROM tasks") == version
    town.complete("vilma", started.task_ids[0], {"complete": True}, version=version)


def test_only_a_supervisor_of_the_case_and_only_once(town) -> None:
    started = town.start()
    for who in ("vilma", "paula", "olga", "outi"):
        with pytest.raises(Forbidden):
            raising.raise_case(town.database, town.user(who), started.case_id, reason="x", now=town.now)
    esko = (town.database, town.user("esko"), started.case_id)
    with pytest.raises(WrongState):
        raising.lower_case(*esko, now=town.now)
    raising.raise_case(*esko, reason="x", now=town.now)
    with pytest.raises(WrongState):
        raising.raise_case(*esko, reason="x", now=town.now)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_is_needed(town, reason: str) -> None:
    started = town.start()
    with pytest.raises(InvalidValue):
        raising.raise_case(town.database, town.user("esko"), started.case_id, reason=reason, now=town.now)
