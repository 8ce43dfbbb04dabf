"""Substitution: dated, recorded, and never wider than the substitute's own rights."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks.casefile import read_json
from tasks.commands import people, work
from tasks.commands.substituting import end_substitution, substitute
from tasks.errors import Disqualified, Forbidden, FourEyes, InvalidValue, NotFound, WrongState
from tasks.queries import inbox, substitutions
from tasks.queries.worklist import Days, Filter, Queue, Reach
from tests.tasks.conftest import Town

WEEK = timedelta(days=7)


def stand_in(town: Town, user: str, other: str, by: str = "esko", unit: str = "north", **more: date) -> int:
    """`other` stands in for `user` from today for a week."""
    today = town.now.date()
    days = {"from_on": today, "to_on": today + WEEK} | more
    return substitute(
        town.database, town.user(by), user_id=town.user(user).user_id, substitute_id=town.user(other).user_id,
        unit_id=town.unit(unit), now=town.now, **days,
    )  # fmt: skip


def taken(town: Town, who: str) -> str:
    """A task that somebody has claimed."""
    task = str(town.start().task_ids[0])
    work.claim(town.database, town.user(who), task, now=town.now)
    return task


def listed(town: Town, who: str, wanted: str, role: str = "grant_officer") -> list[str]:
    """The tasks on somebody's list, as the page asks for them."""
    days = Days(town.now.date(), town.now.date())
    with town.database.read() as connection:
        me = town.user(who).user_id
        standing = substitutions.standing_for(connection, me, town.now.date())
        queue = Queue(me, (Reach(town.unit("north"), role),), stands_for=standing)
        counted = sum(inbox.counts(connection, queue, Filter(wanted), days).values())
        lines = inbox.page(connection, queue, Filter(wanted), days).lines
    assert counted == len(lines)
    return [line.id for line in lines]


def test_a_substitute_sees_and_completes_what_the_absent_person_took(town) -> None:
    task = taken(town, "vilma")
    with pytest.raises(Forbidden, match="assigned_to_other"):
        town.complete("kalle", task, {"complete": "true"})
    stand_in(town, "vilma", "kalle")
    assert [listed(town, "kalle", who) for who in ("open", "mine", "free", "all")] == [[task], [], [], [task]]
    town.complete("kalle", task, {"complete": "true"})
    payload = town.rows("SELECT actor, payload FROM events WHERE kind = 'task_completed'")[0]
    assert payload.actor == "kalle"
    assert read_json(payload.payload)["in_place_of"] == "Vilma"


def test_a_substitution_holds_from_its_first_day_to_its_last_in_its_unit(town) -> None:
    task = taken(town, "vilma")
    start = town.now.date() + timedelta(days=2)
    stand_in(town, "vilma", "kalle", from_on=start, to_on=start)
    seen = []
    for _ in range(4):
        seen.append(listed(town, "kalle", "open") == [task])
        town.pass_time(days=1)
    assert seen == [False, False, True, False]


def test_a_substitute_without_the_work_role_neither_sees_nor_does_it(town) -> None:
    task = taken(town, "vilma")
    stand_in(town, "vilma", "paula")
    assert listed(town, "paula", "open", role="decision_maker") == []
    with pytest.raises(Forbidden, match="no_work_role"):
        town.complete("paula", task, {"complete": "true"})


def test_four_eyes_and_delegation_judge_the_substitute(town) -> None:
    task = town.start().task_ids[0]
    decide = town.complete("pauli", task, {"complete": "true"}).opened[0]
    work.claim(town.database, town.user("paula"), decide, now=town.now)
    stand_in(town, "paula", "pauli")
    with pytest.raises(FourEyes):
        town.complete("pauli", decide, {})


def test_a_disqualified_substitute_stays_out(town) -> None:
    task = taken(town, "vilma")
    stand_in(town, "vilma", "kalle")
    kalle = town.user("kalle")
    people.declare_disqualification(
        town.database, kalle, int(task.split("-")[0]), user_id=kalle.user_id, reason="Läheinen", now=town.now
    )
    with pytest.raises(Disqualified):
        town.complete("kalle", task, {"complete": "true"})


def test_the_task_stays_with_the_absent_person_until_it_is_done(town) -> None:
    task = taken(town, "vilma")
    stand_in(town, "vilma", "kalle")
    with pytest.raises(Forbidden, match="assigned_to_other"):
        work.claim(town.database, town.user("kalle"), task, now=town.now)
    with pytest.raises(Forbidden):
        work.release(town.database, town.user("kalle"), task, now=town.now)


def test_an_ended_substitution_holds_no_more_and_both_are_in_the_trail(town) -> None:
    task = taken(town, "vilma")
    made = stand_in(town, "vilma", "kalle")
    end_substitution(town.database, town.user("esko"), made, now=town.now)
    with pytest.raises(Forbidden, match="assigned_to_other"):
        town.complete("kalle", task, {"complete": "true"})
    assert listed(town, "kalle", "open") == []
    kinds = [row.kind for row in town.rows("SELECT kind FROM audit WHERE user_name = 'esko' ORDER BY id")]
    assert kinds == ["substitution_made", "substitution_ended"]
    with pytest.raises(WrongState):
        end_substitution(town.database, town.user("esko"), made, now=town.now)
    with pytest.raises(NotFound):
        end_substitution(town.database, town.user("esko"), 99, now=town.now)


def test_only_a_supervisor_of_the_unit_or_an_operator_makes_one(town) -> None:
    with pytest.raises(Forbidden):
        stand_in(town, "vilma", "kalle", by="vilma")
    with pytest.raises(Forbidden, match="outside_supervision"):
        stand_in(town, "saara", "saara", by="esko", unit="south")
    assert stand_in(town, "vilma", "kalle", by="outi") > 0


@pytest.mark.parametrize(
    ("people_", "days", "field", "code"),
    [
        (("vilma", "kalle"), {"to_on": date(2026, 2, 1), "from_on": date(2026, 2, 3)}, "to_on", "order"),
        (("vilma", "kalle"), {"to_on": date(2026, 2, 8), "from_on": date(2026, 2, 3)}, "to_on", "past"),
        (("vilma", "kalle"), {"to_on": date(2027, 6, 1)}, "to_on", "long"),
        (("vilma", "vilma"), {}, "substitute_id", "same"),
        (("vilma", "saara"), {}, "substitute_id", "unit"),
        (("saara", "vilma"), {}, "user_id", "unit"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(town, people_, days, field, code) -> None:
    with pytest.raises(InvalidValue) as refused:
        stand_in(town, *people_, **days)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_one_person_has_one_substitute_at_a_time(town) -> None:
    stand_in(town, "vilma", "kalle")
    with pytest.raises(InvalidValue) as refused:
        stand_in(town, "vilma", "pauli", from_on=town.now.date() + WEEK, to_on=town.now.date() + 2 * WEEK)
    assert refused.value.code == "overlap"
    stand_in(town, "vilma", "pauli", from_on=town.now.date() + WEEK + timedelta(1), to_on=town.now.date() + 2 * WEEK)
