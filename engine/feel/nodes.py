"""What the parser makes of an expression: a tree of small frozen nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from engine.feel.types import Type
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression."""

    def parts(self) -> Iterator[Node]:
        """Give the nodes directly inside this one."""
        for field in fields(self):
            yield from _nodes(getattr(self, field.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable; `?` is the input of a unary test."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """An entry of a context: `source.name`."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Descendants(Node):
    """The entries of a name at any depth: `source...name`."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """An item or the matching items of a list: `source[condition]`."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A call of a function by name or of a function value; `keys` are the names of named arguments."""

    function: str | Node
    arguments: tuple[Node, ...]
    keys: tuple[str, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """A minus sign before a value."""

    value: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left + right` and its kind."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`and` or `or` of two or more conditions."""

    operator: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`left < right` and its kind."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """One unary test: `< 5`, a value, a list or a range; an empty operator means "equal to or in"."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in tests`: true when any test is."""

    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """The unary tests of a table cell; no tests at all (`-`) always hold."""

    tests: tuple[Test, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then one else other`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Round(Node):
    """`name in source`, or `name in source..end`."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for … return body`; `partial` holds the results so far."""

    iterators: tuple[Round, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some … satisfies` (every=False) or `every … satisfies` condition."""

    every: bool
    iterators: tuple[Round, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """`{a: 1, b: a + 1}`: later entries see earlier ones."""

    keys: tuple[str, ...]
    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """`[start..end)`; None for an end that is open to infinity."""

    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Definition(Node):
    """`function(a: number, b) body`; an external function has no body and always gives null."""

    parameters: tuple[str, ...]
    types: tuple[Type, ...]
    body: Node
