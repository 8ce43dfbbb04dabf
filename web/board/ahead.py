"""What is coming: dates of the next weeks by day and unit, and what is likely to be missed, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import render_template

from tasks.commands.views import record_views
from tasks.figures import coming
from tasks.figures.coming import Due, Risk
from web import current, formats, handover, sight, words
from web.badge import Badge, badge
from web.board import asking, blueprint
from web.board.figure import Drawing
from web.board.page import WEEK, unit_name
from web.board.pictures import columns
from web.handover import Chosen
from web.i18n import t

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Likely:
    """A task that is likely to be late or due within a week, in words."""

    risk: Risk
    badge: Badge
    what: str
    deadline: str
    unit: str
    process: str
    reason: str


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks that call for the same haste, the earliest day first."""

    id: str
    rows: tuple[Likely, ...]


@blueprint.get("/ahead")
def ahead() -> Any:
    """Dates by day and unit, and the tasks that are likely to be late."""
    return _draw(Chosen())


@blueprint.post("/ahead/hand-over")
def hand_ahead() -> Any:
    """Give the chosen tasks to a person, or put them back, each in the version that the page showed."""
    asking.ground()
    chosen, status = handover.carry_out()
    return _draw(chosen), status


def _draw(chosen: Chosen) -> str:
    ask = asking.read()
    with asking.sums(ask.asked) as sums:
        dues = coming.read_due(sums)
        risks = coming.read_risks(sums)
    names = dict(ask.units)
    groups = _groups(risks, names)
    record_views(
        current.database(), current.actor(), what="board_list", why=asking.ground().reason, now=current.now(),
        seen=[(each.risk.customer_id, each.risk.case_id) for group in groups for each in group.rows],
    )  # fmt: skip
    return render_template(
        "board/ahead.html", ask=ask, query=ask.query, drawing=_drawing(dues), by_day=_by_day(dues, names),
        groups=groups, looked_at=len(risks), unknown=sum(risk.estimate is None for risk in risks), chosen=chosen,
        colleagues=handover.colleagues() if any(group.rows for group in groups) else (),
    )  # fmt: skip


def _groups(risks: Sequence[Risk], names: dict[str, str]) -> list[Group]:
    """Likely to be late within a week, otherwise due within it, and likely to be late after it: at most MOST_SHOWN."""
    week, room = current.today() + timedelta(days=WEEK), MOST_SHOWN
    found = []
    for id, likely, soon in (("likely_week", True, True), ("due_week", False, True), ("likely_later", True, False)):
        fitting = [risk for risk in risks if risk.likely == likely and (risk.legal_on < week) == soon]
        first = sorted(fitting, key=lambda risk: (risk.legal_on, risk.case_id))[:room]
        room -= len(first)
        found.append(Group(id, tuple(_likely(risk, names) for risk in first)))
    return found


def _likely(risk: Risk, names: dict[str, str]) -> Likely:
    versions, estimate = sight.published(), risk.estimate
    reason = t("board.no_estimate")
    if estimate is not None:
        place = "board.like_step" if estimate.at_step else "board.like_any"
        left = t("date.unit_days", n=(risk.legal_on - current.today()).days)
        reason = t(place, like=estimate.like, late=estimate.late, left=left)
    shown = badge(
        today=current.today(), calendar=versions.law.calendar, due_on=risk.legal_on, legal_on=risk.legal_on,
        kind=risk.kind, paused_on=None, remaining=None, unit="days",
    )  # fmt: skip
    return Likely(
        risk, shown, words.task(versions, risk.step_part, risk.step_version, risk.step_element),
        words.deadline(versions, risk.part, risk.name, current.today()), unit_name(names, risk.unit_id),
        words.process(versions, risk.process), reason,
    )  # fmt: skip


def _drawing(dues: tuple[Due, ...]) -> Drawing:
    """The dates of each week of the next four, Monday to Sunday; the present week from today on."""
    today = current.today()
    days = [date.fromordinal(today.toordinal() + number) for number in range(7 * coming.WEEKS + 1)]
    calendar = sight.published().law.calendar
    counted = {on: sum(due.n for due in dues if due.on == on) for on in days}
    shown = [on for on in days if counted[on] or calendar.working_day(on)]
    rows = tuple((formats.weekday(on), (counted[on],)) for on in shown)
    short = [(f"{on.day}.{on.month}." if number % 2 == 0 else "", (counted[on],)) for number, on in enumerate(shown)]
    return Drawing("days", t("board.days"), (t("board.due"),), t("board.day"), rows, columns(short))


def _by_day(dues: tuple[Due, ...], names: dict[str, str]) -> list[tuple[date, list[tuple[str, int]], int]]:
    """(day, (unit, number), all) of every day that has any."""
    found: dict[date, list[tuple[str, int]]] = {}
    for due in dues:
        found.setdefault(due.on, []).append((unit_name(names, due.unit_id), due.n))
    return [(on, units, sum(n for _, n in units)) for on, units in sorted(found.items())]
