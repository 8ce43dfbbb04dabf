"""Whatever is drawn, and whatever happens to it, the engine does what a token game written from the standard does.

tests/oracle/README.md tells how to see a failure again, make it smaller and keep it.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.oracle import census, corpus
from tests.oracle.dice import Dice
from tests.oracle.engine_side import EngineSide
from tests.oracle.folder import Unusable, build
from tests.oracle.match import START, Match, charts_of
from tests.oracle.moving import MovingMatch

LEAST = 25
"""drawings of a shard that are played to their end: with 12 shards 300"""


@pytest.mark.parametrize("shard", range(corpus.SHARDS))
def test_after_every_step_the_engine_shows_what_the_token_game_shows(shard: int) -> None:
    decided = 0
    for name in corpus.names(shard):
        drawn = corpus.drawn(name)
        try:
            match = Match(drawn.drawing, EngineSide(drawn.drawing, START))
        except Unusable:
            continue
        match.told.append(name)
        decided += not match.at_random(drawn.dice).undecided
    assert decided >= LEAST


def test_the_drawings_differ_in_structure_and_hold_every_construct_often() -> None:
    held, structures, nested = Counter[str](), set[str](), 0
    for name in (name for shard in range(corpus.SHARDS) for name in corpus.names(shard)):
        drawing = corpus.drawn(name).drawing
        charts = charts_of(drawing)
        if (structure := census.structure(charts)) in structures:
            continue
        try:
            build(drawing)
        except Unusable:
            continue
        structures.add(structure)
        held.update(census.constructs(charts))
        nested += bool(census.nests(charts))
    rare = {name: held[name] for name in census.WANTED if held[name] < 20}
    assert (len(structures) >= 300, nested * 3 >= len(structures), rare) == (True, True, {}), held
    assert set(held) == set(census.WANTED)


def test_a_case_moved_to_another_version_goes_on_as_that_one_says() -> None:
    moved = kept = 0
    for number in range(40):
        drawn = corpus.drawn(f"block-{30_000 + number}")
        try:
            match = MovingMatch(drawn.drawing, EngineSide(drawn.drawing, START))
        except Unusable:
            continue
        match.told.append(drawn.name)
        match.at_random(drawn.dice)
        moved, kept = moved + match.moved, kept + match.kept
    assert (moved > 40, moved > kept) == (True, True), (moved, kept)


@given(st.sampled_from(["block", "wild"]), st.data())
@settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)  # fmt: skip
def test_drawings_that_nobody_has_drawn_before_agree_too(kind: str, data: st.DataObject) -> None:
    dice = Dice(lambda most: data.draw(st.integers(0, most - 1)))
    drawing = corpus.draw(kind, dice.below(100), dice)
    try:
        match = Match(drawing, EngineSide(drawing, START))
    except Unusable:
        return
    match.at_random(dice)
