"""Reminders: what came due or late and concerns the signed-in person, and marking it as seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tasks.commands.notices import mark_seen
from tasks.commands.views import record_views
from tasks.errors import DatabaseAway
from tasks.queries import notices, substitutions
from tasks.queries.notices import LONGEST_LIST, MOST_COUNTED, PAGE, Audience, Line
from web import current, sight, words
from web.badge import Badge, badge, closed_badge
from web.i18n import t

blueprint = Blueprint("reminders", __name__, url_prefix="/reminders")

SHOWN = ("unseen", "all")


@dataclass(frozen=True, slots=True)
class Row:
    """A notice in words: what it is about, the name of its date, and where it leads."""

    line: Line
    what: str
    deadline: str
    badge: Badge
    process: str
    address: str


def audience(connection: Any) -> Audience:
    """Whom notices must be addressed to in order to concern the signed-in person."""
    person = current.person()
    limited = any(grant.areas is not None for grant in person.grants)
    standing = substitutions.standing_for(connection, person.id, current.today())
    return notices.audience(person, sight.published().areas if limited else {}, standing)


def unseen() -> int:
    """How many unseen notices concern the person; asked once per request, 0 while the database is away."""
    if "unseen_notices" not in g:
        try:
            with current.database().read() as connection:
                g.unseen_notices = notices.unseen_count(connection, audience(connection))
        except DatabaseAway:
            g.unseen_notices = 0
    found: int = g.unseen_notices
    return found


@blueprint.get("/")
def index() -> Any:
    """The notices that concern the person, newest first: those to look at, or all of them."""
    verdict = sight.caseworker()
    chosen = request.args.get("show", "unseen")
    chosen = chosen if chosen in SHOWN else "unseen"
    after = min(max(request.args.get("after", 0, type=int), 0), LONGEST_LIST)
    with current.database().read() as connection:
        found = notices.page(connection, audience(connection), unseen=chosen == "unseen", size=PAGE + 1, after=after)
    lines = found[:PAGE]
    record_views(
        current.database(), current.actor(), what="reminders", why=verdict.reason, now=current.now(),
        seen=list(dict.fromkeys((line.customer_id, line.case_id) for line in lines)),
    )  # fmt: skip
    return render_template(
        "reminders.html", rows=[_row(line) for line in lines], shown=chosen, count=unseen(), most=MOST_COUNTED,
        after=after, size=PAGE, more=len(found) > PAGE, until=current.now().isoformat(),
    )  # fmt: skip


@blueprint.post("/<int:case_id>/<int:number>/seen")
def seen(case_id: int, number: int) -> Response:
    """Mark one notice as seen."""
    mark_seen(current.database(), current.actor(), only=(case_id, number), now=current.now())
    flash(t("reminders.marked", n=1), "done")
    return redirect(url_for("reminders.index", show=request.form.get("show") or None))


@blueprint.post("/seen")
def all_seen() -> Response:
    """Mark as seen everything that had come when the list was looked at."""
    marked = mark_seen(current.database(), current.actor(), until=_looked_at(), now=current.now())
    flash(t("reminders.marked", n=marked), "done")
    return redirect(url_for("reminders.index"))


def _looked_at() -> datetime | None:
    try:
        moment = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _row(line: Line) -> Row:
    versions = sight.published()
    what = ""
    if line.process and line.version and line.element:
        what = words.task(versions, line.process, line.version, line.element)
    name = ""
    if line.deadline and line.deadline_process and line.event_on:
        name = words.deadline(versions, line.deadline_process, line.deadline, line.event_on)
    open_ = line.task_number is not None and line.task_state == "open"
    address = (
        url_for("tasks.show", task=f"{line.case_id}-{line.task_number}")
        if open_
        else url_for("cases.page", case_id=line.case_id)
    )
    return Row(
        line, what or name, name if what else "", _badge(line), words.process(versions, line.case_process), address
    )


def _badge(line: Line) -> Badge:
    """The badge of the date as it stands today, also when it no longer runs."""
    if line.deadline_state not in (None, "open"):
        return closed_badge(str(line.deadline_state), line.closed_on)
    unit = "days"
    if line.paused_on and line.deadline and line.deadline_process:
        unit = words.deadline_unit(sight.published(), line.deadline_process, line.deadline)
    return badge(
        today=current.today(), calendar=sight.published().law.calendar, due_on=line.due_on, legal_on=line.legal_on,
        kind=line.deadline_kind, paused_on=line.paused_on, remaining=line.remaining, unit=unit,
    )  # fmt: skip
