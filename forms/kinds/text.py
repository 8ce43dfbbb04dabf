"""What every kind of field shares, and text: from what was typed or sent to a typed value, to JSON, to words.

Every kind is a marshmallow field: marshmallow judges, HTML attributes only hint. Typed values are what FEEL reads
(str, bool, int, Decimal, date, aware datetime, list); stored values are JSON (ISO strings, decimal strings).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, ClassVar, NoReturn

from marshmallow import ValidationError, fields, missing

from forms.errors import Problem

NBSP = "\u00a0"
SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def refuse(code: str, **params: object) -> NoReturn:
    """Refuse a value with a code of forms.texts."""
    raise ValidationError([Problem(code, params)])


class Value(fields.Field[Any]):
    """A kind of field: what marshmallow judges plus how the value is stored, shown and named in FEEL."""

    kind: ClassVar[str] = ""
    json_types: ClassVar[tuple[str, ...]] = ("string",)
    feel: ClassVar[str] = "string"
    example: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__(allow_none=True)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """As marshmallow does, without the steps that no kind has: hooks, validators, a default."""
        if value is missing or value is None:
            return value
        return self._deserialize(value, attr, data, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and not value.strip():
            return None
        return self.read(value)

    def read(self, value: Any) -> Any:
        """Turn one given value into the typed value; ValidationError with a Problem when it is not of this kind."""
        raise NotImplementedError

    def store(self, value: Any) -> Any:
        """The JSON value of a typed value."""
        return value

    def show(self, value: Any, language: str) -> str:
        """A stored or typed value in words, also right as the text of an input."""
        return str(value)


class Text(Value):
    """One line of text: normalised (NFC), trimmed, at most `longest` characters."""

    kind = "text"
    example = "Esimerkki"

    def __init__(self, longest: int = 200, shortest: int = 0) -> None:
        super().__init__()
        self.longest = longest
        self.shortest = shortest

    def read(self, value: Any) -> Any:
        if not isinstance(value, str):
            refuse("text")
        text = unicodedata.normalize("NFC", value.strip()) if len(value) <= 4 * self.longest + 100 else value.strip()
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if _CONTROL.search(text):
            refuse("characters")
        if "\n" in text and self.kind != "long_text":
            refuse("one_line")
        if len(text) > self.longest:
            refuse("too_long", limit=self.longest, length=len(text))
        if len(text) < self.shortest:
            refuse("too_short", limit=self.shortest, length=len(text))
        return text


class LongText(Text):
    """Text of many lines."""

    kind = "long_text"
