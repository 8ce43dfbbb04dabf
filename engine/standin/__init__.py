"""A drawing made for readers only, read as if it were meant to run: what it leaves out is stood in for and reported.

Stand-ins are for trying a drawing out (`check --as-executable`, `simulate`), never for publishing. Each one answers a
rule of the linter: where the engine learns to run something, its rule no longer speaks and the stand-in falls away.
"""

from __future__ import annotations

from dataclasses import replace

from engine import lint
from engine.diagram import Diagram
from engine.errors import Finding, Rewrite
from engine.lint import check_diagram
from engine.normalise import normalise
from engine.standin import activities, events, flows, levels, undoing
from engine.standin.draft import STAND_INS, Draft

__all__ = ["STAND_INS", "activities", "as_executable", "check", "events", "flows", "levels", "undoing"]
_MOST_ROUNDS = 40
_FINAL = ("not-read",)
"""rules that nothing stands in for: what they speak of is not in the diagram"""


def as_executable(diagram: Diagram) -> tuple[Diagram, tuple[Rewrite, ...]]:
    """A normalised drawing with stand-ins for all that stops it, as far as there are any, and what was added.

    A stand-in may bring another rule to speak, so rules and stand-ins take turns, a bounded number of times.
    """
    told: list[Rewrite] = []
    for _ in range(_MOST_ROUNDS):
        draft, done = Draft(diagram), set[str]()
        for finding in check_diagram(diagram):
            element = finding.element or ""
            if finding.severity != "error" or element in done or not draft.has(element) or finding.rule in _FINAL:
                continue
            stand_in = STAND_INS.get(finding.rule, activities.by_people)
            if sentence := stand_in(draft, element):
                done.add(element)
                told.append(Rewrite(element, f"stand-in: {sentence}"))
        if not draft.changed:
            break
        diagram, more = normalise(_quiet(draft.result()))
        told += more
    return diagram, tuple(dict.fromkeys(told))


def _quiet(diagram: Diagram) -> Diagram:
    """The same drawing without what the normaliser has told about it already."""
    nodes = {id: replace(node, notes=()) for id, node in diagram.nodes.items()}
    return replace(diagram, nodes=nodes, drawn_only=(), asides=(), executable=True)


def check(data: bytes, file: str) -> tuple[tuple[Rewrite, ...], tuple[Finding, ...]]:
    """Check a BPMN file as if each of its processes were meant to run; the rewrites tell every stand-in."""
    return lint.check(data, file, asides=True, ready=as_executable)
