"""Incidents: what could not be done and waits for the operator, who puts it right and tries again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tasks.access import hold_role
from tasks.commands.incidents import retry_incident
from tasks.errors import NotFound, WrongState
from tasks.job import REASONS
from tasks.queries import incidents as queries
from tasks.queries import messages
from tasks.queries.incidents import IncidentRow
from web import current, i18n, sight, words
from web.i18n import t

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")


@dataclass(frozen=True, slots=True)
class Shown:
    """An incident in words: which step of which process, in whose unit, whose process it is, and what went wrong."""

    row: IncidentRow
    process: str
    step: str
    unit: str
    owner: str
    what: str
    error: str


@blueprint.get("/")
def index() -> str:
    """The open incidents, the newest first, and how much waits; no customer data."""
    hold_role(sight.rights(), "operator").require()
    with current.database().read() as connection:
        rows = queries.open_ones(connection)
        counts = {**queries.counts(connection), **messages.counts(connection)}
    return render_template("incidents.html", rows=[_shown(row) for row in rows], counts=_all(counts))


def _all(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [
        (t(f"incidents.count_{name}"), str(counts.get(name, 0))) for name in ("waiting", "failed", "early", "unplaced")
    ]


@blueprint.post("/<int:number>/retry")
def retry(number: int) -> Response:
    """Try again at once."""
    hold_role(sight.rights(), "operator").require()
    try:
        retry_incident(current.database(), current.actor(), number, now=current.now())
    except (NotFound, WrongState):
        flash(t("incidents.gone"), "warning")
    else:
        flash(t("incidents.retried"), "done")
    return redirect(url_for("incidents.index"))


def _shown(row: IncidentRow) -> Shown:
    versions = sight.published()
    bundle = versions.bundle(row.process, row.version)
    process, element = bundle, ""
    for piece in (row.path or "").split("/"):
        element = piece.partition("[")[0]
        node = words.nodes(process).get(element)
        if node is not None and node.called in versions.row(row.process, row.version).parts:
            part = versions.number_of(row.process, row.version, node.called)
            process = versions.bundle(node.called, part)
    step = words.element(process, element) if element else ""
    reason, detail = row.reason
    told = t(f"incidents.reason_{reason}", detail=detail) if reason in REASONS else row.error
    return Shown(
        row, words.process(versions, row.process), step, i18n.pick(row.unit), bundle.manifest.owner,
        t(f"incidents.kind_{row.kind}"), told,
    )  # fmt: skip
