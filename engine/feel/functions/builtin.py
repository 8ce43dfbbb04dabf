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
        wanted = self.kind
        if wanted == "any" or (value is None and self.optional):
            return (value,)
        given = kind(value)
        if given == wanted:
            return (value,)
        if wanted == "list" and value is not None:
            return ((value,),)
        return (value,) if wanted == "date" and given == "date and time" else None


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
        return self.prepared(len(values), keys)(values)

    def prepared(self, count: int, keys: tuple[str, ...] = ()) -> Callable[[tuple[Value, ...]], Value]:
        """Give the function for a call with this many arguments, or arguments of these names: most of it is settled."""
        signatures = [signature for signature in self.signatures if _takes(signature, count, keys)]
        body = self.body
        first = signatures[0] if signatures else ()
        if first and not keys and all(parameter.kind == "any" and not parameter.many for parameter in first[:count]):
            return lambda values: body(*values)

        def call(values: tuple[Value, ...]) -> Value:
            for signature in signatures:
                fitted = _fit(signature, _ordered(signature, values, keys) if keys else values)
                if fitted is not None:
                    return body(*fitted)
            return None

        return call


def _takes(signature: tuple[Parameter, ...], count: int, keys: tuple[str, ...]) -> bool:
    if keys:
        names = {p.name for p in signature}
        return set(keys) <= names and {p.name for p in signature if not p.optional and not p.many} <= set(keys)
    if signature and signature[-1].many:
        return count >= len(signature)
    return sum(not p.optional for p in signature) <= count <= len(signature)


def _ordered(signature: tuple[Parameter, ...], values: tuple[Value, ...], keys: tuple[str, ...]) -> tuple[Value, ...]:
    given = dict(zip(keys, values, strict=True))
    return tuple(given.get(p.name) for p in signature if p.name in given or p.optional)


def _fit(signature: tuple[Parameter, ...], values: tuple[Value, ...]) -> list[Value] | None:
    fitted: list[Value] = []
    last = len(signature) - 1
    for index, value in enumerate(values):
        one = signature[index if index < last else last].fit(value)
        if one is None:
            return None
        fitted += one
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
