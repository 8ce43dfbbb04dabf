"""What changed between two versions of a folder, in words: one sentence for each change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.compare import Change
from web import i18n, words
from web.i18n import t

LONGEST = 60
"""characters of a value that still stands in a sentence"""
AREAS = ("drawing", "forms", "tables", "dates", "letters", "words", "settings")


def by_area(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Changes by the part of the folder that they belong to, in the order in which people look."""
    found: dict[str, list[Change]] = {area: [] for area in AREAS}
    for change in changes:
        found[change.area].append(change)
    return {area: rows for area, rows in found.items() if rows}


def sentence(change: Change) -> str:
    """One change as a sentence without its full stop, in the page's language."""
    told = {"what": t(f"compare.what_{change.what}"), "name": _name(change)}
    if change.what == "layout":
        return told["what"]
    if change.what == "form" and change.how == "added" and change.new:
        asked = " · ".join(i18n.pick(title) for title in change.new)
        return t("compare.how_added_asking", **told, asked=asked)
    if change.what == "element" and change.how == "added" and change.new["role"]:
        return t("compare.how_added_done_by", **told, role=words.work_role(change.new["role"]))
    if change.how != "changed":
        return t(f"compare.how_{change.how}", **told, old=_value("", change.old))
    if not change.facet or change.facet == "content":
        return t("compare.how_changed", **told)
    if change.facet == "route":
        return t("compare.how_route", **told, old=_value("route", change.old), new=_value("route", change.new))
    told["facet"] = t(f"compare.facet_{change.facet}")
    if not fits(change):
        return t("compare.how_facet_long", **told)
    old, new = _value(change.facet, change.old), _value(change.facet, change.new)
    return t("compare.how_facet", **told, old=old, new=new)


def fits(change: Change) -> bool:
    """Whether the sentence of a change has room for what was before and after."""
    old, new = _value(change.facet, change.old), _value(change.facet, change.new)
    if change.facet == "route":
        return True
    return old != new and len(old) <= LONGEST and len(new) <= LONGEST


def _name(change: Change) -> str:
    """What people call it, with its id where the name alone would not tell."""
    name = i18n.pick(change.name) if change.name else ""
    if change.what == "flow" and change.how != "changed":
        return _value("route", change.new or change.old or [])
    if not name or name == change.at:
        return change.at
    part = change.at.partition("/")[2]
    return f"{name} ({part})" if part else name


def _value(facet: str, value: Any) -> str:
    """A value before or after, in words."""
    if value is None or value in ("", [], {}):
        return t("compare.nothing")
    if isinstance(value, bool):
        return t("compare.yes" if value else "compare.no")
    if facet == "role":
        return words.work_role(str(value))
    if facet == "route" and isinstance(value, list):
        return " → ".join(map(str, value))
    if isinstance(value, Mapping):
        return i18n.pick(value) if set(value) <= set(i18n.LANGUAGES) else ", ".join(map(str, value.values()))
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
