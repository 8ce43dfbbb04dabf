"""Turning nodes into closures, once: an expression runs as nested functions over a Scope, no text is ever evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from engine.feel import loops, nodes
from engine.feel.calls import call_by_name, call_value
from engine.feel.inference import gives
from engine.feel.limits import STRING
from engine.feel.nodes import Node
from engine.feel.operators import ARITHMETIC, negate
from engine.feel.properties import descendants, entry
from engine.feel.scope import MISSING, Code, Scope
from engine.feel.types import ANY, is_instance
from engine.feel.values import NESTED, PLAIN, SIMPLE, Function, Range, Value, equal, is_in, less, not_above


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
        if type(value) in PLAIN or (type(value) is str and len(value) <= STRING):
            return value  # type: ignore[return-value]
        return scope.find(name) if value is MISSING else scope.take(value)

    return read


def _path(node: nodes.Path) -> Code:
    source, name = build(node.source), node.name

    def read(scope: Scope) -> Value:
        value = source(scope)
        if type(value) is dict:
            found = value.get(name)
            if type(found) in PLAIN or (type(found) is str and len(found) <= STRING):
                return found
            return scope.take(found)
        return entry(value, name)

    return read


def _descendants(node: nodes.Descendants) -> Code:
    source, name = build(node.source), node.name
    return lambda scope: scope.weigh(descendants(scope.weigh(source(scope)), name))


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
    if isinstance(node.right, nodes.Literal) and type(node.right.value) in SIMPLE:
        return _compare_with(left, node.right.value, node.operator == "=")

    def same(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if type(one) in NESTED:
            scope.weigh(one)
        return comparison(one, other)

    return same


def _compare_with(left: Code, constant: Value, equality: bool) -> Code:
    """Compare with a constant, as most comparisons of conditions and anchors do."""
    comparison, wanted = COMPARISONS["=" if equality else "!="], type(constant)

    def same(scope: Scope) -> Value:
        value = left(scope)
        return (value == constant) is equality if type(value) is wanted else comparison(value, constant)

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
    value, wanted = build(node.value), node.type

    def decide(scope: Scope) -> Value:
        found = value(scope)
        if type(found) in NESTED:
            scope.weigh(found)
        return is_instance(found, wanted)

    return decide


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
    types = node.types if any(one is not ANY for one in node.types) else ()
    result = gives(node.body)

    def make(scope: Scope) -> Value:
        def run(arguments: tuple[Value, ...]) -> Value:
            return body(scope.inside(dict(zip(parameters, arguments, strict=True))))

        return Function(parameters, run, types, result)

    return make


def _call(node: nodes.Call) -> Code:
    arguments = [build(argument) for argument in node.arguments]
    if isinstance(node.function, str):
        return call_by_name(node.function, arguments, node.keys)
    return call_value(build(node.function), arguments, node.keys)


def _rounds(rounds: tuple[nodes.Round, ...]) -> loops.Rounds:
    return [(r.name, build(r.source), build(r.end) if r.end else None) for r in rounds]


def _for(node: nodes.For) -> Code:
    return loops.collecting(_rounds(node.iterators), build(node.body), "partial" in names_of(node.body))


def _quantified(node: nodes.Quantified) -> Code:
    return loops.quantified(_rounds(node.iterators), build(node.condition), node.every)


def _filter(node: nodes.Filter) -> Code:
    fixed = node.condition.value if isinstance(node.condition, nodes.Literal) else None
    if isinstance(fixed, Decimal):
        return loops.item_at(build(node.source), fixed)
    return loops.filtered(build(node.source), build(node.condition))


def names_of(node: Node) -> frozenset[str]:
    """Give every variable name that a node mentions."""
    own = {node.name} if isinstance(node, nodes.Name) else set()
    return frozenset(own.union(*(names_of(part) for part in node.parts())))


_BUILDERS: dict[type[Node], Callable[[Any], Code]] = {
    nodes.Literal: _literal,
    nodes.Name: _name,
    nodes.Path: _path,
    nodes.Descendants: _descendants,
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
