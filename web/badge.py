"""The deadline badge: what a date means today, in words, and the look that repeats them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.calendar import Calendar
from engine.register import AUTHORITY, RIGHT
from web import formats
from web.i18n import t

SOON_WORKING_DAYS = 3
"""A date at most this many working days ahead is soon."""


@dataclass(frozen=True, slots=True)
class Badge:
    """The words, the look that repeats them (late, soon, later, paused, fine, none), the date and the kind in words."""

    look: str
    words: str
    date: str = ""
    kind: str = ""


def soon_until(today: date, calendar: Calendar) -> date:
    """The last day that counts as soon."""
    return calendar.add_working_days(today, SOON_WORKING_DAYS)


def badge(
    *,
    today: date,
    calendar: Calendar,
    due_on: date | None,
    legal_on: date | None,
    kind: str | None,
    paused_on: date | None = None,
    remaining: int | None = None,
    unit: str = "days",
    roll: str = "",
    looks_back: bool = False,
    binds: str = "",
) -> Badge:
    """The badge of an open deadline; late by `legal_on` (formats.md 13), otherwise by `due_on`.

    A period runs or is over: nobody is late when it ends, nor when the time of a right does (`binds`). One that
    `looks_back` from its event only has a first day.
    """
    words_of_kind = _kind(kind, binds)
    if paused_on is not None:
        left = formats.remaining(remaining, unit) if remaining is not None else ""
        return Badge(
            "paused", t("deadline.paused_left", left=left) if left else t("deadline.paused"), kind=words_of_kind
        )
    if due_on is None:
        return Badge("none", t("deadline.none"))
    legal = legal_on or due_on
    if roll == "period":
        return _period(today, legal, words_of_kind, looks_back)
    if today > legal:
        late = ("late", formats.distance(today, legal, calendar)) if binds != RIGHT else ("none", t("deadline.lapsed"))
        return Badge(*late, formats.weekday(legal), words_of_kind)
    if today > due_on:
        passed = t("deadline.target_passed", day=formats.day(due_on))
        return Badge(
            "soon", formats.distance(today, legal, calendar), formats.weekday(legal), f"{words_of_kind}, {passed}"
        )
    look = "soon" if due_on <= soon_until(today, calendar) else "later"
    return Badge(look, formats.distance(today, due_on, calendar), formats.weekday(due_on), words_of_kind)


def _period(today: date, legal: date, kind: str, looks_back: bool) -> Badge:
    """The badge of a period by its last day; by its first one where it looks back from its event."""
    if looks_back:
        return Badge("none", t("deadline.period_begins"), formats.weekday(legal), kind)
    over = t("deadline.period_over") if today > legal else t("deadline.period_ends")
    return Badge("none" if today > legal else "later", over, formats.weekday(legal), kind)


def _kind(kind: str | None, binds: str) -> str:
    """What it is, and whom it binds unless that is the authority."""
    if not kind:
        return ""
    told = t(f"deadline.kind_{kind}")
    return told if binds in ("", AUTHORITY) else f"{told}, {t(f'deadline.binds_{binds}')}"


def closed_badge(state: str, on: date | None) -> Badge:
    """The badge of a deadline that no longer runs: met, missed, lapsed, ended or cancelled."""
    look = {"met": "fine", "missed": "late"}.get(state, "none")
    return Badge(look, t(f"deadline.{state}"), formats.weekday(on) if on else "")
