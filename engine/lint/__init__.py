"""Checks of a drawing: one rule, one function, one sentence, one id. Errors block publishing, warnings do not.

What the engine would run wrongly or not at all is refused here with the element and the line, so that nothing is
silently wrong (engine.md 1.2 and 1.3). Rules look at the normalised diagram.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.diagram import Diagram
from engine.drawing import read_all
from engine.errors import Finding, Rewrite, XmlError
from engine.lint import compensation, events, expressions, flows, kinds, structure
from engine.lint.rule import RULES
from engine.normalise import normalise
from engine.said import say

__all__ = [
    "RULES",
    "check",
    "check_diagram",
    "compensation",
    "events",
    "expressions",
    "flows",
    "kinds",
    "structure",
]
Ready = tuple[Diagram, Sequence[Rewrite]]


def check(
    data: bytes, file: str, *, asides: bool = False, ready: Callable[[Diagram], Ready] = lambda normal: (normal, ())
) -> tuple[tuple[Rewrite, ...], tuple[Finding, ...]]:
    """Check a BPMN file: what the normaliser would rewrite, and what the linter finds (also for unreadable XML).

    Of a file with several processes each one that is meant to run is checked, with `asides` the others too. `ready`
    may change a normalised drawing before it is checked, and tells what it changed (engine.standin).
    """
    try:
        drawn = read_all(data, file=file, asides=asides)
    except XmlError as error:
        return (), (_unreadable(error, file),)
    rewrites: list[Rewrite] = []
    findings = [_several(drawn, file)] if len(drawn) > 1 else []
    for diagram in drawn:
        if isinstance(diagram, XmlError):
            findings.append(_unreadable(diagram, file))
            continue
        normal, told = normalise(diagram)
        checked, more = ready(normal)
        rewrites += [*told, *more]
        findings += check_diagram(checked)
    return tuple(rewrites), tuple(findings)


def _unreadable(error: XmlError, file: str) -> Finding:
    """The finding that a file or a process in it cannot be read."""
    return Finding("xml", "error", error.said, file, error.element, error.line)


def _several(drawn: Sequence[Diagram | XmlError], file: str) -> Finding:
    """The finding that a file has several processes that may run, with their names."""
    names = ", ".join(part.process if isinstance(part, Diagram) else part.element or "" for part in drawn)
    message = say(
        "{file}: found {count} processes that may run ({names}), each is checked; "
        "a process folder holds one: mark it with isExecutable",
        file=file, count=len(drawn), names=names,
    )  # fmt: skip
    return Finding("several-processes", "warning", message, file)


def check_diagram(diagram: Diagram) -> tuple[Finding, ...]:
    """Every finding of every rule for a normalised diagram, in the order of the rules."""
    return tuple(finding for rule in RULES.values() for finding in rule(diagram))
