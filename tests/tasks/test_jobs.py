"""Calls out: made once for the case whatever dies, retried by a named cycle, an incident after that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tasks import clock
from tasks.commands import cases, incidents, jobs
from tasks.errors import Forbidden, WrongState
from tasks.job import Answer, Call, CallFailed
from tests.tasks.calling import STORY, order

GOOD = Answer({"amount": "12.50"})


@pytest.fixture
def asked(town: Any) -> Call:
    """A case that has just ordered a call to a register."""
    started = order(town)
    row = town.rows("SELECT case_id, number FROM jobs")[0]
    return Call(row.case_id, row.number, started.number, "register", {"code": "KOODI-77"}, 1)


def run(town: Any, call: Callable[[Call], Answer]) -> jobs.Called:
    return jobs.call_out(town.database, call, lambda: town.now)


def answers(answer: Answer | Exception) -> Callable[[Call], Answer]:
    def call(_: Call) -> Answer:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return call


def job(town: Any) -> Any:
    return town.rows("SELECT state, attempts, error, request, next_at, late_at FROM jobs")[0]


def open_paths(town: Any, call: Call) -> list[str]:
    rows = town.rows("SELECT path FROM tasks WHERE case_id = :c AND state = 'open'", c=call.case_id)
    return [row.path for row in rows]


def test_a_call_is_made_after_the_command_and_its_answer_goes_on(town, asked) -> None:
    made: list[Call] = []

    def call(each: Call) -> Answer:
        made.append(each)
        return GOOD

    assert run(town, call) == jobs.Called(answered=1)
    assert made == [asked]
    assert open_paths(town, asked) == ["last"]
    assert (job(town).state, job(town).request) == ("answered", None)
    assert town.value("SELECT source FROM answers WHERE kind = 'call'") == "register"
    assert "call_answered" in town.events(asked.case_id)
    assert run(town, call) == jobs.Called()


def test_a_worker_that_dies_after_the_call_leaves_it_to_the_next_one(town, asked) -> None:
    (leased,) = jobs.lease(town.database, town.now)  # and the worker is gone, with or without an answer
    assert run(town, answers(GOOD)) == jobs.Called()
    town.pass_time(minutes=4)
    seen: list[str] = []
    assert run(town, lambda each: seen.append(each.id) or GOOD).answered == 1
    assert seen == [leased.id]


def test_the_answer_of_one_who_was_too_slow_is_recorded_and_changes_nothing(town, asked) -> None:
    jobs.lease(town.database, town.now)
    town.pass_time(minutes=4)
    run(town, answers(GOOD))
    assert not jobs.finish_job(town.database, asked.case_id, asked.number, Answer({"amount": "1"}), now=town.now)
    assert job(town).late_at is not None
    assert town.events(asked.case_id)[-1] == "call_answered_late"
    assert town.value("SELECT count(*) FROM answers WHERE kind = 'call'") == 1


def test_two_workers_at_once_make_each_call_once(town, asked) -> None:
    seen, gate = [], threading.Barrier(2)

    def worker() -> None:
        gate.wait()
        run(town, lambda each: seen.append(each.id) or GOOD)

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [asked.id]


def test_a_timeout_goes_its_way_and_a_late_answer_does_not(town, asked) -> None:
    town.pass_time(days=6)
    clock.run_until(town.database, town.now)
    assert (open_paths(town, asked), job(town).state) == (["other"], "called_off")
    assert run(town, answers(GOOD)) == jobs.Called()
    assert not jobs.finish_job(town.database, asked.case_id, asked.number, GOOD, now=town.now)
    assert open_paths(town, asked) == ["other"]


def test_a_declared_error_goes_its_own_way(town, asked) -> None:
    assert run(town, answers(Answer(code="fault"))).answered == 1
    assert (open_paths(town, asked), job(town).state) == (["wrong"], "refused")
    assert "call_refused" in town.events(asked.case_id)


def test_failures_are_tried_again_by_the_named_cycle_and_end_as_an_incident(town, asked) -> None:
    fails = answers(CallFailed("status", 503))
    for wait in (timedelta(minutes=10), timedelta(days=1)):
        assert run(town, fails).failed == 1
        assert run(town, fails) == jobs.Called()
        town.now += wait
    assert town.value("SELECT count(*) FROM incidents") == 0
    run(town, fails)
    assert job(town).state == "failed"
    row = town.rows("SELECT kind, error, attempts FROM incidents WHERE resolved_at IS NULL")[0]
    assert tuple(row) == ("call", "status: 503", 3)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (CallFailed("no_code", 404, final=True), "no_code: 404"),
        (Answer({"amount": "much"}), "form: /amount (money)"),
        (Answer(code="unheard"), "uncaught: unheard"),
        (ValueError("salaisuus"), None),
    ],
)
def test_what_trying_again_cannot_help_is_an_incident_at_once(town, asked, answer, told) -> None:
    run(town, answers(answer))
    found = town.value("SELECT error FROM incidents WHERE resolved_at IS NULL")
    if told is None:
        assert (found, job(town).error) == (None, "program: ValueError")
    else:
        assert (found, job(town).state) == (told, "failed")
    assert "much" not in str(found)


def test_an_incident_is_tried_again_by_an_operator_at_once(town, asked) -> None:
    run(town, answers(CallFailed("no_code", 404, final=True)))
    incident = town.value("SELECT id FROM incidents")
    with pytest.raises(Forbidden):
        incidents.retry_incident(town.database, town.user("vilma"), incident, now=town.now)
    incidents.retry_incident(town.database, town.user("outi"), incident, now=town.now)
    with pytest.raises(WrongState):
        incidents.retry_incident(town.database, town.user("outi"), incident, now=town.now)
    assert run(town, answers(GOOD)).answered == 1
    assert town.value("SELECT resolved_by FROM incidents") == "outi"
    assert "call_retried" in town.events(asked.case_id)


def test_a_person_answers_for_a_service_where_the_step_lets_them(town, asked) -> None:
    run(town, answers(CallFailed("no_code", 404, final=True)))
    given = {"answers": {"amount": "5.00"}, "now": town.now}
    with pytest.raises(Forbidden):
        jobs.answer_by_hand(town.database, town.user("saara"), asked.case_id, asked.number, **given)
    jobs.answer_by_hand(town.database, town.user("vilma"), asked.case_id, asked.number, **given)
    assert open_paths(town, asked) == ["last"]
    assert town.value("SELECT count(*) FROM incidents WHERE resolved_at IS NULL") == 0
    assert town.value("SELECT source FROM answers WHERE kind = 'call'") == "authority"
    with pytest.raises(WrongState):
        jobs.answer_by_hand(town.database, town.user("vilma"), asked.case_id, asked.number, **given)


def test_a_case_that_is_called_off_calls_off_its_calls_and_their_incidents(town, asked) -> None:
    run(town, answers(CallFailed("no_code", 404, final=True)))
    cases.cancel_case(town.database, STORY, asked.case_id, reason="peruttu", now=town.now)
    assert job(town).state == "called_off"
    assert town.value("SELECT count(*) FROM incidents WHERE resolved_at IS NULL") == 0


def test_a_worker_makes_calls_beside_its_clock(town, asked) -> None:
    worker = clock.Worker(town.database, read_clock=lambda: town.now, call=answers(GOOD))
    assert (worker.call_out(answers(GOOD)), worker.call_out(answers(GOOD))) == (1, 0)
