"""Turning nodes into closures, once: an expression runs as nested functions over a Scope, no text is ever evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import nodes
from engine.feel.calls import call_by_name, call_value
from engine.feel.limits import check_list
from engine.feel.nodes import Node
from engine.feel.operators import ARITHMETIC, negate
from engine.feel.properties import entry
from engine.feel.scope import MISSING, Code, Scope
from engine.feel.values import (
    CONTEXT,
    PLAIN,
    Function,
    Range,
    Value,
    equal,
    is_in,
    kind,
    less,
    not_above,
)  # fmt: skip


def build(node: Node) -> Code:
    """Turn a node and all inside it into one closure."""
    return _BUILDERS[type(node)](node)


def _literal(node: nodes.Literal) -> Code:
    value = node.value
    return lambda scope: value


def _name(node: nodes.Name) -> Code:
    name = node.name

    def read(scope: Scope) -> Value:
        value = scope.names.get(name, MISSING)
        if type(value) in PLAIN:
            return value  # type: ignore[return-value]
        return scope.find(name) if value is MISSING else scope.take(value)

    return read


def _path(node: nodes.Path) -> Code:
    source, name = build(node.source), node.name

    def read(scope: Scope) -> Value:
        value = source(scope)
        if type(value) is dict:
            found = value.get(name)
            return found if type(found) in PLAIN else scope.take(found)
        return entry(value, name)

    return read


def _negate(node: nodes.Negate) -> Code:
    value = build(node.value)
    return lambda scope: negate(value(scope))


def _arithmetic(node: nodes.Arithmetic) -> Code:
    left, right, operation = build(node.left), build(node.right), ARITHMETIC[node.operator]
    return lambda scope: operation(left(scope), right(scope))


def _logic(node: nodes.Logic) -> Code:
    items = [build(item) for item in node.items]
    decisive = node.operator == "or"

    def decide(scope: Scope) -> Value:
        result: bool | None = not decisive
        for item in items:
            value = item(scope)
            if value is decisive:
                return decisive
            if not isinstance(value, bool):
                result = None
        return result

    return decide


def _not_equal(left: Value, right: Value) -> bool | None:
    same = equal(left, right)
    return None if same is None else not same


COMPARISONS: dict[str, Callable[[Value, Value], bool | None]] = {
    "=": equal,
    "!=": _not_equal,
    "<": less,
    "<=": not_above,
    ">": lambda left, right: less(right, left),
    ">=": lambda left, right: not_above(right, left),
}


def _compare(node: nodes.Compare) -> Code:
    left, right, comparison = build(node.left), build(node.right), COMPARISONS[node.operator]
    if node.operator not in ("=", "!="):
        return lambda scope: comparison(left(scope), right(scope))

    def same(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if type(one) in (tuple, dict):
            scope.weigh(one)
        return comparison(one, other)

    return same


def _between(node: nodes.Between) -> Code:
    value, low, high = build(node.value), build(node.low), build(node.high)

    def decide(scope: Scope) -> Value:
        found, start, end = value(scope), low(scope), high(scope)
        above, below = not_above(start, found), not_above(found, end)
        return None if above is None or below is None else above and below

    return decide


# what gives a truth of its own, not a value to compare the input with
_CONDITIONS = (nodes.Logic, nodes.Compare, nodes.Between, nodes.In, nodes.InstanceOf, nodes.Quantified, nodes.Call)


def uses_input(node: Node) -> bool:
    """Say whether a test mentions `?`."""
    return (isinstance(node, nodes.Name) and node.name == "?") or any(uses_input(part) for part in node.parts())


def _test(node: nodes.Test) -> Callable[[Value, Scope], bool | None]:
    operand = build(node.operand)
    if node.operator:
        comparison = COMPARISONS[node.operator]
        return lambda value, scope: comparison(value, operand(scope))
    whole = uses_input(node.operand)
    condition = isinstance(node.operand, _CONDITIONS)

    def decide(value: Value, scope: Scope) -> bool | None:
        found = operand(scope)
        if whole and (found is None or isinstance(found, bool)):
            return found
        if condition and isinstance(found, bool) and not isinstance(value, bool):
            return found
        if type(found) is tuple:
            scope.spend(len(found))
        return is_in(value, found)

    return decide


def _any_test(tests: Iterable[nodes.Test]) -> Callable[[Value, Scope], bool | None]:
    built = [_test(test) for test in tests]
    if len(built) == 1:
        return built[0]

    def decide(value: Value, scope: Scope) -> bool | None:
        result: bool | None = False
        for test in built:
            found = test(value, scope)
            if found is True:
                return True
            result = None if found is None else result
        return result

    return decide


def _in(node: nodes.In) -> Code:
    value, tests = build(node.value), _any_test(node.tests)
    return lambda scope: tests(value(scope), scope)


def build_tests(node: nodes.Tests) -> Callable[[Value, Scope], bool | None]:
    """Turn the unary tests of a cell into one function of the input value and a scope in which `?` is that value."""
    if not node.tests:
        return lambda value, scope: True
    tests = _any_test(node.tests)
    if not node.negated:
        return tests

    def reverse(value: Value, scope: Scope) -> bool | None:
        found = tests(value, scope)
        return None if found is None else not found

    return reverse


def _instance(node: nodes.InstanceOf) -> Code:
    value, name = build(node.value), node.type_name
    if name == "Any":
        return lambda scope: value(scope) is not None
    wanted = name.lower() if name == "Null" else name
    return lambda scope: kind(value(scope)) == wanted


def _if(node: nodes.If) -> Code:
    condition, then, otherwise = build(node.condition), build(node.then), build(node.otherwise)
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


def _list(node: nodes.ListOf) -> Code:
    items = [build(item) for item in node.items]
    if all(isinstance(item, nodes.Literal) for item in node.items):
        constant = tuple(item.value for item in node.items if isinstance(item, nodes.Literal))
        return lambda scope: constant
    return lambda scope: scope.weigh(tuple(item(scope) for item in items))


def _context(node: nodes.ContextOf) -> Code:
    entries = [(key, build(value)) for key, value in zip(node.keys, node.values, strict=True)]

    def make(scope: Scope) -> Value:
        made: dict[str, Value] = {}
        inner = scope.inside(made)
        for key, value in entries:
            made[key] = value(inner)
        return scope.weigh(made)

    return make


def _range(node: nodes.RangeOf) -> Code:
    start, end = (build(part) if part else None for part in (node.start, node.end))
    fixed = all(part is None or isinstance(part, nodes.Literal) for part in (node.start, node.end))

    def make(scope: Scope) -> Value:
        low, high = (part(scope) if part else None for part in (start, end))
        if (start and low is None) or (end and high is None):
            return None  # an end that is null makes no range
        if start and end and not_above(low, high) is None:
            return None
        return Range(low, high, node.start_included, node.end_included)

    if fixed:
        constant = make(Scope({}, None))
        return lambda scope: constant
    return make


def _definition(node: nodes.Definition) -> Code:
    body, parameters = build(node.body), node.parameters

    def make(scope: Scope) -> Value:
        def run(arguments: tuple[Value, ...]) -> Value:
            return body(scope.inside(dict(zip(parameters, arguments, strict=True))))

        return Function(parameters, run)

    return make


def _call(node: nodes.Call) -> Code:
    arguments = [build(argument) for argument in node.arguments]
    if isinstance(node.function, str):
        return call_by_name(node.function, arguments, node.keys)
    return call_value(build(node.function), arguments, node.keys)


def _steps(low: Value, high: Value, scope: Scope) -> Iterator[Value]:
    """Count from one whole number or date to another, up or down."""
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        one: Decimal | timedelta = Decimal(1 if low <= high else -1)
    elif type(low) is date and type(high) is date:
        one = timedelta(days=1 if low <= high else -1)
    else:
        return
    forward = one > type(one)(0)  # type: ignore[operator]
    at: Any = low
    while (at <= high) if forward else (at >= high):
        scope.spend(1)
        yield at
        if at == high:
            return
        at = CONTEXT.add(at, one) if isinstance(one, Decimal) else at + one


def _items(source: Value, scope: Scope) -> Iterable[Value]:
    if isinstance(source, tuple):
        scope.spend(len(source))
        return source
    if isinstance(source, Range):
        return _steps(source.start, source.end, scope)
    return () if source is None else (source,)


def _rounds(rounds: tuple[nodes.Round, ...]) -> Callable[[Scope, dict[str, Value]], Iterator[Scope]]:
    built = [(r.name, build(r.source), build(r.end) if r.end else None) for r in rounds]

    def turn(scope: Scope, shared: dict[str, Value], index: int = 0) -> Iterator[Scope]:
        if index == len(built):
            yield scope
            return
        name, source, end = built[index]
        values = _steps(source(scope), end(scope), scope) if end else _items(source(scope), scope)
        for value in values:
            scope.spend(1)
            yield from turn(scope.inside({**shared, name: value}), shared, index + 1)

    return turn


def _for(node: nodes.For) -> Code:
    rounds, body = _rounds(node.iterators), build(node.body)
    partial = "partial" in names_of(node.body)

    def collect(scope: Scope) -> Value:
        made: list[Value] = []
        shared: dict[str, Value] = {}
        if partial:
            shared["partial"] = ()
        for inner in rounds(scope, shared):
            made.append(body(inner))
            check_list(len(made))
            if partial:
                scope.spend(len(made))
                shared["partial"] = tuple(made)
        return scope.weigh(tuple(made))

    return collect


def _quantified(node: nodes.Quantified) -> Code:
    rounds, condition, every = _rounds(node.iterators), build(node.condition), node.every

    def decide(scope: Scope) -> Value:
        result: bool | None = every
        for inner in rounds(scope, {}):
            value = condition(inner)
            if value is (not every):
                return not every
            if not isinstance(value, bool):
                result = None
        return result

    return decide


def _filter(node: nodes.Filter) -> Code:
    source, condition = build(node.source), build(node.condition)

    def at(items: tuple[Value, ...], index: Decimal) -> Value:
        if index != index.to_integral_value() or not 1 <= abs(index) <= len(items):
            return None
        return items[int(index) - 1 if index > 0 else int(index)]

    def choose(scope: Scope) -> Value:
        found = source(scope)
        items = found if isinstance(found, tuple) else () if found is None else (found,)
        scope.spend(len(items))
        chosen: list[Value] = []
        for item in items:
            names: dict[str, object] = {"item": item}
            if isinstance(item, Mapping):
                names = {"item": item, **item}
            value = condition(scope.inside(names))
            if isinstance(value, Decimal):
                return at(items, value)
            if value is True:
                chosen.append(item)
        return tuple(chosen) if items or not isinstance(node.condition, nodes.Literal) else None

    return choose


def names_of(node: Node) -> frozenset[str]:
    """Give every variable name that a node mentions."""
    own = {node.name} if isinstance(node, nodes.Name) else set()
    return frozenset(own.union(*(names_of(part) for part in node.parts())))


_BUILDERS: dict[type[Node], Callable[[Any], Code]] = {
    nodes.Literal: _literal,
    nodes.Name: _name,
    nodes.Path: _path,
    nodes.Negate: _negate,
    nodes.Arithmetic: _arithmetic,
    nodes.Logic: _logic,
    nodes.Compare: _compare,
    nodes.Between: _between,
    nodes.In: _in,
    nodes.InstanceOf: _instance,
    nodes.If: _if,
    nodes.ListOf: _list,
    nodes.ContextOf: _context,
    nodes.RangeOf: _range,
    nodes.Definition: _definition,
    nodes.Call: _call,
    nodes.For: _for,
    nodes.Quantified: _quantified,
    nodes.Filter: _filter,
}
