"""Which element of the old version became which of the new one: the same id, one found alike, or one that was told."""

from __future__ import annotations

from collections.abc import Mapping

from engine.compare import renamed
from engine.definition import Definition
from engine.diagram import Node
from engine.errors import MappingError


class Names:
    """Ids of elements across two versions of a process and its parts.

    `told` maps ids of the old version to ids of the new one; an element of a called part is `part:id`. MappingError
    for an id that is not there.
    """

    def __init__(self, old: Definition, new: Definition, told: Mapping[str, str]) -> None:
        self.old, self.new = old, new
        self._of: dict[str, dict[str, str]] = {}
        for process, part in old.parts.items():
            if process in new.parts:
                self._of[process] = renamed(part.diagram, new.parts[process].diagram)
        for key, value in told.items():
            process, _, element = key.rpartition(":")
            self._tell(process or old.process, element, value.rpartition(":")[2])

    def _tell(self, process: str, old: str, new: str) -> None:
        for definition, id in ((self.old, old), (self.new, new)):
            if process not in definition.parts or id not in definition.parts[process].diagram.nodes:
                which = "old" if definition is self.old else "new"
                raise MappingError(f"{old}={new}: the {which} version of {process} has no element {id!r}")
        table = self._of.setdefault(process, {})
        for other in [key for key, value in table.items() if value == new]:
            del table[other]
        table[old] = new

    def of(self, process: str, element: str) -> str:
        """The id in the new version, of an element whether or not it is there; additions of the normaliser follow."""
        stem, colon, rest = element.partition(":")
        return f"{self._of.get(process, {}).get(stem, stem)}{colon}{rest}"

    def node(self, process: str, element: str) -> Node | None:
        """The element of the new version that an old one became."""
        part = self.new.parts.get(process)
        return part.diagram.nodes.get(self.of(process, element)) if part is not None else None

    def path(self, path: str) -> str:
        """A path from the main process, in the new version's ids; indices of repetitions stay."""
        process, found = self.old.process, []
        for piece in path.split("/"):
            element, mark, rest = _split(piece)
            found.append(self.of(process, element) + mark + rest)
            node = self.old.parts[process].diagram.nodes.get(element) if process in self.old.parts else None
            process = node.called if node is not None and node.called else process
        return "/".join(found)

    def renamings(self) -> dict[tuple[str, str], str]:
        """Every element that has another id now: (process, old id) -> new id."""
        return {(process, old): new for process, table in self._of.items() for old, new in table.items()}


def _split(piece: str) -> tuple[str, str, str]:
    for mark in "[#":
        if mark in piece:
            element, _, rest = piece.partition(mark)
            return element, mark, rest
    return piece, "", ""
