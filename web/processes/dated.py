"""Dated rows that change while a run by hand goes on: the folders as they are then, and a change in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from engine.bundle import Bundle
from web import formats, i18n
from web.i18n import t
from web.processes.tried import Scene

ROWS = {"deadlines": "length", "parameters": "value"}
"""the tables of dated rows, and what a row says"""


def newest(found: Scene) -> Iterator[tuple[str, Bundle]]:
    """The folders of the stage as they were published last."""
    law = found.seen.published.law
    for process in dict.fromkeys(row.process for row in found.seen.published.rows):
        if bundle := law.newest(process):
            yield process, bundle


def told(step: Mapping[str, Any], bundles: Mapping[str, Bundle], own: str) -> str:
    """What a step changed in the dated rows, in words: the name of each."""
    change = step["publish"]
    bundle = bundles.get(str(change.get("process", own)))
    found = []
    for table in ROWS:
        rows: Mapping[str, Any] = (getattr(bundle, table) if bundle else None) or {}
        for name, said in change.get(table, {}).items():
            last = max(said["rows"], key=lambda row: str(row["from"]))
            title = i18n.pick(rows[name].names) if name in rows else name
            day = formats.day(date.fromisoformat(last["from"]))
            found.append(t("tryout.row_told", name=title, day=day, new=str(last[ROWS[table]])))
    return "; ".join(found)
