"""Sentences that know how they were made, so that they can be told in another language.

A sentence is its English text, and remembers its pattern and the values in it. What stands in several languages is the
pattern: web/translations/findings holds each of them once. A value that is a sentence itself is told in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

LONGEST = 600
"""characters that a reader can hold, whatever values a sentence shows"""
Translate = Callable[[str, str], str]
"""a pattern and a language -> the pattern in that language"""


class Worded(str):
    """A value whose words in each language are known already; it is the English ones."""

    __slots__ = ("texts",)
    texts: Mapping[str, str]

    def __new__(cls, texts: Mapping[str, str]) -> Worded:
        """`texts` by language."""
        made = super().__new__(cls, texts["en"])
        made.texts = texts
        return made

    def __getnewargs__(self) -> tuple[Any]:  # a copy is made as it was made
        return (self.texts,)

    def told(self, language: str, translate: Translate) -> str:
        """The words in a language."""
        return self.texts[language]


class Said(str):
    """A sentence in English: `pattern` with `values` in place of its names in braces."""

    __slots__ = ("pattern", "values")
    pattern: str
    values: Mapping[str, object]

    def __new__(cls, pattern: str, values: Mapping[str, object], most: int = 0) -> Said:
        """The text is cut after `most` characters, where that is not 0."""
        made = super().__new__(cls, _cut(pattern.format_map(values), most))
        made.pattern, made.values = pattern, values
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.pattern, self.values

    def clipped(self) -> Said:
        """The same sentence, of a length that can be read."""
        return Said(self.pattern, self.values, LONGEST)

    def told(self, language: str, translate: Translate) -> str:
        """The same sentence in another language, of a length that can be read."""
        values = {
            name: value.told(language, translate) if isinstance(value, (Said, Worded)) else value
            for name, value in self.values.items()
        }
        return _cut(translate(self.pattern, language).format_map(values), LONGEST)


def say(pattern: str, **values: object) -> Said:
    """A sentence; its pattern is written out where it is said, because the catalogue of languages is kept by it."""
    return Said(pattern, values)


def _cut(text: str, most: int) -> str:
    return text if not most or len(text) <= most else text[:most] + " …"
