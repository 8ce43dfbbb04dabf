"""The deadlines and amounts of a draft, each as a sentence, and the way to the form of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for

from web import current, formats
from web.i18n import t
from web.processes import blueprint, naming
from web.processes.desk import Desk, desk
from web.processes.editors import dates, examples, values
from web.processes.editors.piece import asked_day, piece, usable


@blueprint.get("/drafts/<int:draft_id>/dates")
def draft_dates(draft_id: int) -> Any:
    """The deadlines and amounts of a draft, each as a sentence."""
    return listed(desk(draft_id))


def listed(it: Desk, errors: Sequence[tuple[str, str]] = (), typed: Mapping[str, str] | None = None) -> str:
    """Draw the list; `errors` are (id of the control, words) pairs, `typed` what was typed into its small forms."""
    examined = it.examined()
    asked, wrong_day = asked_day()
    on = formats.read_day(asked) or current.today()
    read, amounts = piece(it.row.id, dates.FILE), piece(it.row.id, values.FILE)
    shown = [examples.show(it, examined.bundle, name, on, turns=False) for name in examined.bundle.deadlines]
    broken = [name for name in read.document or {} if name not in examined.bundle.deadlines and name != "untimed"]
    return render_template(
        "processes/editors/dates.html", it=it, deadlines=[one for one in shown if one], broken=broken, asked=asked,
        wrong=wrong_day, on=on, values=values.value_rows(it, examined.bundle), errors=errors,
        typed=typed or {}, findings=[*read.findings(examined), *amounts.findings(examined)],
    )  # fmt: skip


@blueprint.get("/drafts/<int:draft_id>/new-deadline")
def new_deadline(draft_id: int) -> Any:
    """The form of a deadline that there is not yet, by the name or the id that was typed."""
    it, typed = desk(draft_id), request.args.get("id", "").strip()
    name = naming.chosen(typed, piece(draft_id, dates.FILE).document or {})
    if not usable(name):
        return listed(it, (("f-new-deadline", t("editor.wrong_id")),), request.args), 422
    return redirect(
        url_for("processes.draft_deadline", draft_id=draft_id, deadline=name, new=1, title=naming.title(typed))
    )


@blueprint.get("/drafts/<int:draft_id>/new-value")
def new_value(draft_id: int) -> Any:
    """The form of a value that there is not yet, by the name or the id that was typed."""
    it, typed = desk(draft_id), request.args.get("id", "").strip()
    name = naming.chosen(typed, piece(draft_id, values.FILE).document or {})
    if not usable(name):
        return listed(it, (("f-new-value", t("editor.wrong_id")),), request.args), 422
    return redirect(url_for("processes.draft_value", draft_id=draft_id, value=name, new=1, title=naming.title(typed)))
