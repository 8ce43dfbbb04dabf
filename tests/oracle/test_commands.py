"""What the oracle says of a process is in the rows too, after real commands, on both databases, and after a crash."""

from __future__ import annotations

import pytest

from tests.oracle import corpus
from tests.oracle.database_side import DatabaseSide
from tests.oracle.folder import Unusable
from tests.oracle.killed_side import KilledSide
from tests.oracle.match import START, Match
from tests.tasks.conftest import Town


def names(group: int, blocks: int, wild: int, first: int) -> list[str]:
    """Drawings that no other test plays."""
    kinds = (("block", blocks), ("wild", wild))
    return [f"{kind}-{first + number}" for kind, most in kinds for number in range(group * most, (group + 1) * most)]


@pytest.mark.parametrize("group", range(3))
def test_after_every_command_the_rows_show_what_the_token_game_shows(town: Town, group: int) -> None:
    steps = 0
    for name in names(group, 10, 3, 10_000):
        drawn = corpus.drawn(name)
        try:
            match = Match(drawn.drawing, DatabaseSide(town, drawn.drawing, START))
        except Unusable:
            continue
        match.told.append(name)
        steps += len(match.at_random(drawn.dice).steps)
    assert steps > 20


def test_a_process_killed_in_the_middle_of_a_command_leaves_all_or_nothing_of_it(town: Town) -> None:
    undone = done = 0
    for name in names(0, 8, 2, 20_000):
        drawn = corpus.drawn(name)
        try:
            side = KilledSide(town, drawn.drawing, START, drawn.dice)
        except Unusable:
            continue
        match = Match(drawn.drawing, side)
        match.told.append(name)
        match.at_random(drawn.dice)
        undone, done = undone + side.undone, done + side.done
    assert (undone > 5, done > 5) == (True, True)
