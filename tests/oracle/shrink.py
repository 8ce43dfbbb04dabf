"""Makes a disagreement smaller: fewer and plainer choices, as long as engine and oracle still disagree."""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle import corpus
from tests.oracle.dice import Dice
from tests.oracle.engine_side import EngineSide
from tests.oracle.folder import Unusable
from tests.oracle.match import START, Disagreement, Match

Played = tuple[Match, Disagreement | None]


def play(kind: str, number: int, choices: list[int]) -> Played | None:
    """The match of some choices, with its disagreement; None when the linter refuses the drawing."""
    dice = Dice.of_list(choices)
    drawing = corpus.draw(kind, number, dice)
    try:
        match = Match(drawing, EngineSide(drawing, START))
    except Unusable:
        return None
    try:
        return match.at_random(dice), None
    except Disagreement as problem:
        return match, problem


def smallest(choices: list[int], fails: Callable[[list[int]], bool]) -> list[int]:
    """The choices cut down and lowered as far as `fails` allows."""
    before: list[int] = []
    while choices != before:
        before = list(choices)
        for length in (64, 16, 4, 1):
            place = len(choices) - length
            while place >= 0:
                shorter = choices[:place] + choices[place + length :]
                if fails(shorter):
                    choices = shorter
                place -= length
        for place, choice in enumerate(choices):
            for lower in {0, choice // 2, choice - 1} - {choice, -1}:
                plainer = [*choices[:place], lower, *choices[place + 1 :]]
                if lower < choices[place] and fails(plainer):
                    choices = plainer
                    break
    return choices
