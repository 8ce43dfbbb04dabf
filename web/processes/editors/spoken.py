"""What a step of a story names is shown by what it is called, and what people write by its name becomes its id.

So it goes with tasks, messages, services, questions, options, deadlines, letters, parties and outcomes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bundle import Bundle
from engine.crosscheck import message_of
from engine.errors import EngineError
from engine.law import LAW
from web import i18n, words
from web.processes.editors import questions

TASKS = ("userTask", "manualTask", "adHocSubProcess", "callActivity")
LISTED = ("open", "waits", "calls")
OF_DEADLINES = ("no_deadline", "escalated")
NUMBERS = ("money", "number")
"""kinds of questions whose numbers may have decimals"""
DEEPEST = 3
"""parts within parts whose steps are offered"""
Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Names:
    """What stories name by id: {id or path: what it is called}, in the page's language."""

    tasks: Mapping[str, str]
    services: Mapping[str, str]
    messages: Mapping[str, str]
    letters: Mapping[str, str]
    deadlines: Mapping[str, str]
    outcomes: Mapping[str, str]
    parties: Mapping[str, str]
    forms: Mapping[str, Mapping[str, Any]]
    """by the path of the task, or the id of the message, that has it"""
    codes: Mapping[str, Texts]
    """of the lists of codes: {list: {code: {language: name}}}"""
    texts: Mapping[str, Texts] = field(default_factory=dict)
    """of deadlines and outcomes, in every language: they are understood in any"""

    @property
    def steps(self) -> Mapping[str, str]:
        """Tasks, services and messages together."""
        return {**self.messages, **self.services, **self.tasks}

    def options(self, part: Mapping[str, Any]) -> Texts:
        """The options of a question, its own or those of its list of codes, in every language."""
        own = part.get("x-enum")
        known = own if isinstance(own, Mapping) else self.codes.get(str(part.get("x-codes", "")), {})
        return {code: names for code, names in known.items() if isinstance(names, Mapping)}

    def asked(self, about: str) -> Mapping[str, Mapping[str, Any]]:
        """The questions of a task, a message or a service by id, as the form's file has them."""
        form = self.forms.get(about) or self.forms.get(about.rpartition("/")[2], {})
        properties = form.get("properties")
        rows = properties.items() if isinstance(properties, Mapping) else ()
        return {name: part for name, part in rows if isinstance(part, Mapping)}


def names(bundle: Bundle, parts: Mapping[str, Bundle]) -> Names:
    """What the stories of a folder can name; `parts` are the folders beside it."""
    tasks, services, messages, letters = dict[str, str](), dict[str, str](), dict[str, str](), dict[str, str]()
    deadlines: dict[str, Mapping[str, str]] = {}
    forms: dict[str, Mapping[str, Any]] = {}
    for prefix, folder in _folders(bundle, parts, "", 0):
        for id, node in _nodes(folder).items():
            called = words.element(folder, id) if node.name.strip() else ""
            if message := message_of(node):
                messages.setdefault(message, _message(folder, message))
            if called and node.kind in TASKS:
                tasks[f"{prefix}{id}"] = called
            if called and node.kind == "serviceTask":
                services[f"{prefix}{id}"] = called
            form = folder.forms.get(node.attributes.get("form") or id)
            forms |= {f"{prefix}{id}": form} if form is not None else {}
        for name, form in folder.forms.items():
            forms.setdefault(name, form)
        for letter in dict.fromkeys([*folder.manifest.letters, *(name for name, _ in folder.letters)]):
            letters.setdefault(letter, words.letter_of_file(folder, letter))
        deadlines = {id: row.names for id, row in folder.deadlines.items()} | deadlines
    law = parts.get(LAW)
    deadlines = ({id: row.names for id, row in law.deadlines.items()} if law else {}) | deadlines
    texts = {"deadlines": deadlines, "outcomes": bundle.labels.outcomes}
    return Names(
        tasks, services, messages, letters, {id: i18n.pick(each) for id, each in deadlines.items()},
        {id: i18n.pick(each) for id, each in bundle.labels.outcomes.items()},
        {role: i18n.pick(party.name) for role, party in bundle.manifest.parties.items()},
        forms, _codes(bundle, law), texts,
    )  # fmt: skip


