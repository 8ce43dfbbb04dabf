"""Dates from rules: counting, roll modes, pauses, traces; the date vectors of the rule base."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from engine.calendar import Calendar, ClosedDay
from engine.deadline import Computed, Pause, Rule, compute, compute_date, parse_length, recompute
from engine.errors import DeadlineError

FINLAND = Calendar()
CLOSED = Calendar((ClosedDay(date(2026, 12, 31), {"fi": "Suljettu"}),))
CLOSED_BY_LAW = Calendar((ClosedDay(date(2026, 12, 31), {"fi": "Suljettu"}, statutory=True),))


def day(text: str) -> date:
    number, month, year = text.split(".")
    return date(int(year), int(month), int(number))


def step(computed: Computed, name: str) -> dict[str, Any]:
    return next(found for found in computed.trace if found["step"] == name)


VECTORS = [  # from, length, roll, nominal, due: law.md 8.1, 2.3 and section 8
    ("27.3.2026", "10 working days", "target", "14.4.2026", "14.4.2026"),
    ("12.6.2026", "10 working days", "target", "29.6.2026", "29.6.2026"),
    ("4.12.2026", "10 working days", "target", "18.12.2026", "18.12.2026"),
    ("19.3.2027", "10 working days", "target", "6.4.2027", "6.4.2027"),
    ("1.4.2026", "30 days", "forward", "1.5.2026", "4.5.2026"),
    ("26.5.2027", "30 days", "forward", "25.6.2027", "28.6.2027"),
    ("26.11.2026", "30 days", "forward", "26.12.2026", "28.12.2026"),
    ("14.1.2026", "3 months", "target", "14.4.2026", "14.4.2026"),
    ("14.1.2026", "6 months", "target", "14.7.2026", "14.7.2026"),
    ("14.1.2026", "9 months", "target", "14.10.2026", "14.10.2026"),
    ("14.1.2026", "12 months", "target", "14.1.2027", "14.1.2027"),
    ("30.11.2025", "3 months", "target", "28.2.2026", "27.2.2026"),
    ("29.2.2024", "4 years", "period", "29.2.2028", "29.2.2028"),
    ("30.11.2026", "3 months", "forward", "28.2.2027", "1.3.2027"),
    ("31.10.2026", "2 months", "forward", "31.12.2026", "31.12.2026"),
    ("22.12.2025", "5 working days", "target", "2.1.2026", "2.1.2026"),
    ("22.12.2025", "10 working days", "target", "12.1.2026", "12.1.2026"),
    ("19.1.2026", "3 months", "target", "19.4.2026", "17.4.2026"),
    ("17.4.2026", "3 months", "target", "17.7.2026", "17.7.2026"),
    ("9.2.2026", "21 days", "target", "2.3.2026", "2.3.2026"),
    ("31.8.2026", "3 months", "forward", "30.11.2026", "30.11.2026"),
    ("31.3.2026", "2 months", "forward", "31.5.2026", "1.6.2026"),
    ("30.6.2026", "2 months", "forward", "30.8.2026", "31.8.2026"),
    ("1.2.2027", "2 months", "forward", "1.4.2027", "1.4.2027"),
    ("24.11.2026", "1 month", "forward", "24.12.2026", "28.12.2026"),
    ("31.1.2026", "1 month", "forward", "28.2.2026", "2.3.2026"),
    ("25.9.2025", "3 months", "forward", "25.12.2025", "29.12.2025"),
    ("20.4.2026", "3 weeks", "period", "11.5.2026", "11.5.2026"),
    ("13.5.2026", "60 days", "forward", "12.7.2026", "13.7.2026"),
    ("13.11.2026", "3 months", "target", "13.2.2027", "12.2.2027"),
    ("13.11.2026", "3 months", "forward", "13.2.2027", "15.2.2027"),
    ("13.11.2026", "12 months", "period", "13.11.2027", "13.11.2027"),
    ("9.12.2026", "14 days", "forward", "23.12.2026", "23.12.2026"),
    ("10.12.2026", "14 days", "forward", "24.12.2026", "28.12.2026"),
    ("30.11.2025", "6 months", "target", "30.5.2026", "29.5.2026"),
]


@pytest.mark.parametrize(("start", "length", "roll", "nominal", "due"), VECTORS)
def test_the_date_vectors_of_the_rule_base(start: str, length: str, roll: str, nominal: str, due: str) -> None:
    computed = compute_date(day(start), length, roll)
    assert (computed.nominal_on, computed.due_on) == (day(nominal), day(due))
    assert recompute(computed.trace) == computed


PERIODS = [  # law.md 2.3, S3, S5, S7, S16
    ("2.3.2026", "5 months", "1.8.2026"),
    ("31.8.2026", "6 months", "28.2.2027"),
    ("1.3.2026", "24 months", "29.2.2028"),
    ("29.2.2024", "24 months", "28.2.2026"),
    ("2.2.2026", "6 months", "1.8.2026"),
    ("2.2.2026", "1 year", "1.2.2027"),
    ("2.3.2026", "7 days", "8.3.2026"),
    ("2.3.2026", "2 weeks", "15.3.2026"),
    ("2.3.2026", "5 working days", "6.3.2026"),
    ("1.3.2026", "1 working day", "2.3.2026"),
]


@pytest.mark.parametrize(("start", "length", "last"), PERIODS)
def test_an_inclusive_period_counts_its_first_day_and_never_moves(start: str, length: str, last: str) -> None:
    computed = compute_date(day(start), length, "period", inclusive=True)
    assert computed.nominal_on == computed.due_on == day(last)
    assert recompute(computed.trace) == computed


BACKWARD = [
    ("18.4.2026", "5 days", False, "13.4.2026"),
    ("28.2.2027", "1 month", False, "28.1.2027"),  # S16
    ("1.8.2026", "1 month", False, "1.7.2026"),  # S3
    ("7.4.2026", "5 working days", False, "27.3.2026"),
    ("31.3.2026", "1 month", False, "28.2.2026"),
    ("1.8.2026", "5 months", True, "2.3.2026"),
    ("8.3.2026", "7 days", True, "2.3.2026"),
    ("6.3.2026", "5 working days", True, "2.3.2026"),
]


@pytest.mark.parametrize(("event", "length", "inclusive", "expected"), BACKWARD)
def test_backward_counts_before_the_event_and_stays(event: str, length: str, inclusive: bool, expected: str) -> None:
    for before in (True, False):
        assert compute_date(day(event), length, "backward", before, inclusive).due_on == day(expected)


def test_the_trace_says_which_days_it_skipped_and_why() -> None:
    skipped = step(compute_date(day("22.12.2025"), "5 working days", "target"), "skip")["days"]
    assert {d["on"]: d["why"] for d in skipped}["2025-12-24"] == "christmas_eve"
    assert [d["why"] for d in skipped].count("saturday") == 1


def test_the_trace_of_a_statutory_roll_cites_the_act() -> None:
    roll = step(compute_date(day("24.11.2026"), "1 month", "forward"), "roll")
    assert (roll["from"], roll["to"]) == ("2026-12-24", "2026-12-28")
    assert (roll["basis"], roll["choice"]) == ("150/1930 5 §", False)
    assert [d["why"] for d in roll["days"]] == ["christmas_eve", "christmas_day", "second_day_of_christmas", "sunday"]


def test_a_time_set_by_the_authority_never_cites_the_act() -> None:
    rule = Rule("reply", 14, kind="agreed", statute="HL 22, 33 §")
    computed = compute(rule, day("10.12.2026"), FINLAND)
    assert computed.legal_on == day("28.12.2026")
    assert (step(computed, "roll")["basis"], step(computed, "roll")["choice"]) == ("HL 33 §", True)
    assert "150/1930" not in json.dumps(computed.trace)  # law.md K1


def test_an_authoritys_duty_stays_and_gets_a_target_before_it() -> None:
    computed = compute(Rule("review", 3, "months", "target"), day("28.11.2025"), FINLAND)
    assert (computed.legal_on, computed.target_on) == (day("28.2.2026"), day("27.2.2026"))
    assert step(computed, "stay")["why"] == "saturday"


def test_a_closed_day_moves_targets_and_working_days_but_no_customers_date() -> None:
    assert compute_date(day("24.12.2026"), "7 days", "target", calendar=CLOSED).due_on == day("30.12.2026")
    assert compute_date(day("30.12.2026"), "1 working day", "target", calendar=CLOSED).due_on == day("4.1.2027")
    assert compute_date(day("24.12.2026"), "7 days", "forward", calendar=CLOSED).due_on == day("31.12.2026")


def test_a_statutory_closed_day_moves_a_customers_date_and_its_trace_carries_the_day() -> None:
    computed = compute_date(day("24.12.2026"), "7 days", "forward", calendar=CLOSED_BY_LAW)
    assert computed.due_on == day("4.1.2027")
    closed = [{"on": "2026-12-31", "name": {"fi": "Suljettu"}, "statutory": True}]
    assert step(computed, "calendar")["closed"] == closed
    assert recompute(computed.trace) == computed


def test_a_study_break_moves_the_end_by_its_days() -> None:
    rule = Rule("study", 24, "months", "period", inclusive=True)
    pause = Pause(day("1.2.2026"), day("1.5.2026"), "lomautus")
    computed = compute(rule, day("1.9.2025"), FINLAND, [pause])
    assert computed.legal_on == day("28.11.2027")  # S7: +89 days
    assert step(computed, "resume")["paused"] == 89


def test_pauses_add_up_in_any_order_and_overlaps_count_once() -> None:
    pauses = [Pause(day("5.3.2026"), day("8.3.2026")), Pause(day("10.3.2026"), day("11.3.2026"))]
    overlap = Pause(day("6.3.2026"), day("8.3.2026"))
    computed = compute(Rule("reply", 30), day("2.3.2026"), FINLAND, [pauses[1], overlap, pauses[0]])
    assert computed == compute(Rule("reply", 30), day("2.3.2026"), FINLAND, pauses)
    assert computed.nominal_on == day("5.4.2026")


def test_a_paused_date_rolls_only_after_the_pause() -> None:
    computed = compute(Rule("reply", 14), day("2.12.2026"), FINLAND, [Pause(day("7.12.2026"), day("15.12.2026"))])
    assert (computed.nominal_on, computed.legal_on) == (day("24.12.2026"), day("28.12.2026"))


def test_working_days_are_paused_in_working_days() -> None:
    pause = Pause(day("22.12.2025"), day("29.12.2025"))
    computed = compute(Rule("interview", 5, "working days", "target"), day("19.12.2025"), FINLAND, [pause])
    assert step(computed, "resume")["paused"] == 2  # 23.12. and 29.12.
    assert computed.due_on == day("5.1.2026")


def test_an_open_pause_keeps_what_remained() -> None:
    computed = compute(Rule("reply", 14), day("1.6.2026"), FINLAND, [Pause(day("5.6.2026"))])
    assert (computed.paused_on, computed.remaining) == (day("5.6.2026"), 10)
    working = compute(Rule("plan", 10, "working days", "target"), day("1.6.2026"), FINLAND, [Pause(day("5.6.2026"))])
    assert working.remaining == 6
    assert recompute(working.trace) == working


def test_time_before_the_event_and_after_the_deadline_cannot_be_paused() -> None:
    plain = compute(Rule("reply", 14), day("1.6.2026"), FINLAND)
    outside = [
        Pause(day("1.5.2026"), day("20.5.2026")),
        Pause(day("16.6.2026"), day("1.7.2026")),
        Pause(day("1.8.2026")),
    ]
    assert compute(Rule("reply", 14), day("1.6.2026"), FINLAND, outside) == plain
    partly = compute(Rule("reply", 14), day("1.6.2026"), FINLAND, [Pause(day("25.5.2026"), day("4.6.2026"))])
    assert partly.nominal_on == day("18.6.2026")


def test_a_date_paused_on_its_last_day_is_due_at_the_earliest_on_resumption() -> None:
    friday = compute(Rule("reply", 14), day("5.6.2026"), FINLAND, [Pause(day("21.6.2026"), day("24.6.2026"))])
    assert friday.legal_on == day("24.6.2026")  # 19.6. is Midsummer Eve: the last day had moved to 22.6.
    working = Rule("plan", 1, "working days", "target")
    paused = compute(working, day("4.6.2026"), FINLAND, [Pause(day("5.6.2026"), day("6.6.2026"))])
    assert paused.legal_on == day("8.6.2026")


def test_a_trace_survives_storage_and_recomputes_to_the_same_date() -> None:
    rule = Rule(
        "final_claim", 3, "months", process="pay_subsidy", version="pay_subsidy@3", law="D-PAL-07",
        statute="VNa 385/2024 18 §", doubt="…", valid_from=date(2025, 1, 1),
    )  # fmt: skip
    pauses = [Pause(day("1.10.2026"), day("2.11.2026"), "lomautus"), Pause(day("1.12.2026"), None, "lomautus")]
    computed = compute(rule, day("30.9.2026"), CLOSED_BY_LAW, pauses)
    assert recompute(json.loads(json.dumps(computed.trace))) == computed


def test_a_trace_keeps_where_its_length_came_from() -> None:
    value = {"step": "value", "name": "reply_days", "value": 14}
    computed = compute(Rule("reply", 14), day("1.6.2026"), FINLAND, values=[value])
    assert step(computed, "value") == value
    assert recompute(json.loads(json.dumps(computed.trace))) == computed


def test_a_changed_result_in_a_trace_does_not_fool_the_recomputation() -> None:
    computed = compute(Rule("reply", 14), day("1.6.2026"), FINLAND)
    forged = [{**s, "legal": "2030-01-01"} if s["step"] == "result" else s for s in computed.trace]
    assert recompute(forged) == computed


@pytest.mark.parametrize(
    "trace",
    [
        [],
        [{"step": "event", "on": "2026-01-01"}],
        [{"no": 1}],
        [{"step": "resume", "on": "2026-01-01"}],
        [{"step": "rule"}],
    ],
)
def test_what_is_no_trace_is_refused(trace: list[dict[str, Any]]) -> None:
    with pytest.raises(DeadlineError, match="not a trace"):
        recompute(trace)


def test_the_answer_of_the_date_command() -> None:
    answer = compute_date(day("10.12.2026"), "14 days", "forward").answer()
    assert list(answer) == ["from", "nominal", "due", "trace"]
    assert (answer["from"], answer["nominal"], answer["due"]) == ("2026-12-10", "2026-12-24", "2026-12-28")
    json.dumps(answer)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14 days", (14, "days")),
        ("1 day", (1, "days")),
        (" 10  Working days ", (10, "working days")),
        ("1 working day", (1, "working days")),
        ("3 weeks", (3, "weeks")),
        ("3 months", (3, "months")),
        ("4 years", (4, "years")),
    ],
)
def test_lengths_are_a_number_and_a_unit(text: str, expected: tuple[int, str]) -> None:
    assert parse_length(text) == expected


@pytest.mark.parametrize(
    "text", ["", "14", "days", "-3 days", "1.5 days", "3 fortnights", "99999 days", "٣ days", "P14D"]
)
def test_other_lengths_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(DeadlineError, match="14 days"):
        parse_length(text)


@pytest.mark.parametrize(
    "facts",
    [{"unit": "hours"}, {"roll": "none"}, {"kind": "legal"}, {"direction": "up"}, {"length": -1}, {"length": True}],
)
def test_a_rule_with_unknown_words_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(DeadlineError, match="expected"):
        Rule(**{"name": "reply", "length": 14, **facts})


def test_impossible_facts_are_refused() -> None:
    with pytest.raises(DeadlineError, match="cannot end before"):
        Pause(day("2.1.2026"), day("1.1.2026"))
    with pytest.raises(DeadlineError, match="cannot be paused"):
        compute(Rule("notice", 5, roll="backward"), day("1.6.2026"), FINLAND, [Pause(day("28.5.2026"))])
    with pytest.raises(DeadlineError, match="without a time of day"):
        compute(Rule("reply", 14), datetime(2026, 6, 1, 12), FINLAND)  # noqa: DTZ001
    with pytest.raises(DeadlineError, match="1900–2199"):
        compute_date(date(9999, 12, 31), "0 working days", "period")


def test_of_a_paused_period_the_day_of_the_pause_is_left_too() -> None:
    rule = Rule("support", 5, unit="months", roll="period", inclusive=True)
    computed = compute(rule, day("2.3.2026"), FINLAND, [Pause(day("1.8.2026"))])
    assert (computed.nominal_on, computed.remaining) == (day("1.8.2026"), 1)
