"""What changes while a run by hand goes on: a dated row of the law, a task put off, a case called off."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from flask import request

from engine.calendar import add_months
from forms.errors import FieldError
from tasks import tryout
from tasks.errors import NotFound, WrongState
from web import casepage, current, i18n, ownform, rule
from web.cases.page import read_rows
from web.i18n import t
from web.processes import blueprint
from web.processes.acting import Deed, turn
from web.processes.dated import newest
from web.processes.editors import timing, values
from web.processes.editors.piece import wrong
from web.processes.tried import Scene

HERE = Path(__file__).parent


@blueprint.route("/tryouts/<int:tryout_id>/hold", methods=["GET", "POST"])
def tryout_hold(tryout_id: int) -> Any:
    """Put an open task off until a day."""
    return turn(tryout_id, _hold)


def _hold(found: Scene) -> Deed:
    wanted = request.args.get("task", "")
    rows = read_rows(found.run.stage.database, found.seen.head.id).tasks
    task = next((each for each in casepage.tasks(found.seen, rows) if (each.id, each.state) == (wanted, "open")), None)
    if task is None:
        raise NotFound("task", wanted)
    path = task.path
    return Deed(
        t("tryout.hold", name=task.title), found.step(), current.today(), ownform.load(HERE / "hold.json"),
        shape=lambda clean: {"hold": {"task": path, "until": clean["until"], "reason": clean["reason"]}},
    )  # fmt: skip


@blueprint.route("/tryouts/<int:tryout_id>/cancel", methods=["GET", "POST"])
def tryout_cancel(tryout_id: int) -> Any:
    """Call the case off."""
    return turn(tryout_id, _cancel)


def _cancel(found: Scene) -> Deed:
    if found.seen.head.status != "open":
        raise WrongState(f"case {found.seen.head.number}", found.seen.head.status, "open")
    return Deed(
        t("tryout.cancel"), found.step(), current.today(), ownform.load(HERE / "cancel.json"),
        lead=t("tryout.cancel_lead"), shape=lambda clean: {"cancel": clean["reason"]},
    )  # fmt: skip


@blueprint.route("/tryouts/<int:tryout_id>/row", methods=["GET", "POST"])
def tryout_row(tryout_id: int) -> Any:
    """Let a deadline or a value change from a day on, as if a new version were published now."""
    return turn(tryout_id, _row)


def _row(found: Scene) -> Deed:
    form = ownform.with_options(HERE / "dated_row.json", {"what": dict(_offered(found))})
    first = add_months(found.run.now.date().replace(day=1), 1)
    step = {key: value for key, value in found.step().items() if key != "in"}
    return Deed(
        t("tryout.row"), step, current.today(), form, lead=t("tryout.row_lead"), begun={"from": first.isoformat()},
        judge=partial(_faults, found), shape=partial(_published, found),
    )  # fmt: skip


def _offered(found: Scene) -> Iterator[tuple[str, dict[str, str]]]:
    """Every deadline and value of the folders, those of the process first: its key, and what it is and now says."""
    own = found.run.player.story.process
    for process, bundle in sorted(newest(found), key=lambda one: (one[0] != own, one[0])):
        of = i18n.pick(bundle.manifest.name) or process
        amounts = rule.values_on(found.seen.published.law, process, current.today())
        for name, definition in bundle.deadlines.items():
            now = definition.row(current.today())
            told = rule.length_in_words(now, amounts) if now else ""
            yield f"deadlines/{process}/{name}", _everywhere(i18n.pick(definition.names), told, of)
        for name, parameter in bundle.parameters.items():
            known = [row.value for row in parameter.rows if row.from_on <= current.today()]
            told = rule.value_in_words(parameter, known[-1]) if known else ""
            yield f"parameters/{process}/{name}", _everywhere(i18n.pick(parameter.names), told, of)


def _everywhere(name: str, now: str, of: str) -> dict[str, str]:
    words = t("tryout.row_now", name=name, now=now, of=of) if now else f"{name} ({of})"
    return dict.fromkeys(i18n.LANGUAGES, words)


def _chosen(found: Scene, clean: Mapping[str, Any]) -> tuple[str, str, str, Mapping[str, Any]]:
    """The table, the process and the name of what changes, and what the folder says of it."""
    table, process, name = str(clean["what"]).split("/", 2)
    content = dict(newest(found))[process].files.get(f"{table}.toml", b"").decode()
    return table, process, name, tomllib.loads(content.replace("\r\n", "\n"))[name]


def _faults(found: Scene, clean: Mapping[str, Any]) -> list[FieldError]:
    table, _, _, whole = _chosen(found, clean)
    if table == "parameters":
        return values.value_fault("/new", clean["new"], str(whole.get("unit", "")))
    there = [row["from"].isoformat() for row in timing.rows_of(whole)]
    same = [wrong("/from", "editor.wrong_same_day", clean["from"])] if clean["from"] in there else []
    return same + timing.length_fault("/new", clean["new"])


def _published(found: Scene, clean: Mapping[str, Any]) -> dict[str, Any]:
    table, process, name, whole = _chosen(found, clean)
    rows = [dict(row) for row in timing.rows_of(whole)]
    if table == "deadlines":
        rows = timing.with_change(rows, {"change_from": clean["from"], "change_length": clean["new"]})
    else:
        first = date.fromisoformat(clean["from"])
        old = next((row["value"] for row in reversed(rows) if row["from"] <= first), None)
        new = {"from": first, "value": values.value_of(clean["new"], str(whole.get("unit", "")), old)}
        rows = sorted([*(row for row in rows if row["from"] != first), new], key=lambda row: row["from"])
    change: dict[str, Any] = {table: {name: {"rows": tryout.undated(rows)}}}
    return {"publish": change if process == found.run.player.story.process else {"process": process, **change}}
