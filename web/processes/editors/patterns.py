"""Patterns of letters: the house's own, and every letter that is in use; and a new letter made of one for a draft.

What a pattern reads from a case is filled in for the draft: with data that the draft has, or with a place between
double brackets for words that are still to be written (which the checks find).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any

from engine.bundle import STANDARD, Bundle
from engine.letter import OWN_NAMES, read_template
from engine.passage import PLACE, included
from web import i18n, words
from web.processes.desk import Desk

LANGUAGES = ("fi", "sv")
HOUSE = STANDARD / "patterns"
SLOT = "slot."
_BLOCK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_INCLUDE = re.compile(r"^[ \t]*\{%-?\s*include\b.*$", re.MULTILINE)
_FILTER = re.compile(r"\|\s*(\w+)")


@dataclass(frozen=True, slots=True)
class Slot:
    """Something that a pattern reads: its path there, what it is in each language, and the filter that writes it."""

    path: str
    names: Mapping[str, str]
    filter: str
    written: bool
    """whether every use of it writes it out, so that words can stand in its place"""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A letter to begin from: its texts by language, the parts that it must have, and what it reads."""

    id: str
    name: str
    why: str
    texts: Mapping[str, str]
    requires: tuple[str, ...]
    slots: tuple[Slot, ...]
    passages: Mapping[str, bytes] = field(default_factory=dict)
    """passages of its own folder that it includes, by path"""

    def heading(self, language: str) -> str:
        """What stands at the top of the letter, as plain words."""
        return words.heading(self.texts.get(language, ""))


def house() -> list[tuple[str, str]]:
    """The house's own patterns: (id, what it is and what for)."""
    return [(id, f"{i18n.pick(row['name'])}: {i18n.pick(row['why'])}") for id, row in _house().items()]


def used(it: Desk) -> list[tuple[str, list[tuple[str, str]]]]:
    """The letters in use: those of the draft, then of each published process, as (process, [(id, words)])."""
    found = [(it.name, it.row.process, it.examined().bundle)]
    newest = {row.process: row.number for row in it.versions.rows}
    for process, number in sorted(newest.items()):
        if process != it.row.process:
            found.append((words.process(it.versions, process), process, it.versions.bundle(process, number)))
    return [
        (name, [(f"{process}/{letter}", words.letter_of_file(bundle, letter)) for letter in bundle.manifest.letters])
        for name, process, bundle in found
        if bundle.manifest.letters
    ]


def pattern(it: Desk, id: str) -> Pattern | None:
    """A pattern by its id: a name of the house's own, or process/letter; None for one that there is not."""
    if id in _house():
        return _of_house(id)
    process, _, letter = id.partition("/")
    number = {row.process: row.number for row in it.versions.rows}.get(process)
    bundle = it.examined().bundle if process == it.row.process else None
    if bundle is None and number is not None:
        bundle = it.versions.bundle(process, number)
    if bundle is None or letter not in bundle.manifest.letters:
        return None
    return _of_letter(id, bundle, letter)


@cache
def _house() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((HOUSE / "patterns.toml").read_text("utf-8"))


def _of_house(id: str) -> Pattern:
    row = _house()[id]
    texts = {language: (HOUSE / f"{id}.{language}.html").read_text("utf-8") for language in LANGUAGES}
    names = {f"{SLOT}{name}": told for name, told in row["slots"].items()}
    slots = tuple(_slots(texts, names.get))
    return Pattern(id, i18n.pick(row["name"]), i18n.pick(row["why"]), texts, tuple(row["requires"]), slots)


def _of_letter(id: str, bundle: Bundle, letter: str) -> Pattern:
    files = {language: bundle.files.get(f"letters/{letter}.{language}.html", b"") for language in LANGUAGES}
    texts = {language: data.decode("utf-8", "replace") for language, data in files.items() if data}
    passages = {
        path: bundle.files[path]
        for language, text in texts.items()
        for name in included(text)
        if (path := f"{PLACE}{name}.{language}.html") in bundle.files
    }
    slots = tuple(_slots(texts, lambda path: _asked(bundle, path)))
    rules = bundle.manifest.letters[letter]
    return Pattern(id, words.letter_of_file(bundle, letter), "", texts, rules.requires, slots, passages)


def _asked(bundle: Bundle, path: str) -> Mapping[str, str] | None:
    """What the form of a folder asks at a path, in three languages."""
    form, _, name = path.partition(".")
    properties = bundle.forms.get(form, {}).get("properties")
    part = properties.get(name) if isinstance(properties, Mapping) else None
    if not isinstance(part, Mapping) or not part.get("title"):
        return None
    more = part.get("x-i18n")
    told = {language: row.get("title", "") for language, row in more.items()} if isinstance(more, Mapping) else {}
    return {"fi": str(part["title"]), **{language: text for language, text in told.items() if text}}


def _slots(texts: Mapping[str, str], named: Callable[[str], Mapping[str, str] | None]) -> Iterator[Slot]:
    """What the texts of a letter read that is not known to every letter, in the order in which it is read."""
    found: dict[str, list[str]] = {}
    for text in texts.values():
        own = _INCLUDE.sub("", text)
        template, _ = read_template(own.encode(), "letter.html")
        blocks = _BLOCK.findall(own)
        for path in template.paths if template else ():
            uses = [block for block in blocks if _at(path).search(block)]
            if path.split(".")[0] not in OWN_NAMES and uses:
                found.setdefault(path, []).extend(uses)
    order = {
        path: min(text.find(uses[0]) for text in texts.values() if uses[0] in text) for path, uses in found.items()
    }
    for path in sorted(found, key=lambda one: order[one]):
        uses = found[path]
        filters = [match[1] for use in uses if (match := _FILTER.search(use))]
        written = all(use.startswith("{{") for use in uses)
        yield Slot(path, named(path) or dict.fromkeys(i18n.LANGUAGES, path), next(iter(filters), ""), written)


def _at(path: str) -> re.Pattern[str]:
    return re.compile(rf'(?<![\w."]){re.escape(path)}(?![\w.])')


def made(found: Pattern, language: str, chosen: Mapping[str, str], heading: str, days: Collection[str] = ()) -> str:
    """The text of a new letter: what was chosen stands where the pattern reads, and a heading of its own.

    What nothing was chosen for becomes a place to be written, except in a condition, which stays as it is. `days` are
    the paths whose values are days: they are written as people write them.
    """

    def filled(match: re.Match[str]) -> str:
        block = match[0]
        for slot in found.slots:
            if not _at(slot.path).search(block):
                continue
            if to := chosen.get(slot.path):
                block = _at(slot.path).sub(to, block)
                if to in days and block.startswith("{{") and "|" not in block:
                    block = f"{{{{ {to} | date }}}}"
            elif block.startswith("{{"):
                return f"[[{slot.names.get(language) or slot.names.get('fi', slot.path)}]]"
        return block

    text = _BLOCK.sub(filled, found.texts[language])
    if heading and heading != found.heading(language):
        text = words.HEADING.sub(lambda match: f"{match[1]}{escape(heading, quote=False)}{match[3]}", text, count=1)
    return text