def _codes(bundle: Bundle, law: Bundle | None) -> dict[str, Texts]:
    found: dict[str, Texts] = {}
    for folder in (law, bundle):
        for name, listed in folder.codes.items() if folder else ():
            rows = listed.get("codes", ())
            found[name] = {str(row.get("code")): row.get("name", {}) for row in rows if isinstance(row, Mapping)}
    return found


def _folders(bundle: Bundle, parts: Mapping[str, Bundle], prefix: str, deep: int) -> Iterable[tuple[str, Bundle]]:
    """A folder and the parts that it calls, each with the beginning of the paths of its steps."""
    yield prefix, bundle
    for id, node in _nodes(bundle).items() if deep < DEEPEST else ():
        if node.kind == "callActivity" and node.called in parts:
            yield from _folders(parts[node.called], parts, f"{prefix}{id}/", deep + 1)


def _nodes(bundle: Bundle) -> Mapping[str, Any]:
    try:
        return words.nodes(bundle)
    except EngineError:
        return {}


def _message(bundle: Bundle, id: str) -> str:
    if id in bundle.labels.messages:
        return words.label(bundle, "messages", id)
    return words.title(bundle.forms.get(id, {})) or id


def _shown(id: str, known: Mapping[str, str], listed: bool = False) -> str:
    """The name of a thing, with its id where another has the same or a list could not tell where the name ends."""
    name = known.get(id, "")
    if not name or name == id:
        return id
    alike = [other for other, each in known.items() if each.casefold() == name.casefold()]
    return f"{name} ({id})" if len(alike) > 1 or (listed and ("," in name or "(" in name)) else name


def options(known: Mapping[str, str], *more: str) -> dict[str, dict[str, str]]:
    """The choices of a field by their names; `more` are stored already, though nothing has them any more."""
    shown = {id: _shown(id, known) for id in sorted(known, key=lambda id: known[id].casefold())}
    shown |= {id: id for id in more if id and id not in shown}
    return {id: dict.fromkeys(i18n.LANGUAGES, name) for id, name in shown.items()}


def told(answers: Mapping[str, Any], named: Names) -> dict[str, Any]:
    """The answers of a step with names in place of ids, where something has a name."""
    asked = named.asked(str(answers.get("task") or answers.get("message") or answers.get("service") or ""))
    found = dict(answers)
    found["facts"] = [_told_fact(row, asked, named) for row in answers["facts"]]
    found["expect"] = [_told(row, named) for row in answers["expect"]]
    return found


def _told_fact(row: Mapping[str, Any], asked: Mapping[str, Mapping[str, Any]], named: Names) -> Mapping[str, Any]:
    part = asked.get(row["name"])
    if part is None:
        return row
    titles = [words.title(each).casefold() for each in asked.values()]
    title, value = words.title(part), row["value"]
    if part.get("x-kind") == "yes_no" and value in ("true", "false"):
        value = i18n.t("frame.yes" if value == "true" else "frame.no")
    known = named.options(part)
    value = _shown(value, {code: i18n.pick(each) for code, each in known.items()}) if value in known else value
    number = _NUMBER.fullmatch(value) if part.get("x-kind") in NUMBERS else None
    if number is not None:
        value = number[1] if i18n.language() == "en" else number[1].replace(".", ",")
    return {**row, "name": title if title and titles.count(title.casefold()) == 1 else row["name"], "value": value}


_NUMBER = re.compile(r'"(-?[0-9]+(?:\.[0-9]+)?)"')
"""a number with decimals as a story holds it: a text"""
_TYPED = re.compile(r"(-?[0-9]+)(?:[.,]([0-9]+))?")


def _told(row: Mapping[str, Any], named: Names) -> Mapping[str, Any]:
    what, value = row["what"], row["value"]
    many = _many(what, named)
    if many is not None and value and not value.startswith("["):
        ids = value.split(", ")
        value = ", ".join(_shown(id, many, listed=len(ids) > 1) for id in ids)
    if what == "outcome":
        value = _shown(value, named.outcomes)
    if what == "letter_to":
        value = _shown(value, named.parties)
    if what == "due_paused" and value in ("true", "false"):
        value = i18n.t("frame.yes" if value == "true" else "frame.no")
    of = named.deadlines if what.startswith("due") else named.letters if what.startswith("letter") else {}
    return {**row, "name": _shown(row["name"], of), "value": value}


