"""The elements of a drawing's text by id, their shapes, and how a new part is written to look like the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.errors import RedrawError
from engine.notation import BPMN, OURS
from engine.redraw.markup import Markup, Piece, in_attribute, in_text
from engine.said import say

MODEL, OWN = BPMN[1:-1], OURS[1:-1]
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
WAYS = "http://www.omg.org/spec/DD/20100524/DI"
_USUAL = {DC: "dc", WAYS: "di", OWN: "asiavirta", DI: "bpmndi"}


class Sheet:
    """A drawing as text, looked up by id and written to in its own style."""

    def __init__(self, markup: Markup, file: str) -> None:
        self.markup, self.file = markup, file
        self.look()

    def look(self) -> None:
        """Find the elements again after the text has changed."""
        self.by_id: dict[str, Piece] = {}
        for piece in self.markup.root.walk():
            id = self.markup.value(piece, "id")
            if id is not None and self.namespace(piece) not in (DI, DC, WAYS):
                self.by_id.setdefault(id, piece)

    def commit(self) -> None:
        """Make the edits collected so far."""
        self.markup.commit()
        self.look()

    def namespace(self, piece: Piece) -> str | None:
        """The namespace of an element."""
        return self.markup.namespace(piece, piece.prefix)

    def get(self, id: str, what: str) -> Piece:
        """The element of an id; RedrawError when there is none."""
        found = self.by_id.get(id)
        if found is None:
            raise RedrawError(
                say(
                    "{file}: {what}: found no element {id!r}, expected the id of one in the drawing",
                    file=self.file,
                    what=what,
                    id=id,
                )
            )
        return found

    def refers(self, piece: Piece, name: str) -> str:
        """The id that an attribute refers to, without a prefix."""
        value = (self.markup.value(piece, name) or "").strip()
        return value if value in self.by_id else value.rpartition(":")[2]

    def content(self, piece: Piece) -> str:
        """The text of an element that holds an id."""
        value = "" if piece.single else self.markup.text[piece.inside : piece.close].strip()
        return value if value in self.by_id else value.rpartition(":")[2]

    def shape(self, id: str) -> Piece | None:
        """The shape or edge of an element, on the first page that has one."""
        return next(self.shapes({id}), None)

    def shapes(self, ids: Iterable[str]) -> Iterator[Piece]:
        """The shapes and edges of elements on all pages."""
        wanted = set(ids)
        for piece in self.markup.root.walk():
            if piece.local in ("BPMNShape", "BPMNEdge") and self.refers(piece, "bpmnElement") in wanted:
                yield piece

    def prefix(self, piece: Piece, namespace: str, usual: str = "") -> tuple[str, str]:
        """The prefix of a namespace inside an element, and the declaration that is needed for it ("" when known)."""
        known = self.markup.prefix_for(piece, namespace)
        if known is not None:
            return known, ""
        usual = _USUAL.get(namespace, usual)
        return f"{usual}:", f' xmlns:{usual}="{namespace}"'

    # Writing

    def set_attribute(self, piece: Piece, name: str, value: str | None) -> None:
        """Set or take away an attribute; a new one stands last."""
        found = piece.attributes.get(name)
        if found is None and value is not None:
            self.add_attribute(piece, f' {name}="{in_attribute(value, chr(34))}"')
        elif found is not None and value is None:
            self.markup.edit(found.start, found.end, "")
        elif found is not None and value is not None and self.markup.value(piece, name) != value:
            self.markup.edit(found.value_start, found.value_end, in_attribute(value, found.quote))

    def add_attribute(self, piece: Piece, text: str) -> None:
        """Write an attribute behind the last one."""
        last = max((a.end for a in piece.attributes.values()), default=piece.start + 1 + len(piece.name))
        self.markup.edit(last, last, text)

    def set_content(self, piece: Piece, text: str) -> None:
        """Set the text of an element; one in CDATA stays so."""
        if piece.single:
            tag = self.markup.text[piece.start : piece.end]
            opened = tag[: tag.rindex("/")].rstrip()
            self.markup.edit(piece.start, piece.end, f"{opened}>{in_text(text)}</{piece.name}>")
            return
        raw = self.markup.text[piece.inside : piece.close]
        kept = raw.strip().startswith("<![CDATA[") and "]]>" not in text and text.isascii()
        self.markup.edit(piece.inside, piece.close, f"<![CDATA[{text}]]>" if kept else in_text(text))

    def insert(self, parent: Piece, lines: list[str], before: Piece | None = None) -> None:
        """Write the lines of a new part into an element, last or before another part, indented like its neighbours."""
        newline, step = self.markup.newline, self._step()
        indent = self._indent(parent.children[0]) if parent.children else self._indent(parent) + step
        block = "".join(f"{newline}{indent}{_stepped(line, step)}" for line in lines)
        if parent.single:
            tag = self.markup.text[parent.start : parent.end]
            opened = tag[: tag.rindex("/")].rstrip()
            text = f"{opened}>{block}{newline}{self._indent(parent)}</{parent.name}>"
            self.markup.edit(parent.start, parent.end, text)
        elif before is not None:
            place = before.start - len(self._space_before(before))
            self.markup.edit(place, place, block)
        elif parent.children:
            self.markup.edit(parent.children[-1].end, parent.children[-1].end, block)
        else:
            self.markup.edit(parent.inside, parent.inside, block + newline + self._indent(parent))

    def cut(self, piece: Piece) -> None:
        """Take an element out with the line that it stands on."""
        self.markup.edit(piece.start - len(self._space_before(piece)), piece.end, "")

    def _space_before(self, piece: Piece) -> str:
        place = piece.start
        while place and self.markup.text[place - 1] in " \t\r\n":
            place -= 1
        return self.markup.text[place : piece.start]

    def _indent(self, piece: Piece) -> str:
        return self._space_before(piece).rpartition("\n")[2]

    def _step(self) -> str:
        """One level of indentation, as the first element in the root has it."""
        root = self.markup.root
        return (self._indent(root.children[0]) if root.children else "") or "  "


def _stepped(line: str, step: str) -> str:
    """A line with a level of indentation for each tab that it begins with."""
    bare = line.lstrip("\t")
    return step * (len(line) - len(bare)) + bare
