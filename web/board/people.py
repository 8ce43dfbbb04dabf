"""Open work by person: only where the area has switched it on, for a purpose that is written down, and logged."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from tasks.commands.views import record_views
from tasks.figures import work
from web import current, words
from web.board import asking, blueprint
from web.i18n import t

SHORTEST = 5


@blueprint.route("/people", methods=["GET", "POST"])
def people() -> Any:
    """The open work by person, once a purpose has been given; it is recorded who looked and why."""
    within, ask = asking.supervised().cases(), asking.read()
    with current.database().read() as connection:
        units = work.switched_on(connection, [int(unit) for unit, _ in ask.units], current.today())
    purpose = " ".join(request.form.get("purpose", "").split())
    wrong = t("board.purpose_missing") if request.method == "POST" and len(purpose) < SHORTEST else ""
    rows: list[Any] = []
    if units and request.method == "POST" and not wrong:
        with current.database().read() as connection:
            load = work.read_load_of_persons(connection, within, ask.asked)
        names = dict(ask.units)
        told = [row for row in load if row.unit_id in units]
        rows = [(row, names.get(str(row.unit_id), ""), words.work_role(row.role)) for row in told]
        record_views(
            current.database(), current.actor(), what="figures_of_persons", why=purpose[:200], now=current.now(),
            seen=[(None, None)],
        )  # fmt: skip
    page = render_template(
        "board/people.html", ask=ask, query=ask.query, on=bool(units), rows=rows, purpose=purpose, wrong=wrong
    )
    return page, 422 if wrong else 200
