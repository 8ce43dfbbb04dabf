"""Which drawings a run plays: numbered, the same ones as long as the generator is the same.

A drawing has a name: `block-17`, `wild-3`. ASIAVIRTA_ORACLE_SEED gives another set of drawings under the same names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from tests.oracle import sketch, wild
from tests.oracle.dice import Dice
from tests.oracle.sketch import Drawing

SHARDS = 12
BLOCKS, WILD = 40, 10
"""drawings in each shard"""
BASE = os.environ.get("ASIAVIRTA_ORACLE_SEED", "1")


@dataclass(frozen=True)
class Drawn:
    """A named drawing, and the dice that goes on to choose the steps."""

    name: str
    drawing: Drawing
    dice: Dice


def drawn(name: str) -> Drawn:
    """The drawing of a name."""
    kind, _, number = name.partition("-")
    dice = Dice.of_seed(f"{BASE}/{name}")
    return Drawn(name, draw(kind, int(number), dice), dice)


def draw(kind: str, number: int, dice: Dice) -> Drawing:
    """A drawing of nested blocks, each block the outermost in turn, or a wild one."""
    return wild.draw(dice) if kind == "wild" else sketch.draw(dice, sketch.BLOCKS[number % len(sketch.BLOCKS)])


def names(shard: int) -> Iterator[str]:
    """The names of a shard."""
    yield from (f"block-{number}" for number in range(shard * BLOCKS, (shard + 1) * BLOCKS))
    yield from (f"wild-{number}" for number in range(shard * WILD, (shard + 1) * WILD))
