"""XML as text with positions: what is not changed stays byte for byte, quotes, order, comments and line ends included.

Only well-formed XML without a DOCTYPE comes here (engine.xml has parsed it), so a tokenizer is enough.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field

from engine.errors import RedrawError
from engine.said import say

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|</(?P<close>[^\s>]+)\s*>"
    r"""|<(?P<open>[^\s/>!?]+)(?P<attributes>(?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?P<single>/?)>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""\s+(?P<name>[^\s=/>]+)\s*=\s*(?P<quote>["'])(?P<value>.*?)(?P=quote)""", re.DOTALL)
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_RUN = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>|([^<]+)|<", re.DOTALL)
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_REFERENCE = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|[a-z]+);")


@dataclass(slots=True)
class Attribute:
    """One attribute: its whole span with the space before it, the span of its value, its quote."""

    name: str
    start: int
    end: int
    value_start: int
    value_end: int
    quote: str


@dataclass(slots=True)
class Piece:
    """One element: where its start tag, its content and its end tag are in the text."""

    name: str
    start: int
    inside: int
    parent: Piece | None
    single: bool
    attributes: dict[str, Attribute]
    close: int = -1
    end: int = -1
    children: list[Piece] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix of the name, with its colon."""
        return self.name[: -len(self.local)]

    def walk(self) -> Iterator[Piece]:
        """This element and all in it, in document order."""
        waiting = [self]
        while waiting:
            piece = waiting.pop()
            yield piece
            waiting += reversed(piece.children)


class Markup:
    """The text of a file and its elements; edits are collected and made at once."""

    def __init__(self, data: bytes, file: str) -> None:
        self.mark, self.encoding = _encoding(data)
        try:
            self.text = data[len(self.mark) :].decode(self.encoding)
        except (UnicodeDecodeError, LookupError):
            raise RedrawError(
                say(
                    "{file}: cannot be read as {encoding}, so it cannot be changed safely",
                    file=file,
                    encoding=self.encoding,
                )
            ) from None
        if self.bytes() != data:
            raise RedrawError(
                say(
                    "{file}: {encoding} would not give the same bytes back, so it is not changed",
                    file=file,
                    encoding=self.encoding,
                )
            )
        self._edits: list[tuple[int, int, str]] = []
        self._read()

    def copy(self) -> Markup:
        """The same text, to be changed apart: what is read of it is made anew when it changes."""
        found = copy(self)
        found._edits = []
        return found

    def bytes(self) -> bytes:
        """The text in the encoding of the file; what that cannot hold is written as a character reference."""
        return self.mark + self.text.encode(self.encoding, "xmlcharrefreplace")

    def edit(self, start: int, end: int, new: str) -> None:
        """Put other text in place of a span."""
        self._edits.append((start, end, new))

    @property
    def edited(self) -> bool:
        """Whether there are edits that are not made yet."""
        return bool(self._edits)

    def commit(self) -> None:
        """Make the edits and read the text again."""
        if not self._edits:
            return
        pieces, at = [], 0
        for start, end, new in sorted(self._edits, key=lambda edit: edit[:2]):
            if start < at:
                continue  # lies in what is gone already
            pieces += [self.text[at:start], new]
            at = end
        self.text = "".join([*pieces, self.text[at:]])
        self._edits.clear()
        self._read()

    @property
    def newline(self) -> str:
        """How lines end here."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def value(self, piece: Piece, name: str) -> str | None:
        """The value of an attribute, or None."""
        found = piece.attributes.get(name)
        return None if found is None else _plain(self.text[found.value_start : found.value_end])

    def content(self, piece: Piece) -> str:
        """What stands between an element's tags as text: references read, CDATA opened, comments left out."""
        raw = "" if piece.single else self.text[piece.inside : piece.close]
        return "".join(one[1] if one[1] is not None else _plain(one[2] or "") for one in _RUN.finditer(raw))

    def namespace(self, piece: Piece, prefix: str) -> str | None:
        """The namespace that a prefix (with its colon, "" for none) has at an element."""
        key = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
        around: Piece | None = piece
        while around is not None:
            if key in around.attributes:
                return self.value(around, key)
            around = around.parent
        return None

    def prefix_for(self, piece: Piece, namespace: str) -> str | None:
        """The prefix (with its colon) under which a namespace is known at an element."""
        around: Piece | None = piece
        while around is not None:
            for key in around.attributes:
                if key.startswith("xmlns:") and self.value(around, key) == namespace:
                    prefix = key.removeprefix("xmlns:") + ":"
                    if self.namespace(piece, prefix) == namespace:
                        return prefix
            around = around.parent
        return "" if self.namespace(piece, "") == namespace else None

    def _read(self) -> None:
        root: Piece | None = None
        current: Piece | None = None
        for token in _TOKEN.finditer(self.text):
            if token["open"]:
                spans = _attributes(token["attributes"], token.start("attributes"))
                piece = Piece(token["open"], token.start(), token.end(), current, bool(token["single"]), spans)
                if current is not None:
                    current.children.append(piece)
                root = root or piece
                if piece.single:
                    piece.close = piece.end = token.end()
                else:
                    current = piece
            elif token["close"] and current is not None:
                current.close, current.end = token.start(), token.end()
                current = current.parent
        assert root is not None, "well-formed XML has a root"
        self.root = root


def _attributes(text: str, offset: int) -> dict[str, Attribute]:
    found = {}
    for match in _ATTRIBUTE.finditer(text) if text else ():
        name, quote, _ = match.groups()
        value_start, value_end = match.span(3)
        found[name] = Attribute(
            name, offset + match.start(), offset + match.end(), offset + value_start, offset + value_end, quote
        )
    return found


def _encoding(data: bytes) -> tuple[bytes, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return mark, encoding
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        if data.startswith("<?".encode(encoding)):
            return b"", encoding
    declared = _DECLARED.match(data)
    return b"", declared[1].decode() if declared else "utf-8"


def _plain(raw: str) -> str:
    if "&" not in raw:
        return raw
    return _REFERENCE.sub(lambda match: _character(match[1]), raw)


def _character(name: str) -> str:
    if name.startswith("#x"):
        return chr(int(name[2:], 16))
    return chr(int(name[1:])) if name.startswith("#") else _ENTITIES.get(name, "")


def in_attribute(value: str, quote: str) -> str:
    """A value as it stands between quotes."""
    escaped = in_text(value).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    return escaped.replace('"', "&quot;") if quote == '"' else escaped.replace("'", "&apos;")


def in_text(value: str) -> str:
    """A value as it stands between tags."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
