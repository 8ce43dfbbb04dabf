"""One difference between two versions of a folder, as plain data; web/translations/compare.toml has the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

WHATS = (
    "element", "flow", "layout", "form", "field", "table", "column", "rule", "cell", "deadline", "deadline_row",
    "parameter", "parameter_row", "closed_day", "letter", "label", "setting", "code", "story", "part", "file",
)  # fmt: skip
HOWS = ("added", "removed", "renamed", "changed")
FACETS = (
    "name", "instruction", "kind", "inside", "role", "lane", "event", "timer", "attached_to", "interrupting",
    "repetition", "script", "called", "message", "form", "decision", "letter", "recipient", "channel", "inputs",
    "other", "route", "condition", "default_flow", "text", "options", "secrecy", "required", "visible", "rule",
    "checks", "law", "binds", "order", "hit_policy", "cell", "logic", "anchor", "event_words", "direction", "inclusive",
    "shown_on", "stops_at", "renews_at", "pauses", "reminders", "escalation", "escalate_to", "suspension", "length",
    "unit", "roll", "statute", "doubt", "valid_to", "plan", "source", "local", "value", "statutory", "version",
    "content",
)  # fmt: skip
DATED = frozenset({"deadline", "deadline_row", "parameter", "parameter_row", "closed_day", "letter"})
_TABLES = frozenset({"table", "column", "rule", "cell"})


@dataclass(frozen=True, slots=True)
class Change:
    """What differs (one of WHATS), how (one of HOWS), at which id, in which facet (one of FACETS), before and after.

    `at` is an id such as `prepare_decision`, `application.start_on`, `eligibility/3`, `reply_time/2026-01-01`; `name`
    what people call it, by language; `old` and `new` are JSON values. `locked` marks the statutory core.
    """

    what: str
    how: str
    at: str
    facet: str = ""
    old: Any = None
    new: Any = None
    name: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    process: str = ""
    locked: bool = False

    @property
    def dated(self) -> bool:
        """Whether running cases follow it by its dates; all else reaches a case only when it is moved."""
        return self.what in DATED

    @property
    def area(self) -> str:
        """The part of a folder that it belongs to: drawing, forms, tables, dates, letters, words, settings."""
        if self.what in ("element", "flow", "layout", "part"):
            return "drawing"
        if self.what in _TABLES:
            return "tables"
        areas = {"form": "forms", "field": "forms", "letter": "letters", "label": "words", "code": "words"}
        return areas.get(self.what, "dates" if self.dated else "settings")


Facets = Mapping[str, Any]


def facets(what: str, at: str, old: Facets, new: Facets, name: Mapping[str, str]) -> Iterator[Change]:
    """A change for each facet that differs."""
    for facet in dict.fromkeys([*old, *new]):
        before, after = old.get(facet), new.get(facet)
        if before != after:
            yield Change(what, "changed", at, facet, before, after, name)


def keyed(
    what: str, old: Mapping[str, Facets], new: Mapping[str, Facets], names: Mapping[str, Mapping[str, str]]
) -> Iterator[Change]:
    """What was removed, added or changed between two tables of things by id."""
    for key in old:
        if key not in new:
            yield Change(what, "removed", key, name=names.get(key, {}))
    for key, after in new.items():
        if key not in old:
            yield Change(what, "added", key, name=names.get(key, {}))
        else:
            yield from facets(what, key, old[key], after, names.get(key, {}))


def placed(changes: Iterable[Change], file: str, locked: Iterable[str] = ()) -> Iterator[Change]:
    """The same changes with their file, and marked where an id is of the statutory core."""
    core = frozenset(locked)
    for change in changes:
        yield replace(change, file=file, locked=change.at in core or change.at.split("/")[0] in core)
