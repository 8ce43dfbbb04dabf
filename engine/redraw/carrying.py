"""What a drawing tool changed, carried over to the stored file: the tool writes all anew, we only what it changed.

The tool's writing right after it opened the file is compared with its writing now, place by place. What the tool lost
or tidied up by opening the file is in both, so it is no change, and stays as it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.drawing import definitions
from engine.errors import RedrawError
from engine.redraw.markup import Markup, Piece, in_attribute, in_text
from engine.redraw.places import XSI, Place, Places, local
from engine.redraw.sheet import MODEL, Sheet
from engine.said import say

MOST_TOLD = 3
KEPT = 8
"""drawings that are remembered as they were opened"""
_WHATS = ("gone", "come", "kind", "place", "attribute", "text")


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which two writings of a drawing differ.

    `what` is one of gone, come, kind, place, attribute, text; `name` that of an attribute.
    """

    what: str
    place: Place
    name: str = ""
    old: str | None = None
    new: str | None = None


def carry_over(stored: bytes, opened: bytes, drawn: bytes, *, file: str) -> bytes:
    """The stored file with what changed between two writings of it, `opened` and `drawn`; all else byte for byte.

    XmlError when one of them cannot be read; RedrawError when something cannot be carried over: nothing is stored that
    says less, or something else, than what was drawn.
    """
    lost = _lost(stored, opened, file)
    definitions(drawn, file=file)
    before, after = _places(opened, file), Places(Markup(drawn, file))
    changes = differences(before, after)
    if not changes:
        return stored
    sheet = Sheet(_places(stored, file).markup.copy(), file)
    _Carrier(sheet, before, after).make(changes)
    result = sheet.markup.bytes()
    definitions(result, file=file)
    # in UTF-8 the bytes read as the text that was written; elsewhere a sign may have become a reference
    again = sheet.markup if sheet.markup.encoding.lower() == "utf-8" else Markup(result, file)
    left = [one for one in differences(Places(again), after) if one not in lost]
    if left:
        told = "; ".join(dict.fromkeys(" ".join(one.place[-1:]) + f" ({one.what})" for one in left[:MOST_TOLD]))
        raise RedrawError(
            say("{file}: what was drawn cannot be written into the file as it is: {told}", file=file, told=told)
        )
    return result


@lru_cache(maxsize=KEPT)
def _places(data: bytes, file: str) -> Places:
    """The places of a writing that only is read: while somebody draws, the one that was opened comes each time."""
    definitions(data, file=file)
    return Places(Markup(data, file))


@lru_cache(maxsize=KEPT)
def _lost(stored: bytes, opened: bytes, file: str) -> frozenset[Difference]:
    """What the tool lost or tidied up by opening the stored file."""
    return frozenset(differences(_places(stored, file), _places(opened, file)))


def differences(before: Places, after: Places) -> tuple[Difference, ...]:
    """Where two writings differ, without regard to order, prefixes and space."""
    found: list[Difference] = []
    for place, piece in before.found.items():
        other = after.found.get(place)
        if other is None:
            found.append(Difference("gone", place))
            continue
        if before.name(piece) != after.name(other):
            found.append(Difference("kind", place, old=before.name(piece), new=after.name(other)))
        if before.parent(piece) != after.parent(other):
            found.append(Difference("place", place, old=str(before.parent(piece)), new=str(after.parent(other))))
        if before.tag(piece) != after.tag(other):
            old, new = before.attributes(piece), after.attributes(other)
            names = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
            found += [Difference("attribute", place, name, old.get(name), new.get(name)) for name in names]
        if before.text(piece) != after.text(other):
            found.append(Difference("text", place, old=before.text(piece), new=after.text(other)))
    found += [Difference("come", place) for place in after.found if place not in before.found]
    return tuple(found)


