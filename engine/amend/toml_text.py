"""A TOML file changed as text."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from engine.amend.change import Add, Change, Drop, Path, Place, applied
from engine.amend.spans import Edit, inserted, made, removed
from engine.amend.toml_parts import BARE_KEY, Parts
from engine.errors import AmendError
from engine.said import say


def amend_toml(data: bytes, changes: Sequence[Change], *, file: str) -> bytes:
    """The bytes of a TOML file after changes, one after the other; all of them or none.

    AmendError when the file is no UTF-8 TOML, when a path leads nowhere, or when the result would read otherwise.
    """
    try:
        text = data.decode("utf-8")
        document = _read(text)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise AmendError(say("{file} is not TOML, so it cannot be changed safely", file=file)) from None
    for change in changes:
        wanted = applied(document, change)
        if isinstance(change, Drop) or not _same(wanted, document):
            text = made(text, _edits(text, change, document))
            try:
                document = _read(text)
            except ValueError:
                document = {}
            if not _same(document, wanted, loose=isinstance(change, Drop)):
                raise AmendError(
                    say("{file}: {change} would break the file, so it is left as it was", file=file, change=change)
                )
    return text.encode()


def _read(text: str) -> dict[str, Any]:
    return tomllib.loads(text.replace("\r\n", "\n"))


def _same(one: Any, other: Any, loose: bool = False) -> bool:
    """Equal, and of the same kinds (1, 1.0 and true are three values); `loose`: what is empty may be missing."""
    if isinstance(one, dict) and isinstance(other, dict):
        if not loose and one.keys() != other.keys():
            return False
        both = one.keys() & other.keys()
        alone = [each[key] for each in (one, other) for key in each if key not in both]
        return all(value in ([], {}) for value in alone) and all(_same(one[key], other[key], loose) for key in both)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(*pair, loose) for pair in zip(one, other, strict=True))
    return type(one) is type(other) and bool(one == other)


def _edits(text: str, change: Change, document: Mapping[str, Any]) -> list[Edit]:
    parts = Parts(text)
    if isinstance(change, Drop):
        return _drop(parts, change.path)
    if isinstance(change, Add):
        return _add(parts, change)
    if isinstance(change, Place):
        raise AmendError(say("the order of a TOML file is not changed"))
    return _put(parts, change.path, change.value)


def _put(parts: Parts, path: Path, value: Any) -> list[Edit]:
    span = parts.span(path)
    if span is not None:
        return [(span.start, span.end, write(value, parts.newline))]
    if parts.below(path):  # a table that is written in several places: its values take theirs
        if not isinstance(value, Mapping):
            raise AmendError(
                say("{names} is a table here, {value!r} is none", names=".".join(map(str, path)), value=value)
            )
        keys = {found[len(path)] for found in parts.below(path)}
        gone = [edit for key in keys - set(value) for edit in _drop(parts, (*path, key))]
        return gone + [edit for key, each in value.items() for edit in _put(parts, (*path, key), each)]
    holder = parts.span(path[:-1])
    if holder is not None:
        return [inserted(parts.text, holder, f"{_key(str(path[-1]))} = {write(value, parts.newline)}")]
    if len(path) > 1 and isinstance(value, Mapping) and (kin := parts.kin(path)):
        lines = [f"[{_dotted(path)}]", *(f"{_key(key)} = {write(each, parts.newline)}" for key, each in value.items())]
        return [parts.after(kin, lines)]
    home = parts.home(path)
    if not home and isinstance(value, Mapping) and len(path) == 1:
        return [_section(parts, path, value)]
    line = f"{_dotted(path[len(home) :])} = {write(value, parts.newline)}"
    return [parts.line_after(home, path, line)]


def _add(parts: Parts, change: Add) -> list[Edit]:
    span = parts.span(change.path)
    if span is not None:
        return [inserted(parts.text, span, write(change.value, parts.newline), change.before)]
    if (*change.path, 0) in parts.headers and isinstance(change.value, Mapping):
        names = ".".join(_key(str(part)) for part in change.path if isinstance(part, str))
        lines = [f"[[{names}]]", *(f"{_key(key)} = {write(each, parts.newline)}" for key, each in change.value.items())]
        return [parts.block(change.path, lines, change.before)]
    return _put(parts, change.path, [change.value])


def _section(parts: Parts, path: Path, value: Mapping[str, Any]) -> Edit:
    """A table of its own at the end of the file."""
    lines = [f"[{_dotted(path)}]", *(f"{_key(key)} = {write(each, parts.newline)}" for key, each in value.items())]
    text, line = parts.text, parts.newline
    lead = "" if not text else line if text.endswith("\n") else line * 2
    return len(text), len(text), lead + line.join(lines) + line


def _drop(parts: Parts, path: Path) -> list[Edit]:
    holder, last = parts.span(path[:-1]), path[-1]
    if holder is not None and (item := holder.item(last)) is not None:
        return [removed(holder, holder.items.index(item))]
    return parts.removed(path)


def write(value: Any, newline: str = "\n") -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value, newline)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {write(each, newline)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(write(each, newline) for each in value) + "]"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    raise AmendError(say("{value!r} cannot be written as TOML", value=value))


def _string(value: str, newline: str) -> str:
    """A string in quotes that need no escapes where there are such: one with line breaks stands on several lines."""
    plain = all(sign.isprintable() or sign in "\t\n" for sign in value)
    if "\n" in value and plain and "'''" not in value and not value.endswith("'"):
        return "'''\n".replace("\n", newline) + value.replace("\n", newline) + "'''"
    if ('"' in value or "\\" in value) and "'" not in value and "\n" not in value and plain:
        return f"'{value}'"
    return '"' + "".join(_escaped(sign) for sign in value) + '"'


def _escaped(sign: str) -> str:
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    if sign in short:
        return short[sign]
    if ord(sign) < 32 or ord(sign) == 127:
        return f"\\u{ord(sign):04x}"
    return sign


def _key(key: str) -> str:
    return key if BARE_KEY.fullmatch(key) else '"' + "".join(map(_escaped, key)) + '"'


def _dotted(path: Path) -> str:
    return ".".join(_key(str(part)) for part in path)
