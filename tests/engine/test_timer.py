"""Timers are due by Finnish local time, and never look at a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine import runner
from engine.errors import EngineError, StepError
from engine.timer import Length, moment_of, parse_length, read
from tests.engine.drawing import Played, boundary, flows, folder, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        ("2027-01-31T09:00:00+02:00", "P1M", "2027-02-28T09:00:00+02:00"),
        ("2028-01-31T09:00:00+02:00", "P1M", "2028-02-29T09:00:00+02:00"),
        ("2026-10-31T09:00:00+02:00", "P6M", "2027-04-30T09:00:00+03:00"),
        ("2028-02-29T09:00:00+02:00", "P1Y", "2029-02-28T09:00:00+02:00"),
        ("2027-03-27T09:00:00+02:00", "P1D", "2027-03-28T09:00:00+03:00"),
        ("2027-03-27T09:00:00+02:00", "PT24H", "2027-03-28T10:00:00+03:00"),
        ("2026-03-02T09:00:00+02:00", "P1W", "2026-03-09T09:00:00+02:00"),
        ("2026-03-02T09:00:00+02:00", "P1DT2H", "2026-03-03T11:00:00+02:00"),
    ],
)
def test_days_keep_the_local_time_and_months_clamp(start: str, length: str, due: str) -> None:
    found = parse_length(length)
    assert found is not None
    assert found.after(moment(start)) == moment(due)


@pytest.mark.parametrize("text", ["P", "PT", "P0D", "P1.5M", "-P1D", "1D", "P1H", "PT1D", "", "P1M2", "P1D "])
def test_what_is_no_length_is_refused(text: str) -> None:
    assert parse_length(text) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "P"),
        ("timeCycle", "P1D"),
        ("timeCycle", "R0/P1D"),
        ("timeCycle", "R3/x"),
        ("timeDate", "1 +"),
        ("", ""),
        ("timeDuration", ""),
    ],
)
def test_a_timer_that_cannot_be_read_is_refused(kind: str, text: str) -> None:
    with pytest.raises(EngineError):
        read(kind, text)


def test_a_deadline_fires_at_midnight_after_its_day_and_another_date_at_its_own() -> None:
    day = date(2026, 6, 15)
    assert moment_of(day, day_after=True) == moment("2026-06-16T00:00:00+03:00")
    assert moment_of(day, day_after=False) == moment("2026-06-15T00:00:00+03:00")
    assert moment_of(None, day_after=True) is None


def test_repetitions_are_counted_from_the_start() -> None:
    length = Length(months=1)
    start = moment("2027-01-31T09:00:00+02:00")
    assert [length.after(start, n).astimezone(UTC).date().day for n in (1, 2, 3)] == [28, 31, 30]


def reminded(cycle: str, *, interrupting: bool = False) -> Played:
    body = START + tasks("work", "remind") + END
    body += boundary("again", "work", timer("timeCycle", cycle), interrupting=interrupting)
    return Played(folder(body + flows("s > work > done", "again > remind > done")))


def test_a_cycle_fires_as_often_as_it_says_anchored_to_its_start() -> None:
    case = reminded("R3/P1M")
    case.at = moment("2027-01-31T07:00:00+00:00")
    case.start()
    dates = []
    while case.result.alarms:
        dates.append(case.result.alarms[0].due_at.date().isoformat())
        case.ring("again")
    assert dates == ["2027-02-28", "2027-03-31", "2027-04-30"]
    assert case.open == ["work", "remind", "remind", "remind"]


def test_an_endless_cycle_ends_with_its_task() -> None:
    case = reminded("R/P1W")
    case.start()
    for _ in range(10):
        case.ring("again")
    assert len(case.result.alarms) == 1
    assert case.do("work").alarms == ()


def test_a_timer_that_is_not_due_is_refused() -> None:
    case = reminded("R/P1W")
    alarm = case.start().alarms[0]
    with pytest.raises(StepError, match="not yet"):
        runner.fire(case.definition, case.result.state, case.situation(), alarm.id)


def test_a_late_firing_counts_on_from_the_due_moments() -> None:
    case = reminded("R/P1W")
    first = case.start().alarms[0].due_at
    case.at = first + timedelta(days=40)
    case.ring("again")
    assert case.result.alarms[0].due_at == first + timedelta(days=7)


def test_a_date_timer_follows_the_data_it_is_computed_from() -> None:
    body = START + tasks("ask", "work", "change", "late") + '<parallelGateway id="p"/>' + END
    body += boundary("passed", "work", timer("timeDate", "if change.day != null then change.day else ask.day"))
    body += flows("s > ask > p > work > done", "p > change > done", "passed > late > done")
    case = Played(folder(body, forms={"ask": {"day": "date"}, "change": {"day": "date"}}))
    case.start()
    assert case.do("ask", day="2026-05-04").alarms[0].due_at == moment("2026-05-04T00:00:00+03:00")
    assert case.do("change", day="2026-06-01").alarms[0].due_at == moment("2026-06-01T00:00:00+03:00")


def test_a_duration_may_be_feel() -> None:
    body = (
        START
        + tasks("ask", "work")
        + END
        + boundary("passed", "work", timer("timeDuration", 'duration("P" + string(ask.days) + "D")'))
    )
    case = Played(folder(body + flows("s > ask > work > done", "passed > done"), forms={"ask": {"days": "integer"}}))
    case.at = moment("2026-03-27T08:00:00+02:00")
    case.start()
    assert case.do("ask", days=3).alarms[0].due_at == moment("2026-03-30T08:00:00+03:00")


def test_an_interrupting_timer_beside_a_message_and_a_second_timer() -> None:
    body = START + tasks("work", "a", "b") + END
    body += boundary("first", "work", timer("timeDuration", "P1D"), interrupting=False)
    body += boundary("last", "work", timer("timeDuration", "P3D"))
    case = Played(folder(body + flows("s > work > done", "first > a > done", "last > b > done")))
    case.start()
    case.ring("first")
    assert [alarm.path for alarm in case.result.alarms] == ["last"]
    case.ring("last")
    assert (sorted(case.open), case.result.alarms) == (["a", "b"], ())
