"""Ids made of what people write: a process owner gives a name in words, files and formulas know it by an id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

LONGEST = 40
"""characters of an id that is made of words"""
_PLAIN = re.compile(r"[a-zA-Z0-9_]+")


def id_of(words: str, taken: Collection[str], otherwise: str = "step") -> str:
    """An id out of words: the letters a to z, digits and underscores, one that nothing has."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("0123456789_")[:LONGEST].rstrip("_") or otherwise
    number, id = 2, stem
    while id in taken:
        id, number = f"{stem}_{number}", number + 1
    return id


def chosen(typed: str, taken: Collection[str]) -> str:
    """The id that was typed as one (small letters, digits, underscores), else one made of the words."""
    return typed if not typed or (_PLAIN.fullmatch(typed) and typed == typed.lower()) else id_of(typed, taken)


def title(typed: str) -> str:
    """What was typed as the name of the thing; empty where it is plainly an id."""
    return "" if "_" in typed and _PLAIN.fullmatch(typed) else typed
