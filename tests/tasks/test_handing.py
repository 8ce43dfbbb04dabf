"""Many tasks handed over at once: a result for each, and none stops another."""

from __future__ import annotations

from tasks.commands import people, work
from tasks.commands.handing import hand_over
from tasks.errors import Disqualified, Forbidden, FourEyes, NotFound, Stale, WrongState
from tests.tasks.conftest import Town


def assignees(town: Town, *tasks: str) -> list[str | None]:
    sql = "SELECT u.name FROM tasks t LEFT JOIN users u ON u.id = t.assignee_id WHERE case_id = :c AND number = :n"
    return [town.value(sql, c=int(task.split("-")[0]), n=int(task.split("-")[1])) for task in tasks]


def give(town: Town, tasks: list[tuple[str, int]], to: str | None, by: str = "esko"):
    to_user_id = None if to is None else town.user(to).user_id
    return hand_over(town.database, town.user(by), tasks, to_user_id=to_user_id, now=town.now)


def test_each_task_is_moved_in_the_version_seen_or_tells_why_not(town) -> None:
    first, second, changed, done = (town.start().task_ids[0] for _ in range(4))
    work.claim(town.database, town.user("vilma"), changed, now=town.now)
    town.complete("vilma", done, {"complete": "true"})
    found = give(town, [(first, 1), (changed, 1), (done, 1), ("999-1", 1), (second, 1)], "kalle")
    assert [type(each.error) for each in found] == [type(None), Stale, Stale, NotFound, type(None)]
    assert (found[1].error.who, found[2].error.what, found[0].version) == ("vilma", "completed", 2)
    assert assignees(town, first, changed, second) == ["kalle", "vilma", "kalle"]
    assert town.events(int(first.split("-")[0]))[-1] == "task_assigned"


def test_the_colleague_must_be_able_to_do_each_and_is_named_when_not(town) -> None:
    task, barred = town.start().task_ids[0], town.start().task_ids[0]
    case_id, kalle = int(barred.split("-")[0]), town.user("kalle")
    people.declare_disqualification(
        town.database, kalle, case_id, user_id=kalle.user_id, reason="Läheinen", now=town.now
    )
    moved, refused = give(town, [(task, 1), (barred, 1)], "kalle")
    assert (moved.error, type(refused.error), refused.error.params["of"]) == (None, Disqualified, "Kalle")
    (unskilled,) = give(town, [(barred, 1)], "paula")
    assert (type(unskilled.error), unskilled.error.reason) == (Forbidden, "no_work_role")


def test_four_eyes_bar_a_colleague(town) -> None:
    task = town.start().task_ids[0]
    decide = town.complete("pauli", task, {"complete": "true"}).opened[0]
    (refused,) = give(town, [(decide, 1)], "pauli")
    assert (type(refused.error), assignees(town, decide)) == (FourEyes, [None])


def test_tasks_are_put_back_and_free_ones_say_so(town) -> None:
    taken, free = town.start().task_ids[0], town.start().task_ids[0]
    version = work.claim(town.database, town.user("vilma"), taken, now=town.now)
    found = give(town, [(taken, version), (free, 1)], None)
    assert [type(each.error) for each in found] == [type(None), WrongState]
    assert assignees(town, taken, free) == [None, None]


def test_only_a_supervisor_of_the_unit_hands_over(town) -> None:
    task = town.start().task_ids[0]
    (refused,) = give(town, [(task, 1)], "kalle", by="vilma")
    assert (refused.error.reason, assignees(town, task)) == ("no_access_role", [None])
