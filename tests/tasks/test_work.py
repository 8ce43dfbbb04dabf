"""What people may do with a task, and what they are told when they may not."""

from __future__ import annotations

from datetime import date

import pytest

from tasks.commands import people, work
from tasks.errors import Disqualified, Forbidden, FourEyes, InvalidAnswers, InvalidValue, NotFound, Stale, WrongState


def test_claiming_gives_the_task_a_new_version_and_its_holder(town) -> None:
    task = town.start().task_ids[0]
    assert work.claim(town.database, town.user("vilma"), task, version=1, now=town.now) == 2
    assert town.value("SELECT assignee_id FROM tasks") == town.user("vilma").user_id


def test_the_second_to_claim_is_told_who_was_first_and_when(town) -> None:
    task = town.start().task_ids[0]
    work.claim(town.database, town.user("vilma"), task, version=1, now=town.now)
    with pytest.raises(Stale) as refused:
        work.claim(town.database, town.user("kalle"), task, version=1, now=town.now)
    assert (refused.value.who, refused.value.when, refused.value.what) == ("vilma", town.now, "claimed")


def test_a_task_completed_meanwhile_is_refused_with_who_and_when(town) -> None:
    task = town.start().task_ids[0]
    town.complete("vilma", task, {"complete": "true"})
    with pytest.raises(Stale, match="vilma changed this"):
        town.complete("kalle", task, {"complete": "true"}, version=1)
    with pytest.raises(WrongState, match="completed"):
        town.complete("kalle", task, {"complete": "true"})


def test_another_persons_task_cannot_be_completed_past_them(town) -> None:
    task = town.start().task_ids[0]
    work.claim(town.database, town.user("vilma"), task, now=town.now)
    with pytest.raises(Forbidden, match="assigned_to_other"):
        town.complete("kalle", task, {"complete": "true"})


def test_the_holder_releases_and_another_takes_the_task(town) -> None:
    task = town.start().task_ids[0]
    version = work.claim(town.database, town.user("vilma"), task, now=town.now)
    version = work.release(town.database, town.user("vilma"), task, version=version, now=town.now)
    assert work.claim(town.database, town.user("kalle"), task, version=version, now=town.now) == 4


def test_only_a_supervisor_assigns_and_only_to_those_who_may_do_the_task(town) -> None:
    task = town.start().task_ids[0]
    kalle, saara = town.user("kalle").user_id, town.user("saara").user_id
    with pytest.raises(Forbidden, match="no_access_role"):
        work.assign(town.database, town.user("vilma"), task, to_user_id=kalle, now=town.now)
    with pytest.raises(Forbidden, match="other_unit"):
        work.assign(town.database, town.user("esko"), task, to_user_id=saara, now=town.now)
    assert work.assign(town.database, town.user("esko"), task, to_user_id=kalle, now=town.now) == 2


@pytest.mark.parametrize(
    ("who", "reason"), [("saara", "other_unit"), ("esko", "no_work_role"), ("olga", "no_access_role")]
)
def test_those_without_the_role_or_unit_are_refused_with_the_reason(town, who, reason) -> None:
    task = town.start().task_ids[0]
    with pytest.raises(Forbidden) as refused:
        town.complete(who, task, {"complete": "true"})
    assert refused.value.reason == reason


def test_the_same_person_never_stands_on_both_sides_of_a_four_eyes_pair(town) -> None:
    task = town.start().task_ids[0]
    opened = town.complete("pauli", task, {"complete": "true"}).opened
    with pytest.raises(FourEyes) as refused:
        town.complete("pauli", opened[0], {"approved": "true"})
    assert refused.value.params == {"pair": "check_and_decision", "done": "check"}
    assert town.complete("paula", opened[0], {"approved": "true"}).closed


