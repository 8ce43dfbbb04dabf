"""What an approver reads: a draft beside the version that it builds on, in words, with examples and cases reached."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from engine import compare
from tasks import review as weighed
from tasks.queries import drafts as queries
from web import current, formats
from web.i18n import t
from web.processes import blueprint
from web.processes.desk import LOOKS, desk
from web.processes.page import drawn
from web.processes.sides import SIGNS, differences_of, drawings, text_of


@blueprint.get("/drafts/<int:draft_id>/review")
def review(draft_id: int) -> Any:
    """The draft beside its base; `?on=` is the day of the examples, `?file=` shows one file's text difference."""
    it = desk(draft_id)
    examined = it.examined()
    draft, broken = examined.bundle, frozenset(finding.file for finding in examined.errors)
    base = it.versions.bundle(it.row.process, it.row.base_version) if it.row.base_version else None
    asked = request.args.get("on", "").strip()
    on = formats.read_day(asked) or current.today()
    changes = compare.compare(base, draft) if base is not None else ()
    laws = weighed.laws(it.versions, it.row.process, it.row.base_version, draft)
    with current.database().read() as connection:
        reached = weighed.reached(connection, it.versions, draft, changes)
        played = [row for row in queries.rehearsals(connection, draft_id) if row.hash == draft.hash]
        counts = queries.counts(connection, played[0].id) if played else {}
    told = differences_of(base, draft, changes, laws, on, broken) if base is not None else None
    both = None
    if base is not None and f"{it.row.process}.bpmn" not in broken:
        addresses = (
            url_for("processes.diagram", process=it.row.process, number=it.row.base_version),
            url_for("processes.draft_diagram", draft_id=draft_id),
        )
        titles = (t("draft.version_n", n=it.row.base_version), it.row.title)
        both = drawings(list(zip(titles, addresses, (base, draft), strict=True)), changes)
    return render_template(
        "processes/drafts/review.html", it=it, looks=LOOKS, told=told, changes=len(changes), reached=reached,
        played=played[0] if played else None, counts=counts, asked=asked or formats.day(on),
        wrong=bool(asked) and formats.read_day(asked) is None, text=text_of(base, draft, request.args.get("file", "")),
        file=request.args.get("file", ""), hash=draft.hash, errors_found=len(examined.errors),
        both=both, signs=SIGNS, stories=bool(draft.stories),
    )  # fmt: skip


@blueprint.get("/drafts/<int:draft_id>/diagram")
def draft_diagram(draft_id: int) -> Response:
    """The diagram's XML as the draft has it, with its words in the language of the page."""
    return drawn(desk(draft_id).examined().bundle)
