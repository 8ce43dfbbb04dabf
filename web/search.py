"""One search field: case number, name, identity code or business id."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from tasks.commands.views import record_views
from tasks.queries import case as cases
from tasks.queries import customer as customers
from tasks.queries import reach, search
from web import current, sight, words

blueprint = Blueprint("search", __name__)

MOST = 20
SHORTEST = 2


@blueprint.get("/search")
def index() -> Any:
    """What matches; a whole case number that is within reach opens its case at once."""
    verdict = sight.caseworker()
    text = " ".join(request.args.get("q", "").split())[:200]
    if len(text) < SHORTEST:
        return render_template("search.html", text=text, cases=(), customers=(), short=True, most=MOST)
    who = sight.rights()
    within = reach.within(who, sight.published().areas)
    with current.database().read() as connection:
        number = cases.case_id(connection, text.upper())
        found = search.cases(connection, within, words=text, limit=MOST)
        people = customers.found(connection, text, limit=MOST)
    if number is not None and any(row.id == number for row in found):
        return redirect(url_for("cases.page", case_id=number))
    seen: list[tuple[int | None, int | None]] = [(row.customer_id, row.id) for row in found]
    seen += [(row.id, None) for row in people]
    record_views(current.database(), current.actor(), what="search", why=verdict.reason, now=current.now(), seen=seen)
    return render_template(
        "search.html",
        text=text,
        cases=[(row, words.process(sight.published(), row.process)) for row in found],
        customers=people,
        short=False,
        most=MOST,
    )
