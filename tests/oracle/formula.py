"""The few expressions that drawn processes use, evaluated by hand: the oracle shares no FEEL with the product."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Lookup = Callable[[str], Any]
_CHOICE = re.compile(r"if (.+) then (.+) else (.+)")
_BINARY = re.compile(r"(.+?) (<|>=|=|\+) (.+)")


class Unclear(Exception):
    """What FEEL would say here is not the oracle's matter: the drawing is left alone from here on."""


def value(source: str, look: Lookup) -> Any:
    """The value of `if A then B else C`, `A = B`, `A < B`, `A >= B`, `A + B`, a list, a number, a name or a path."""
    source = source.strip()
    if match := _CHOICE.fullmatch(source):
        return value(match[2] if value(match[1], look) is True else match[3], look)
    if source.startswith("["):
        return [value(item, look) for item in source[1:-1].split(",") if item.strip()]
    if match := _BINARY.fullmatch(source):
        return _binary(value(match[1], look), match[2], value(match[3], look))
    if source in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[source]
    if source.isdigit():
        return int(source)
    if source.startswith('"'):
        return source[1:-1]
    first, *rest = source.split(".")
    found = look(first)
    for name in rest:
        if isinstance(found, list):
            raise Unclear(source)
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _binary(left: Any, operator: str, right: Any) -> Any:
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        raise Unclear(f"{left} {operator} {right}")
    if operator == "=":
        if left is None or right is None:
            return left is right
        return left == right if type(left) is type(right) else None
    if type(left) is not int or type(right) is not int:
        return None
    if operator == "+":
        return left + right
    return left < right if operator == "<" else left >= right


def holds(source: str, look: Lookup) -> bool:
    """Whether a condition is true; anything else is not."""
    found = value(source, look)
    if found is not None and not isinstance(found, bool):
        raise Unclear(source)
    return found is True


def constant(source: str) -> bool:
    """Whether an expression reads no data."""
    return not re.search(r"[a-z_]", re.sub(r"\b(true|false|null|if|then|else)\b", "", source))


def plain(value: Any) -> str:
    """A value as text, equal however numbers are written."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {plain(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(plain(item) for item in value) + "]"
    return str(value)
