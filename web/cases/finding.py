"""Finding the customer that somebody typed: by number, identifier or name, exactly one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tasks.commands.views import record_views
from tasks.queries import customer as customers
from web import current
from web.i18n import t

NUMBERED = re.compile(r"#(\d{1,18})\)?\s*$")
MOST_NAMED = 5


def find(typed: str, kind: str | None, why: str) -> tuple[int | None, str]:
    """The customer of a kind (None or any: whichever) that a text names, or the sentence that says what was expected.

    Names that the sentence tells are recorded as seen, on the ground `why`.
    """
    with current.database().read() as connection:
        if numbered := NUMBERED.search(typed):
            row = customers.page(connection, int(numbered[1]))
            found: Sequence[Any] = [row] if row else []
        else:
            found = customers.found(connection, typed, limit=MOST_NAMED + 1)
    fitting = [row for row in found if kind in (None, "any", row.kind)]
    if len(fitting) == 1:
        return fitting[0].id, ""
    if not fitting:
        return None, t(f"case.party_unknown_{kind or 'any'}")
    shown = fitting[:MOST_NAMED]
    record([(row.id, None) for row in shown], why)
    return None, t("case.party_many", names=", ".join(map(_told, shown)))


def _told(row: Any) -> str:
    """A customer among namesakes: the business id or the day of birth tells them apart, as in the list of customers."""
    code = row.business_id or (row.identity_code or "")[:6]
    return f"{row.name} {code} (#{row.id})" if code else f"{row.name} (#{row.id})"


def record(seen: list[tuple[int | None, int | None]], why: str) -> None:
    """Record that names of customers (and cases) were shown on the way."""
    record_views(current.database(), current.actor(), what="search", why=why, now=current.now(), seen=seen)
