"""The cases behind a number of the board."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from tasks.commands.views import record_views
from tasks.errors import NotFound
from tasks.figures import coming, conditions
from tasks.figures.conditions import Asked, Condition
from tasks.queries import search
from web import current, sight, words
from web.board import asking, blueprint
from web.board.page import age_names
from web.board.results import outcome_of
from web.cases.listing import outcome_name
from web.i18n import t

PAGE = 50
URGENT = frozenset({"open", "late", "late_by_law", "aged", "due"})
"""Lists of open cases: the most urgent first; the others begin with the newest."""


@blueprint.get("/cases")
def cases() -> Any:
    """As many cases as the number said, so long as nothing has changed since."""
    within, ask = asking.supervised().cases(), asking.read()
    what = request.args.get("what", "open")
    after = max(request.args.get("after", 0, type=int), 0)
    condition, title = _list(what, ask.asked)
    with current.database().read() as connection:
        found = search.cases(
            connection, within & conditions.narrowed(ask.asked) & condition, limit=PAGE + 1, after=after,
            urgent=what in URGENT,
        )  # fmt: skip
    rows = found[:PAGE]
    record_views(
        current.database(), current.actor(), what="board_list", why=asking.ground().reason, now=current.now(),
        seen=[(row.customer_id, row.id) for row in rows],
    )  # fmt: skip
    versions = sight.published()
    here = {name: value for name, value in request.args.to_dict().items() if name != "after"}
    return render_template(
        "board/cases.html", rows=rows, title=title, ask=ask, what=what, here=here, query=ask.query, after=after,
        size=PAGE, more=len(found) > PAGE, process_name=lambda name: words.process(versions, name),
        outcome_name=outcome_name,
    )  # fmt: skip


def _list(what: str, asked: Asked) -> tuple[Condition, str]:
    """The condition of a list and what it is called; NotFound for one that there is not."""
    if what == "aged":
        age = request.args.get("age", 0, type=int)
        if not 0 <= age <= len(conditions.AGES):
            raise NotFound("list", f"aged/{age}")
        return conditions.aged(age, asked.today), f"{t('board.ages')}: {age_names()[age]}"
    if what == "due":
        return conditions.due(asked.today, coming.last_day(asked.today)), t("board.due")
    if what == "outcome":
        outcome = request.args.get("outcome", "")
        name = f"{words.process(sight.published(), asked.process)}: {outcome_of(asked.process, outcome)}"
        return conditions.ended_as(asked.period, outcome), name
    if what not in conditions.LISTS:
        raise NotFound("list", what)
    return conditions.LISTS[what](asked), t(f"board.{what}")
