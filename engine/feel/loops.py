"""What goes through lists: `for`, `some`, `every` and filters. Every round counts as work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from engine.feel.limits import check_list
from engine.feel.scope import Code, Scope
from engine.feel.values import CONTEXT, Range, Value

Rounds: TypeAlias = "list[tuple[str, Code, Code | None]]"


def _steps(low: Value, high: Value, scope: Scope) -> Iterator[Value]:
    """Count from one whole number or date to another, up or down."""
    one: Decimal | timedelta
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        forward = low <= high
        one = Decimal(1 if forward else -1)
    elif type(low) is date and type(high) is date:
        forward = low <= high
        one = timedelta(days=1 if forward else -1)
    else:
        return
    at: Any = low
    while (at <= high) if forward else (at >= high):
        scope.spend(1)
        yield at
        if at == high:
            return
        at = CONTEXT.add(at, one) if isinstance(one, Decimal) else at + one


def _inner(bounds: Range, scope: Scope) -> Iterator[Value]:
    """Go through a range without the ends that it excludes."""
    for value in _steps(bounds.start, bounds.end, scope):
        at_start = not bounds.start_included and value == bounds.start
        if not at_start and (bounds.end_included or value != bounds.end):
            yield value


def _items(source: Value, scope: Scope) -> Iterable[Value]:
    if isinstance(source, tuple):
        scope.spend(len(source))
        return source
    if isinstance(source, Range):
        return _inner(source, scope)
    return () if source is None else (source,)


def _turns(rounds: Rounds, scope: Scope, shared: dict[str, Value], index: int = 0) -> Iterator[Scope]:
    """Give one frame for each combination of the items; `shared` are names that every frame has."""
    if index == len(rounds):
        yield scope
        return
    name, source, end = rounds[index]
    values = _steps(source(scope), end(scope), scope) if end else _items(source(scope), scope)
    for value in values:
        scope.spend(1)
        yield from _turns(rounds, scope.inside({**shared, name: value}), shared, index + 1)


def collecting(rounds: Rounds, body: Code, partial: bool) -> Code:
    """Make a `for … return`; with `partial` the results so far are a name inside."""

    def collect(scope: Scope) -> Value:
        made: list[Value] = []
        shared: dict[str, Value] = {"partial": ()} if partial else {}
        for inner in _turns(rounds, scope, shared):
            made.append(body(inner))
            check_list(len(made))
            if partial:
                scope.spend(len(made))
                shared["partial"] = tuple(made)
        return scope.weigh(tuple(made))

    return collect


def quantified(rounds: Rounds, condition: Code, every: bool) -> Code:
    """Make a `some` or `every … satisfies`, with three-valued logic."""

    def decide(scope: Scope) -> Value:
        result: bool | None = every
        for inner in _turns(rounds, scope, {}):
            value = condition(inner)
            if value is (not every):
                return not every
            if not isinstance(value, bool):
                result = None
        return result

    return decide


def _as_items(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _at(items: tuple[Value, ...], index: Decimal) -> Value:
    if not 1 <= abs(index) <= len(items) or index != index.to_integral_value():
        return None
    return items[int(index) - 1 if index > 0 else int(index)]


def item_at(source: Code, index: Decimal) -> Code:
    """Make `list[2]` or `list[-1]`: one item, counted from 1 or from the end."""
    return lambda scope: _at(_as_items(source(scope)), index)


def filtered(source: Code, condition: Code) -> Code:
    """Make `list[condition]`; a condition that is a number picks the item of that number."""

    def choose(scope: Scope) -> Value:
        items = _as_items(source(scope))
        scope.spend(len(items))
        chosen: list[Value] = []
        for item in items:
            names: dict[str, object] = {"item": item}
            if isinstance(item, Mapping):
                names.update(item)
            value = condition(scope.inside(names))
            if isinstance(value, Decimal):
                return _at(items, value)
            if value is True:
                chosen.append(item)
        return tuple(chosen)

    return choose
