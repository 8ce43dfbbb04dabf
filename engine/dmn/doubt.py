"""What is uncertain in a DMN file: `doubt` elements of the house among the extension elements of any element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.dmn.element import child, children, text_of
from engine.dmn.reading import Reading
from engine.said import say
from engine.table import LANGUAGES

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read_doubts(root: Any, reading: Reading) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The id of each element in doubt with the doubt by language; one without `xml:lang` is Finnish."""
    for element in root.iter("{*}decision", "{*}decisionTable", "{*}input", "{*}output", "{*}rule", "{*}inputData"):
        extension = child(element, "extensionElements")
        told = children(extension, "doubt") if extension is not None else ()
        texts = {part.get(_LANGUAGE, LANGUAGES[0]): text_of(part) for part in told}
        if not texts:
            continue
        missing = [language for language in LANGUAGES if not texts.get(language)]
        if missing:
            message = say(
                "the doubt of {get!r} has no text in {names}", get=element.get("id"), names=" and ".join(missing)
            )
            reading.warning("doubt-language", message, element)
        yield element.get("id", ""), texts
