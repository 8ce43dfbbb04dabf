"""What a form tells besides its questions: the sections it stands on, and what is uncertain in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine import citation
from engine.errors import CitationError, Finding
from engine.said import say
from forms.texts import LANGUAGES, remark


def parts(form: Mapping[str, Any], pointer: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A form file and every field in it, those of groups too, each with its JSON pointer ("" for the form)."""
    yield pointer, form
    fields = form.get("properties")
    for name, field in fields.items() if isinstance(fields, Mapping) else ():
        if isinstance(field, Mapping):
            place, rows = f"{pointer}/properties/{name}", field.get("items")
            yield place, field
            if isinstance(rows, Mapping):
                yield from ((at, part) for at, part in parts(rows, f"{place}/items") if part is not rows)


def remarks(form: Mapping[str, Any], file: str) -> Iterator[Finding]:
    """Sections of law that cannot be read, and doubts that lack a language."""
    for pointer, part in parts(form):
        cited, doubt = part.get("x-basis"), part.get("x-doubt")
        if cited is not None:
            try:
                citation.read(str(cited))
            except CitationError as error:
                yield Finding(
                    "citation",
                    "error",
                    say("{pointer}/x-basis: {reason}", pointer=pointer, reason=error.said),
                    file,
                    pointer,
                )
        if doubt is not None:
            told = remark(doubt)
            if missing := [language for language in LANGUAGES if language not in told]:
                message = say(
                    "{pointer}/x-doubt has no text in {names}; expected fi, sv and en",
                    pointer=pointer, names=" and ".join(missing),
                )  # fmt: skip
                yield Finding("doubt-language", "warning", message, file, pointer)
