"""A question of a form between its object in the file and the answers of its editor: what is written, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.amend import Add, Change, Drop, Put, differences
from forms import vocabulary
from forms.errors import FieldError
from forms.kinds import KINDS
from web import i18n
from web.processes.editors.piece import citation_fault, formula_fault, texts, wrong
from web.processes.naming import id_of

TRANSLATED = ("sv", "en")
PLAIN = {
    "category": "x-category", "visible_if": "x-visibleIf", "required_if": "x-requiredIf", "default": "x-default",
    "longest": "maxLength", "smallest": "minimum", "largest": "maximum", "basis": "x-basis", "codes": "x-codes",
    "fewest": "minItems", "most": "maxItems",
}  # fmt: skip
"""answer of the editor -> key of the file, where the value is the same"""


def key_of(name: str) -> tuple[str, ...]:
    """Where a question stands in its file: `periods.start` is asked in each row of `periods`."""
    first, *inner = name.split(".")
    return ("properties", first, *(step for each in inner for step in ("items", "properties", each)))


def holder_of(name: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The form, or the rows of the group, in which a question stands."""
    found: Any = document
    for step in key_of(name)[:-2]:
        found = _mapping(found).get(step)
    return _mapping(found)


def inside(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The questions of the rows of a group; none for another kind."""
    rows = _mapping(part.get("items")) if part.get("x-kind") == "group" else {}
    return {name: each for name, each in _mapping(rows.get("properties")).items() if isinstance(each, Mapping)}


def required(name: str, document: Mapping[str, Any]) -> list[Any]:
    """The names that must be answered where a question stands."""
    listed = holder_of(name, document).get("required", [])
    return listed if isinstance(listed, list) else []


def told(part: Mapping[str, Any], key: str) -> dict[str, str]:
    """A text of a form file in three languages, as the editor's answers."""
    more = part.get("x-i18n")
    given = {language: _mapping(_mapping(more).get(language)).get(key, "") for language in TRANSLATED}
    return {f"{key}_fi": str(part.get(key, ""))} | {f"{key}_{language}": str(text) for language, text in given.items()}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def answers(part: Mapping[str, Any], required: bool) -> dict[str, Any]:
    """The editor's answers for a question that there is."""
    found: dict[str, Any] = told(part, "title") | told(part, "description")
    found |= {name: part[key] for name, key in PLAIN.items() if key in part}
    found |= {"kind": part.get("x-kind", ""), "secrecy": part.get("x-secrecy", "ordinary"), "required": required}
    doubt = part.get("x-doubt", {})
    given = doubt if isinstance(doubt, Mapping) else {"fi": str(doubt)}
    found |= {f"doubt_{language}": str(given.get(language, "")) for language in i18n.LANGUAGES}
    names = _mapping(part.get("x-enum"))
    found["options"] = [{"code": code, **_mapping(names.get(code))} for code in codes_of(part)]
    return found


def codes_of(part: Mapping[str, Any]) -> list[str]:
    """The codes of the options of a question."""
    holder = part if "enum" in part else _mapping(part.get("items"))
    codes = holder.get("enum", [])
    return [str(code) for code in codes] if isinstance(codes, list) else []


def faults(clean: Mapping[str, Any]) -> list[FieldError]:
    """What the editor's form cannot tell: formulas, sections of law, options."""
    found: list[FieldError] = []
    for name in ("visible_if", "required_if", "default"):
        found += formula_fault(f"/{name}", clean[name]) if clean.get(name) else []
    found += citation_fault("/basis", clean["basis"]) if clean.get("basis") else []
    if clean.get("most") is not None and clean["most"] < (clean.get("fewest") or 0):
        found.append(wrong("/most", "question.wrong_most", clean["most"]))
    codes = [row["code"] for row in options_of(clean)]
    if clean["kind"] in ("choice", "many") and not codes and not clean.get("codes"):
        found.append(wrong("/options", "question.wrong_options"))
    for at, code in enumerate(codes):
        if code in codes[:at]:
            found.append(wrong(f"/options/{at}/code", "question.wrong_twice", code))
    return found


def options_of(clean: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The options, each with its code: one that was left out is made of the Finnish words."""
    found: list[Mapping[str, Any]] = []
    taken = {row.get("code") for row in clean.get("options", ())}
    for row in clean.get("options", ()):
        code = row.get("code") or id_of(row["fi"], {*taken, *(each["code"] for each in found)}, "option")
        found.append({**row, "code": code})
    return found


def usable(name: str) -> bool:
    """Whether a new question may have this name."""
    return bool(vocabulary.NAME.fullmatch(name)) and name not in vocabulary.RESERVED and not name.startswith("_")


def changes(name: str, document: Mapping[str, Any], clean: Mapping[str, Any]) -> list[Change]:
    """What the answers change in the form file."""
    path, own = key_of(name), name.rpartition(".")[2]
    old = _mapping(_mapping(holder_of(name, document).get("properties")).get(own))
    wanted = _wanted(old, clean)
    if old:
        found = list(differences(path, old, wanted))
    else:
        found = [Put(path, _without_gaps(wanted))]
    listed, place = required(name, document), (*path[:-2], "required")
    if clean.get("required") and own not in listed:
        found.append(Add(place, own))
    elif not clean.get("required") and own in listed:
        found.append(Drop((*place, listed.index(own))))
    return found


def _without_gaps(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    kept = {key: _without_gaps(each) for key, each in value.items() if each is not None}
    return {key: each for key, each in kept.items() if each != {}}


def _wanted(old: Mapping[str, Any], clean: Mapping[str, Any]) -> dict[str, Any]:
    kind, same = clean["kind"], clean["kind"] == old.get("x-kind")
    found: dict[str, Any] = {} if same else _shape(kind)
    found |= {"title": clean["title_fi"], "description": clean.get("description_fi") or None, "x-kind": kind}
    if "x-secrecy" in old or kind not in ("info", "group") or clean["secrecy"] != "ordinary":
        found["x-secrecy"] = clean["secrecy"]
    found["x-i18n"] = {
        language: {key: clean.get(f"{key}_{language}") or None for key in ("title", "description")}
        for language in TRANSLATED
    }  # fmt: skip
    found |= {key: clean[name] if clean.get(name) not in (None, "") else None for name, key in PLAIN.items()}
    given = texts(clean, "doubt")
    if isinstance(old.get("x-doubt"), str) and not given["sv"] and not given["en"]:
        found["x-doubt"] = given["fi"]
    else:
        found["x-doubt"] = given if any(given.values()) else None
    return found | _options(old, clean)


def _shape(kind: str) -> dict[str, Any]:
    """What JSON Schema says of a kind: another kind takes all of it away."""
    types = {"group": "array", "info": None}
    plain = types[kind] if kind in types else KINDS[kind].json_types[0]
    items = {"type": "string"} if kind == "many" else _ROWS if kind == "group" else None
    return {"type": plain, "format": {"date": "date"}.get(kind), "items": items}


_ROWS = {
    "type": "object",
    "required": [],
    "properties": {
        "text": {
            "type": "string", "title": "Teksti", "x-kind": "text", "x-secrecy": "ordinary",
            "x-i18n": {"sv": {"title": "Text"}, "en": {"title": "Content"}},
        }
    },
}  # fmt: skip
"""the rows of a new group: one text, to be gone on with"""


def _options(old: Mapping[str, Any], clean: Mapping[str, Any]) -> dict[str, Any]:
    rows = options_of(clean) if clean["kind"] in ("choice", "many") and not clean.get("codes") else ()
    codes = [row["code"] for row in rows]
    named = {row["code"]: {language: row[language] for language in i18n.LANGUAGES} for row in rows}
    found: dict[str, Any] = {"x-enum": named or None}
    if clean["kind"] == "many" and "enum" not in old:
        return found | {"items": {"type": "string", "enum": codes or None}, "enum": None}
    return found | {"enum": codes or None}


def removed(name: str, document: Mapping[str, Any]) -> list[Change]:
    """What takes a question out, with what the file says of it elsewhere."""
    path, own = key_of(name), name.rpartition(".")[2]
    found: list[Change] = [Drop(path)]
    listed = required(name, document)
    if own in listed:
        found.append(Drop((*path[:-2], "required", listed.index(own))))
    return found + [Drop(place) for place in _answered(name.split("."), document.get("x-example"), ("x-example",))]


def _answered(names: list[str], value: Any, place: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    """Where the example answers a question: in each row of its group."""
    first, *inner = names
    here = _mapping(value).get(first)
    if not inner:
        return [(*place, first)] if first in _mapping(value) else []
    rows = here if isinstance(here, list) else []
    return [each for at, row in enumerate(rows) for each in _answered(inner, row, (*place, first, at))]
