"""Texts of the pages in Finnish, Swedish and English, read from `translations/<area>.toml`."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("fi", "sv", "en")
"""The complete languages of the pages; the first one is the default."""

LANGUAGE_NAMES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
FOLDER = Path(__file__).parent / "translations"

Text = str | Mapping[str, str]
"""One text, or its plural forms `{"one": …, "other": …}`."""


class MissingText(KeyError):
    """No text has this id."""


def read(folder: Path = FOLDER) -> dict[str, dict[str, Text]]:
    """Read every translation file: id -> language -> text. Raises ValueError when an id stands in two files."""
    texts: dict[str, dict[str, Text]] = {}
    for path in sorted(folder.glob("*.toml")):
        for key, entry in _entries(tomllib.loads(path.read_text(encoding="utf-8")), ""):
            if key in texts:
                raise ValueError(f"{path.name}: text {key!r} stands in another file too")
            texts[key] = entry
    return texts


def _entries(table: Mapping[str, Any], prefix: str) -> list[tuple[str, dict[str, Text]]]:
    """Find the texts in a TOML table: a text is a table that has `fi`; any other table is part of the id."""
    found: list[tuple[str, dict[str, Text]]] = []
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if not isinstance(value, dict):
            raise ValueError(f"text {key!r} must be a table with fi, sv and en, not {value!r}")
        found += [(key, value)] if LANGUAGES[0] in value else _entries(value, key)
    return found


@cache
def texts() -> dict[str, dict[str, Text]]:
    """All texts, read once per process."""
    return read()


def translate(key: str, language: str, **values: object) -> str:
    """The text of `key` in `language`, with `{name}` replaced by `values`; `n` chooses the plural form.

    Raises MissingText for an unknown id, KeyError for a value that the text needs.
    """
    entry = texts().get(key)
    if entry is None:
        raise MissingText(key)
    text = entry.get(language) or entry[LANGUAGES[0]]
    if not isinstance(text, str):
        # All three languages have the same two forms: one for exactly 1, other for the rest.
        text = text["one" if values.get("n") == 1 else "other"]
    return text.format(**values) if values else text


def t(key: str, **values: object) -> str:
    """`translate` in the language of the current page; for templates and page modules."""
    return translate(key, language(), **values)


def known(key: str) -> bool:
    """Whether there is a text with this id."""
    return key in texts()


def language() -> str:
    """The language of the current page: chosen in this session, else the browser's, else Finnish."""
    if "flask" not in sys.modules:  # the command line: it starts without Flask, so there is no page
        return LANGUAGES[0]
    page, on_page = _page()
    if not on_page():
        return LANGUAGES[0]
    chosen = page.get("language")
    if chosen is None:
        chosen = page.language = _chosen_language()
    return str(chosen)


@cache
def _page() -> tuple[Any, Callable[[], bool]]:
    """What is kept with a page, and whether there is one; a page asks for its language some thousand times."""
    from flask import g, has_request_context

    return g, has_request_context


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Let a part of a page be written in another language; the page goes on in its own."""
    from flask import g

    before = language()
    g.language = chosen
    try:
        yield
    finally:
        g.language = before


def _chosen_language() -> str:
    from flask import request, session

    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def pick(names: Mapping[str, str], chosen: str | None = None) -> str:
    """The name in the page's language out of `{fi, sv, en}`, falling back to Finnish, then to any."""
    return names.get(chosen or language()) or names.get(LANGUAGES[0]) or next(iter(names.values()), "")
