"""The saved states of a draft: what each change did, back to the one before and on again, and to any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from tasks import draftstates
from tasks.commands import draft_files
from tasks.draftstates import StateRow
from tasks.errors import NotFound
from web import current
from web.i18n import t
from web.processes import blueprint
from web.processes.desk import desk
from web.returning import local_address


@dataclass(frozen=True, slots=True)
class StateShown:
    """One saved state: when, by whom, what was done then, and whether the draft stands like this now."""

    number: int
    at: datetime
    who: str
    what: tuple[str, ...]
    now: bool


@blueprint.get("/drafts/<int:draft_id>/states")
def draft_states(draft_id: int) -> Any:
    """Every saved state, the newest first."""
    it = desk(draft_id)
    with current.database().read() as connection:
        rows = draftstates.states(connection, draft_id)
    return render_template("processes/drafts/states.html", it=it, rows=_shown(rows))


def _shown(rows: Sequence[StateRow]) -> list[StateShown]:
    holds = rows[-1].holds if rows else 0
    before: Mapping[str, str] = {}
    shown = []
    for row in rows:
        at = row.number == rows[-1].number or row.number == holds
        shown.append(StateShown(row.number, row.at, row.user_name, _what(row, before), at))
        before = row.files
    return shown[::-1]


def _what(row: StateRow, before: Mapping[str, str]) -> tuple[str, ...]:
    """What a state changed, a line for each file; the first one has them all."""
    if row.back_to is not None:
        return (t("states.back_to", n=row.back_to),)
    if row.number == 1:
        return (t("states.first", n=len(row.files)),)
    paths = sorted(path for path in {*before, *row.files} if before.get(path) != row.files.get(path))
    kinds = ("removed" if path not in row.files else "added" if path not in before else "changed" for path in paths)
    return tuple(t(f"states.{kind}", path=path) for kind, path in zip(kinds, paths, strict=True))


@blueprint.post("/drafts/<int:draft_id>/states")
def go_back(draft_id: int) -> Any:
    """Back to the state before (`undo`), on to what was undone (`redo`), or to the one with a number."""
    it, asked = desk(draft_id), request.form.get("to", "")
    steps = {"undo": draftstates.before, "redo": draftstates.again}
    number = steps[asked](it.state) if asked in steps else request.form.get("to", type=int)
    if number is None:
        raise NotFound("state", asked)
    draft_files.go_back(
        current.database(), current.actor(), draft_id, number, revision=request.form.get("revision", 0, type=int),
        now=current.now(), undo=asked == "undo", redo=asked == "redo",
    )  # fmt: skip
    flash(t(f"states.done_{asked}" if asked in steps else "states.done_back", n=number), "done")
    return redirect(local_address(request.form.get("back")) or url_for("processes.draft_states", draft_id=draft_id))
