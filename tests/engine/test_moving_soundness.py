"""Whatever is movable after random changes of a random drawing goes on to its end in the new version."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from engine import definition, runner
from engine import state as codec
from engine.definition import Definition
from engine.errors import BundleError
from tests.engine.drawing import Played, flow, folder
from tests.engine.redrawing import Redrawn
from tests.engine.test_soundness import Sketch

SEEDS = range(200)
TRIED: Counter[str] = Counter()


def sketched(seed: int) -> str:
    """A drawing of at least five steps."""
    for again in range(100):
        sketch = Sketch(seed * 100 + again)
        first, last = sketch.block(4)
        sketch.add('<startEvent id="begin"/><endEvent id="finish"/>' + flow("begin", first) + flow(last, "finish"))
        body = "".join(sketch.body)
        if body.count("<userTask") > 4:
            return body
    raise AssertionError("no drawing is large enough")


def play(case: Played, dice: random.Random, most: int) -> None:
    for _ in range(most):
        if case.result.closed:
            return
        if case.result.alarms and dice.random() < 0.2:
            case.ring(dice.choice(case.result.alarms).path)
        else:
            case.do(dice.choice(case.open))


def under_way(body: str, dice: random.Random) -> Played:
    """A case at a random moment before its end."""
    case = Played(folder(body))
    case.start()
    while True:
        before = case.result
        play(case, dice, 1)
        if case.result.closed or dice.random() < 0.15:
            case.result = before if case.result.closed else case.result
            return case


def redrawn(body: str, dice: random.Random) -> tuple[Definition, list[str]]:
    """The drawing after some changes, or others where these cannot be published."""
    while True:
        drawing = Redrawn(body, dice)
        names = [drawing.change() for _ in range(dice.randint(1, 3))]
        try:
            return definition.build(folder(drawing.draw()), {}), names
        except BundleError:
            TRIED["unusable"] += 1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_moved_case_goes_on_to_its_end_with_nothing_left_behind(seed: int) -> None:
    dice, body = random.Random(seed), sketched(seed)
    case = under_way(body, dice)
    target, names = redrawn(body, dice)
    state, fingerprint = case.result.state, target.fingerprint
    move = runner.migrate(case.definition, target, state, case.situation())
    assert runner.migrate(case.definition, target, state, case.situation()) == move  # asked twice, told twice
    TRIED.update({name: 1 for name in names if name} | {f"{name} moved": 1 for name in names if name and move.possible})
    TRIED.update(reason.code for reason in move.reasons)
    if move.result is None:
        assert move.reasons
        return
    assert {step.id for step in case.result.steps} <= {step.id for step in move.result.steps}
    case.definition, case.result = target, move.result
    play(case, dice, 3000)
    document = codec.read(case.result.state)
    assert (case.result.closed, case.result.steps, case.result.alarms, document["l"][0][4]) == (True, (), (), [])
    assert target.fingerprint == fingerprint


def test_every_kind_of_change_was_tried_and_moved_often_enough_to_tell() -> None:
    ways = ["insert", "remove", "branch", "choose", "time", "untime", "frame", "unframe", "postpone"]
    assert {way: TRIED[way] for way in ways if TRIED[way] < 10} == {}
    assert {way: TRIED[f"{way} moved"] for way in ways if TRIED[f"{way} moved"] < 5} == {}
