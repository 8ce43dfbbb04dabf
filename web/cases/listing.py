"""The list of cases within reach, narrowed by words, process and state."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from tasks.commands.views import record_views
from tasks.queries import search
from web import current, sight, words
from web.cases import blueprint

PAGE = 50
STATES = ("open", "closed", "cancelled")


@blueprint.get("/")
def index() -> Any:
    """Cases within the person's reach, newest first, narrowed by process, state and words."""
    versions = sight.published()
    after = max(request.args.get("after", 0, type=int), 0)
    chosen = {name: request.args.get(name, "").strip() for name in ("q", "process", "status")}
    status = chosen["status"] if chosen["status"] in STATES else ""
    within = sight.within()
    with current.database().read() as connection:
        found = search.cases(
            connection, within, words=chosen["q"], process=chosen["process"], status=status, limit=PAGE + 1, after=after
        )
    rows = found[:PAGE]
    record_views(
        current.database(), current.actor(), what="case_list", why="role_in_unit", now=current.now(),
        seen=[(row.customer_id, row.id) for row in rows],
    )  # fmt: skip
    processes = {row.process: words.process(versions, row.process) for row in versions.rows if row.kind == "process"}
    return render_template(
        "cases/index.html",
        rows=rows,
        chosen=chosen,
        states=STATES,
        processes=sorted(processes.items(), key=lambda each: each[1].lower()),
        process_name=lambda name: words.process(versions, name),
        outcome_name=outcome_name,
        after=after,
        next_after=after + PAGE if len(found) > PAGE else None,
        page_size=PAGE,
    )


def outcome_name(process: str, version: int, outcome: str | None) -> str:
    """An outcome in words; empty when there is none."""
    return words.label(sight.published().bundle(process, version), "outcomes", outcome) if outcome else ""
