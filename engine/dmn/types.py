"""The types that a DMN file declares (item definitions), and plain JSON data read as them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.dmn.element import child, children, text_of, type_of
from engine.errors import FeelError
from engine.feel import Value, from_json, normal
from engine.feel.types import ANY, BUILT_IN, DEPTH, Type
from engine.said import say

if TYPE_CHECKING:
    from engine.dmn.reading import Reading

_MOMENTS = ("date", "time", "date and time", "days and time duration", "years and months duration", "duration")


@dataclass(frozen=True, slots=True)
class Types:
    """All types of a file by name, those of imported files as `import.name`; `sources` are their allowed values."""

    by_name: Mapping[str, Type]
    bases: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> Type | None:
        """Give a type by its name in the file, or a built-in one; None for no name or one that nothing declares."""
        found = self.by_name.get(name) or self.by_name.get(bare(name))
        return found or BUILT_IN.get(bare(name))

    def base(self, name: str) -> str:
        """Follow a type to a built-in one, as the file spells it; "" when there is none."""
        seen: set[str] = set()
        name = bare(name)
        while name in self.bases and name not in seen:
            seen.add(name)
            name = bare(self.bases[name])
        return name

    def values(self, name: str) -> str:
        """Give the source of the allowed values of a type; "" when it has none."""
        return self.sources.get(bare(name), "")

    def names(self) -> frozenset[str]:
        """Give the names of all components, which may have spaces."""
        return frozenset(name for one in self.by_name.values() for name in _entries(one, 0))


def _entries(one: Type, depth: int) -> Iterator[str]:
    if depth < DEPTH:
        for name, inner in one.entries:
            yield name
            yield from _entries(inner, depth + 1)
        if one.item is not None:
            yield from _entries(one.item, depth + 1)


def bare(name: str) -> str:
    """Give a type name without its namespace prefix."""
    return name.rpartition(":")[2]


def read_json(value: object, wanted: Type | None, depth: int = 0) -> Value:
    """Read JSON data as a type asks: texts as dates, times, durations and numbers; raises FeelError."""
    if depth > DEPTH:
        raise FeelError(say("the data is nested more than {depth} levels deep", depth=DEPTH))
    if isinstance(value, (list, tuple)):
        inner = wanted.item if wanted is not None and wanted.kind == "list" else wanted
        return tuple(read_json(one, inner, depth + 1) for one in value)
    if wanted is None:
        return normal(value)
    if isinstance(value, Mapping):
        inside = wanted.item if wanted.kind == "list" and wanted.item else wanted
        parts = dict(inside.entries)
        return {str(key): read_json(one, parts.get(key), depth + 1) for key, one in value.items()}
    if wanted.kind == "list":
        return read_json(value, wanted.item, depth + 1)
    if isinstance(value, str) and wanted.kind in (*_MOMENTS, "number"):
        return from_json(value, wanted.kind)
    return normal(value)


def read_types(root: Any, reading: Reading, imported: Mapping[str, Type]) -> Types:
    """Read the item definitions of a file; a definition that holds itself is Any inside."""
    elements = {" ".join(e.get("name", "").split()): e for e in children(root, "itemDefinition")}
    reader = _Reader(elements, reading, dict(imported))
    made = {name: reader.named(name) for name in elements}
    bases = {name: type_of(element) for name, element in elements.items()}
    sources = {name: text_of(child(element, "allowedValues")) for name, element in elements.items()}
    return Types({**imported, **made}, bases, sources)


@dataclass(slots=True)
class _Reader:
    """Item definitions while they are read, each once, in the order in which they need each other."""

    elements: Mapping[str, Any]
    reading: Reading
    made: dict[str, Type]
    open: set[str] = field(default_factory=set)

    def named(self, name: str) -> Type:
        """Give the type of a name; Any when nothing declares it or while it is being read itself."""
        name = name if name in self.made or name in self.elements else bare(name)
        if name in self.made:
            return self.made[name]
        if name not in self.elements or name in self.open:
            return BUILT_IN.get(name, ANY)
        self.open.add(name)
        self.made[name] = self.item(self.elements[name], name)
        self.open.discard(name)
        return self.made[name]

    def item(self, element: Any, place: str) -> Type:
        """Read one item definition or component."""
        function = child(element, "functionItem")
        parts = tuple((c.get("name", ""), self.item(c, place)) for c in children(element, "itemComponent"))
        if function is not None:
            takes = tuple(self.referred(p) for p in children(function, "parameters"))
            gives = function.get("outputTypeRef") or text_of(child(function, "outputTypeRef"))
            found = Type("function", self.named(gives) if gives else None, (), takes)
        elif parts:
            found = Type("context", entries=parts)
        else:
            found = self.referred(element)
        found = self.limited(found, child(element, "allowedValues"), place)
        if element.get("isCollection") == "true":
            found = Type("list", found)
        return self.limited(found, child(element, "typeConstraint"), place)

    def referred(self, element: Any) -> Type:
        """Give the type that an element refers to."""
        name = " ".join(type_of(element).split())
        return self.named(name) if name else ANY

    def limited(self, found: Type, values: Any, place: str) -> Type:
        """Give the type with its allowed values, which replace those of the type that it stands on."""
        source = text_of(values)
        tests = self.reading.tests(source, say("type {name!r}, allowed values", name=place), values) if source else None
        return replace(found, allowed=lambda value: tests(value, {})) if tests else found
