"""Where values stand in a text: a tree of spans, and the edits of a list or object written between brackets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Edit = tuple[int, int, str]
"""start, end, and what takes that place"""


@dataclass(slots=True)
class Span:
    """A value in the text; one between brackets has its items, each with where it begins (at its key, if any)."""

    start: int
    end: int
    kind: str = "value"
    """value | list | table"""
    items: list[Item] = field(default_factory=list)

    def at(self, path: Sequence[str | int]) -> Span | None:
        """The value at a path below this one, or None."""
        found: Span = self
        for key in path:
            item = found.item(key)
            if item is None:
                return None
            found = item.span
        return found

    def item(self, key: str | int) -> Item | None:
        """The item with a key, or at a position."""
        if isinstance(key, int):
            return self.items[key] if self.kind == "list" and 0 <= key < len(self.items) else None
        return next((item for item in self.items if self.kind == "table" and item.key == key), None)


@dataclass(slots=True)
class Item:
    """An item of a list or an object: its key (none in a list), where it begins, its value."""

    key: str | None
    start: int
    span: Span


def inserted(text: str, span: Span, new: str, before: int | None = None) -> Edit:
    """An item written after the last one (or before another), on a line of its own where the others are."""
    if before is not None and before < len(span.items):
        start = span.items[before].start
        return start, start, f"{new},{_gap(text, span)}"
    if not span.items:
        return span.start + 1, span.start + 1, new
    end = span.items[-1].span.end
    return end, end, f",{_gap(text, span)}{new}"


def _gap(text: str, span: Span) -> str:
    """What stands between two items here: a space, or the line break and indent of the last one."""
    first = span.items[-1].start
    line = text.rfind("\n", 0, first) + 1
    lead = text[line:first]
    if line > span.start and not lead.strip():
        return ("\r\n" if text[line - 2 : line] == "\r\n" else "\n") + lead
    return " "


def removed(span: Span, at: int) -> Edit:
    """An item taken out with the comma that it needs no more."""
    items = span.items
    if len(items) == 1:
        return span.start + 1, span.end - 1, ""
    if at + 1 < len(items):
        return items[at].start, items[at + 1].start, ""
    return items[at - 1].span.end, items[at].span.end, ""


def moved(text: str, span: Span, at: int, to: int) -> Edit:
    """The items between two positions written in another order; what stands between them stays where it is."""
    order = list(range(len(span.items)))
    order.insert(to, order.pop(at))
    first, last = min(at, to), max(at, to)
    items = span.items
    pieces = []
    for place in range(first, last + 1):
        item = items[order[place]]
        pieces.append(text[item.start : item.span.end])
        if place < last:
            pieces.append(text[items[place].span.end : items[place + 1].start])
    return items[first].start, items[last].span.end, "".join(pieces)


def made(text: str, edits: Sequence[Edit]) -> str:
    """The text with edits made; they do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text
