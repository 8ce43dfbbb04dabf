"""Compiled expressions and unary tests: what the rest of the house holds and calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from engine.errors import FeelError, LimitError
from engine.feel import nodes
from engine.feel.calls import check_call
from engine.feel.closures import build, build_tests
from engine.feel.functions import BUILTINS
from engine.feel.nodes import Node
from engine.feel.parser import Parser
from engine.feel.scope import Code, Host, Scope
from engine.feel.values import Value, settled

Calls = tuple[tuple[str, tuple[str | None, ...]], ...]
Compiled = TypeVar("Compiled")
_FUNCTIONS = frozenset(BUILTINS)
_NESTED = frozenset({tuple, dict})


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression: call it with a context (and functions) to get its value.

    `paths` are the dotted paths that it reads of the context, `calls` the functions that it calls by name, each with
    its arguments where they are constant texts (None where not). Raises FeelError and LimitError when called.
    """

    source: str
    paths: tuple[str, ...]
    calls: Calls
    _code: Code = field(repr=False, compare=False)

    def __call__(self, context: Mapping[str, object], functions: Host | None = None) -> Value:
        try:
            value = self._code(Scope(context, functions))
            return settled(value) if type(value) in _NESTED else value
        except RecursionError:
            raise LimitError(f"the expression {self.source[:60]!r} is nested too deep") from None

    def run(self, scope: Scope) -> Value:
        """Evaluate inside a scope that exists already, as a part of its work; RecursionError passes."""
        return self._code(scope)


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The compiled unary tests of a table cell: call them with an input value and a context; true, false or null."""

    source: str
    paths: tuple[str, ...]
    calls: Calls
    _code: Callable[[Value, Scope], bool | None] = field(repr=False, compare=False)

    def __call__(self, value: Value, context: Mapping[str, object], functions: Host | None = None) -> bool | None:
        try:
            return self._code(value, Scope({"?": value}, functions, Scope(context, functions)))
        except RecursionError:
            raise LimitError(f"the test {self.source[:60]!r} is nested too deep") from None

    def run(self, value: Value, scope: Scope) -> bool | None:
        """Test a value inside a scope that exists already, as a part of its work; RecursionError passes."""
        return self._code(value, scope.inside({"?": value}))

    def test(self, value: Value, frame: Scope) -> bool | None:
        """Test a value inside a frame in which `?` is that value already."""
        return self._code(value, frame)


def compile_expression(source: str, names: Iterable[str] | None = None) -> Expression:
    """Compile an expression once; `names` are the known names with spaces; raises FeelError with the position."""
    return _expression(source, frozenset(names or ()))


def compile_unary(source: str, names: Iterable[str] | None = None) -> UnaryTests:
    """Compile the unary tests of a table cell once; raises FeelError with the position."""
    return _unary(source, frozenset(names or ()))


@lru_cache(maxsize=4096)
def _expression(source: str, names: frozenset[str]) -> Expression:
    def read() -> Expression:
        tree = Parser(source, names, _FUNCTIONS).whole_expression()
        return Expression(source, _paths(tree), _calls(tree), build(tree))

    return _guarded(source, read)


@lru_cache(maxsize=4096)
def _unary(source: str, names: frozenset[str]) -> UnaryTests:
    def read() -> UnaryTests:
        tree = Parser(source, names, _FUNCTIONS).whole_tests()
        return UnaryTests(source, _paths(tree), _calls(tree), build_tests(tree))

    return _guarded(source, read)


def _guarded(source: str, read: Callable[[], Compiled]) -> Compiled:
    try:
        return read()
    except FeelError as error:
        raise error if error.source else FeelError(error.message, source=source) from None
    except (RecursionError, LimitError) as error:
        raise FeelError(f"the expression is too large: {error}", source=source[:200]) from None


def _calls(tree: Node) -> Calls:
    """Collect the calls by name and check how many arguments built-in functions get."""
    found: dict[tuple[str, tuple[str | None, ...]], None] = {}
    local: set[str] = set()
    for node in _walk(tree):
        if isinstance(node, nodes.ContextOf):
            local.update(node.keys)
        elif isinstance(node, nodes.Definition):
            local.update(node.parameters)
    for node in _walk(tree):
        if isinstance(node, nodes.Call) and isinstance(node.function, str) and node.function not in local:
            check_call(node.function, len(node.arguments), node.keys)
            constants = (a.value if isinstance(a, nodes.Literal) else None for a in node.arguments)
            found[node.function, tuple(c if isinstance(c, str) else None for c in constants)] = None
    return tuple(found)


def _walk(tree: Node) -> Iterator[Node]:
    yield tree
    for part in tree.parts():
        yield from _walk(part)


def _paths(tree: Node) -> tuple[str, ...]:
    found: dict[str, None] = {}
    _collect(tree, frozenset({"?", "item", "partial"}), found)
    return tuple(found)


def _dotted(node: Node) -> list[str] | None:
    if isinstance(node, nodes.Name):
        return [node.name]
    if isinstance(node, nodes.Path):
        inner = _dotted(node.source)
        return [*inner, node.name] if inner else None
    return None


def _collect(node: Node, local: frozenset[str], found: dict[str, None]) -> None:
    """Collect the paths that start at a name of the context, not at one that the expression makes itself."""
    dotted = _dotted(node)
    if dotted:
        if dotted[0] not in local:
            found[".".join(dotted)] = None
        return
    if isinstance(node, (nodes.For, nodes.Quantified)):
        for turn in node.iterators:
            _collect_all((turn.source, turn.end), local, found)
            local = local | {turn.name}
        _collect(node.body if isinstance(node, nodes.For) else node.condition, local, found)
        return
    if isinstance(node, nodes.Filter):  # inside a filter bare names may be entries of the items: only paths count
        _collect(node.source, local, found)
        inner: dict[str, None] = {}
        _collect(node.condition, local, inner)
        found.update((path, None) for path in inner if "." in path)
        return
    if isinstance(node, nodes.ContextOf):
        local = local | set(node.keys)
    if isinstance(node, nodes.Definition):
        local = local | set(node.parameters)
    _collect_all(node.parts(), local, found)


def _collect_all(parts: Iterable[Node | None], local: frozenset[str], found: dict[str, None]) -> None:
    for part in parts:
        if part is not None:
            _collect(part, local, found)
