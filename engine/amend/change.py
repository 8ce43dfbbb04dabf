"""The changes of a document that is TOML or JSON: a value put, a value dropped, an item added, an item moved."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import AmendError
from engine.said import say

Path = tuple[str | int, ...]
"""keys and positions from the top of the document: ("reply_time", "rows", 0, "length")"""


@dataclass(frozen=True, slots=True)
class Put:
    """A value where there is another or none; the table that it lies in comes into being where it is missing."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Drop:
    """A value, and all in it, goes."""

    path: Path


@dataclass(frozen=True, slots=True)
class Add:
    """An item at the end of a list, or before another one; the list comes into being where it is missing."""

    path: Path
    value: Any
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An item of a list, or a key of an object, moves to another position among its neighbours (JSON only)."""

    path: Path
    to: int


Change = Put | Drop | Add | Place


def differences(path: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """What makes `old` at a path into `new`, key by key, so that what is equal is not written; None is no value."""
    for key, given in new.items():
        value = _full(given)
        if value is None:
            if key in old:
                yield Drop((*path, key))
        elif isinstance(value, Mapping) and isinstance(old.get(key), Mapping):
            gone: dict[str, Any] = dict.fromkeys(old[key])
            yield from differences((*path, key), old[key], gone | dict(given))
        elif value != old.get(key) or type(value) is not type(old.get(key)):
            yield Put((*path, key), value)


def _full(value: Any) -> Any:
    """A table without the keys that have no value; None for one of which nothing is left."""
    if not isinstance(value, Mapping) or not value:
        return value
    kept = {key: full for key, each in value.items() if (full := _full(each)) is not None}
    return kept or None


def applied(document: Any, change: Change) -> Any:
    """The document as it is to read after a change; AmendError for a path that leads nowhere."""
    found = copy.deepcopy(document)
    *way, last = change.path
    holder = found
    for key in way:
        holder = _step(holder, key, change, make=isinstance(change, Put | Add))
    if isinstance(change, Put):
        holder[last] = copy.deepcopy(change.value)
    elif isinstance(change, Add):
        if isinstance(holder, dict):
            holder.setdefault(last, [])
        items = _list(_step(holder, last, change, make=False), change)
        items.insert(len(items) if change.before is None else change.before, copy.deepcopy(change.value))
    elif isinstance(change, Drop):
        _step(holder, last, change, make=False)
        del holder[last]
    else:
        _move(holder, last, change)
    return found


def _move(holder: Any, last: str | int, change: Place) -> None:
    item = _step(holder, last, change, make=False)
    if isinstance(holder, list):
        del holder[int(last)]
        holder.insert(change.to, item)
        return
    pairs = [pair for pair in holder.items() if pair[0] != last]
    pairs.insert(change.to, (last, item))
    holder.clear()
    holder.update(pairs)


def _list(value: Any, change: Change) -> list[Any]:
    if not isinstance(value, list):
        raise AmendError(
            say(
                "{names} is {value!r}, to which nothing can be added",
                names=".".join(map(str, change.path)),
                value=value,
            )
        )
    return value


def _step(holder: Any, key: str | int, change: Change, *, make: bool) -> Any:
    try:
        if make and isinstance(holder, dict):
            return holder.setdefault(key, {})
        return holder[key]
    except (KeyError, IndexError, TypeError):
        told = ".".join(str(part) for part in change.path)
        raise AmendError(say("{told}: there is no {key!r}", told=told, key=key)) from None
