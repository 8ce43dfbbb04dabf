"""A story may play a part by itself: through a process that does nothing but call it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from engine import bundle as bundles
from engine.alone import OFFICER
from engine.bundle import Bundle
from engine.story import read_story
from tasks.player import Played, play
from tasks.published import published
from tasks.queries.queues import lane_roles
from tasks.stage import Stage, fresh, prepare, throw_away
from tests.engine.drawing import flow, flows, folder, tasks
from tests.tasks.calling import whole

CUSTOMER = {"name": "Sami Esimerkki", "kind": "person", "identity_code": "131052-308T"}
ABOUT = '[inputs]\nwanted = "string"\nsince = "date"\n[outputs]\noutcome = "outcome"\nsaid = "ask.answer"\n'
START, DAY = {"start": "", "expect": {"open": ["example/ask"]}}, date(2026, 2, 9)


def part() -> Bundle:
    """A task; what it answers is what was wanted, or it is not."""
    body = '<startEvent id="s"/><exclusiveGateway id="g" default="g_to_ended"/>' + tasks("ask")
    body += '<endEvent id="ended"/><endEvent id="met"/>' + flows("s > ask > g > ended")
    body += flow("g", "met", "ask.answer = input.wanted")
    return folder(body, files={"forms/ask.json": whole("answer", "text")}, manifest=ABOUT, kind="part")


@pytest.fixture(scope="module")
def prepared() -> Iterator[Stage]:
    with throw_away(None) as database:
        yield prepare(database, [part()])


@pytest.fixture
def stage(prepared: Stage) -> Iterator[Stage]:
    with fresh(prepared) as own:
        yield own


def told(stage: Stage, inputs: dict[str, Any], *steps: dict[str, Any]) -> Played:
    source = {"process": "example", "parties": {"customer": CUSTOMER}, "inputs": inputs}
    return play(stage, read_story("s", source | {"steps": [{"at": DAY} | step for step in steps]}))


@pytest.mark.parametrize(("answer", "outcome"), [("yes", "met"), ("no", "ended")])
def test_the_case_ends_with_the_outcome_of_the_part(stage: Stage, answer: str, outcome: str) -> None:
    expect = {"outcome": outcome, "data": {"example.outcome": outcome, "example.said": answer}}
    played = told(stage, {"wanted": "yes"}, START, {"do": "ask", "data": {"answer": answer}, "expect": expect})
    assert played.failures == ()
    assert f"example/{outcome}" in played.visited


def test_what_is_not_given_is_null(stage: Stage) -> None:
    assert told(stage, {}, START, {"do": "ask", "data": {"answer": "yes"}, "expect": {"outcome": "ended"}}).ok


def test_an_input_that_the_part_does_not_know_is_said(stage: Stage) -> None:
    (failure,) = told(stage, {"wished": "yes"}, START).failures
    assert "example does not declare wished; it declares wanted, since" in failure.got


def test_the_stage_knows_the_process_only_for_the_story_that_needed_it(prepared: Stage) -> None:
    for wanted in ("yes", "no"):
        with fresh(prepared) as own:
            assert told(own, {"wanted": wanted}, START, {"do": "ask", "data": {"answer": wanted}}).ok


def test_a_lane_of_the_caller_is_done_by_who_has_the_call() -> None:
    files = dict(part().files)
    files["process.toml"] = files["process.toml"].replace(b'role = "officer"', b'role = "caller"')
    with throw_away(None) as database:
        stage = prepare(database, [bundles.read(bundles.pack(files))])
        with database.read() as connection:
            assert lane_roles(published(database).refresh(connection)) == ()
        asked = {"do": "ask", "as": OFFICER, "data": {"answer": "yes"}, "expect": {"outcome": "met"}}
        assert told(stage, {"wanted": "yes"}, START, asked).failures == ()
        with database.read() as connection:
            assert OFFICER in lane_roles(published(database).refresh(connection))
