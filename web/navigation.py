"""The menu on the left, by what the person's roles reach, and the shortcuts' switch."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from web import current

SHORTCUTS_COOKIE = "shortcuts"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry: the id of its text, its address, and whether the present page belongs to it."""

    text: str
    address: str
    here: bool


PAGES = (
    ("tasks", "tasks.index"),
    ("cases", "cases.index"),
    ("customers", "customers.index"),
    ("processes", "processes.index"),
)


def menu() -> tuple[MenuItem, ...]:
    """The entries that this person has; none before login."""
    if not current.signed_in():
        return ()
    family = request.blueprint or ""
    return tuple(
        MenuItem(f"nav.{name}", url_for(endpoint), family == name)
        for name, endpoint in PAGES
        if endpoint in current_app.view_functions
    )


def shortcuts_on() -> bool:
    """Whether one-letter keyboard shortcuts are on in this browser (WCAG 2.1.4 asks for a way to switch them off)."""
    return request.cookies.get(SHORTCUTS_COOKIE) != "off"
