"""Compiled expressions and unary tests: what the rest of the house holds and calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from engine.errors import EngineError, FeelError, LimitError
from engine.feel import nodes
from engine.feel.calls import misuse_of
from engine.feel.closures import build, build_tests
from engine.feel.functions import BUILTINS
from engine.feel.functions.builtin import builtin
from engine.feel.nodes import Node
from engine.feel.parser import Parser
from engine.feel.scope import Code, Host, Scope
from engine.feel.types import Type
from engine.feel.values import NESTED, Range, Value, not_above, settled
from engine.said import say

Calls = tuple[tuple[str, tuple[str | None, ...]], ...]
_FUNCTIONS = frozenset(BUILTINS)
_TYPED = re.compile(r"\b(?:instance|function)\b")  # where the types of a file matter


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression: call it with a context (and functions) to get its value.

    `paths` are the dotted paths that it reads of the context, `calls` the functions that it calls by name, each with
    its arguments where they are constant texts (None where not). `misuses` are calls that can only give null. Raises
    FeelError and LimitError when called.
    """

    source: str
    paths: tuple[str, ...]
    calls: Calls
    misuses: tuple[FeelError, ...]
    _code: Code = field(repr=False, compare=False)

    def __call__(self, context: Mapping[str, object], functions: Host | None = None) -> Value:
        try:
            value = self._code(Scope(context, functions))
            return settled(value) if type(value) in NESTED else value
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
    misuses: tuple[FeelError, ...]
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


Compiled = TypeVar("Compiled", Expression, UnaryTests)


def compile_expression(
    source: str, names: Iterable[str] | None = None, types: Mapping[str, Type] | None = None, *, misuse: bool = False
) -> Expression:
    """Compile an expression once; raises FeelError with the position.

    `names` are the known names with spaces, `types` those that a file declares beside the built-in ones. With `misuse`
    calls that can only give null are not refused.
    """
    if types and _TYPED.search(source):
        return _used(_read_expression(source, frozenset(names or ()), types), misuse)
    return _used(_expression(source, frozenset(names or ())), misuse)


def compile_unary(
    source: str, names: Iterable[str] | None = None, types: Mapping[str, Type] | None = None, *, misuse: bool = False
) -> UnaryTests:
    """Compile the unary tests of a table cell once, as `compile` does; raises FeelError with the position."""
    if types and _TYPED.search(source):
        return _used(_read_unary(source, frozenset(names or ()), types), misuse)
    return _used(_unary(source, frozenset(names or ())), misuse)


def _used(made: Compiled, misuse: bool) -> Compiled:
    if made.misuses and not misuse:
        raise made.misuses[0]
    return made


@lru_cache(maxsize=4096)
def _expression(source: str, names: frozenset[str]) -> Expression:
    return _read_expression(source, names, {})


@lru_cache(maxsize=4096)
def _unary(source: str, names: frozenset[str]) -> UnaryTests:
    return _read_unary(source, names, {})


def _read_expression(source: str, names: frozenset[str], types: Mapping[str, Type]) -> Expression:
    def read() -> Expression:
        parser = Parser(source, names, _FUNCTIONS, types)
        tree = parser.whole_expression()
        return Expression(source, _paths(tree), *_calls(tree, parser), build(tree))

    return _guarded(source, read)


def _read_unary(source: str, names: frozenset[str], types: Mapping[str, Type]) -> UnaryTests:
    def read() -> UnaryTests:
        parser = Parser(source, names, _FUNCTIONS, types)
        tree = parser.whole_tests()
        return UnaryTests(source, _paths(tree), *_calls(tree, parser), build_tests(tree))

    return _guarded(source, read)


def read_tests(source: str) -> Node:
    """Read unary tests into nodes, for those who look at what is in them; raises FeelError."""
    return Parser(source, (), _FUNCTIONS).whole_tests()


def _guarded(source: str, read: Callable[[], Compiled]) -> Compiled:
    try:
        return read()
    except FeelError as error:
        raise error if error.source else FeelError(error.message, source=source[:200], position=0) from None
    except (RecursionError, LimitError) as error:
        raise FeelError(
            say("the expression is too large: {reason}", reason=str(error)), source=source[:200], position=0
        ) from None


def _calls(tree: Node, parser: Parser) -> tuple[Calls, tuple[FeelError, ...]]:
    """Collect the calls by name, and those that can only give null: a constant, or with arguments that do not fit."""
    found: dict[tuple[str, tuple[str | None, ...]], None] = {}
    misuses = list(parser.misuses)
    local: set[str] = set()
    for node in _walk(tree):
        if isinstance(node, nodes.ContextOf):
            local.update(node.keys)
        elif isinstance(node, nodes.Definition):
            local.update(node.parameters)
    for node in _walk(tree):
        if isinstance(node, nodes.Call) and isinstance(node.function, str) and node.function not in local:
            misuse = misuse_of(node.function, len(node.arguments), node.keys)
            if misuse:
                misuses.append(FeelError(misuse, source=parser.source, position=node.position))
            constants = (a.value if isinstance(a, nodes.Literal) else None for a in node.arguments)
            found[node.function, tuple(c if isinstance(c, str) else None for c in constants)] = None
        elif isinstance(node, nodes.Call) and isinstance(node.function, nodes.Literal):
            misuses.append(FeelError(say("a constant is no function"), source=parser.source, position=node.position))
    return tuple(found), tuple(misuses)


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


MOMENTS = frozenset({"date", "time", "date and time", "duration"})
"""functions that make a constant of a text"""
_OPEN = re.compile(r"\s*[(\]]\s*\.\.(.+?)([\])\[])\s*|\s*([\[(\]])(.+?)\.\.\s*[)\[]\s*", re.DOTALL)


@builtin("range(from: string)")
def _range(text: str) -> Value:
    """Read a range of constants; `[2..)` and `(..2]` are open to infinity; null for anything else."""
    try:
        found = _OPEN.fullmatch(text)
        if found and found[1] is not None:
            return Range(None, _constant(found[1]), False, found[2] == "]")
        if found:
            return Range(_constant(found[4]), None, found[3] == "[", False)
        tree = Parser(text, (), _FUNCTIONS).whole_expression()
        if isinstance(tree, nodes.RangeOf) and _is_constant(tree.start) and _is_constant(tree.end):
            made = build(tree)(Scope({}, None))
            return made if isinstance(made, Range) and not_above(made.start, made.end) is True else None
    except EngineError:
        pass
    return None


def _constant(text: str) -> Value:
    tree = Parser(text, (), _FUNCTIONS).whole_expression()
    value = build(tree)(Scope({}, None)) if _is_constant(tree) else None
    if value is None:
        raise FeelError(say("expected a constant"), source=text, position=0)
    return value


def _is_constant(node: Node | None) -> bool:
    if isinstance(node, nodes.Call) and node.function in MOMENTS:
        return all(isinstance(argument, nodes.Literal) for argument in node.arguments)
    return isinstance(node, nodes.Literal) and node.value is not None
