"""Stories are read strictly, and an expectation that does not hold says what was so instead."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from engine.story import HELSINKI, DueDate, Picture, StoryError, compare, coverage, read_story

NOW = datetime(2026, 3, 2, 12, tzinfo=HELSINKI)


def story(*steps: dict[str, Any]) -> Any:
    return read_story("s", {"process": "p", "steps": list(steps)})


def picture(**values: Any) -> Picture:
    day = date(2026, 3, 2)
    base: dict[str, Any] = {
        "open": ("decision/decide",), "waits": ("reply",), "deadlines": (DueDate("answer", day, day, day, day, False),),
        "value": lambda path: {"a.b": 5}.get(path), "outcome": "", "letters": (),
    }  # fmt: skip
    return Picture(**(base | values))


def test_a_date_alone_means_noon_in_helsinki() -> None:
    assert story({"at": date(2026, 3, 2), "start": "application"}).steps[0].at == NOW


def test_the_first_step_starts_the_case() -> None:
    with pytest.raises(StoryError, match="first step starts"):
        story({"at": date(2026, 3, 2), "do": "x"})


def test_steps_come_in_the_order_of_time() -> None:
    with pytest.raises(StoryError, match="after a later one"):
        story({"at": date(2026, 3, 2), "start": "a"}, {"at": date(2026, 3, 1), "do": "x"})


def test_an_unknown_key_is_an_error_and_not_a_passed_expectation() -> None:
    with pytest.raises(StoryError, match="opne"):
        story({"at": date(2026, 3, 2), "start": "a", "expect": {"opne": []}})


def test_a_step_does_one_thing() -> None:
    with pytest.raises(StoryError, match="one thing"):
        story({"at": date(2026, 3, 2), "start": "a", "do": "b"})


def test_what_holds_gives_no_failure() -> None:
    expect = {
        "open": ["decide"], "waits": ["reply"], "due": {"answer": date(2026, 3, 2)}, "data": {"a.b": 5},
        "outcome": "", "no_deadline": ["other"],
    }  # fmt: skip
    assert compare(expect, picture(), NOW) == []


@pytest.mark.parametrize(
    "expect",
    [
        {"open": []},
        {"open": ["decide", "decide"]},
        {"waits": []},
        {"due": {"answer": date(2026, 3, 3)}},
        {"due": {"other": date(2026, 3, 2)}},
        {"due": {"answer": {"paused": True}}},
        {"no_deadline": ["answer"]},
        {"data": {"a.b": 6}},
        {"data": {"a.c": 5}},
        {"data": {"a.b": True}},
        {"outcome": "paid"},
        {"letters": ["decision"]},
        {"letter": {"name": "decision"}},
        {"events": ["case_closed"]},
        {"reminders": [date(2026, 3, 1)]},
        {"escalated": ["answer"]},
    ],
)
def test_what_does_not_hold_is_a_failure_with_what_was_so(expect: dict[str, Any]) -> None:
    failures = compare(expect, picture(), NOW)
    assert failures
    assert failures[0].at == "2026-03-02 12:00"


def test_null_means_no_value() -> None:
    assert compare({"data": {"a.c": "null"}}, picture(), NOW) == []


def test_coverage_names_what_no_story_visited() -> None:
    assert coverage("p", ["a", "b", "c"], ["a", "c", "z"]) == coverage("p", ["c", "b", "a"], ["c", "a"])
    assert coverage("p", ["a", "b"], ["a"]).missed == ("b",)
