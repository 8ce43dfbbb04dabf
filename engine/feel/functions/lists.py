"""Lists (DMN 1.5, 10.3.4.4): counting, choosing, joining, sorting, and truth of many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cmp_to_key
from itertools import pairwise

from engine.feel.functions.builtin import builtin
from engine.feel.limits import check_list
from engine.feel.values import CONTEXT, Function, Value, equal, finite, kind, less

Items = tuple[Value, ...]


def _flat(values: Items) -> Items:
    """Take `f(list)` and `f(a, b, c)` alike."""
    return values[0] if len(values) == 1 and isinstance(values[0], tuple) else values


def _same(left: Value, right: Value) -> bool:
    return equal(left, right) is True


def _numbers(values: Items) -> list[Decimal] | None:
    found = [item for item in values if isinstance(item, Decimal)]
    return found if found and len(found) == len(values) else None


def _extreme(values: Items, first: Callable[[Value, Value], bool | None]) -> Value:
    best: Value = None
    for index, item in enumerate(values):
        if index == 0:
            best = item if less(item, item) is not None else None
        ahead = first(item, best)
        if ahead is None:
            return None
        best = item if ahead else best
    return best


@builtin("list contains(list: list, element: any)")
def _contains(items: Items, element: Value) -> Value:
    return any(_same(item, element) for item in items)


@builtin("count(list: list)")
def _count(items: Items) -> Value:
    return Decimal(len(items))


@builtin("min(list*: any)")
def _min(*values: Value) -> Value:
    return _extreme(_flat(values), less)


@builtin("max(list*: any)")
def _max(*values: Value) -> Value:
    return _extreme(_flat(values), lambda a, b: less(b, a))


def _total(numbers: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = CONTEXT.add(total, number)
    return total


@builtin("sum(list*: any)")
def _sum(*values: Value) -> Value:
    numbers = _numbers(_flat(values))
    return finite(_total(numbers)) if numbers else None


@builtin("mean(list*: any)")
def _mean(*values: Value) -> Value:
    numbers = _numbers(_flat(values))
    return finite(CONTEXT.divide(_total(numbers), Decimal(len(numbers)))) if numbers else None


@builtin("product(list*: any)")
def _product(*values: Value) -> Value:
    numbers = _numbers(_flat(values))
    result = Decimal(1)
    for number in numbers or ():
        result = CONTEXT.multiply(result, number)
    return finite(result) if numbers else None


@builtin("median(list*: any)")
def _median(*values: Value) -> Value:
    numbers = sorted(_numbers(_flat(values)) or ())
    if not numbers:
        return None
    low, high = numbers[(len(numbers) - 1) // 2], numbers[len(numbers) // 2]
    return low if low == high else finite(CONTEXT.divide(CONTEXT.add(low, high), Decimal(2)))


@builtin("stddev(list*: any)")
def _stddev(*values: Value) -> Value:
    numbers = _numbers(_flat(values))
    if not numbers or len(numbers) < 2:
        return None
    mean = CONTEXT.divide(_total(numbers), Decimal(len(numbers)))
    squares = [CONTEXT.power(CONTEXT.subtract(number, mean), Decimal(2)) for number in numbers]
    return finite(CONTEXT.sqrt(CONTEXT.divide(_total(squares), Decimal(len(numbers) - 1))))


@builtin("mode(list*: any)")
def _mode(*values: Value) -> Value:
    flat = _flat(values)
    numbers = _numbers(flat)
    if numbers is None:
        return None if flat else ()
    counts = dict.fromkeys(numbers, 0)
    for number in numbers:
        counts[number] += 1
    most = max(counts.values())
    return tuple(sorted(number for number, count in counts.items() if count == most))


def _decided(values: Items, decisive: bool) -> bool | None:
    if any(item is decisive for item in values):
        return decisive
    return not decisive if all(isinstance(item, bool) for item in values) else None


@builtin("all(list*: any)")
def _all(*values: Value) -> Value:
    return None if values == (None,) else _decided(_flat(values), False)


@builtin("any(list*: any)")
def _any(*values: Value) -> Value:
    return None if values == (None,) else _decided(_flat(values), True)


@builtin("sublist(list: list, start position: number, length?: number)")
def _sublist(items: Items, start: Decimal, length: Decimal | None = None) -> Value:
    if not 1 <= abs(start) <= len(items) or (length is not None and not 0 <= length <= len(items)):
        return None
    first = int(start) - 1 if start > 0 else len(items) + int(start)
    return items[first:] if length is None else items[first : first + int(length)]


@builtin("append(list: list, item*: any)")
def _append(items: Items, *more: Value) -> Value:
    return (*items, *more)


@builtin("concatenate(list*: list)")
def _concatenate(*lists: Items) -> Value:
    check_list(sum(map(len, lists)))
    return tuple(item for one in lists for item in one)


def _place(items: Items, position: Decimal) -> int | None:
    if position != position.to_integral_value() or not 1 <= abs(position) <= len(items):
        return None
    return int(position) - 1 if position > 0 else len(items) + int(position)


@builtin("insert before(list: list, position: number, newItem: any)")
def _insert(items: Items, position: Decimal, item: Value) -> Value:
    at = _place(items, position)
    return None if at is None else (*items[:at], item, *items[at:])


@builtin("remove(list: list, position: number)")
def _remove(items: Items, position: Decimal) -> Value:
    at = _place(items, position)
    return None if at is None else items[:at] + items[at + 1 :]


@builtin(
    "list replace(list: list, position: number, newItem: any)",
    "list replace(list: list, match: function, newItem: any)",
)
def _replace(items: Items, chosen: Decimal | Function, item: Value) -> Value:
    if isinstance(chosen, Decimal):
        at = _place(items, chosen)
        return None if at is None else (*items[:at], item, *items[at + 1 :])
    if len(chosen.parameters) != 2:
        return None
    matching = [chosen.body((old, item)) for old in items]
    if not all(isinstance(match, bool) for match in matching):
        return None
    return tuple(item if match else old for old, match in zip(items, matching, strict=True))


@builtin("reverse(list: list)")
def _reverse(items: Items) -> Value:
    return items[::-1]


@builtin("index of(list: list, match: any)")
def _index(items: Items, match: Value) -> Value:
    return tuple(Decimal(at + 1) for at, item in enumerate(items) if _same(item, match))


def _once(items: Iterator[Value]) -> Items:
    """Drop what is equal to something before it; scalars are looked up, the rest compared."""
    seen: set[tuple[str, object]] = set()
    kept: list[Value] = []
    for item in items:
        found = kind(item)
        if found in ("list", "context"):
            if not any(_same(item, other) for other in kept):
                kept.append(item)
        elif (found, item) not in seen:
            seen.add((found, item))
            kept.append(item)
    return tuple(kept)


@builtin("distinct values(list: list)")
def _distinct(items: Items) -> Value:
    return _once(iter(items))


@builtin("union(list*: list)")
def _union(*lists: Items) -> Value:
    check_list(sum(map(len, lists)))
    return _once(item for one in lists for item in one)


@builtin("duplicate values(list: list)")
def _duplicates(items: Items) -> Value:
    rest = list(items)
    for item in _once(iter(items)):
        rest.remove(item)
    return tuple(item for item in _once(iter(items)) if item in rest)


@builtin("flatten(list: list)")
def _flatten(items: Items) -> Value:
    made: list[Value] = []
    waiting = list(reversed(items))
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            waiting.extend(reversed(item))
        else:
            made.append(item)
    return tuple(made)


def _natural(left: Value, right: Value) -> int:
    return -1 if less(left, right) else int(bool(less(right, left)))


@builtin("sort(list: list, precedes?: function)")
def _sort(items: Items, precedes: Function | None = None) -> Value:
    if precedes is None:
        if any(less(a, b) is None for a, b in pairwise(items)):
            return None
        return tuple(sorted(items, key=cmp_to_key(_natural)))
    if len(precedes.parameters) != 2:
        return None

    def order(left: Value, right: Value) -> int:
        if precedes.body((left, right)) is True:
            return -1
        return 1 if precedes.body((right, left)) is True else 0

    return tuple(sorted(items, key=cmp_to_key(order)))
