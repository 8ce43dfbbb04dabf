"""Letters that left on another day than they say: their stored facts, and what parts passed on of them, put right.

A letter stores `<element>.sent_on`, `.channel` and `.received_on` where it was written. A part that ends hands its
outputs to its caller and is forgotten; where an output is the day of sending or of receipt itself, the caller's scope
keeps a link (`passed`: letter path -> [name, output, fact]), so that the day can still be corrected there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.errors import EngineError

FACTS = ("sent_on", "received_on")
Link = list[str]
"""[name in the scope's data, key in its value, fact of the letter]"""
Links = dict[str, list[Link]]
_TURN = re.compile(r"\[[^\]]*\]|#\d+")
"""what a scope's id has beside the path: the index of a repeated call, the token of a second one"""


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter by its path, its facts as they were written and as they are now known (JSON of the three facts)."""

    path: str
    written: Mapping[str, Any]
    actual: Mapping[str, Any]

    def correct(self, content: Mapping[str, dict[str, Any]], tokens: Iterator[Any]) -> None:
        """Put the facts right wherever they stand; a later letter of the same element has its own and keeps them."""
        folder, _, element = self.path.rpartition("/")
        for scope, entry in content.items():
            data = entry["data"]
            if _TURN.sub("", scope) == folder and element in data:
                data[element] = self._whole(data[element])
            for name, key, fact in entry.get("passed", {}).get(self.path, ()):
                if name in data:
                    data[name] = self._part(data[name], key, fact)
        for token in tokens:
            own = token.internal_data.get("item", {}).get("own", {})
            if element in own and token.workflow.prefix == self.path.removesuffix(element):
                own[element][0] = self._whole(own[element][0])

    def _whole(self, value: Any) -> Any:
        if isinstance(value, list):
            return _only_one(value, lambda item: bool(item == self.written), lambda item: dict(self.actual))
        return dict(self.actual) if value == self.written else value

    def _part(self, value: Any, key: str, fact: str) -> Any:
        def meant(item: Any) -> bool:
            return isinstance(item, dict) and item.get(key) == self.written[fact]

        def corrected(item: Any) -> Any:
            return item | {key: self.actual[fact]}

        if isinstance(value, list):
            return _only_one(value, meant, corrected)
        return corrected(value) if meant(value) else value


def _only_one(items: list[Any], meant: Callable[[Any], bool], corrected: Callable[[Any], Any]) -> list[Any]:
    """The list with its one fitting item corrected; where several fit, nobody knows which letter it was."""
    fitting = [index for index, item in enumerate(items) if meant(item)]
    if len(fitting) != 1:
        return items
    return [corrected(item) if index == fitting[0] else item for index, item in enumerate(items)]


def passed_on(
    entry: Mapping[str, Any], prefix: str, letters: list[str], call: str, outputs: Mapping[str, Any],
    evaluate: Callable[[str], Mapping[str, Any]],
) -> Links:  # fmt: skip
    """Which outputs of a part that ends are the day of one of its letters, as links for the caller's scope.

    Found by trying: with the letter's day moved by one, such an output moves with it (`evaluate` gives the outputs
    after the data under a name has changed). Another use of the day, such as a day counted from it, is no link.
    """
    found: Links = {}
    for path, (name, key, fact) in _known(entry, prefix, letters):
        record = entry["data"].get(name)
        day = record.get(key) if isinstance(record, dict) else None
        if not isinstance(day, str):
            continue
        was = date.fromisoformat(day)
        moved = was + timedelta(days=1)
        entry["data"][name] = record | {key: moved.isoformat()}
        tried: Mapping[str, Any] = {}
        with suppress(EngineError):
            tried = evaluate(name)
        entry["data"][name] = record
        links = [[call, output, fact] for output, value in tried.items() if value == moved and outputs[output] == was]
        if links:
            found.setdefault(path, []).extend(links)
    return found


def _known(entry: Mapping[str, Any], prefix: str, letters: list[str]) -> Iterator[tuple[str, Link]]:
    """Every place in a scope where a day of a letter stands: its own letters', and those passed on to it."""
    for element in letters:
        for fact in FACTS:
            yield prefix + element, [element, fact, fact]
    for path, links in entry.get("passed", {}).items():
        for link in links:
            yield path, link
