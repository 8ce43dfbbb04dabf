"""Letting time pass in the demonstration. These pages exist in demo mode only (web.app registers them there)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from engine.calendar import add_months
from tasks import access, mailroom
from tasks.actor import Actor
from tasks.clock import run_until
from tasks.queries import coming, foresight
from tasks.queries.people import everyone
from web import current, formats, sight
from web.i18n import t
from web.returning import local_address

blueprint = Blueprint("demo", __name__, url_prefix="/demo")

STEPS = ("next", "day", "week", "month")
"""What one may let pass: the time until the next event, a day, a week, a month."""


@blueprint.post("/clock")
def move() -> Any:
    """Let time pass for everybody in the demonstration and do what falls due on the way."""
    clock = current.house().demo_clock
    assert clock is not None  # registered together
    back = local_address(request.form.get("next")) or url_for("tasks.index")
    to = _target(request.form.get("step", ""), current.now())
    if to is None:
        flash(t("demo.nothing_ahead"), "warning")
        return redirect(back)
    passed, now, fired = current.now(), clock.forward(to), 0
    while passed < now:  # day by day, as a clock that never stopped: what happened a week ago is a week old
        passed = min(passed + timedelta(days=1), now)
        fired += run_until(current.database(), passed).fired
    with current.database().read() as connection:
        people = [
            Actor(each.id, each.full_name, "web")
            for each in everyone(connection, current.today())
            if any(grant.role in access.CASEWORK for grant in each.grants)
        ]
    mailroom.look(current.database(), people, now)  # nobody leaves reminders unread for weeks
    flash(t("demo.moved", day=formats.weekday(now), time=formats.clock(now), n=fired), "done")
    return redirect(back)


def _target(step: str, now: datetime) -> datetime | None:
    local = formats.local(now)
    if step == "month":
        return datetime.combine(add_months(local.date(), 1), local.time(), local.tzinfo)
    if step in ("day", "week"):
        return local + timedelta(days=7 if step == "week" else 1)
    case_id = request.form.get("case", type=int)
    if case_id is not None:
        sight.case(case_id, "what_if")
        ahead = foresight.foresee(current.database(), current.actor(), case_id, now)
        return ahead.events[0].at if ahead.events else None
    with current.database().read() as connection:
        return coming.next_at(connection, now)


def case_here() -> int | None:
    """The case of the page, whose next event the bar then means."""
    values = request.view_args or {}
    if "case_id" in values:
        return int(values["case_id"])
    case, _, _ = str(values.get("task", "")).partition("-")
    return int(case) if case.isascii() and case.isdigit() else None
