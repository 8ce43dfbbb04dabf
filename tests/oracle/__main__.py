"""`python -m tests.oracle`: show a drawing and its run, shrink and keep a disagreement, or search for one."""

from __future__ import annotations

import argparse
import sys
import time

from tests.oracle import corpus, kept, shrink
from tests.oracle.engine_side import EngineSide
from tests.oracle.folder import Unusable
from tests.oracle.match import START, Disagreement, Match


def main() -> int:
    """Do what the command line says; 1 when something disagrees."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("show", help="a drawing as BPMN and its run: block-17, wild-3, or a folder of seeds/")
    one.add_argument("name")
    less = commands.add_parser("keep", help="make a disagreement smaller and keep it in seeds/")
    less.add_argument("name")
    less.add_argument("--why", required=True, help="a sentence: what was wrong, and who was right")
    many = commands.add_parser("search", help="play drawings that no run plays, for so many seconds")
    many.add_argument("seconds", type=float)
    many.add_argument("--wild", action="store_true")
    many.add_argument("--first", type=int, default=100_000)
    given = parser.parse_args()
    if given.command == "show":
        return show(given.name)
    return keep(given.name, given.why) if given.command == "keep" else search(given)


def played(name: str) -> tuple[Match, Disagreement | None]:
    """The match of a name, with its disagreement."""
    folder = kept.FOLDER / name
    if folder.exists():
        drawing, steps = kept.read(folder)
        match = Match(drawing, EngineSide(drawing, START))
    else:
        drawn = corpus.drawn(name)
        match = Match(drawn.drawing, EngineSide(drawn.drawing, START))
    try:
        return (match.again(steps) if folder.exists() else match.at_random(drawn.dice)), None
    except Disagreement as problem:
        return match, problem


def show(name: str) -> int:
    """Print a drawing and its run."""
    match, problem = played(name)
    print(problem or match.story(match.undecided and f"undecided: {match.undecided}"))
    return 1 if problem else 0


def keep(name: str, why: str) -> int:
    """Shrink a disagreement and write it into seeds/."""
    kind, _, number = name.partition("-")
    drawn = corpus.drawn(name)
    match = Match(drawn.drawing, EngineSide(drawn.drawing, START))
    try:
        match.at_random(drawn.dice)
    except Disagreement:
        pass
    else:
        print(f"{name} agrees: there is nothing to keep")
        return 1

    def fails(choices: list[int]) -> bool:
        again = shrink.play(kind, int(number), choices)
        return again is not None and again[1] is not None

    found = shrink.play(kind, int(number), shrink.smallest(drawn.dice.rolled, fails))
    assert found is not None
    match, problem = found
    kept.keep(kept.FOLDER / name, match.drawing, match.steps, why)
    print(problem, f"\nkept in {kept.FOLDER / name}")
    return 0


def search(given: argparse.Namespace) -> int:
    """Play new drawings until the time is up or one disagrees."""
    until, number, kind = time.monotonic() + given.seconds, given.first, "wild" if given.wild else "block"
    while time.monotonic() < until:
        try:
            _, problem = played(f"{kind}-{number}")
        except Unusable:
            problem = None
        if problem is not None:
            print(problem, f"\n{kind}-{number}")
            return 1
        number += 1
    print(f"{number - given.first} drawings from {kind}-{given.first} on agree")
    return 0


if __name__ == "__main__":
    sys.exit(main())
