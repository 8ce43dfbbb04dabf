"""Where the time of a deadline may begin, in words: what is done, arrives, is received or ends in the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine import drawing
from engine.bundle import Bundle
from engine.diagram import Node
from engine.errors import EngineError
from web import i18n

OWN = "own"
"""the choice of who writes the formula"""


@dataclass(frozen=True, slots=True)
class Start:
    """One beginning: its code in the form, the formula that gives its day, and the clause that the sentence needs."""

    code: str
    formula: str
    clause: Mapping[str, str]
    """by language, after "siitä, kun": "asia on saapunut" """


def starts(bundle: Bundle, but: str = "") -> list[Start]:
    """The beginnings that the process knows, `but` for the deadline whose own the choice is."""
    if bundle.kind == "law":
        return []
    found = [*_case(bundle), *_steps(bundle)]
    found += [
        _start(f"deadline:{name}", f'deadline("{name}")', "start.deadline", name=row.names)
        for name, row in bundle.deadlines.items()
        if name != but
    ]
    return list({one.formula: one for one in reversed(found)}.values())[::-1]


def _case(bundle: Bundle) -> Iterator[Start]:
    if bundle.kind == "process":
        yield _start("case", "case.arrived_on", "start.case")


def _steps(bundle: Bundle) -> Iterator[Start]:
    try:
        nodes = drawing.read(bundle.bpmn, file=f"{bundle.process}.bpmn").nodes if bundle.bpmn else {}
    except EngineError:
        return
    for node in nodes.values():
        name = {"fi": " ".join(node.name.split()) or node.id, **bundle.labels.elements.get(node.id, {})}
        if node.kind == "userTask":
            yield _start(f"done:{node.result}", f"{node.result}.on", "start.done", name=name)
            yield from _days(bundle, node, name)
        elif node.kind == "sendTask":
            yield _start(f"received:{node.id}", f"{node.id}.received_on", "start.received", name=name)
        elif node.result and (node.kind == "receiveTask" or node.about("message")):
            told = bundle.labels.messages.get(node.result, name)
            yield _start(f"message:{node.result}", f"{node.result}.on", "start.message", name=told)


def _days(bundle: Bundle, node: Node, name: Mapping[str, str]) -> Iterator[Start]:
    """The days that are asked in the form of a step."""
    properties = bundle.forms.get(node.result, {}).get("properties", {})
    for field, part in properties.items() if isinstance(properties, Mapping) else ():
        if isinstance(part, Mapping) and part.get("x-kind") == "date":
            others = part.get("x-i18n", {})
            title = {"fi": str(part.get("title", field))}
            title |= {it: str(others.get(it, {}).get("title", title["fi"])) for it in ("sv", "en")}
            yield _start(f"day:{node.result}.{field}", f"{node.result}.{field}", "start.day", name=title, step=name)


def _start(code: str, formula: str, key: str, **names: Mapping[str, str]) -> Start:
    clause = {}
    for language in i18n.LANGUAGES:
        told = {name: i18n.pick(texts, language) for name, texts in names.items()}
        clause[language] = i18n.translate(key, language, **told)
    return Start(code, formula, clause)


def options(found: list[Start]) -> dict[str, Mapping[str, str]]:
    """The choices of the form; without any it has none."""
    if not found:
        return {}
    own = {language: i18n.translate("start.own", language) for language in i18n.LANGUAGES}
    return {one.code: one.clause for one in found} | {OWN: own}


def chosen(found: list[Start], formula: str) -> str:
    """The choice that a formula stands for."""
    return next((one.code for one in found if one.formula == formula.strip()), OWN)


def settled(found: list[Start], before: str, clean: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with the formula and the clauses that the choice stands for.

    A formula that somebody has written over the one `before` wins over the choice; clauses that were written stay.
    """
    answers = dict(clean)
    start = next((one for one in found if one.code == clean.get("starts")), None)
    if start is None or (clean.get("anchor") or before) != before:
        return answers
    answers["anchor"] = start.formula
    for language in i18n.LANGUAGES:
        answers[f"event_{language}"] = clean.get(f"event_{language}") or start.clause[language]
    return answers
