"""Stories that call outside systems are played without a network: the story answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from engine.story import StoryError, read_story
from tasks.player import Played, play
from tasks.stage import Stage, prepare, throw_away
from tests.tasks.calling import calling

BEGIN = {
    "process": "example",
    "parties": {"customer": {"name": "Sami Esimerkki", "kind": "person", "identity_code": "131052-308T"}},
}


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A stage with the one process that calls."""
    with throw_away(None) as database:
        yield prepare(database, [calling()])


def told(stage: Stage, *steps: dict[str, Any], **more: Any) -> Played:
    dated = [{"at": date(2026, 2, 9)} | step for step in steps]
    return play(stage, read_story("s", BEGIN | {"steps": dated} | more))


START = {"start": "", "expect": {"open": ["first"]}}
ORDER = {"do": "first", "data": {"code": "A1"}}


def test_a_step_answers_a_call(stage: Stage) -> None:
    played = told(
        stage, START, ORDER | {"expect": {"calls": ["ask"], "open": []}},
        {"answer": "ask", "data": {"amount": "5.00"}, "expect": {"open": ["last"], "data": {"ask.amount": 5}}},
    )  # fmt: skip
    assert played.failures == ()
    assert "ask" in played.visited


def test_a_standing_answer_is_given_at_every_call(stage: Stage) -> None:
    services = {"register": {"error": "fault"}}
    assert told(stage, START, ORDER | {"expect": {"open": ["wrong"], "calls": []}}, services=services).ok


def test_what_nobody_asked_for_is_not_answered(stage: Stage) -> None:
    played = told(stage, START, {"answer": "ask", "data": {}})
    assert "call ask is not waiting" in played.failures[0].got


def test_a_call_that_is_not_answered_in_time_times_out(stage: Stage) -> None:
    assert told(stage, START, ORDER, {"at": date(2026, 2, 15), "expect": {"open": ["other"]}}).ok


def test_a_misspelt_service_is_refused() -> None:
    with pytest.raises(StoryError, match="service register has an unknown key: date"):
        read_story(
            "s", BEGIN | {"steps": [{"at": date(2026, 2, 9), "start": ""}], "services": {"register": {"date": {}}}}
        )
