"""A letter of a draft on example data: the examples of its forms, and a stand-in for whatever else it reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.bundle import Bundle
from engine.errors import EngineError
from engine.letter import OWN_NAMES, Template, render
from tasks.wording import filters
from web.sentences import tell

_FILTERED = re.compile(r"\{\{\s*([\w.]+)\s*\|\s*(\w+)")
_WALKED = re.compile(r"\{%-?\s*for\s+(\w+)\s+in\s+([\w.]+)")
STAND_INS: Mapping[str, Any] = {
    "date": "2026-12-23", "long_date": "2026-12-23", "money": "1260.00", "number": 14, "days": 14,
    "statute": "HL 23 §", "label": "", "join": ["…"],
}  # fmt: skip
"""filter -> a value that it can write"""
OTHER = "…"
"""what stands for a value that no example gives"""


def written(template: Template, bundle: Bundle, language: str, today: date, others: tuple[Bundle, ...]) -> str:
    """The letter on example data; EngineError where it cannot be written even so."""
    return render(template, values(template, bundle, language, today), filters(bundle, language, others))


def values(template: Template, bundle: Bundle, language: str, today: date) -> dict[str, Any]:
    """Everything that the letter reads."""
    known: dict[str, Any] = {
        id: {"on": today.isoformat(), "at": f"{today.isoformat()}T10:00:00+02:00", "channel": "letter",
             **(form["x-example"] if isinstance(form.get("x-example"), Mapping) else {})}
        for id, form in bundle.forms.items()
    }  # fmt: skip
    known |= _own(language, today)
    asked = _stand_ins(template, bundle)
    for path in template.paths:
        if path.split(".")[0] not in OWN_NAMES:
            _place(known, path.split("."), asked.get(path, OTHER), _lists(template))
    for name in OWN_NAMES:
        for path in template.paths:
            if path.split(".")[0] == name and name != "loop":
                _place(known, path.split("."), asked.get(path, OTHER), frozenset())
    return known


def _own(language: str, today: date) -> dict[str, Any]:
    """What every letter knows, made up."""
    place = {"fi": "Esimerkkikatu 1\n00100 Helsinki", "sv": "Exempelgatan 1\n00100 Helsingfors"}
    return {
        "case": {"number": "ESIM/1/2026"},
        "recipient": {"name": "Essi Esimerkki", "address": place.get(language, place["fi"]), "language": language},
        "authority": {
            "name": "Esimerkkialue" if language == "fi" else "Exempelområdet", "address": place.get(language, ""),
            "phone": "010 123 4567", "email": "kirjaamo@example.org", "office_hours": "9–15",
        },
        "sender": {"name": "Kaisa Käsittelijä", "title": "asiantuntija" if language == "fi" else "sakkunnig"},
        "letter": {"sent_on": today.isoformat(), "received_on": today.isoformat(), "channel": "letter"},
        "today": today.isoformat(),
    }  # fmt: skip


def _stand_ins(template: Template, bundle: Bundle) -> dict[str, Any]:
    """A value for each path that a filter writes: one that the filter can write."""
    loops = dict(_WALKED.findall(template.source))
    label = next(iter([*bundle.labels.reasons, *bundle.labels.outcomes, *bundle.labels.options]), OTHER)
    found = {}
    for path, name in _FILTERED.findall(template.source):
        front, _, rest = path.partition(".")
        whole = ".".join(part for part in (loops.get(front, front), rest) if part)
        found[whole] = label if name == "label" else STAND_INS.get(name, OTHER)
    return found


def _lists(template: Template) -> frozenset[str]:
    return frozenset(path for _, path in _WALKED.findall(template.source))


def _place(known: dict[str, Any], path: list[str], value: Any, lists: frozenset[str], so_far: str = "") -> None:
    """A value at a path where there is none yet; a list that is walked gets one item."""
    front, rest = path[0], path[1:]
    here = f"{so_far}.{front}" if so_far else front
    now = known.get(front)
    if here in lists:
        if not isinstance(now, list) or not now:
            now = known[front] = [{}] if rest else [value]
        if rest:
            now[0] = dict(now[0]) if isinstance(now[0], Mapping) else {}
            _place(now[0], rest, value, lists, here)
        return
    if not rest:
        if now is None:
            known[front] = value
        return
    inner = dict(now) if isinstance(now, Mapping) else {}
    known[front] = inner
    _place(inner, rest, value, lists, here)


def tried(
    template: Template, bundle: Bundle, language: str, today: date, others: tuple[Bundle, ...]
) -> tuple[str, str]:
    """The written letter and nothing, or nothing and why it cannot be written on the examples."""
    try:
        return written(template, bundle, language, today, others), ""
    except EngineError as error:
        return "", tell(error.said)
    except (ArithmeticError, ValueError) as error:
        return "", str(error)
