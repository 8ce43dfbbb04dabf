"""How points and ranges lie to each other (DMN 1.5, 10.3.4.9): before, meets, overlaps, during and the rest."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.functions.builtin import builtin
from engine.feel.values import Range, Value, equal, less


def _as_range(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _lt(left: Value, right: Value) -> bool:
    return less(left, right) is True


def _eq(left: Value, right: Value) -> bool:
    return equal(left, right) is True


def _before(a: Range, b: Range) -> bool:
    return _lt(a.end, b.start) or (_eq(a.end, b.start) and not (a.end_included and b.start_included))


def _meets(a: Range, b: Range) -> bool:
    return a.end_included and b.start_included and _eq(a.end, b.start)


def _starts_no_later(a: Range, b: Range) -> bool:
    return _lt(a.start, b.start) or (_eq(a.start, b.start) and (a.start_included or not b.start_included))


def _ends_no_earlier(a: Range, b: Range) -> bool:
    return _lt(b.end, a.end) or (_eq(a.end, b.end) and (a.end_included or not b.end_included))


def _includes(a: Range, b: Range) -> bool:
    return _starts_no_later(a, b) and _ends_no_earlier(a, b)


def _overlaps(a: Range, b: Range) -> bool:
    return not _before(a, b) and not _before(b, a)


def _overlaps_before(a: Range, b: Range) -> bool:
    starts_first = _lt(a.start, b.start) or (_eq(a.start, b.start) and a.start_included and not b.start_included)
    ends_first = _lt(a.end, b.end) or (_eq(a.end, b.end) and (not a.end_included or b.end_included))
    return starts_first and ends_first and _overlaps(a, b)


def _same_start(a: Range, b: Range) -> bool:
    return _eq(a.start, b.start) and a.start_included == b.start_included


def _same_end(a: Range, b: Range) -> bool:
    return _eq(a.end, b.end) and a.end_included == b.end_included


def _starts(a: Range, b: Range) -> bool:
    return _same_start(a, b) and _ends_no_earlier(b, a)


def _finishes(a: Range, b: Range) -> bool:
    return _same_end(a, b) and _starts_no_later(b, a)


_RELATIONS: dict[str, tuple[Callable[[Range, Range], bool], bool]] = {
    "before": (_before, False),
    "after": (_before, True),
    "meets": (_meets, False),
    "met by": (_meets, True),
    "overlaps": (_overlaps, False),
    "overlaps before": (_overlaps_before, False),
    "overlaps after": (_overlaps_before, True),
    "finishes": (_finishes, False),
    "finished by": (_finishes, True),
    "includes": (_includes, False),
    "during": (_includes, True),
    "starts": (_starts, False),
    "started by": (_starts, True),
    "coincides": (lambda a, b: _same_start(a, b) and _same_end(a, b), False),
}


def _comparable(a: Range, b: Range) -> bool:
    ends = [end for end in (a.start, a.end, b.start, b.end) if end is not None]
    return len(ends) == 4 and all(less(ends[0], end) is not None for end in ends)


def _register(name: str, relation: Callable[[Range, Range], bool], swapped: bool) -> None:
    @builtin(f"{name}(range1: any, range2: any)", f"{name}(point1: any, point2: any)")
    def relate(first: Value, second: Value) -> Value:
        a, b = _as_range(first), _as_range(second)
        if swapped:
            a, b = b, a
        return relation(a, b) if _comparable(a, b) else None


for _name, (_relation, _swapped) in _RELATIONS.items():
    _register(_name, _relation, _swapped)
