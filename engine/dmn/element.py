"""Looking into the elements of a DMN file by their local names, whichever version of DMN wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


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
