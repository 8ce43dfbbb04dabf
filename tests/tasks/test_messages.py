"""Messages from outside, deadlines that move, and cases that are called off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks import clock
from tasks.commands import cases, customers, messages
from tasks.errors import Forbidden, InvalidAnswers, InvalidValue, NotFound, NotPublished, NotWaiting, WrongState


def waiting(town) -> int:
    started = town.start()
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    return started.case_id


def reply(town, case_id: int, who: str = "vilma", **more):
    given = {"answers": {"text": "Liitteenä"}, "message": "reply", "channel": "letter", "now": town.now} | more
    return messages.record_message(town.database, town.user(who), case_id, **given)


def test_a_reply_in_time_meets_the_deadline_and_stops_the_clock(town) -> None:
    case = waiting(town)
    town.pass_time(days=3)
    assert len(reply(town, case).opened) == 1
    assert town.value("SELECT state FROM deadlines WHERE name = 'reply_time'") == "met"
    town.pass_time(days=30)
    assert town.value("SELECT count(*) FROM timers WHERE kind = 'engine'") == 0


def test_a_reply_that_came_in_time_but_was_recorded_late_counts_from_its_arrival(town) -> None:
    case = waiting(town)
    town.pass_time(days=8)
    reply(town, case, occurred_at=town.now - timedelta(days=2))
    assert town.value("SELECT state FROM deadlines WHERE name = 'reply_time'") == "met"
    assert str(town.value("SELECT closed_on FROM deadlines WHERE name = 'reply_time'")) == "2026-02-15"


def test_the_message_that_nobody_waits_for_is_refused(town) -> None:
    case = waiting(town)
    with pytest.raises(NotWaiting, match="one of reply"):
        reply(town, case, message="claim")
    town.pass_time(days=20)
    clock.run_until(town.database, town.now)
    with pytest.raises(NotWaiting):
        reply(town, case)


def test_a_message_is_checked_by_its_form_and_by_who_records_it(town) -> None:
    case = waiting(town)
    with pytest.raises(InvalidAnswers):
        reply(town, case, answers={})
    with pytest.raises(Forbidden, match="other_unit"):
        reply(town, case, who="saara")
    with pytest.raises(InvalidValue, match="later than now"):
        reply(town, case, occurred_at=town.now + timedelta(minutes=1))


def test_a_case_called_off_withdraws_tasks_and_cancels_dates(town) -> None:
    started = town.start()
    cases.cancel_case(town.database, town.user("vilma"), started.case_id, reason="Hakija perui", now=town.now)
    assert town.value("SELECT status FROM cases") == "cancelled"
    assert town.value("SELECT state FROM tasks") == "withdrawn"
    assert town.value("SELECT state FROM deadlines") == "cancelled"
    assert town.value("SELECT count(*) FROM timers") == 0
    with pytest.raises(WrongState):
        cases.cancel_case(town.database, town.user("vilma"), started.case_id, reason="uudestaan", now=town.now)


def test_the_same_start_sent_twice_makes_one_case(town) -> None:
    first, second = town.start(idempotency_key="abc"), town.start(idempotency_key="abc")
    assert (second.case_id, second.task_ids, second.again) == (first.case_id, first.task_ids, True)
    assert town.value("SELECT count(*) FROM cases") == 1


def test_another_persons_key_is_another_start(town) -> None:
    first = town.start(idempotency_key="abc")
    second = town.start(idempotency_key="abc", actor=town.user("kalle"))
    assert not second.again
    assert second.case_id != first.case_id
    assert town.start(idempotency_key="abc", actor=town.user("kalle")).case_id == second.case_id


def test_case_numbers_run_by_prefix_and_year_of_arrival(town) -> None:
    numbers = [town.start().number, town.start().number]
    town.pass_time(days=365)
    assert [*numbers, town.start().number] == ["LU/1/2026", "LU/2/2026", "LU/1/2027"]


def test_a_case_cannot_start_before_its_process_is_in_force(town) -> None:
    with pytest.raises(NotPublished):
        town.start(occurred_at=town.now - timedelta(days=60))


def test_a_start_is_refused_with_what_is_wrong(town) -> None:
    company = customers.create_customer(
        town.database, town.user("vilma"), kind="organisation", name="Kuituri Oy", business_id="2077474-0", now=town.now
    )
    with pytest.raises(InvalidValue, match="expected a person"):
        town.start(parties={"applicant": company})
    with pytest.raises(InvalidValue, match="principal customer"):
        town.start(parties={})
    with pytest.raises(NotFound, match="customer"):
        town.start(parties={"applicant": 99})
    with pytest.raises(Forbidden):
        town.start(actor=town.user("olga"))
    assert town.value("SELECT count(*) FROM cases") == 0


def test_a_later_check_moves_the_deadline_it_reopens(town) -> None:
    case = waiting(town)
    reply(town, case)
    rows = town.rows("SELECT name, state FROM deadlines WHERE case_id = :c ORDER BY number", c=case)
    assert [tuple(row) for row in rows] == [("check", "met"), ("reply_time", "met"), ("check", "open")]
    assert town.rows("SELECT due_on FROM tasks WHERE state = 'open'")[0].due_on in ("2026-02-23", date(2026, 2, 23))
