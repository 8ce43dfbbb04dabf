"""What differs between two folders' forms: fields added and removed, and what each of them asks, hides and requires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bundle import Bundle
from engine.compare.change import Change, Facets, facets, keyed, placed

_FACET_OF = {
    "title": "text", "description": "text", "x-i18n": "text", "x-kind": "kind", "type": "kind", "format": "kind",
    "enum": "options", "x-enum": "options", "x-codes": "options", "x-secrecy": "secrecy", "x-category": "secrecy",
    "x-visibleIf": "visible", "x-requiredIf": "required", "x-basis": "law", "x-doubt": "doubt", "x-checks": "checks",
}  # fmt: skip
_SKIPPED = frozenset({"$schema", "$id", "$comment", "properties", "required", "items", "x-example"})
Form = Mapping[str, Any]


def compare_forms(old: Bundle, new: Bundle) -> Iterator[Change]:
    """The changes of the forms, each with its file; a new form with the words of its questions."""
    core = new.manifest.core.get("fields", ())
    for name in dict.fromkeys([*old.forms, *new.forms]):
        before, after, file = old.forms.get(name), new.forms.get(name), f"forms/{name}.json"
        if before is None or after is None:
            how = "added" if before is None else "removed"
            asked = [_names(given) for _, given, _ in _inner(after or {})]
            yield from placed([Change("form", how, name, new=asked or None, name=_names(after or before or {}))], file)
        elif before != after:
            fields = keyed("field", _fields(before, name), _fields(after, name), _titles(before, name, after))
            own = facets("form", name, _facets(before, required=None), _facets(after, required=None), _names(after))
            yield from placed([*own, *fields], file, core)


def _names(texts: Form) -> dict[str, str]:
    translated = texts.get("x-i18n")
    found = {"fi": str(texts.get("title", ""))}
    for language, own in translated.items() if isinstance(translated, Mapping) else ():
        if isinstance(own, Mapping) and own.get("title"):
            found[str(language)] = str(own["title"])
    return found


def _inner(form: Form) -> Iterator[tuple[str, Form, bool]]:
    properties, required = form.get("properties"), form.get("required") or ()
    for name, given in properties.items() if isinstance(properties, Mapping) else ():
        if isinstance(given, Mapping):
            yield name, given, name in required


def _fields(form: Form, prefix: str) -> dict[str, Facets]:
    found: dict[str, Facets] = {}
    for name, given, required in _inner(form):
        path = f"{prefix}.{name}"
        found[path] = _facets(given, required=required)
        if isinstance(given.get("items"), Mapping):
            found |= _fields(given["items"], path)
    return found


def _titles(before: Form, prefix: str, after: Form) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for form in (before, after):
        for name, given, _ in _inner(form):
            found[f"{prefix}.{name}"] = _names(given)
            if isinstance(given.get("items"), Mapping):
                found |= _titles({}, f"{prefix}.{name}", given["items"])
    return found


def _facets(given: Form, *, required: bool | None) -> dict[str, Any]:
    """What a form or field says by facet; several keys of one facet stand together, a single one stands alone."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in given.items():
        if key not in _SKIPPED:
            found.setdefault(_FACET_OF.get(key, "rule"), {})[key] = value
    if required:
        found.setdefault("required", {})["always"] = True
    return dict(found)
