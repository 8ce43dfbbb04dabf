"""What a built-in function is: its signatures, the types of its arguments, and the Python function that answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.feel.values import Value, kind

_SIGNATURE = re.compile(r"([\w ]+)\((.*)\)")
Body = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its FEEL name, the type that its values must have ("any" for all), and how many may be given."""

    name: str
    kind: str
    optional: bool
    many: bool

    def fit(self, value: Value) -> tuple[Value] | None:
        """Give the value as the function wants it (one value is a list of one), or None when it has the wrong type."""
        if self.kind == "any" or kind(value) == self.kind or (value is None and self.optional):
            return (value,)
        if self.kind == "list" and value is not None:
            return ((value,),)
        if self.kind == "date" and kind(value) == "date and time":
            return (value,)
        return None


def _parameter(text: str) -> Parameter:
    name, _, wanted = text.partition(":")
    bare = name.strip().rstrip("?*")
    return Parameter(bare, wanted.strip() or "any", "?" in name, "*" in name)


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function: `usage` is its signature in words, called with values it gives a value, null for misuse."""

    usage: str
    signatures: tuple[tuple[Parameter, ...], ...]
    body: Body

    def accepts(self, count: int, keys: tuple[str, ...]) -> bool:
        """Say whether any signature takes this many arguments, or arguments of these names."""
        return any(_takes(signature, count, keys) for signature in self.signatures)

    def __call__(self, values: tuple[Value, ...], keys: tuple[str, ...] = ()) -> Value:
        for signature in self.signatures:
            if _takes(signature, len(values), keys):
                fitted = _fit(signature, _ordered(signature, values, keys))
                if fitted is not None:
                    return self.body(*fitted)
        return None


def _takes(signature: tuple[Parameter, ...], count: int, keys: tuple[str, ...]) -> bool:
    if keys:
        names = {p.name for p in signature}
        return set(keys) <= names and {p.name for p in signature if not p.optional and not p.many} <= set(keys)
    if signature and signature[-1].many:
        return count >= len(signature)
    return sum(not p.optional for p in signature) <= count <= len(signature)


def _ordered(signature: tuple[Parameter, ...], values: tuple[Value, ...], keys: tuple[str, ...]) -> tuple[Value, ...]:
    if not keys:
        return values
    given = dict(zip(keys, values, strict=True))
    return tuple(given.get(p.name) for p in signature if p.name in given or p.optional)


def _fit(signature: tuple[Parameter, ...], values: tuple[Value, ...]) -> list[Value] | None:
    fitted: list[Value] = []
    for index, value in enumerate(values):
        one = signature[min(index, len(signature) - 1)].fit(value)
        if one is None:
            return None
        fitted.extend(one)
    return fitted


BUILTINS: dict[str, Builtin] = {}


def builtin(*usages: str) -> Callable[[Body], Body]:
    """Register a function under its signatures, such as `"substring(string: string, start position: number)"`."""

    def register(body: Body) -> Body:
        signatures = []
        name = ""
        for usage in usages:
            found = _SIGNATURE.fullmatch(usage)
            assert found is not None, usage
            name = found[1]
            signatures.append(tuple(_parameter(part) for part in found[2].split(",") if part.strip()))
        shown = " or ".join(re.sub(r":\s*[\w ]+", "", usage) for usage in usages)
        BUILTINS[name] = Builtin(shown, tuple(signatures), body)
        return body

    return register
