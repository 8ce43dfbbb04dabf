"""The constants that a table cell compares its input with, where that is all it does."""

from __future__ import annotations

from engine.errors import FeelError
from engine.feel import nodes
from engine.feel.closures import build
from engine.feel.expression import MOMENTS, UnaryTests, read_tests
from engine.feel.nodes import Node
from engine.feel.scope import Scope
from engine.feel.values import Value

_COMPARING = (
    nodes.Tests,
    nodes.Test,
    nodes.Literal,
    nodes.RangeOf,
    nodes.ListOf,
    nodes.Compare,
    nodes.Logic,
    nodes.Between,
    nodes.In,
)


def constants(tests: UnaryTests) -> tuple[Value, ...] | None:
    """Give the constants that tests compare their input with; None when they look at anything else."""
    if tests.paths or any(name not in MOMENTS for name, _ in tests.calls):
        return None
    found: list[Value] = []
    try:
        return tuple(found) if _collect(read_tests(tests.source), found) else None
    except FeelError:  # a name with spaces that is a type or a function of the file
        return None


def _collect(node: Node, found: list[Value]) -> bool:
    """Collect the constants inside a node; false when it does more than compare with them."""
    if isinstance(node, nodes.Literal):
        found.append(node.value)
        return True
    if isinstance(node, nodes.Call):  # date("2026-01-31") and its like
        fixed = all(isinstance(argument, nodes.Literal) for argument in node.arguments)
        if fixed:
            found.append(build(node)(Scope({}, None)))
        return fixed
    if isinstance(node, nodes.Name):
        return node.name == "?"
    return isinstance(node, _COMPARING) and all(_collect(part, found) for part in node.parts())
