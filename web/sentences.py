"""What the engine says of process folders, told in Finnish, Swedish and English (engine.said)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache

from engine.said import Said
from web import i18n

FOLDER = i18n.FOLDER / "findings"
ENGLISH = "en"
_WORDS = re.compile(r"\{\w+(?:![rsa])?(?::[^}]*)?\}|\{\{|\}\}")
_THING = re.compile(r"\b(deadline|letter|decision|message|form|party|lane|parameter|step)s? \{(\w+)(?:!r)?\}", re.I)
_WORD = re.compile(r"(?<![\w./\[{])\{(\w+)((?:!r)?)\}(?![\w/\]}]|\.\w|\.\{)")
NAMED = "__named"
Called = Callable[[str, str], str]
"""the kind of a thing ("" where the sentence does not say) and its id -> its name, empty where it has none"""
_KIND = re.compile(r"<([A-Za-z]+)>")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every sentence by its English pattern, in each language. Raises ValueError for one that stands in two files."""
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["sentence"]:
            if entry[ENGLISH] in found:
                raise ValueError(f"{path.name}: {entry[ENGLISH]!r} stands twice")
            found[entry[ENGLISH]] = entry
    return found


def wordless(pattern: str) -> bool:
    """Whether a pattern only joins its values, so that it reads the same in every language."""
    return not re.search(r"[^\W\d_]", _WORDS.sub("", pattern))


def tell(message: str, language: str | None = None, called: Called | None = None) -> str:
    """A sentence in a language, the page's own by default; what is no sentence of the engine stays as it is.

    `called` names the things whose ids stand in it.
    """
    chosen = language or i18n.language()
    if not isinstance(message, Said):
        return str(message)
    if called is not None:
        return _KIND.sub(lambda found: _kind(found, chosen), _named(message, called).told(chosen, _naming))
    if chosen == ENGLISH:
        return str(message)
    return _KIND.sub(lambda found: _kind(found, chosen), message.told(chosen, _pattern))


def _named(message: Said, called: Called) -> Said:
    """The sentence with a second value for each: its name before the id, of what the words call a letter and so on."""
    kinds = {place: kind.lower() for kind, place in _THING.findall(message.pattern)}
    values: dict[str, object] = {}
    for place, value in message.values.items():
        values[place] = told = _named(value, called) if isinstance(value, Said) else value
        name = called(kinds.get(place, ""), value) if type(value) is str else ""
        values[f"{place}{NAMED}"] = f"{name} ({value})" if name else told
    return Said(message.pattern, values)


def _naming(pattern: str, language: str) -> str:
    """The pattern in a language with names where a value stands as a word of its own, and is no piece of a path."""
    return _WORD.sub(rf"{{\1{NAMED}\2}}", pattern if language == ENGLISH else _pattern(pattern, language))


def _pattern(pattern: str, language: str) -> str:
    return pattern if wordless(pattern) else catalogue()[pattern][language]


def _kind(found: re.Match[str], language: str) -> str:
    """A kind of element by the word that the canvas has for it."""
    key = f"canvas.kind_{found[1]}"
    return f"”{i18n.translate(key, language)}”" if i18n.known(key) else found[0]
