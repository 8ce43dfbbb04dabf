"""Finding the customer that somebody typed: by number, identifier or name, exactly one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks.commands.views import record_views
from tasks.queries import customer as customers
from web import current
from web.i18n import t

NUMBERED = re.compile(r"(?:#|^\s*)(\d{1,18})\)?\s*$")
"""A customer number with its sign, or nothing but digits: no name and no identifier is written so."""
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Found:
    """The customer that a text names; else the sentence that says what was expected, and whom it may have meant."""

    customer_id: int | None
    error: str = ""
    namesakes: tuple[tuple[str, str], ...] = ()
    """(what to type instead, how they are told apart)"""


def find(typed: str, kind: str | None, why: str) -> tuple[int | None, str]:
    """The customer of a kind (None or any: whichever) that a text names, or the sentence that says what was expected.

    Names that the sentence tells are recorded as seen, on the ground `why`.
    """
    found = look(typed, kind, why)
    if found.namesakes:
        return None, t("case.party_many", names=", ".join(told for _, told in found.namesakes))
    return found.customer_id, found.error


def look(typed: str, kind: str | None, why: str) -> Found:
    """As `find`, with namesakes by themselves: at most MOST_NAMED, to choose from."""
    with current.database().read() as connection:
        if numbered := NUMBERED.search(typed):
            row = customers.page(connection, int(numbered[1]))
            found: Sequence[Any] = [row] if row else []
        else:
            found = customers.found(connection, typed, limit=MOST_NAMED + 1)
    fitting = [row for row in found if kind in (None, "any", row.kind)]
    if len(fitting) == 1:
        return Found(fitting[0].id)
    if not fitting:
        return Found(None, t(f"case.party_unknown_{kind or 'any'}"))
    shown = fitting[:MOST_NAMED]
    record([(row.id, None) for row in shown], why)
    namesakes = tuple((named(row), _told(row)) for row in shown)
    return Found(None, t("case.party_choose"), namesakes)


def named(row: Any) -> str:
    """A customer as a field holds them: the name for people, the number for the house."""
    return f"{row.name} (#{row.id})"


def _told(row: Any) -> str:
    """A customer among namesakes: the business id or the day of birth tells them apart, as in the list of customers."""
    code = row.business_id or (row.identity_code or "")[:6]
    return f"{row.name} {code} (#{row.id})" if code else f"{row.name} (#{row.id})"


def record(seen: list[tuple[int | None, int | None]], why: str) -> None:
    """Record that names of customers (and cases) were shown on the way."""
    record_views(current.database(), current.actor(), what="search", why=why, now=current.now(), seen=seen)
