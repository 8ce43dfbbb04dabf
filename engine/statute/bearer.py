"""What in a folder carries a section of law: an element, a deadline, a row of a table, a field, a letter, a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from engine import drawing, xml
from engine.bundle import Bundle
from engine.errors import XmlError
from engine.statute.place import Section, cited, mentioned

KINDS = (
    "element", "deadline", "row", "table", "field", "form", "parameter", "outcome", "reason", "option", "message",
    "letter_part", "letter", "setting",
)  # fmt: skip
CHAPTER = 6
"""sections: a "from–to" of more (380/2023 81–97 §) names a chapter, and does not say where one of them is kept to"""
_LABELS = {"outcomes": "outcome", "reasons": "reason", "options": "option", "messages": "message"}
_IDENTIFIED = re.compile(r'\bid="([^"]+)"')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, slots=True)
class Bearer:
    """One thing of a folder that carries a section: its kind (one of KINDS), its id and the file that it is in."""

    section: Section
    process: str
    kind: str
    id: str
    file: str


def bearers(bundle: Bundle) -> tuple[Bearer, ...]:
    """Everything in a folder that carries a section, each once.

    The legal basis of process.toml is none of it: that a process rests on a section does not say where it is kept to.
    """
    found = (
        *_dated(bundle),
        *_questions(bundle),
        *_words(bundle),
        *_elements(bundle),
        *_tables(bundle),
        *_letters(bundle),
    )
    return tuple(dict.fromkeys(found))


def basis(bundle: Bundle) -> frozenset[Section]:
    """The sections that process.toml names as the legal basis of the whole process."""
    return frozenset(
        section
        for row in bundle.manifest.basis
        for section in cited(" ".join(filter(None, (row["act"], row["sections"]))))
    )


def _cited(text: str) -> tuple[Section, ...]:
    return cited(text, CHAPTER)


def _mentioned(text: str) -> tuple[Section, ...]:
    return mentioned(text, CHAPTER)


def _borne(bundle: Bundle, sections: Iterable[Section], kind: str, id: str, file: str) -> Iterator[Bearer]:
    for section in sections:
        yield Bearer(section, bundle.process, kind, id, file)


def _dated(bundle: Bundle) -> Iterator[Bearer]:
    for name, deadline in bundle.deadlines.items():
        for row in deadline.rows:
            yield from _borne(bundle, _cited(row.statute), "deadline", name, "deadlines.toml")
    for name, parameter in bundle.parameters.items():
        yield from _borne(bundle, _cited(parameter.source.get("fi", "")), "parameter", name, "parameters.toml")
    source = bundle.manifest.retention.source.get("fi", "")
    yield from _borne(bundle, _cited(source), "setting", "retention", "process.toml")


def _questions(bundle: Bundle) -> Iterator[Bearer]:
    for name, form in bundle.forms.items():
        file = f"forms/{name}.json"
        yield from _borne(bundle, _asked(form), "form", name, file)
        for path, field in _fields(form, name):
            yield from _borne(bundle, _asked(field), "field", path, file)


def _asked(part: Mapping[str, Any]) -> Iterator[Section]:
    """The sections that a form or a field cites, and those that its title, its hint and its options name."""
    yield from _cited(str(part.get("x-basis", "")))
    named = part.get("x-enum")
    options = named.values() if isinstance(named, Mapping) else ()
    texts = [part.get("title"), part.get("description")]
    texts += [option.get("fi") for option in options if isinstance(option, Mapping)]
    for text in texts:
        if isinstance(text, str):
            yield from _mentioned(text)


def _fields(part: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    properties = part.get("properties")
    for name, field in properties.items() if isinstance(properties, Mapping) else ():
        if isinstance(field, Mapping):
            yield f"{prefix}.{name}", field
            items = field.get("items")
            if isinstance(items, Mapping):
                yield from _fields(items, f"{prefix}.{name}")


def _words(bundle: Bundle) -> Iterator[Bearer]:
    for table, kind in _LABELS.items():
        for id, texts in getattr(bundle.labels, table).items():
            yield from _borne(bundle, _cited(str(texts.get("law", ""))), kind, id, "labels.toml")


def _elements(bundle: Bundle) -> Iterator[Bearer]:
    """The instructions of elements, what they hand on as text, and the sections that labels.toml gives them."""
    file = f"{bundle.process}.bpmn"
    with suppress(XmlError):  # an unreadable drawing is a finding of its own
        nodes = drawing.read(bundle.bpmn, file=file).nodes.values() if bundle.bpmn else ()
        for node in nodes:
            texts = [node.documentation, " ".join(node.name.split()), *_texts(node.script)]
            texts += [text for _, value in node.inputs for text in _texts(value)]
            for text in texts:
                yield from _borne(bundle, _mentioned(text), "element", node.id, file)
    for id, words in bundle.labels.elements.items():
        yield from _borne(bundle, _cited(str(words.get("law", ""))), "element", id, "labels.toml")


def _texts(feel: str) -> list[str]:
    """The texts in quotes of a FEEL source."""
    return [match[0] for match in _QUOTED.finditer(feel)]


def _tables(bundle: Bundle) -> Iterator[Bearer]:
    for stem in bundle.decisions:
        file = f"{stem}.dmn"
        with suppress(XmlError):
            for element in xml.parse(bundle.files[file], file=file).iter():
                kind = {"rule": "row", "decision": "table", "decisionTable": "table"}.get(_local(element.tag))
                if kind is not None:
                    id = f"{stem}/{element.get('id')}" if kind == "row" else stem
                    yield from _borne(bundle, _told(bundle, element, whole=kind == "row"), kind, id, file)


def _told(bundle: Bundle, element: Any, *, whole: bool) -> Iterator[Section]:
    """What a row or a table says of law, doubts left out; a row also carries the section of a reason that it gives."""
    for part in element.iter() if whole else element:
        name = _local(part.tag)
        if name == "text" or name == "description":
            text = "".join(part.itertext()).strip()
            yield from _cited(text.strip('"'))
            yield from _mentioned(text)
            for quoted in _texts(text) if name == "text" else ():
                yield from _cited(str(bundle.labels.reasons.get(quoted.strip('"'), {}).get("law", "")))


def _local(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _letters(bundle: Bundle) -> Iterator[Bearer]:
    """The Finnish letters with their passages: the element with an id that names a section, or else the letter."""
    for (name, language), template in bundle.letters.items():
        if language != "fi":
            continue
        file, marks = f"letters/{name}.fi.html", list(_IDENTIFIED.finditer(template.source))
        starts = [template.source.rfind("<", 0, mark.start()) for mark in marks]
        yield from _borne(bundle, _mentioned(template.source[: starts[0] if starts else None]), "letter", name, file)
        for mark, start, end in zip(marks, starts, [*starts[1:], None], strict=False):
            told = _mentioned(template.source[start:end])
            yield from _borne(bundle, told, "letter_part", f"{name}#{mark[1]}", file)
