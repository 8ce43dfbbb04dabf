"""The oracle itself: it knows nothing of the product, it notices what runs otherwise, it forgets no old case."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.oracle import corpus, kept
from tests.oracle.engine_side import EngineSide
from tests.oracle.folder import Unusable
from tests.oracle.match import START, Disagreement, Match

INDEPENDENT = ("chart", "formula", "position", "game", "play", "dice", "sketch", "wild", "census")


@pytest.mark.parametrize("module", INDEPENDENT)
def test_it_imports_nothing_of_ours(module: str) -> None:
    tree = ast.parse((Path(__file__).parent / f"{module}.py").read_text())
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    own = [f"tests.oracle.{name}" for name in INDEPENDENT]
    assert [
        n for n in names if n != "tests.oracle" and n not in own and n.split(".")[0] not in sys.stdlib_module_names
    ] == []


@pytest.mark.parametrize("folder", kept.folders(), ids=lambda folder: folder.name)
def test_what_once_disagreed_agrees_for_ever(folder: Path) -> None:
    drawing, steps = kept.read(folder)
    match = Match(drawing, EngineSide(drawing, START)).again(steps)
    assert (len(match.steps), match.undecided) == (len(steps), "")


@pytest.mark.parametrize(
    ("drawn", "run"),
    [
        ('cancelActivity="true"', 'cancelActivity="false"'),
        ('isInterrupting="false"', 'isInterrupting="true"'),
        ('isSequential="true"', 'isSequential="false"'),
        ('testBefore="true"', 'testBefore="false"'),
        ("inclusiveGateway", "exclusiveGateway"),
        ("<terminateEventDefinition/>", ""),
        ("PT30H", "PT31H"),
        ("1 = 1", "1 = 2"),
    ],
)
def test_it_notices_when_something_else_runs_than_was_drawn(drawn: str, run: str) -> None:
    noticed = 0
    for number in range(400):
        one = corpus.drawn(f"block-{number}")
        other = replace(one.drawing, files={p: text.replace(drawn, run) for p, text in one.drawing.files.items()})
        if other == one.drawing or noticed:
            continue
        try:
            Match(one.drawing, EngineSide(other, START)).at_random(one.dice)
        except Unusable:
            continue
        except Disagreement:
            noticed += 1
    assert noticed
