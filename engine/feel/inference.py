"""What an expression gives, as far as it can be seen without running it: constants, lists and contexts of such."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.nodes import Node
from engine.feel.types import ANY, BUILT_IN, Type
from engine.feel.values import kind


def gives(node: Node) -> Type | None:
    """Give the type of a constant, list or context expression; None for anything else."""
    if isinstance(node, nodes.Literal):
        return None if node.value is None else BUILT_IN.get(kind(node.value))
    if isinstance(node, nodes.ContextOf):
        entries = zip(node.keys, node.values, strict=True)
        return Type("context", entries=tuple((key, gives(value) or ANY) for key, value in entries))
    if isinstance(node, nodes.ListOf):
        items = {gives(item) for item in node.items}
        return Type("list", items.pop() if len(items) == 1 else ANY)
    return None
