"""Alerts: what a supervisor should look at, what one can do about it, and its history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tasks import access
from tasks.commands import alerting
from tasks.commands.views import record_views
from tasks.errors import DatabaseAway, InvalidValue, NotFound, WrongState
from tasks.queries import alerts, audit
from tasks.queries.alerts import LONGEST_LIST, PAGE, STATES, AlertRow
from tasks.queries.causes import KINDS, WEEKS
from web import current, formats, sight, words
from web.i18n import pick, t

blueprint = Blueprint("alerts", __name__, url_prefix="/alerts")


@dataclass(frozen=True, slots=True)
class Shown:
    """An alert in words: what is the matter, where, and the action that helps."""

    row: AlertRow
    what: str
    detail: str
    process: str
    unit: str
    action: str
    address: str


def mine() -> Any:
    """The condition of the alerts that the signed-in person owns; Forbidden for who supervises nothing."""
    access.hold_role(sight.rights(), "supervisor").require()
    return _owned()


def _owned() -> Any:
    person = current.person()
    limited = any(grant.areas is not None for grant in person.grants)
    return alerts.owned(person, sight.published().areas if limited else {})


def new_count() -> int:
    """How many alerts of the person's are new; asked once per request, 0 while the database is away."""
    if "new_alerts" not in g:
        try:
            with current.database().read() as connection:
                g.new_alerts = alerts.new_count(connection, _owned())
        except DatabaseAway:
            g.new_alerts = 0
    found: int = g.new_alerts
    return found


@blueprint.get("/")
def index() -> str:
    """The person's alerts in one state, the newest first."""
    owned = mine()
    state, kind = request.args.get("state", "new"), request.args.get("kind", "")
    state, kind = state if state in STATES else "new", kind if kind in KINDS else ""
    after = min(max(request.args.get("after", 0, type=int), 0), LONGEST_LIST)
    with current.database().read() as connection:
        found = alerts.page(connection, owned, state=state, kind=kind, size=PAGE + 1, after=after)
        counts, looked_at = alerts.counts(connection, owned), alerts.looked_at(connection)
        people = audit.users(connection)
    rows = found[:PAGE]
    _record(rows)
    return render_template(
        "alerts/index.html", rows=[_shown(row, people) for row in rows], state=state, states=STATES, kind=kind,
        kinds=KINDS, counts=counts, looked_at=looked_at, after=after, size=PAGE, more=len(found) > PAGE,
    )  # fmt: skip


@blueprint.get("/<int:alert_id>")
def show(alert_id: int) -> str:
    """One alert with its history and what can be done with it."""
    return _draw(alert_id)


@blueprint.post("/look")
def look() -> Response:
    """Look for causes now."""
    mine()
    done = alerting.watch(current.database(), current.now())
    flash(t("alerts.looked", opened=done.opened + done.returned, gone=done.gone), "done")
    return redirect(url_for("alerts.index"))


@blueprint.post("/<int:alert_id>/acknowledge")
def acknowledge(alert_id: int) -> Any:
    """Say that one takes care of it."""
    return _change(alert_id, alerting.acknowledge, "alerts.acknowledged", note=_note())


@blueprint.post("/<int:alert_id>/snooze")
def snooze(alert_id: int) -> Any:
    """Set it aside until a day."""
    until = formats.read_day(request.form.get("until", ""))
    if until is None:
        return _draw(alert_id, {"until": t("tasks.hold_day")}), 422
    return _change(alert_id, alerting.snooze, "alerts.snoozed", until=until, note=_note())


@blueprint.post("/<int:alert_id>/close")
def close(alert_id: int) -> Any:
    """Close it with a note."""
    return _change(alert_id, alerting.close, "alerts.closed", field="close-note", note=_note())


def _note() -> str:
    return request.form.get("note", "")


def _change(alert_id: int, command: Callable[..., None], said: str, field: str = "", **values: Any) -> Any:
    try:
        command(current.database(), current.actor(), alert_id, now=current.now(), **values)
    except WrongState:
        flash(t("alerts.closed_already"), "warning")
    except InvalidValue as error:
        told = t(f"alerts.wrong_{error.field}_{error.code}", days=alerting.LONGEST_SNOOZE, n=alerting.LONGEST_NOTE)
        return _draw(alert_id, {"until" if error.field == "until" else field or "note": told}), 422
    else:
        flash(t(said), "done")
    return redirect(url_for("alerts.show", alert_id=alert_id))


def _draw(alert_id: int, wrong: dict[str, str] | None = None) -> str:
    owned = mine()
    with current.database().read() as connection:
        row = alerts.one(connection, owned, alert_id)
        if row is None:
            raise NotFound("alert", alert_id)
        history, people = alerts.history(connection, alert_id), audit.users(connection)
    _record((row,))
    return render_template("alerts/page.html", shown=_shown(row, people), history=history, wrong=wrong or {})


def _record(rows: tuple[AlertRow, ...]) -> None:
    """Who looked at which cases."""
    record_views(
        current.database(), current.actor(), what="alerts", why="supervisor", now=current.now(),
        seen=list(dict.fromkeys((None, row.case_id) for row in rows if row.case_id is not None)),
    )  # fmt: skip


def _shown(row: AlertRow, people: Any) -> Shown:
    action, address = _action(row)
    return Shown(
        row, t(f"alerts.kind_{row.kind}"), _detail(row, people), words.process(sight.published(), row.process),
        pick(row.unit), action, address,
    )  # fmt: skip


def _detail(row: AlertRow, people: Any) -> str:
    """The cause with its figures, in one sentence."""
    told = row.told
    if row.kind == "overdue" and row.task_process and row.task_version and row.element:
        step = words.task(sight.published(), row.task_process, row.task_version, row.element)
        return t("alerts.told_overdue", step=step, day=formats.weekday(told["legal_on"]))
    if row.kind == "orphan" and "role" in told:
        return t("alerts.told_nobody", role=words.work_role(told["role"]), n=told["tasks"])
    if row.kind == "orphan":
        return t("alerts.told_holder", name=people.get(told["user"], ""), n=told["tasks"])
    if row.kind == "stuck":
        return t(
            "alerts.told_incident" if told.get("incident") else "alerts.told_stuck", day=formats.day(told["since"])
        )
    return t(
        f"alerts.told_{told['measure']}", n=told["now"], weeks=WEEKS, mean=formats.number(str(told["mean"])),
        low=formats.number(str(told["low"])), high=formats.number(str(told["high"])),
    )  # fmt: skip


def _action(row: AlertRow) -> tuple[str, str]:
    """What helps, and where."""
    here: dict[str, Any] = {"who": "all", "unit": row.unit_id, "process": row.process}
    if row.kind == "overdue":
        return t("alerts.do_overdue"), url_for("tasks.show", task=f"{row.case_id}-{row.task_number}")
    if row.kind == "stuck":
        return t("alerts.do_stuck"), url_for("cases.page", case_id=row.case_id)
    if row.kind == "orphan":
        whose = {"assignee": row.told["user"]} if "user" in row.told else {"role": row.told["role"]}
        return t("alerts.do_orphan"), url_for("tasks.index", **here, **whose)
    late: dict[str, Any] = {"group": "late"} if row.told["measure"] == "late" else {}
    return t("alerts.do_deviation"), url_for("tasks.index", **here, **late)
