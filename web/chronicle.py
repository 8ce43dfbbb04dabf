"""The history of a case in words: what happened, when, by whom, and what it was before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.queries.papers import EventRow
from web import casepage, formats, i18n, words
from web.i18n import t
from web.sight import Sight

DAYS = frozenset({"due_on", "legal_on", "target_on", "event_on", "paused_on", "hold_until", "sent_on", "received_on"})
FIELDS = (
    "due_on", "legal_on", "event_on", "paused_on", "remaining", "assignee_id", "hold_until", "hold_reason", "version",
    "sent_on", "received_on",
)  # fmt: skip
"""What of old and new is worth telling; the rest stands in the data itself."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after, in words; empty when there was none."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One event in words. `occurred_at` differs from `at` when it was recorded later."""

    number: int
    what: str
    who: str
    at: datetime
    occurred_at: datetime
    changes: tuple[Change, ...]


def happenings(sight: Sight, events: Iterable[EventRow], people: Mapping[int, str]) -> tuple[Happening, ...]:
    """Events in words; `people` names the persons whose ids stand in old and new values."""
    return tuple(_happening(sight.at(event.at), event, people) for event in events)


def _happening(sight: Sight, event: EventRow, people: Mapping[int, str]) -> Happening:
    payload = event.payload or {}
    key = f"event.{event.kind}"
    told = t(key) if i18n.known(key) else event.kind
    subject = _subject(sight, event, payload)
    who = event.actor if event.via not in ("clock",) else t("case.via_clock")
    changes = tuple(_changes(payload.get("old"), payload.get("new"), people))
    what = f"{told}: {subject}" if subject else told
    if name := payload.get("in_place_of"):
        what = f"{what} ({t('event.in_place_of', name=name)})"
    return Happening(event.number, what, who, event.at, event.occurred_at, changes)


def _subject(sight: Sight, event: EventRow, payload: Mapping[str, Any]) -> str:
    """What the event is about: a step, a message, a deadline, a letter, a file."""
    if event.payload is None:
        return t("case.erased")
    if "filename" in payload:
        return str(payload["filename"])
    if event.kind.startswith(("deadline_", "reminder", "escalat")):
        return words.deadline(
            sight.published, _process_at(sight, event.path), payload.get("name", ""), _on(payload, event)
        )
    if payload.get("message"):
        return casepage.message(sight, _process_at(sight, event.path, inner=True), str(payload["message"]))
    if event.kind in ("letter_written", "letter_sent", "receipt_corrected"):
        letter = words.letter(folder_of(sight, event.path), last(event.path))
        return f"{letter} ({casepage.role(sight, str(payload.get('to', '')))})"
    if event.path:
        return words.element(folder_of(sight, event.path), last(event.path))
    if event.kind == "case_closed" and payload.get("outcome"):
        return words.label(sight.bundle, "outcomes", str(payload["outcome"]))
    return str(payload.get("reason") or "")


def last(path: str | None) -> str:
    """The element that a path leads to."""
    return (path or "").split("/")[-1].split("[", 1)[0]


def _process_at(sight: Sight, path: str | None, *, inner: bool = False) -> str:
    return words.process_at(sight.published, sight.head.process, sight.head.version, path, inner=inner)


def folder_of(sight: Sight, path: str | None) -> Any:
    """The folder that the element of a path stands in."""
    return sight.folder(_process_at(sight, path, inner=True))


def _on(payload: Mapping[str, Any], event: EventRow) -> Any:
    new = payload.get("new")
    told = new.get("event_on") if isinstance(new, Mapping) else None
    return formats.as_day(told) if told else formats.as_day(event.occurred_at)


def _changes(old: object, new: object, people: Mapping[int, str]) -> Iterator[Change]:
    if not isinstance(new, Mapping):
        return
    before = old if isinstance(old, Mapping) else {}
    same_day = all(values.get("legal_on") == values.get("due_on") for values in (before, new))
    for name in FIELDS:
        if name == "legal_on" and same_day:
            continue
        was, now = before.get(name), new.get(name)
        if was != now and (was is not None or now is not None):
            yield Change(t(f"event_field.{name}"), _value(name, was, people), _value(name, now, people))


def _value(name: str, value: Any, people: Mapping[int, str]) -> str:
    if value is None:
        return ""
    if name in DAYS:
        return formats.weekday(value)
    if name == "assignee_id":
        return people.get(int(value), str(value))
    return str(value)
