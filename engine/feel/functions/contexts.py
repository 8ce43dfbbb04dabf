"""Contexts (DMN 1.5, 10.3.4.7): reading and making entries."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.functions.builtin import builtin
from engine.feel.values import Value, normal


@builtin(
    "get value(m: context, key: string)",
    "get value(context: context, key: string)",
    "get value(m: context, keys: list)",
)
def _value(context: Mapping[str, Value], key: str | tuple[Value, ...]) -> Value:
    found: Value = context
    for name in (key,) if isinstance(key, str) else key:
        found = normal(found.get(name)) if isinstance(found, Mapping) and isinstance(name, str) else None
    return found


@builtin("get entries(m: context)", "get entries(context: context)")
def _entries(context: Mapping[str, Value]) -> Value:
    return tuple({"key": key, "value": normal(value)} for key, value in context.items())


@builtin(
    "context put(context: context, key: string, value: any)", "context put(context: context, keys: list, value: any)"
)
def _put(context: Mapping[str, Value], key: str | tuple[Value, ...], value: Value) -> Value:
    keys = (key,) if isinstance(key, str) else key
    if not keys or not isinstance(keys[0], str):
        return None
    if len(keys) > 1:
        inner = context.get(keys[0])
        value = _put(inner, keys[1:], value) if isinstance(inner, Mapping) else None
        if value is None:
            return None
    return {**context, keys[0]: value}


@builtin("context merge(contexts: list)")
def _merge(contexts: tuple[Value, ...]) -> Value:
    merged: dict[str, Value] = {}
    for one in contexts:
        if not isinstance(one, Mapping):
            return None
        merged.update(one)
    return merged


@builtin("context(entries: list)")
def _context(entries: tuple[Value, ...]) -> Value:
    made: dict[str, Value] = {}
    for one in entries:
        key = one.get("key") if isinstance(one, Mapping) else None
        if not isinstance(one, Mapping) or not isinstance(key, str) or "value" not in one or key in made:
            return None
        made[key] = one["value"]
    return made
