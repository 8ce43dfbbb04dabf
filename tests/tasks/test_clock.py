"""The clock: what is due fires once, at its own moment, and one broken case never stops the rest."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from tasks import clock
from tasks.commands import work
from tasks.db import Database
from tests.tasks.test_choices import begin


def test_a_reminder_comes_before_the_date_and_an_escalation_after_it(town) -> None:
    started = town.start()
    town.pass_time(days=30)
    assert clock.run_until(town.database, town.now).fired == 2
    notices = town.rows("SELECT kind, role FROM notices ORDER BY number")
    assert [tuple(row) for row in notices] == [("reminder", "grant_officer"), ("escalation", "supervisor")]
    assert town.events(started.case_id)[-2:] == ["reminder_given", "deadline_escalated"]


def test_an_engine_timer_fires_the_day_after_the_date_at_midnight_however_late(town) -> None:
    started = town.start()
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    town.pass_time(days=100)
    clock.run_until(town.database, town.now)
    event = town.rows("SELECT occurred_at FROM events WHERE kind = 'timer_fired'")[0]
    assert datetime.fromisoformat(str(event.occurred_at)) == datetime(2026, 2, 16, 22, 0, tzinfo=UTC)
    assert town.value("SELECT element FROM tasks WHERE state = 'open'") == "go_on"
    assert town.value("SELECT state FROM deadlines WHERE name = 'reply_time'") == "missed"


def test_nothing_fires_before_its_moment(town) -> None:
    started = town.start()
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    assert clock.tick(town.database, datetime(2026, 2, 16, 21, 59, tzinfo=UTC)).fired == 0
    assert clock.tick(town.database, datetime(2026, 2, 16, 22, 0, tzinfo=UTC)).fired == 1


def test_a_held_task_comes_back_on_its_day(town) -> None:
    task = town.start().task_ids[0]
    work.hold(town.database, town.user("vilma"), task, until=date(2026, 2, 12), reason="Odotan", now=town.now)
    town.pass_time(days=3)
    clock.tick(town.database, town.now)
    assert town.value("SELECT hold_until FROM tasks") is None
    assert town.value("SELECT kind FROM notices") == "hold_end"


def break_case(town, case_id: int) -> None:
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE cases SET state = :state WHERE id = :c"), {"state": b"broken", "c": case_id})


def waiting(town) -> int:
    started = town.start()
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    return started.case_id


def test_a_case_that_fails_becomes_an_incident_and_the_others_go_on(town) -> None:
    broken, whole = waiting(town), waiting(town)
    break_case(town, broken)
    town.pass_time(days=10)
    ticked = clock.tick(town.database, town.now)
    assert (ticked.fired, ticked.failed) == (1, 1)
    assert town.value("SELECT case_id FROM incidents") == broken
    assert town.value("SELECT element FROM tasks WHERE case_id = :c AND state = 'open'", c=whole) == "go_on"


def test_a_failing_case_is_tried_again_later_and_its_incident_closes_when_it_works(town) -> None:
    broken = waiting(town)
    state = town.value("SELECT state FROM cases")
    break_case(town, broken)
    town.pass_time(days=10)
    clock.tick(town.database, town.now)
    assert clock.tick(town.database, town.now + timedelta(seconds=30)).cases == 0
    clock.tick(town.database, town.now + timedelta(minutes=1))
    assert town.value("SELECT attempts FROM incidents") == 2
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE cases SET state = :state"), {"state": bytes(state)})
    assert clock.tick(town.database, town.now + timedelta(hours=1)).fired == 1
    assert town.value("SELECT resolved_by FROM incidents") == "clock"


def test_many_workers_fire_each_timer_once(town) -> None:
    cases = [waiting(town) for _ in range(8)]
    town.pass_time(days=10)
    others = [Database(town.database.url.render_as_string(hide_password=False)) for _ in range(3)]
    threads = [threading.Thread(target=clock.run_until, args=(database, town.now)) for database in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in others:
        database.dispose()
    clock.run_until(town.database, town.now)
    assert town.value("SELECT count(*) FROM events WHERE kind = 'timer_fired'") == len(cases)
    assert town.value("SELECT count(*) FROM timers") == 0


def test_a_worker_looks_and_leaves_a_heartbeat(town) -> None:
    waiting(town)
    worker = clock.Worker(town.database, read_clock=lambda: town.now + timedelta(days=10))
    assert worker.beat() == clock.Ticked(1, 0, 1)
    assert town.value("SELECT fired FROM heartbeats") == 1


def test_a_worker_outlives_a_database_that_is_away(tmp_path) -> None:
    away = Database(f"sqlite:///{tmp_path}/no/such/folder.db")
    assert clock.Worker(away).beat() is None


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_stop_of_any_length_loses_nothing(town, days) -> None:
    waiting(town)
    town.pass_time(days=10 + days)
    clock.run_until(town.database, town.now)
    assert town.value("SELECT count(*) FROM timers WHERE kind = 'engine'") == 0


def test_a_condition_that_reads_the_day_is_asked_each_midnight_and_told_only_when_true(town) -> None:
    condition = "<bpmn:condition>today() &gt;= date(&quot;2026-02-12&quot;)</bpmn:condition>"
    begin(town, late=f"<bpmn:conditionalEventDefinition>{condition}</bpmn:conditionalEventDefinition>")
    town.pass_time(days=2)
    assert clock.run_until(town.database, town.now).fired == 2
    assert "timer_fired" not in town.events(1)
    town.pass_time(days=10)
    clock.run_until(town.database, town.now)
    row = town.rows("SELECT kind, occurred_at FROM events WHERE kind = 'timer_fired'")[0]
    assert str(row.occurred_at)[:13].replace("T", " ") == "2026-02-11 22"
    assert town.value("SELECT outcome FROM cases") == "faded"
