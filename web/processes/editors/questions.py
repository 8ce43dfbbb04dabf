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

TRANSLATED = ("sv", "en")
PLAIN = {
    "category": "x-category", "visible_if": "x-visibleIf", "required_if": "x-requiredIf", "default": "x-default",
    "longest": "maxLength", "smallest": "minimum", "largest": "maximum", "basis": "x-basis", "codes": "x-codes",
}  # fmt: skip
"""answer of the editor -> key of the file, where the value is the same"""


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
    codes = [row["code"] for row in clean.get("options", ())]
    if clean["kind"] in ("choice", "many") and not codes and not clean.get("codes"):
        found.append(wrong("/options", "question.wrong_options"))
    for at, code in enumerate(codes):
        if code in codes[:at]:
            found.append(wrong(f"/options/{at}/code", "question.wrong_twice", code))
    return found


def usable(name: str) -> bool:
    """Whether a new question may have this name."""
    return bool(vocabulary.NAME.fullmatch(name)) and name not in vocabulary.RESERVED and not name.startswith("_")


def changes(name: str, document: Mapping[str, Any], clean: Mapping[str, Any]) -> list[Change]:
    """What the answers change in the form file."""
    old = _mapping(_mapping(document.get("properties")).get(name))
    wanted = _wanted(old, clean)
    path = ("properties", name)
    if old:
        found = list(differences(path, old, wanted))
    else:
        found = [Put(path, _without_gaps(wanted))]
    listed = document.get("required", [])
    listed = listed if isinstance(listed, list) else []
    if clean.get("required") and name not in listed:
        found.append(Add(("required",), name))
    elif not clean.get("required") and name in listed:
        found.append(Drop(("required", listed.index(name))))
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
    rows = clean.get("options", ()) if clean["kind"] in ("choice", "many") and not clean.get("codes") else ()
    codes = [row["code"] for row in rows]
    named = {row["code"]: {language: row[language] for language in i18n.LANGUAGES} for row in rows}
    found: dict[str, Any] = {"x-enum": named or None}
    if clean["kind"] == "many" and "enum" not in old:
        return found | {"items": {"type": "string", "enum": codes or None}, "enum": None}
    return found | {"enum": codes or None}


def removed(name: str, document: Mapping[str, Any]) -> list[Change]:
    """What takes a question out, with what the file says of it elsewhere."""
    found: list[Change] = [Drop(("properties", name))]
    listed = document.get("required", [])
    if isinstance(listed, list) and name in listed:
        found.append(Drop(("required", listed.index(name))))
    if name in _mapping(document.get("x-example")):
        found.append(Drop(("x-example", name)))
    return found
