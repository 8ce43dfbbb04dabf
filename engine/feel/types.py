"""Types of FEEL: what a value is an instance of, and what it becomes where a type is declared (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from engine.feel.values import Function, Range, Value, kind, normal

Allowed = Callable[[Value], bool | None]
DEPTH = 20
"""levels of lists and contexts inside each other that a type looks into"""


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its kind ("number", "list", "context", "function", "range", "Any", "Null", …) and what it holds.

    `item` is the type of list items, range ends and function results; `allowed` says which values of the type may be.
    """

    kind: str
    item: Type | None = None
    entries: tuple[tuple[str, Type], ...] = ()
    parameters: tuple[Type, ...] | None = None
    allowed: Allowed | None = field(default=None, compare=False)

    def __str__(self) -> str:
        if self.kind == "context" and self.entries:
            return f"context<{', '.join(f'{name}: {inner}' for name, inner in self.entries)}>"
        return f"{self.kind}<{self.item}>" if self.item and self.kind in ("list", "range") else self.kind


ANY = Type("Any")
_DURATIONS = ("years and months duration", "days and time duration")
_SCALARS = ("date and time", "date", "time", "number", "string", "boolean")
_NAMES = (*_DURATIONS, *_SCALARS, "range", "list", "context", "function", "Any", "Null")
BUILT_IN: dict[str, Type] = {name: Type("null" if name == "Null" else name) for name in _NAMES}
BUILT_IN |= {
    "any": ANY,
    "dateTime": BUILT_IN["date and time"],
    "datetime": BUILT_IN["date and time"],
    "dayTimeDuration": BUILT_IN["days and time duration"],
    "yearMonthDuration": BUILT_IN["years and months duration"],
    "duration": Type("duration"),
}


def is_instance(value: Value, wanted: Type, depth: int = 0) -> bool:
    """Say whether a value is of a type, whatever values the type allows; null is of the type Null alone.

    Inside lists and contexts null stands for any missing value and conforms to every type.
    """
    if value is None or depth > DEPTH:
        return wanted.kind == "null"
    if wanted.kind == "Any":
        return True
    if wanted.kind == "list" and isinstance(value, tuple):
        item = wanted.item
        return item is None or item.kind == "Any" or all(one is None or _inside(one, item, depth) for one in value)
    if wanted.kind == "context" and isinstance(value, Mapping):
        missing = object()
        for name, inner in wanted.entries:
            found = value.get(name, missing)
            if found is missing or (found is not None and not _inside(found, inner, depth)):
                return False
        return True
    if wanted.kind == "range" and isinstance(value, Range):
        ends = [end for end in (value.start, value.end) if end is not None]
        return wanted.item is None or all(_inside(end, wanted.item, depth) for end in ends)
    if wanted.kind == "function" and isinstance(value, Function):
        return _is_function(value, wanted)
    found_kind = kind(value)
    return found_kind == wanted.kind or (wanted.kind == "duration" and found_kind.endswith("duration"))


def _inside(value: object, wanted: Type, depth: int) -> bool:
    return is_instance(normal(value), wanted, depth + 1)


def _is_function(value: Function, wanted: Type) -> bool:
    if wanted.parameters is None:
        return True
    if len(wanted.parameters) != len(value.parameters):
        return False
    own = value.types or (ANY,) * len(value.parameters)
    takes = all(conforms(given, taken) for given, taken in zip(wanted.parameters, own, strict=True))
    return takes and (wanted.item is None or value.result is None or conforms(value.result, wanted.item))


def conforms(one: Type, other: Type) -> bool:
    """Say whether every value of one type is of the other (DMN 1.5, 10.3.2.9.2)."""
    if other.kind == "Any" or one.kind == "null":
        return True
    if one.kind != other.kind:
        return False
    if one.kind in ("list", "range"):
        return other.item is None or conforms(one.item or ANY, other.item)
    if one.kind == "context":
        own = dict(one.entries)
        return all(name in own and conforms(own[name], inner) for name, inner in other.entries)
    if one.kind == "function" and other.parameters is not None and one.parameters is not None:
        same = len(one.parameters) == len(other.parameters)
        takes = same and all(conforms(b, a) for a, b in zip(one.parameters, other.parameters, strict=True))
        return takes and conforms(one.item or ANY, other.item or ANY)
    return True


def converted(value: Value, wanted: Type, depth: int = 0) -> Value:
    """Make a value conform to a declared type, or null (DMN 1.5, 10.3.2.9.4).

    One value becomes a list of one and a list of one its value where the type asks for it; a date becomes midnight UTC.
    What the type does not allow is null.
    """
    if value is None or (wanted.kind == "Any" and wanted.allowed is None):
        return value
    found = _fitted(value, wanted, depth)
    if found is None:
        if wanted.kind == "list":
            found = None if isinstance(value, tuple) else _fitted((value,), wanted, depth)
        elif isinstance(value, tuple) and len(value) == 1:
            found = _fitted(value[0], wanted, depth)
    if found is not None and wanted.allowed is not None and wanted.allowed(found) is not True:
        return None
    return found


def _fitted(value: Value, wanted: Type, depth: int) -> Value:
    if type(value) is date and wanted.kind == "date and time":
        return datetime.combine(value, time(), UTC)
    if wanted.kind == "list" and wanted.item is not None and isinstance(value, tuple) and depth < DEPTH:
        made = tuple(converted(normal(one), wanted.item, depth + 1) for one in value)
        lost = any(new is None and old is not None for new, old in zip(made, value, strict=True))
        return None if lost else made
    if wanted.kind == "context" and wanted.entries and isinstance(value, Mapping) and depth < DEPTH:
        changed = dict(value)
        for name, inner in wanted.entries:
            if name not in value:
                return None
            changed[name] = converted(normal(value[name]), inner, depth + 1)
            if changed[name] is None and value[name] is not None:
                return None
        return changed
    if wanted.kind == "function" and isinstance(value, Function) and is_instance(value, wanted, depth):
        return _typed_function(value, wanted)
    return value if is_instance(value, wanted, depth) else None


def _typed_function(value: Function, wanted: Type) -> Function:
    """Give a function the types of its declaration where it has none of its own."""
    own = value.types or (ANY,) * len(value.parameters)
    types = tuple(a if a is not ANY else b for a, b in zip(own, wanted.parameters or own, strict=True))
    return replace(value, types=types, result=value.result or wanted.item)
