"""Reading the name of a type: `list<number>`, `context<a: string>`, `function<date> -> boolean`, or the file's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from engine.feel.lexer import name_pattern
from engine.feel.reader import Reader
from engine.feel.types import ANY, BUILT_IN, Type
from engine.said import say

_HOLDS = {"list", "range", "context", "function"}


@lru_cache(maxsize=64)
def _named(names: frozenset[str]) -> re.Pattern[str]:
    """Match the longest of the names of types."""
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(name_pattern, longest))})(?!\w)")


class TypeReader(Reader):
    """Reads types; `types` are those that a file declares, by name."""

    def __init__(
        self, source: str, names: Iterable[str], functions: frozenset[str], types: Mapping[str, Type] | None = None
    ) -> None:
        super().__init__(source, names, functions)
        self.types = types or {}

    def type(self) -> Type:
        """Read one type with what it holds."""
        self.deeper()
        known = _named(frozenset(name for name in (*BUILT_IN, *self.types) if name.strip()))
        found = known.match(self.source, self.token.start)
        if found is None:
            raise self.fail(say("expected the name of a type, found {found}", found=self.found()))
        name = " ".join(found[0].split())
        self.jump(found.end())
        plain = self.types.get(name) or BUILT_IN[name]
        read = self.holding(plain) if name in _HOLDS and self.is_symbol("<") else plain
        self.depth -= 1
        return read

    def holding(self, outer: Type) -> Type:
        """Read `<…>` behind list, range, context and function, and what a function gives."""
        position = self.token.end
        self.advance()
        if outer.kind == "context":
            entries = [] if self.is_symbol(">") else [self.entry(position)]
            while self.is_symbol(","):
                position = self.token.end
                entries.append(self.entry(position))
            self.expect(">")
            return Type("context", entries=tuple(entries))
        inner = [] if self.is_symbol(">") else [self.type()]
        while outer.kind == "function" and self.skip(","):
            inner.append(self.type())
        self.expect(">")
        if outer.kind == "function":
            return Type("function", self.type() if self.skip("->") else ANY, (), tuple(inner))
        return Type(outer.kind, inner[0] if inner else None)

    def entry(self, position: int) -> tuple[str, Type]:
        """Read `name: type`."""
        named = self.lexer.key(position)
        if named is None:
            raise self.fail(say("expected 'name:' of an entry, found {found}", found=self.found()))
        self.jump(named[1])
        return named[0], self.type()
