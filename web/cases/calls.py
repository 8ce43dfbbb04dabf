"""Calls to outside services that a case waits for, and answering one by hand where its step allows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from forms import posted
from forms.errors import FieldError
from forms.form import Form
from tasks.commands.jobs import answer_by_hand
from tasks.db import Database
from tasks.errors import Forbidden, InvalidAnswers, NotFound
from tasks.queries import calls as queries
from tasks.queries import wait as wait_query
from tasks.queries.calls import CallRow
from web import current, sight, words
from web.cases import blueprint
from web.cases.arrivals import changed_rows, pressed
from web.i18n import t
from web.sheet import sheet


@dataclass(frozen=True, slots=True)
class CallShown:
    """A call in words: its step, since when it waits, whether it failed, and whether a person may answer."""

    number: int
    title: str
    since: datetime
    failed: bool
    by_hand: bool


def of_case(seen: sight.Sight) -> tuple[CallShown, ...]:
    """The calls of a case that wait or have failed."""
    return shown_calls(current.database(), seen)


def shown_calls(database: Database, seen: sight.Sight) -> tuple[CallShown, ...]:
    """The same of a case in whatever database."""
    with database.read() as connection:
        rows = queries.of_case(connection, seen.head.id)
    return tuple(_shown(seen, row) for row in rows)


def _shown(seen: sight.Sight, row: CallRow) -> CallShown:
    bundle = seen.folder(row.process)
    node = words.nodes(bundle).get(row.element)
    by_hand = node is not None and node.attributes.get("byhand") == "true"
    return CallShown(row.number, words.element(bundle, row.element), row.ordered_at, row.state == "failed", by_hand)


@blueprint.route("/<int:case_id>/calls/<int:number>", methods=["GET", "POST"])
def call(case_id: int, number: int) -> Any:
    """Answer for an outside service, by the form of the step that waits for it."""
    seen = sight.case(case_id, "case")
    with current.database().read() as connection:
        row = next((each for each in queries.of_case(connection, case_id) if each.number == number), None)
    if row is None:
        raise NotFound("call", f"{case_id}-{number}")
    if not _shown(seen, row).by_hand:
        raise Forbidden("not_by_hand")
    node = words.nodes(seen.folder(row.process))[row.element]
    form = seen.published.form(row.process, seen.version(row.process), node.attributes.get("form") or row.element)
    data = wait_query.data(current.database(), current.actor(), case_id, row.path, current.now())
    page = _Page(seen, row, form, data)
    if request.method == "GET":
        return page.render(form.prefill(data, current.today()) if form else {})
    raw = posted.read(form, request.form.items(multi=True)) if form else {}
    if pressed():
        return page.render(raw, blank=changed_rows(form, raw))
    try:
        answer_by_hand(current.database(), current.actor(), case_id, number, answers=raw, now=current.now())
    except InvalidAnswers as error:
        return page.render(raw, error.error.errors), 422
    flash(t("call.answered"), "done")
    return redirect(url_for("cases.page", case_id=case_id))


@dataclass(frozen=True, slots=True)
class _Page:
    """The page of one call, drawn with what was typed so far."""

    seen: sight.Sight
    row: CallRow
    form: Form | None
    data: Mapping[str, Any]

    def render(
        self, raw: Mapping[str, Any], errors: Sequence[FieldError] = (), blank: Mapping[str, int] | None = None
    ) -> str:
        """The page."""
        address = url_for("cases.call", case_id=self.seen.head.id, number=self.row.number)
        answers = None
        if self.form is not None:
            answers = sheet(
                self.form, raw, data=self.data, on=current.today(), errors=errors, refresh=address, blank_rows=blank
            )
        return render_template(
            "cases/call.html",
            head=self.seen.head,
            process=words.process(self.seen.published, self.seen.head.process),
            title=words.element(self.seen.folder(self.row.process), self.row.element),
            address=address,
            answers=answers,
        )