def _many(what: str, named: Names) -> Mapping[str, str] | None:
    known = dict.fromkeys(OF_DEADLINES, named.deadlines) | {
        "open": named.tasks, "waits": named.messages, "calls": named.services, "letters": named.letters,
    }  # fmt: skip
    return known.get(what)


def resolved(clean: Mapping[str, Any], named: Names, was: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The answers with ids for what was written as it is called; a fact that stands as `was` told is left as it was."""
    found = dict(clean)
    asked = _questions(named.asked(str(clean.get("task") or clean.get("message") or clean.get("service") or "")))
    before = zip(told(was, named)["facts"], was["facts"], strict=True) if was else ()
    same = {(row["name"], row["value"]): raw for row, raw in before}
    found["facts"] = [
        {**row, **same.get((row["name"], row["value"]), _fact(row, asked, named))} for row in clean.get("facts", ())
    ]
    found["expect"] = [_expected(row, named) for row in clean.get("expect", ())]
    return found


def _ids(known: Mapping[str, str], texts: Texts | None = None) -> Callable[[str], str]:
    """From what something is called to its id; what is called by no name stays as it is."""
    ids = {str(name).strip().casefold(): id for id, name in reversed(list(known.items()))}
    ids |= {str(name).strip().casefold(): id for id, told in (texts or {}).items() for name in told.values()}

    def id_of(text: str) -> str:
        plain, bare = text.strip(), text.strip().rpartition("(")[2].removesuffix(")")
        if plain in known:
            return text
        if plain.casefold() == f"{known.get(bare)} ({bare})".casefold():
            return bare
        return ids.get(plain.casefold(), text)

    return id_of


def _expected(row: Mapping[str, Any], named: Names) -> Mapping[str, Any]:
    what, value = row["what"], row.get("value")
    deadline = _ids(named.deadlines, named.texts.get("deadlines"))
    if what.startswith("due"):
        return {**row, "name": deadline(row.get("name") or "")} | _truth(what, value)
    if what.startswith("letter_") or what == "letter":
        named_so = {**row, "name": _ids(named.letters)(row.get("name") or "")}
        return named_so | ({"value": _ids(named.parties)(value)} if what == "letter_to" and value else {})
    known = dict.fromkeys(LISTED, _ids(named.steps)) | dict.fromkeys(OF_DEADLINES, deadline)
    known |= {"letters": _ids(named.letters), "outcome": _ids(named.outcomes, named.texts.get("outcomes"))}
    id_of = known.get(what)
    if id_of is None or not value or value.startswith("["):
        return row
    # a name may have a comma in it
    whole = id_of(value)
    return {**row, "value": whole if whole != value else ", ".join(id_of(part.strip()) for part in value.split(","))}


def _truth(what: str, value: str | None) -> dict[str, str]:
    """Yes and no of any language as a file has them."""
    if what != "due_paused" or not value:
        return {}
    return {"value": _truths().get(value.strip().casefold(), value)}


def _truths() -> dict[str, str]:
    pairs = (("yes", "true"), ("no", "false"))
    return {i18n.translate(f"frame.{word}", each).casefold(): told for word, told in pairs for each in i18n.LANGUAGES}


def _questions(asked: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """The questions of a form by what they are called in any language, and by id: (id, what the file says)."""
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for name, part in asked.items():
        found |= {title.casefold(): (name, part) for title in questions.told(part, "title").values() if title}
    return found | {name: (name, part) for name, part in asked.items()}


def _fact(
    row: Mapping[str, Any], asked: Mapping[str, tuple[str, Mapping[str, Any]]], named: Names
) -> Mapping[str, Any]:
    typed = row["name"].strip()
    name, part = asked.get(typed) or asked.get(typed.casefold(), (row["name"], {}))
    said = str(row["value"]).strip()
    codes = _truths() if part.get("x-kind") == "yes_no" else {}
    options = named.options(part)
    known = {code: i18n.pick(each) for code, each in options.items()}
    for code, each in options.items():
        codes |= {str(one).casefold(): code for one in each.values()}
    value = _ids(known)(said) if known else said
    value = value if value != said or said in known else codes.get(said.casefold(), row["value"])
    number = _TYPED.fullmatch("".join(said.split())) if part.get("x-kind") in NUMBERS else None
    if number is not None:
        value = f'"{number[1]}{f".{number[2]}" if number[2] else ""}"'
    return {**row, "name": name, "value": value}
