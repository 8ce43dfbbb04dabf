"""One DMN file while it is read: the names and types it declares, what was compiled, and the findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine import feel
from engine.errors import FeelError, Finding
from engine.feel import Expression, UnaryTests


@dataclass(frozen=True, slots=True)
class ItemType:
    """A type of the file: its base type, the values it allows, and its components."""

    base: str
    values: str
    components: tuple[str, ...]
    many: bool


@dataclass(slots=True)
class Reading:
    """One file while it is read: the names that FEEL may meet, the types, and the findings."""

    file: str
    names: frozenset[str] = frozenset()
    types: dict[str, ItemType] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    expressions: list[tuple[Expression | UnaryTests, str, int | None, frozenset[str]]] = field(default_factory=list)
    local: frozenset[str] = frozenset()

    def error(self, rule: str, message: str, element: Any) -> None:
        """Add an error at an element of the file."""
        self.findings.append(
            Finding(rule, "error", message, self.file, element.get("id") or element.get("name"), element.sourceline)
        )

    def expression(self, source: str, place: str, element: Any) -> Expression | None:
        """Compile an expression; a problem becomes a finding that names the place."""
        try:
            made = feel.compile(source, self.names | self.local)
        except FeelError as error:
            self.error("decision-feel", f"{place}: {error}", element)
            return None
        self.expressions.append((made, place, element.sourceline, self.local))
        return made

    def tests(self, source: str, place: str, element: Any) -> UnaryTests | None:
        """Compile the unary tests of a cell; a problem becomes a finding that names the place."""
        try:
            made = feel.compile_unary(source, self.names | self.local)
        except FeelError as error:
            self.error("decision-feel", f"{place}: {error}", element)
            return None
        self.expressions.append((made, place, element.sourceline, self.local))
        return made

    def base_type(self, name: str | None) -> str:
        """Follow the types of the file to a built-in one; "" when there is none."""
        seen: set[str] = set()
        name = (name or "").rpartition(":")[2]
        while name in self.types and name not in seen:
            seen.add(name)
            name = self.types[name].base
        return name


def local_name(element: Any) -> str:
    """Give the name of an element without its namespace; "" for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Any, *names: str) -> Iterator[Any]:
    """Give the children with one of these local names."""
    return (child for child in element if local_name(child) in names)


def child(element: Any, name: str) -> Any | None:
    """Give the first child of a local name, or None."""
    return next(children(element, name), None)


def text_of(element: Any | None) -> str:
    """Give the text of the `text` child of an element (or its own), stripped."""
    if element is None:
        return ""
    inner = child(element, "text")
    return ((inner if inner is not None else element).text or "").strip()


def type_of(element: Any | None) -> str:
    """Give the type reference of an element: an attribute, or a child in older files."""
    if element is None:
        return ""
    return element.get("typeRef") or text_of(child(element, "typeRef"))