class _Carrier:
    """Writes differences into a stored file: what elements say, then what came, what went elsewhere, what is gone."""

    def __init__(self, sheet: Sheet, before: Places, after: Places) -> None:
        self.sheet, self.before, self.after = sheet, before, after
        self._stored: Places | None = None
        self.declared: set[str] = set()

    @property
    def stored(self) -> Places:
        """Where everything stands in the stored file now."""
        if self._stored is None:
            self._stored = Places(self.sheet.markup)
        return self._stored

    def make(self, changes: tuple[Difference, ...]) -> None:
        """All of the changes; RedrawError for one that finds no place."""
        by = {what: [one for one in changes if one.what == what] for what in _WHATS}
        for one in (*by["kind"], *by["attribute"], *by["text"]):
            getattr(self, f"_{one.what}")(self._there(one.place), one)
        self._commit()
        self._come({one.place for one in by["come"]})
        for one in by["place"]:
            self._move(one.place)
        gone = {one.place for one in by["gone"]}
        for place in gone:
            piece = self.stored.found.get(place)
            if piece is not None and self.before.parent(self.before.found[place]) not in gone:
                self.sheet.cut(piece)
        self._commit()

    def _commit(self) -> None:
        if self.sheet.markup.edited:
            self.sheet.commit()
            self._stored = None

    def _there(self, place: Place | None) -> Piece:
        piece = self.stored.found.get(place or ())
        if piece is None:
            raise RedrawError(
                say("{file}: found no {names} in the stored drawing", file=self.sheet.file, names=" ".join(place or ()))
            )
        return piece

    # What an element says

    def _kind(self, piece: Piece, one: Difference) -> None:
        new = piece.prefix + local((one.new or "").replace("}", ":"))
        self.sheet.markup.edit(piece.start + 1, piece.start + 1 + len(piece.name), new)
        if not piece.single:
            self.sheet.markup.edit(piece.close + 2, piece.close + 2 + len(piece.name), new)

    def _attribute(self, piece: Piece, one: Difference) -> None:
        self.sheet.set_attribute(piece, self._written(piece, one.name), one.new)

    def _text(self, piece: Piece, one: Difference) -> None:
        if piece.children:
            raise RedrawError(
                say(
                    "{file}: {names} holds other parts, so its text is left alone",
                    file=self.sheet.file,
                    names=" ".join(one.place),
                )
            )
        self.sheet.set_content(piece, one.new or "")

    def _written(self, piece: Piece, name: str) -> str:
        """A name with its namespace as it is written at an element of the stored file; declared where it is new."""
        namespace, brace, bare = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
        if not brace or namespace == "None":
            return bare
        usual = next((one.prefix[:-1] for one in self.after.markup.root.walk() if self._is_of(one, namespace)), "")
        prefix, declaration = self.sheet.prefix(piece, namespace, usual or "other")
        if declaration and namespace not in self.declared:
            self.declared.add(namespace)
            self.sheet.add_attribute(self.sheet.markup.root, declaration)
        return prefix + bare

    def _is_of(self, piece: Piece, namespace: str) -> bool:
        return bool(piece.prefix) and self.after.markup.namespace(piece, piece.prefix) == namespace

    # What came, and what went elsewhere

    def _come(self, come: set[Place]) -> None:
        blocks: dict[tuple[Place | None, Place | None], list[str]] = {}
        for place in [place for place in self.after.found if place in come]:
            piece = self.after.found[place]
            if (parent := self.after.parent(piece)) not in come:
                there = self._there(parent)
                follower = self._follower(piece, there)
                key = (parent, self.stored.of[id(follower)] if follower else None)
                blocks.setdefault(key, []).extend(self._lines(piece, there, ""))
        for (parent, before), lines in blocks.items():
            self.sheet.insert(self._there(parent), lines, self._there(before) if before else None)
        self._commit()

    def _move(self, place: Place) -> None:
        drawn, piece = self.after.found[place], self._there(place)
        parent = self._there(self.after.parent(drawn))
        text = self.sheet.markup.text[piece.start : piece.end]
        self.sheet.insert(parent, [text], self._follower(drawn, parent))
        self.sheet.cut(piece)
        self._commit()

    def _follower(self, drawn: Piece, parent: Piece) -> Piece | None:
        """What a new part stands before in the stored file: what follows its neighbour there; None for the end."""
        siblings = drawn.parent.children if drawn.parent is not None else []
        at = next(number for number, one in enumerate(siblings) if one is drawn)
        for neighbour in reversed(siblings[:at]):
            here = self._beside(neighbour, parent)
            if here is not None:
                rest = parent.children[next(n for n, one in enumerate(parent.children) if one is here) + 1 :]
                return rest[0] if rest else None
        return next((here for one in siblings[at + 1 :] if (here := self._beside(one, parent)) is not None), None)

    def _beside(self, neighbour: Piece, parent: Piece) -> Piece | None:
        here = self.stored.found.get(self.after.of[id(neighbour)])
        return here if here is not None and here.parent is parent else None

    def _lines(self, piece: Piece, near: Piece, indent: str) -> list[str]:
        """A new element as the stored file would write it, without what it takes in from elsewhere."""
        name = self._written(near, self.after.name(piece))
        attributes = "".join(
            f' {self._written(near, key)}="{in_attribute(value, chr(34))}"'
            for key, value in self.after.attributes(piece).items()
        )
        head = f"{indent}<{name}{self._type(piece, near)}{attributes}"
        inner = [
            line
            for child in piece.children
            if self.after.of[id(child)] not in self.before.found
            for line in self._lines(child, near, indent + "\t")
        ]
        if inner:
            return [f"{head}>", *inner, f"{indent}</{name}>"]
        text = self.after.text(piece)
        return [f"{head}>{in_text(text)}</{name}>" if text else f"{head}/>"]

    def _type(self, piece: Piece, near: Piece) -> str:
        """How the type of an expression is written, in a file that writes it."""
        said = next((self.after.markup.value(piece, k) or "" for k in piece.attributes if k.endswith(":type")), "")
        prefix = self.sheet.markup.prefix_for(near, XSI)
        model = self.sheet.markup.prefix_for(near, MODEL)
        return f' {prefix}type="{model}{local(said)}"' if said and prefix and model is not None else ""
