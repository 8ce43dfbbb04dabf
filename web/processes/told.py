"""The history of a draft in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tasks.queries.drafts import EventRow
from web import formats, sight, words
from web.i18n import known, t


@dataclass(frozen=True, slots=True)
class EventShown:
    """One line of the history: when, who, what, and the comment that came with it."""

    at: datetime
    who: str
    what: str
    comment: str


def events(rows: Iterable[EventRow]) -> list[EventShown]:
    """What happened, in the order given."""
    return [EventShown(row.at, row.user_name, _what(row), str((row.told or {}).get("why") or "")) for row in rows]


def _what(row: EventRow) -> str:
    told = dict(row.told or {})
    if row.kind == "started":
        if told.get("source") == "copy":
            name = words.process(sight.published(), str(told["process"]))
            return t("draft.event_started_copy", name=name, version=told["number"])
        return t(f"draft.event_started_{told.get('source')}", version=told.get("version", ""))
    if row.kind == "saved" and not told.get("old"):
        return t("draft.event_added", path=told.get("path", ""))
    if row.kind == "published":
        return t("draft.event_published", version=told.get("version", ""), day=formats.day(str(told["from_on"])))
    if row.kind == "brought_up":
        both = ", ".join(map(str, told.get("both") or ()))
        return t(
            "draft.event_brought_up_both" if both else "draft.event_brought_up", both=both, version=told["version"]
        )
    key = f"draft.event_{row.kind}"
    values = {name: told.get(name, "") for name in ("path", "to", "old", "new", "changed", "stories", "state")}
    return t(key, **values) if known(key) else row.kind
