"""The menu on the left, by what the person's roles reach, and the shortcuts' switch."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from tasks import access
from tasks.queries import notices
from tasks.queries.alerts import MOST_COUNTED as MOST_ALERTS
from web import alerts, current, notes, reminders
from web.i18n import t

SHORTCUTS_COOKIE = "shortcuts"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry: the id of its text, its address, whether the present page belongs to it, and what is new there."""

    text: str
    address: str
    here: bool
    new: str = ""
    """a number as it is shown"""
    new_words: str = ""
    """the same for those who hear the page"""


PAGES = (
    ("board", "board.index"),
    ("tasks", "tasks.index"),
    ("reminders", "reminders.index"),
    ("cases", "cases.index"),
    ("customers", "customers.index"),
    ("unplaced", "unplaced.index"),
    ("outgoing", "outgoing.index"),
    ("alerts", "alerts.index"),
    ("substitutions", "substitutions.index"),
    ("area", "area.index"),
    ("notes", "notes.index"),
    ("audit", "audit.index"),
    ("incidents", "incidents.index"),
    ("emergency", "emergency.index"),
    ("processes", "processes.index"),
)
ROLE_ONLY = {
    "audit": ("auditor",), "emergency": ("operator",), "incidents": ("operator",), "substitutions": ("supervisor",),
    "board": ("supervisor",), "alerts": ("supervisor",), "area": ("supervisor", "operator"),
    "notes": ("supervisor", "process_owner"),
}  # fmt: skip
"""Entries for who has one of these roles; the others are for all."""
BELONGS = {"register": "processes", "exports": "board"}
"""Pages without an entry of their own -> the entry they stand under."""
CASEWORK_ONLY = ("tasks", "reminders", "cases", "customers", "unplaced", "outgoing")
"""Pages that have nothing to show without a casework role."""


def caseworker() -> bool:
    """Whether the person has a role that handles cases; the others have no tasks, cases or customers to look for."""
    return current.signed_in() and bool(current.person().roles & access.CASEWORK)


def menu() -> tuple[MenuItem, ...]:
    """The entries that this person has; none before login."""
    if not current.signed_in():
        return ()
    family = BELONGS.get(request.blueprint or "", request.blueprint or "")
    return tuple(
        MenuItem(f"nav.{name}", url_for(endpoint), family == name, *NEWS[name]() if name in NEWS else ())
        for name, endpoint in PAGES
        if _may_open(name) and endpoint in current_app.view_functions and (caseworker() or name not in CASEWORK_ONLY)
    )


def _may_open(name: str) -> bool:
    return name not in ROLE_ONLY or bool(current.person().roles & set(ROLE_ONLY[name]))


def _new_reminders() -> tuple[str, str]:
    """How many reminders are unseen, to be seen and to be heard; empty when there are none."""
    return _told(reminders.unseen(), notices.MOST_COUNTED, "nav.unseen_count")


def _new_alerts() -> tuple[str, str]:
    """The same of the supervisor's alerts."""
    return _told(alerts.new_count(), MOST_ALERTS, "nav.alerts_count")


def _open_notes() -> tuple[str, str]:
    """How many notes of supervisors wait for the process owner's answer."""
    return _told(notes.open_count(), MOST_ALERTS, "nav.notes_count")


def _told(count: int, most: int, words: str) -> tuple[str, str]:
    if count > most:
        return f"{most}+", t("nav.unseen_more", n=most)
    return (str(count), t(words, n=count)) if count else ("", "")


NEWS = {"reminders": _new_reminders, "alerts": _new_alerts, "notes": _open_notes}
"""Entries that tell how much is new -> what tells it."""


def shortcuts_on() -> bool:
    """Whether one-letter keyboard shortcuts are on in this browser (WCAG 2.1.4 asks for a way to switch them off)."""
    return request.cookies.get(SHORTCUTS_COOKIE) != "off"