def test_an_area_may_switch_a_four_eyes_pair_off(town) -> None:
    area = town.value("SELECT id FROM areas")
    people.set_setting(
        town.database, town.user("outi"), area_id=area, name="four_eyes.check_and_decision", value=False,
        from_on=date(2026, 1, 1), now=town.now,
    )  # fmt: skip
    opened = town.complete("pauli", town.start().task_ids[0], {"complete": "true"}).opened
    assert town.complete("pauli", opened[0], {"approved": "true"}).closed


def test_four_eyes_is_off_by_default_where_one_person_has_the_role(town) -> None:
    people.set_active(town.database, town.user("outi"), town.user("paula").user_id, active=False, now=town.now)
    opened = town.complete("pauli", town.start().task_ids[0], {"complete": "true"}).opened
    assert town.complete("pauli", opened[0], {"approved": "true"}).closed


def test_a_decision_needs_a_delegation_in_force(town) -> None:
    delegation = town.value("SELECT d.id FROM delegations d JOIN users u ON u.id = d.user_id WHERE u.name = 'paula'")
    people.end_delegation(town.database, town.user("outi"), delegation, on=date(2026, 2, 8), now=town.now)
    opened = town.complete("vilma", town.start().task_ids[0], {"complete": "true"}).opened
    with pytest.raises(Forbidden, match="no_delegation"):
        town.complete("paula", opened[0], {"approved": "true"})


def test_a_disqualified_person_loses_the_task_and_cannot_return(town) -> None:
    started, vilma = town.start(), town.user("vilma")
    work.claim(town.database, vilma, started.task_ids[0], now=town.now)
    people.declare_disqualification(
        town.database, vilma, started.case_id, user_id=vilma.user_id, reason="Hakija on veljeni", now=town.now
    )
    assert town.value("SELECT assignee_id FROM tasks") is None
    with pytest.raises(Disqualified):
        town.complete("vilma", started.task_ids[0], {"complete": "true"})


def test_a_wrong_answer_writes_nothing(town) -> None:
    started = town.start()
    before = town.rows("SELECT * FROM cases")
    with pytest.raises(InvalidAnswers) as refused:
        town.complete("vilma", started.task_ids[0], {"complete": "ehkä"})
    assert refused.value.error.errors[0].pointer == "/complete"
    assert town.rows("SELECT * FROM cases") == before


def test_a_draft_is_kept_and_gone_once_the_task_is_done(town) -> None:
    task = town.start().task_ids[0]
    work.save_draft(town.database, town.user("vilma"), task, version=1, draft={"complete": "eh"}, now=town.now)
    assert "eh" in str(town.value("SELECT draft FROM tasks"))
    town.complete("vilma", task, {"complete": "true"})
    assert town.value("SELECT draft FROM tasks WHERE number = 1") is None


def test_a_hold_needs_a_day_ahead_and_a_reason(town) -> None:
    task = town.start().task_ids[0]
    for until, reason in ((date(2026, 2, 9), "odotan"), (date(2026, 2, 16), " ")):
        with pytest.raises(InvalidValue):
            work.hold(town.database, town.user("vilma"), task, until=until, reason=reason, now=town.now)


def test_a_held_task_is_taken_up_again(town) -> None:
    task, vilma = town.start().task_ids[0], town.user("vilma")
    work.hold(town.database, vilma, task, until=date(2026, 2, 16), reason="Odotan soittoa", now=town.now)
    assert town.value("SELECT count(*) FROM timers WHERE kind = 'hold_end'") == 1
    work.unhold(town.database, vilma, task, now=town.now)
    assert town.value("SELECT count(*) FROM timers WHERE kind = 'hold_end'") == 0
    assert town.events(1)[-2:] == ["task_held", "task_resumed"]


@pytest.mark.parametrize("task", ["99-1", "1-99", "x", "1-", "-1", "٣-1", "1-1-1"])
def test_a_task_that_is_not_there_is_not_found(town, task) -> None:
    town.start()
    with pytest.raises(NotFound, match="task"):
        town.complete("vilma", task, {})
