"""Alerts: what causes them, that each is told once, what supervisors do with them, and how they end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks import clock, incident
from tasks.commands import alerting, people, work
from tasks.commands.alerting import Watched, watch, watch_by_the_hour
from tasks.errors import Forbidden, InvalidValue, NotFound, WrongState
from tasks.queries.causes import deviation
from tests.tasks.conftest import HOUSE, Town

KINDS = "SELECT kind FROM alerts WHERE gone_at IS NULL ORDER BY id"


def late(town: Town) -> str:
    """A task that is late."""
    task = str(town.start().task_ids[0])
    town.pass_time(days=16)
    return task


def alert(town: Town) -> int:
    """The newest alert."""
    return int(town.value("SELECT max(id) FROM alerts"))


def state(town: Town) -> str:
    return str(town.value("SELECT state FROM alerts WHERE id = :id", id=alert(town)))


def happened(town: Town) -> list[str]:
    sql = "SELECT kind FROM alert_events WHERE alert_id = :id ORDER BY id"
    return [row.kind for row in town.rows(sql, id=alert(town))]


def act(town: Town, command, who: str = "esko", **values) -> None:
    command(town.database, town.user(who), alert(town), now=town.now, **values)


def test_a_late_task_is_told_once_and_closes_itself_when_it_is_done(town) -> None:
    task = late(town)
    assert watch(town.database, town.now) == Watched(opened=1)
    assert watch(town.database, town.now) == Watched()
    row = town.rows("SELECT kind, cause, case_id, task_number, role FROM alerts")[0]
    assert (row.kind, row.cause, f"{row.case_id}-{row.task_number}") == ("overdue", f"overdue:{task}", task)
    town.complete("vilma", task, {"complete": "true"})
    assert watch(town.database, town.now) == Watched(gone=1)
    assert (state(town), happened(town)) == ("closed", ["opened", "gone"])


def test_a_task_that_is_set_aside_is_not_late(town) -> None:
    task = late(town)
    until = town.now.date() + timedelta(days=3)
    work.hold(town.database, town.user("vilma"), task, until=until, reason="odottaa", now=town.now)
    assert watch(town.database, town.now) == Watched()


def test_work_that_nobody_in_the_unit_may_do_is_one_alert(town) -> None:
    for _ in range(2):
        town.complete("vilma", town.start().task_ids[0], {"complete": "true"})
    assert watch(town.database, town.now) == Watched()
    for name in ("pauli", "paula"):
        people.set_active(town.database, HOUSE, town.user(name).user_id, active=False, now=town.now)
    watch(town.database, town.now)
    told = town.rows("SELECT kind, told FROM alerts")
    assert [row.kind for row in told] == ["orphan"]
    assert "decision_maker" in str(told[0].told)
    people.set_active(town.database, HOUSE, town.user("paula").user_id, active=True, now=town.now)
    assert watch(town.database, town.now) == Watched(gone=1)


def test_tasks_of_somebody_who_may_not_do_them_any_more_are_one_alert(town) -> None:
    for _ in range(2):
        work.claim(town.database, town.user("kalle"), town.start().task_ids[0], now=town.now)
    people.set_active(town.database, HOUSE, town.user("kalle").user_id, active=False, now=town.now)
    assert watch(town.database, town.now) == Watched(opened=1)
    cause = town.value("SELECT cause FROM alerts")
    assert cause == f"orphan:{town.unit('north')}:{town.user('kalle').user_id}:permit"


def test_a_case_without_events_and_without_a_timer_is_stuck_after_thirty_days(town) -> None:
    task = town.start().task_ids[0]
    town.pass_time(days=20)
    clock.run_until(town.database, town.now)
    assert town.value("SELECT count(*) FROM timers") == 0
    quiet = town.value("SELECT max(at) FROM events")
    town.pass_time(days=29)
    watch(town.database, town.now)
    assert "stuck" not in [row.kind for row in town.rows(KINDS)], quiet
    town.pass_time(days=10)
    watch(town.database, town.now)
    assert "stuck" in [row.kind for row in town.rows(KINDS)]
    work.claim(town.database, town.user("vilma"), task, now=town.now)
    watch(town.database, town.now)
    assert "stuck" not in [row.kind for row in town.rows(KINDS)]


def test_an_area_says_after_how_many_days_a_case_is_stuck(town) -> None:
    town.start()
    town.pass_time(days=20)
    clock.run_until(town.database, town.now)
    town.pass_time(days=12)
    area = town.value("SELECT id FROM areas")
    people.set_setting(
        town.database, HOUSE, area_id=area, name="alerts.stuck_days", value=10, from_on=date(2026, 1, 1), now=town.now
    )
    watch(town.database, town.now)
    assert "stuck" in [row.kind for row in town.rows(KINDS)]


def test_an_open_incident_makes_a_case_stuck_at_once(town) -> None:
    case_id = town.start().case_id
    with town.database.transaction() as connection:
        incident.note(connection, case_id, "timer", "ValueError: x", town.now)
    assert watch(town.database, town.now) == Watched(opened=1)
    assert town.value("SELECT kind FROM alerts") == "stuck"
    with town.database.transaction() as connection:
        incident.resolve(connection, case_id, "timer", town.now)
    assert watch(town.database, town.now) == Watched(gone=1)


@pytest.mark.parametrize(
    ("weeks", "told"),
    [
        ([30, 9, 10, 11, 10, 9, 10, 11, 10], {"now": 30, "mean": 10, "low": 7, "high": 13}),
        ([0, 29, 31, 29, 31, 29, 31, 29, 31], {"now": 0, "mean": 30, "low": 26.8, "high": 33.2}),
        ([13, 10, 10, 10, 10, 10, 10, 10, 10], None),
        ([9, 1, 1, 1, 1, 1, 1, 1, 1], None),
        ([20, 5, 15, 5, 15, 5, 15, 5, 15], None),
    ],
    ids=["many", "none", "within the range", "too few to say", "as they vary"],
)
def test_a_week_far_from_the_eight_before_is_told(weeks, told) -> None:
    assert deviation(weeks) == told


def test_a_sudden_rush_is_told_of_a_unit_that_has_worked_for_long(town) -> None:
    begun = town.now
    for week in range(9):
        town.now = begun + timedelta(weeks=week)
        town.start()
    town.now = begun + timedelta(weeks=9)
    for _ in range(12):
        town.start()
    town.pass_time(days=1)
    watch(town.database, town.now)
    assert town.value("SELECT count(*) FROM alerts WHERE cause LIKE 'deviation:received:%'") == 1
    town.pass_time(days=8)
    watch(town.database, town.now)
    assert town.value("SELECT count(*) FROM alerts WHERE cause LIKE 'deviation:received:%' AND gone_at IS NULL") == 0


def test_a_unit_that_has_just_begun_is_not_judged(town) -> None:
    for _ in range(12):
        town.start()
    town.pass_time(days=1)
    assert watch(town.database, town.now) == Watched()


def test_it_is_acknowledged_snoozed_and_comes_back(town) -> None:
    late(town)
    watch(town.database, town.now)
    act(town, alerting.acknowledge, note="Soitan Villelle")
    assert state(town) == "acknowledged"
    act(town, alerting.snooze, until=town.now.date() + timedelta(days=2))
    assert watch(town.database, town.now) == Watched()
    town.pass_time(days=2)
    assert watch(town.database, town.now) == Watched(returned=1)
    assert (state(town), happened(town)) == ("new", ["opened", "acknowledged", "snoozed", "returned"])
    note = town.rows("SELECT note, user_name FROM alert_events WHERE kind = 'acknowledged'")[0]
    assert tuple(note) == ("Soitan Villelle", "esko")


def test_what_is_closed_stays_closed_while_its_cause_stands(town) -> None:
    task = late(town)
    watch(town.database, town.now)
    act(town, alerting.close, note="Sovittu asiakkaan kanssa")
    assert watch(town.database, town.now) == Watched()
    with pytest.raises(WrongState):
        act(town, alerting.acknowledge)
    work.hold(
        town.database, town.user("vilma"), task, until=town.now.date() + timedelta(1), reason="odottaa", now=town.now
    )
    watch(town.database, town.now)
    assert happened(town) == ["opened", "closed"]
    town.pass_time(days=2)
    assert watch(town.database, town.now) == Watched(opened=1)


def test_only_supervisors_of_the_unit_act_and_values_are_checked(town) -> None:
    late(town)
    watch(town.database, town.now)
    with pytest.raises(Forbidden):
        act(town, alerting.acknowledge, who="vilma")
    with pytest.raises(InvalidValue, match="say why"):
        act(town, alerting.close, note="  ")
    with pytest.raises(InvalidValue, match="within 92 days"):
        act(town, alerting.snooze, until=town.now.date())
    with pytest.raises(NotFound):
        alerting.acknowledge(town.database, town.user("esko"), 99, now=town.now)
    assert happened(town) == ["opened"]


def test_the_worker_looks_once_an_hour(town) -> None:
    late(town)
    assert watch_by_the_hour(town.database, town.now) == Watched(opened=1)
    assert watch_by_the_hour(town.database, town.now + timedelta(minutes=59)) is None
    assert watch_by_the_hour(town.database, town.now + timedelta(minutes=60)) == Watched()
    assert clock.Worker(town.database, read_clock=lambda: town.now + timedelta(hours=3)).watch() == Watched()
