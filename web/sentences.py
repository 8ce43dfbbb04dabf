"""What the engine says of process folders, told in Finnish, Swedish and English (engine.said)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache

from engine.said import Said
from web import i18n

FOLDER = i18n.FOLDER / "findings"
ENGLISH = "en"
_WORDS = re.compile(r"\{\w+(?:![rsa])?(?::[^}]*)?\}|\{\{|\}\}")
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


def tell(message: str, language: str | None = None) -> str:
    """A sentence in a language, the page's own by default; what is no sentence of the engine stays as it is."""
    chosen = language or i18n.language()
    if not isinstance(message, Said) or chosen == ENGLISH:
        return str(message)
    return _KIND.sub(lambda found: _kind(found, chosen), message.told(chosen, _pattern))


def _pattern(pattern: str, language: str) -> str:
    return pattern if wordless(pattern) else catalogue()[pattern][language]


def _kind(found: re.Match[str], language: str) -> str:
    """A kind of element by the word that the canvas has for it."""
    key = f"canvas.kind_{found[1]}"
    return f"”{i18n.translate(key, language)}”" if i18n.known(key) else found[0]
