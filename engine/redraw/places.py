"""Where each element of a file stands: by its id, else by what it is and which one inside what has an id.

Two writings of one drawing have the same places, whatever their prefixes, order and layout of text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.notation import OURS
from engine.redraw.markup import Markup, Piece
from engine.redraw.sheet import DI

Place = tuple[str, ...]
"""("id", the id), ("shape", the element's id) or the place of the parent with a name and a number behind it"""
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DRAWN = ("BPMNShape", "BPMNEdge")
_MENTIONS = frozenset(
    {"incoming", "outgoing", "flowNodeRef", "dataInputRefs", "dataOutputRefs", "sourceRef", "targetRef"}
)
_NAMED = frozenset({"in", "input", "out", "output"})


class Places:
    """The elements of a file by place, with what each says itself."""

    def __init__(self, markup: Markup) -> None:
        self.markup = markup
        self.found: dict[Place, Piece] = {}
        self.of: dict[int, Place] = {}
        self._scopes: dict[int, Mapping[str, str]] = {}
        self._read(markup.root, ("root",), {})

    def _read(self, piece: Piece, place: Place, scope: Mapping[str, str]) -> None:
        self.found[place], self.of[id(piece)] = piece, place
        self._scopes[id(piece)] = scope = self._scope(piece, scope)
        seen: dict[str, int] = {}
        for child in piece.children:
            key = self._key(child, scope)
            if isinstance(key, tuple) and key not in self.found:
                self._read(child, key, scope)
                continue
            name = key if isinstance(key, str) else child.local
            seen[name] = seen.get(name, 0) + 1
            self._read(child, (*place, f"{name}[{seen[name]}]"), scope)

    def _scope(self, piece: Piece, around: Mapping[str, str]) -> Mapping[str, str]:
        """The namespaces by prefix (with its colon) inside an element."""
        own = {
            f"{name[6:]}:" if name != "xmlns" else "": self.markup.value(piece, name) or ""
            for name in piece.attributes
            if name.startswith("xmlns")
        }
        return {**around, **own} if own else around

    def _key(self, piece: Piece, around: Mapping[str, str]) -> Place | str:
        namespace, value = self._scope(piece, around).get(piece.prefix), self.markup.value
        if namespace == DI and piece.local in _DRAWN and (drawn := value(piece, "bpmnElement")):
            return ("shape", local(drawn))
        if (id := value(piece, "id")) and namespace is not None:
            return ("drawn" if namespace == DI else "id", id)
        if piece.local in _MENTIONS:
            return f"{piece.local} {local(self.text(piece))}"
        if piece.local in _NAMED and f"{{{namespace}}}" == OURS:
            return f"{piece.local} {value(piece, 'name')}"
        return piece.local

    def parent(self, piece: Piece) -> Place | None:
        """The place of what an element stands in."""
        return None if piece.parent is None else self.of[id(piece.parent)]

    def name(self, piece: Piece) -> str:
        """The element's name with its namespace."""
        return f"{{{self._scopes[id(piece)].get(piece.prefix)}}}{piece.local}"

    def tag(self, piece: Piece) -> str:
        """The start tag as it is written."""
        return self.markup.text[piece.start : piece.inside]

    def attributes(self, piece: Piece) -> Mapping[str, str]:
        """What an element's attributes say, by name with namespace; how its type is written is left out."""
        return dict(self._attributes(piece))

    def _attributes(self, piece: Piece) -> Iterator[tuple[str, str]]:
        for written in piece.attributes:
            prefix, colon, name = written.rpartition(":")
            if written == "xmlns" or prefix == "xmlns":
                continue
            namespace = self._scopes[id(piece)].get(prefix + colon) if prefix else ""
            if namespace != XSI:
                yield (f"{{{namespace}}}{name}" if namespace else name), self.markup.value(piece, written) or ""

    def text(self, piece: Piece) -> str:
        """The text of an element that holds no others, without the space around it."""
        if piece.single or piece.children or piece.inside == piece.close:
            return ""
        return self.markup.content(piece).strip()


def local(value: str) -> str:
    """An id without a prefix."""
    return value.strip().rpartition(":")[2]
