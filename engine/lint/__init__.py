"""Checks of a drawing: one rule, one function, one sentence, one id. Errors block publishing, warnings do not.

What the engine would run wrongly or not at all is refused here with the element and the line, so that nothing is
silently wrong (engine.md 1.2 and 1.3). Rules look at the normalised diagram.
"""

from __future__ import annotations

from engine.diagram import Diagram, read, read_all
from engine.errors import Finding, Rewrite, XmlError
from engine.lint import events, expressions, flows, kinds, structure
from engine.lint.rule import RULES
from engine.normalise import normalise

__all__ = ["RULES", "check", "check_diagram", "events", "expressions", "flows", "kinds", "structure"]


def check(data: bytes, file: str) -> tuple[tuple[Rewrite, ...], tuple[Finding, ...]]:
    """Check a BPMN file: what the normaliser would rewrite, and what the linter finds (also for unreadable XML).

    Of a file with several processes each one is checked.
    """
    try:
        diagram, rewrites = normalise(read(data, file=file))
        return rewrites, check_diagram(diagram)
    except XmlError as error:
        problem = Finding("xml", "error", str(error), file, None, error.line)
    try:
        drawn = [normalise(diagram) for diagram in read_all(data, file=file)]
    except XmlError:
        return (), (problem,)
    told = tuple(rewrite for _, rewrites in drawn for rewrite in rewrites)
    return told, (problem, *(finding for diagram, _ in drawn for finding in check_diagram(diagram)))


def check_diagram(diagram: Diagram) -> tuple[Finding, ...]:
    """Every finding of every rule for a normalised diagram, in the order of the rules."""
    return tuple(finding for rule in RULES.values() for finding in rule(diagram))
