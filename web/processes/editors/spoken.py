"""What people write into a step of a story by its name becomes its id.

So it goes with tasks, messages, questions, options, deadlines and outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.bundle import Bundle
from web import i18n
from web.processes.editors import questions

TARGETED = ("do", "message", "pick", "answer", "start")
LISTED = ("open", "waits")
OF_DEADLINES = ("no_deadline", "escalated")


def resolved(clean: Mapping[str, Any], bundle: Bundle, called: Mapping[str, str]) -> dict[str, Any]:
    """The answers with ids for what was written as it is called; `called` names tasks and messages by id."""
    ids = {name.casefold(): id for id, name in reversed(list(called.items()))}

    def id_of(text: str) -> str:
        return text if text in called else ids.get(text.strip().casefold(), text)

    found = dict(clean)
    if clean["action"] in TARGETED and clean.get("target"):
        found["target"] = id_of(clean["target"])
    asked = _questions(bundle, str(found.get("target", "")))
    found["facts"] = [_fact(row, asked) for row in clean.get("facts", ())]
    outcomes, deadlines = _ids(bundle.labels.outcomes), _ids({id: row.names for id, row in bundle.deadlines.items()})
    known = dict.fromkeys(LISTED, id_of) | dict.fromkeys(OF_DEADLINES, deadlines) | {"outcome": outcomes}
    found["expect"] = [_expected(row, known.get(row["what"]), deadlines) for row in clean.get("expect", ())]
    return found


def _ids(names: Mapping[str, Mapping[str, str]]) -> Callable[[str], str]:
    """From what something is called in any language to its id; what is called by no name stays as it is."""
    ids = {str(name).strip().casefold(): id for id, told in names.items() for name in told.values()}
    return lambda text: text if text in names else ids.get(text.strip().casefold(), text)


def _expected(
    row: Mapping[str, Any], id_of: Callable[[str], str] | None, deadline: Callable[[str], str]
) -> Mapping[str, Any]:
    if row["what"] == "due" and row.get("name"):
        return {**row, "name": deadline(row["name"])}
    value = row.get("value")
    if id_of is None or not value or value.startswith("["):
        return row
    # a name may have a comma in it
    whole = id_of(value)
    return {**row, "value": whole if whole != value else ", ".join(id_of(part.strip()) for part in value.split(","))}


def _questions(bundle: Bundle, form: str) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """The questions of a form by what they are called in any language: (id, what the file says)."""
    properties = bundle.forms.get(form.rpartition("/")[2], {}).get("properties", {})
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for name, part in properties.items() if isinstance(properties, Mapping) else ():
        if isinstance(part, Mapping):
            titles = questions.told(part, "title").values()
            found |= {title.casefold(): (name, part) for title in titles if title}
            found[name] = (name, part)
    return found


def _fact(row: Mapping[str, Any], asked: Mapping[str, tuple[str, Mapping[str, Any]]]) -> Mapping[str, Any]:
    name, part = asked.get(row["name"].strip().casefold(), (row["name"], {}))
    said, codes = str(row["value"]).strip().casefold(), dict[str, str]()
    if part.get("x-kind") == "yes_no":
        for word, told in (("yes", "true"), ("no", "false")):
            codes |= {i18n.translate(f"frame.{word}", each).casefold(): told for each in i18n.LANGUAGES}
    for code, names in (part.get("x-enum") or {}).items():
        codes |= {str(each).casefold(): code for each in names.values()} if isinstance(names, Mapping) else {}
    return {**row, "name": name, "value": codes.get(said, row["value"])}
