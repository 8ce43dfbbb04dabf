"""Linked cases on the pages: those of a case, and starting one from it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from engine.errors import EngineError
from engine.feel import Expression
from engine.functions import plain_functions
from engine.linked import KINDS
from tasks import correlation
from tasks.queries import case as cases
from tasks.queries import links as queries
from tasks.queries import wait
from tasks.queries.case import Head
from tasks.queries.messages import MessageRow
from web import current, sight, words
from web.i18n import t


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A linked case in words: what it is to this one, its process and where it stands."""

    row: queries.LinkRow
    kind: str
    process: str
    status: str


def of_case(case_id: int) -> tuple[LinkShown, ...]:
    """The linked cases that the person may see."""
    within = sight.within()
    with current.database().read() as connection:
        rows = queries.of_case(connection, case_id, within)
    return tuple(_shown(row) for row in rows)


def _shown(row: queries.LinkRow) -> LinkShown:
    versions = sight.published()
    status = t(f"case.status_{row.status}")
    if row.outcome:
        status = f"{status}: {words.label(versions.bundle(row.process, row.version), 'outcomes', row.outcome)}"
    kind = t("link.origin") if row.origin else t(f"link.kind_{row.kind}")
    return LinkShown(row, kind, words.process(versions, row.process), status)


def asked() -> Head | None:
    """The case that the one to be started is linked to, if it is to any; recorded as viewed. NotFound, Forbidden."""
    number = request.values.get("linked", type=int)
    return sight.case(number, "case").head if number is not None else None


def kind() -> str:
    """What the new case is to that one, as chosen."""
    chosen = request.form.get("link", "")
    return chosen if chosen in KINDS else KINDS[0]


def choice(origin: Head | None) -> dict[str, object]:
    """What the page of a start asks of the link: the case that it leads to, and what the new one may be to it."""
    return {"origin": origin, "kinds": [(each, t(f"link.kind_{each}")) for each in KINDS], "kind": kind()}


def handed_on(origin: Head | None, process: str, message: str) -> Mapping[str, Any]:
    """The answers that the origin would hand on if its diagram began the case: what is known need not be typed again.

    What only an item of a list would give stays out.
    """
    if origin is None:
        return {}
    manifest = sight.published().bundle(origin.process, origin.version).manifest
    rules = [rule for found in manifest.starts_cases.values() for rule in found]
    data = next((rule.data for rule in rules if (rule.process, rule.message) == (process, message)), {})
    view = wait.data(current.database(), current.actor(), origin.id, "", current.now()) if data else {}
    functions = getattr(view, "functions", None) or plain_functions()
    return {name: found for name, source in data.items() if (found := _value(source, view, functions)) is not None}


def _value(source: Expression, view: Mapping[str, Any], functions: Mapping[str, Any]) -> Any:
    try:
        return source(view, functions)
    except EngineError:
        return None  # the case has not come so far


def known(origin: Head | None, came: MessageRow | None) -> Mapping[str, int]:
    """The customers that a linked case or the message of another system brings along, by role."""
    with current.database().read() as connection:
        if came is not None:
            found = correlation.customers(connection, correlation.read(came.correlation))
            return {role: customer for role, customer in found.items() if customer is not None}
        rows = cases.parties(connection, origin.id) if origin is not None else ()
    return {row.role: row.customer_id for row in rows if row.ended_at is None}
