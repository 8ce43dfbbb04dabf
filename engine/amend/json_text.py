"""A JSON file changed as text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from engine.amend.change import Add, Change, Drop, Place, Put, applied
from engine.amend.spans import Edit, Item, Span, inserted, made, moved, removed
from engine.errors import AmendError
from engine.said import say

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BARE = re.compile(r"[^\s,\]}]+")


def amend_json(data: bytes, changes: Sequence[Change], *, file: str) -> bytes:
    """The bytes of a JSON file after changes, one after the other; all of them or none.

    AmendError when the file is no UTF-8 JSON, a path leads nowhere, or the result would read otherwise.
    """
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    try:
        text = data[len(mark) :].decode("utf-8")
        document = json.loads(text)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise AmendError(say("{file} is not JSON, so it cannot be changed safely", file=file)) from None
    for change in changes:
        wanted = applied(document, change)
        if _written(wanted) == _written(document):
            continue
        text = made(text, [_edit(text, document, change)])
        try:
            document = json.loads(text)
        except ValueError:
            document = None
        if _written(document) != _written(wanted):
            raise AmendError(
                say("{file}: {change} would break the file, so it is left as it was", file=file, change=change)
            )
    return mark + text.encode()


def _written(value: Any) -> str:
    """A value with the order of its keys and the kinds of its numbers, to be compared."""
    return json.dumps(value, ensure_ascii=False)


def _edit(text: str, document: Any, change: Change) -> Edit:
    root = _value(text, _SPACE.match(text).end())  # type: ignore[union-attr]  # matches the empty text too
    *way, last = change.path
    holder = root.at(way)
    if holder is None:  # its holder comes with it, from where the way still exists
        depth = next(n for n in range(len(way) - 1, -1, -1) if root.at(way[:n]) is not None)
        whole = applied(document, change)
        for key in way[: depth + 1]:
            whole = whole[key]
        return _pair(text, root.at(way[:depth]), way[depth], whole)
    item = holder.item(last)
    if isinstance(change, Add):
        if item is None:
            return _pair(text, holder, last, [change.value])
        return inserted(text, item.span, _written(change.value), change.before)
    if item is None:
        assert isinstance(change, Put)  # what is not there is neither dropped nor moved: applied() has refused it
        return _pair(text, holder, last, change.value)
    if isinstance(change, Put):
        return item.span.start, item.span.end, _written(change.value)
    at = holder.items.index(item)
    if isinstance(change, Drop):
        return removed(holder, at)
    assert isinstance(change, Place)
    return moved(text, holder, at, change.to)


def _pair(text: str, holder: Span | None, key: str | int, value: Any) -> Edit:
    assert holder is not None
    return inserted(text, holder, f"{_written(key)}: {_written(value)}")


def _value(text: str, at: int) -> Span:
    """The value that begins at a place of a text that json has read."""
    if text[at] not in "[{":
        match = (_STRING if text[at] == '"' else _BARE).match(text, at)
        assert match is not None
        return Span(at, match.end())
    span = Span(at, at, "list" if text[at] == "[" else "table")
    at = _after(text, at + 1)
    while text[at] not in "]}":
        start, key = at, None
        if span.kind == "table":
            match = _STRING.match(text, at)
            assert match is not None
            key = json.loads(match[0], strict=False)
            at = _after(text, _after(text, match.end()) + 1)
        value = _value(text, at)
        span.items.append(Item(key, start, value))
        at = _after(text, value.end)
        if text[at] == ",":
            at = _after(text, at + 1)
    span.end = at + 1
    return span


def _after(text: str, at: int) -> int:
    """Where the next sign stands."""
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # matches the empty text too
