"""Reminders: whom they concern, how many are unseen, and who marked them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks import clock
from tasks.commands import people, work
from tasks.commands.notices import mark_seen
from tasks.commands.substituting import end_substitution
from tasks.errors import Forbidden, NotFound
from tasks.queries import notices, substitutions
from tasks.queries.notices import Audience, Line
from tasks.queries.people import person
from tests.tasks.test_substituting import stand_in, taken


def audience(town, name: str) -> Audience:
    with town.database.read() as connection:
        found = person(connection, town.user(name).user_id, town.now.date())
        assert found is not None
        standing = substitutions.standing_for(connection, found.id, town.now.date())
        return notices.audience(found, {}, standing)


def count(town, name: str) -> int:
    with town.database.read() as connection:
        return notices.unseen_count(connection, audience(town, name))


def lines(town, name: str, *, unseen: bool = True, **more: int) -> tuple[Line, ...]:
    with town.database.read() as connection:
        return notices.page(connection, audience(town, name), unseen=unseen, **more)


def remind(town, **time: int) -> str:
    """A case whose time to check runs; gives its task."""
    task = town.start().task_ids[0]
    town.pass_time(**time)
    clock.run_until(town.database, town.now)
    return str(task)


def test_a_reminder_about_a_free_task_concerns_its_role_in_its_unit(town) -> None:
    remind(town, days=11)
    assert [count(town, name) for name in ("vilma", "kalle", "saara", "esko", "paula")] == [1, 1, 0, 0, 0]


def test_a_reminder_about_a_taken_task_concerns_who_has_it(town) -> None:
    task = town.start().task_ids[0]
    work.claim(town.database, town.user("kalle"), task, now=town.now)
    town.pass_time(days=11)
    clock.run_until(town.database, town.now)
    assert [count(town, name) for name in ("vilma", "kalle")] == [0, 1]


def test_a_reminder_of_an_absent_person_concerns_the_substitute_while_the_substitution_holds(town) -> None:
    task = taken(town, "kalle")
    town.pass_time(days=11)
    clock.run_until(town.database, town.now)
    made = stand_in(town, "kalle", "vilma")
    assert [count(town, name) for name in ("vilma", "kalle", "pauli", "saara")] == [1, 1, 0, 0]
    line = lines(town, "vilma")[0]
    assert (line.user, f"{line.case_id}-{line.task_number}") == ("Kalle", task)
    end_substitution(town.database, town.user("esko"), made, now=town.now)
    assert [count(town, name) for name in ("vilma", "kalle")] == [0, 1]
    with pytest.raises(NotFound):
        mark_seen(town.database, town.user("vilma"), only=(line.case_id, line.number), now=town.now)


def test_what_the_substitute_has_seen_is_seen(town) -> None:
    taken(town, "kalle")
    town.pass_time(days=11)
    clock.run_until(town.database, town.now)
    stand_in(town, "kalle", "vilma")
    assert mark_seen(town.database, town.user("vilma"), now=town.now) == 1
    assert [count(town, name) for name in ("vilma", "kalle")] == [0, 0]
    assert lines(town, "kalle", unseen=False)[0].seen_by == "Vilma"


def test_a_substitute_who_may_not_do_the_task_is_not_reminded_of_it(town) -> None:
    task = taken(town, "kalle")
    town.pass_time(days=11)
    clock.run_until(town.database, town.now)
    stand_in(town, "kalle", "paula")  # she makes decisions and holds no role of this task
    assert count(town, "paula") == 0
    stand_in(town, "kalle", "vilma", from_on=town.now.date() + timedelta(days=8), to_on=town.now.date() + timedelta(9))
    assert count(town, "vilma") == 0
    town.pass_time(days=8)
    assert count(town, "vilma") == 1
    people.declare_disqualification(
        town.database, town.user("vilma"), int(task.split("-")[0]), user_id=town.user("vilma").user_id,
        reason="Läheinen", now=town.now,
    )  # fmt: skip
    assert count(town, "vilma") == 0


def test_an_escalation_concerns_the_supervisor_of_the_unit(town) -> None:
    remind(town, days=16)
    assert [line.kind for line in lines(town, "esko")] == ["escalation"]
    assert [line.kind for line in lines(town, "vilma")] == ["reminder"]


def test_a_notice_tells_its_task_date_case_and_customer(town) -> None:
    remind(town, days=11)
    line = lines(town, "vilma")[0]
    assert (line.element, line.deadline, line.due_on) == ("check", "check", date(2026, 2, 23))
    assert (line.customer, line.case_number, line.over) == ("Sami Esimerkki", "LU/1/2026", False)


def test_what_is_marked_as_seen_by_one_is_seen_for_the_whole_role(town) -> None:
    remind(town, days=11)
    line = lines(town, "vilma")[0]
    assert mark_seen(town.database, town.user("kalle"), only=(line.case_id, line.number), now=town.now) == 1
    assert count(town, "vilma") == 0
    assert lines(town, "vilma", unseen=False)[0].seen_by == "Kalle"


def test_marking_again_changes_nothing(town) -> None:
    remind(town, days=11)
    assert mark_seen(town.database, town.user("vilma"), now=town.now) == 1
    assert mark_seen(town.database, town.user("kalle"), now=town.now) == 0
    assert lines(town, "vilma", unseen=False)[0].seen_by == "Vilma"


def test_nobody_marks_what_does_not_concern_them(town) -> None:
    remind(town, days=11)
    line = lines(town, "vilma")[0]
    with pytest.raises(NotFound):
        mark_seen(town.database, town.user("saara"), only=(line.case_id, line.number), now=town.now)
    with pytest.raises(Forbidden):
        mark_seen(town.database, town.user("olga"), now=town.now)
    assert count(town, "vilma") == 1


def test_marking_all_spares_what_came_after_the_look_at_the_list(town) -> None:
    remind(town, days=11)
    looked = town.now
    remind(town, days=13)
    mark_seen(town.database, town.user("vilma"), until=looked, now=town.now)
    assert count(town, "vilma") == 1


def test_a_reminder_is_over_when_its_task_is_done(town) -> None:
    task = remind(town, days=11)
    town.complete("vilma", task, {"complete": "true"})
    assert count(town, "vilma") == 0
    assert [line.over for line in lines(town, "vilma", unseen=False)] == [True]


def test_a_disqualified_person_is_not_reminded_of_the_case(town) -> None:
    task = remind(town, days=11)
    people.declare_disqualification(
        town.database, town.user("vilma"), int(task.split("-")[0]), user_id=town.user("vilma").user_id,
        reason="Läheinen", now=town.now,
    )  # fmt: skip
    assert (count(town, "vilma"), count(town, "kalle")) == (0, 1)


def test_the_list_is_newest_first_and_goes_on_where_it_stopped(town) -> None:
    for _ in range(3):
        remind(town, days=1)
    town.pass_time(days=11)
    clock.run_until(town.database, town.now)
    moments = [line.at for line in lines(town, "vilma")]
    assert moments == sorted(moments, reverse=True)
    assert [line.at for line in lines(town, "vilma", size=2, after=1)] == moments[1:]
    assert town.now - moments[0] < timedelta(days=30)
