"""The list of customers: those with open cases within reach, or what a search finds."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from tasks.commands.views import record_views
from tasks.queries import customer as customers
from web import current, sight
from web.customers import blueprint

PAGE = 50


@blueprint.get("/")
def index() -> Any:
    """Customers by name; identity codes are shown without their last part, addresses never."""
    verdict = sight.caseworker()
    words = request.args.get("q", "").strip()
    after = max(request.args.get("after", 0, type=int), 0)
    within = sight.within()
    with current.database().read() as connection:
        found = (
            customers.found(connection, words, limit=PAGE + 1)
            if words
            else customers.with_cases(connection, within, limit=PAGE + 1, after=after)
        )
    rows = found[:PAGE]
    record_views(
        current.database(), current.actor(), what="customer_list", why=verdict.reason, now=current.now(),
        seen=[(row.id, None) for row in rows],
    )  # fmt: skip
    return render_template(
        "customers/index.html",
        rows=rows,
        words=words,
        after=after,
        more=len(found) > PAGE,
        page_size=PAGE,
    )
