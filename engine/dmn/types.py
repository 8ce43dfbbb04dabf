"""The types that a DMN file declares, and plain JSON data read as them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.dmn.element import child, children, text_of, type_of
from engine.errors import FeelError
from engine.feel import Value, from_json, normal

UNTYPED = frozenset({"", "string", "Any", "any", "boolean", "context", "list"})


@dataclass(frozen=True, slots=True)
class ItemType:
    """A type of the file: the type it stands on, the source of its allowed values, its components and their types."""

    base: str
    values: str
    components: Mapping[str, str]
    many: bool


@dataclass(frozen=True, slots=True)
class Types:
    """All types of a file by name; a component without a name of its own is `parent.component`."""

    by_name: Mapping[str, ItemType]

    def base(self, name: str) -> str:
        """Follow a type to a built-in one; "" when there is none."""
        seen: set[str] = set()
        name = bare(name)
        while name in self.by_name and name not in seen:
            seen.add(name)
            name = bare(self.by_name[name].base)
        return name

    def values(self, name: str) -> str:
        """Give the source of the allowed values of a type; "" when it has none."""
        found = self.by_name.get(bare(name))
        return found.values if found else ""

    def names(self) -> frozenset[str]:
        """Give the names of all components, which may have spaces."""
        return frozenset(name for item in self.by_name.values() for name in item.components)

    def typed(self, value: object, name: str, depth: int = 0) -> Value:
        """Read texts in JSON data as the dates, durations and numbers that a type asks for; raises FeelError."""
        if depth > 20:
            raise FeelError("the data is nested more than 20 levels deep")
        item = self.by_name.get(bare(name))
        if isinstance(value, (list, tuple)):
            return tuple(self.typed(one, name, depth + 1) for one in value)
        if isinstance(value, Mapping):
            parts = item.components if item else {}
            return {str(key): self.typed(one, parts.get(key, ""), depth + 1) for key, one in value.items()}
        base = self.base(name)
        return from_json(value, base) if isinstance(value, str) and base not in UNTYPED else normal(value)


def bare(name: str) -> str:
    """Give a type name without its namespace prefix."""
    return name.rpartition(":")[2]


def read_types(root: Any) -> Types:
    """Read the item definitions of a file."""
    found: dict[str, ItemType] = {}
    for element in children(root, "itemDefinition"):
        found.update(_items(element, element.get("name", "")))
    return Types(found)


def _items(element: Any, name: str) -> Iterator[tuple[str, ItemType]]:
    components: dict[str, str] = {}
    for component in children(element, "itemComponent"):
        key = component.get("name", "")
        nested = child(component, "itemComponent") is not None or child(component, "allowedValues") is not None
        components[key] = f"{name}.{key}" if nested else type_of(component)
        if nested:
            yield from _items(component, f"{name}.{key}")
    many = element.get("isCollection") == "true"
    yield name, ItemType(type_of(element), text_of(child(element, "allowedValues")), components, many)
