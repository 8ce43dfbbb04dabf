"""The case page with everything about one matter, its whole history, and calling it off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tasks import access
from tasks.commands import cases as commands
from tasks.commands import raising
from tasks.commands.people import declare_disqualification
from tasks.db import Database
from tasks.errors import InvalidValue, WrongState
from tasks.queries import case as queries
from tasks.queries import consent, papers
from web import casepage, chronicle, consents, current, i18n, sight, steps, verdicts, words
from web.cases import blueprint, calls, linking, parties
from web.i18n import t

EVENTS_SHOWN = 15
EVENTS_A_PAGE = 200
DONE_EVENTS = frozenset({"task_completed", "message_received", "letter_written"})


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that the page shows of one case, as it was read."""

    parties: Sequence[queries.PartyRow]
    tasks: Sequence[queries.TaskRow]
    dates: Sequence[queries.DeadlineRow]
    waits: Sequence[queries.Wait]
    answers: Sequence[papers.AnswerRow]
    documents: Sequence[papers.DocumentRow]
    attachments: Sequence[papers.AttachmentRow]
    comments: Sequence[papers.CommentRow]
    events: Sequence[papers.EventRow]
    people: Mapping[int, str]
    incidents: Sequence[str]
    consents: Sequence[consent.ConsentRow]


def read_rows(database: Database, case_id: int) -> Rows:
    """Everything of a case that its page shows."""
    with database.read() as connection:
        events = papers.events(connection, case_id)
        return Rows(
            parties=queries.parties(connection, case_id),
            tasks=queries.tasks(connection, case_id),
            dates=queries.deadlines(connection, case_id),
            waits=queries.waits(connection, case_id),
            answers=papers.answers(connection, case_id),
            documents=papers.documents(connection, case_id),
            attachments=papers.attachments(connection, case_id),
            comments=papers.comments(connection, case_id),
            events=events,
            people=papers.people(connection, events[:EVENTS_SHOWN]),
            incidents=queries.incidents(connection, case_id),
            consents=consent.of_case(connection, case_id),
        )


@blueprint.get("/<int:case_id>")
def page(case_id: int) -> Any:
    """One case: facts, parties, open work, dates, waits, data with its source, papers, history, diagram."""
    return _draw(case_id)


def _draw(case_id: int, wrong: str = "") -> str:
    """The page; `wrong` is what is the matter with the reason for putting the case first."""
    seen = sight.case(case_id, "case")
    rows = read_rows(current.database(), case_id)
    position = where(rows.tasks, rows.waits, rows.events)
    return render_template(
        "cases/page.html",
        sight=seen,
        head=seen.head,
        process=words.process(seen.published, seen.head.process),
        outcome=casepage.outcome(seen),
        reason=verdicts.why(seen.verdict, i18n.pick(seen.head.unit)),
        incidents=rows.incidents,
        parties=[(party, casepage.role(seen, party.role)) for party in rows.parties],
        may_add_party=bool(parties.roles(seen)),
        consents=consents.shown(seen.published, rows.consents),
        tasks=casepage.tasks(seen, rows.tasks),
        dates=casepage.dates(seen, rows.dates),
        waits=casepage.waits(seen, rows.waits),
        calls=calls.of_case(seen),
        links=linking.of_case(case_id),
        answers=casepage.answers(seen, rows.answers),
        documents=[(document, casepage.document(seen, document)) for document in rows.documents],
        attachments=rows.attachments,
        comments=rows.comments,
        happenings=chronicle.happenings(seen, rows.events[:EVENTS_SHOWN], rows.people),
        more_events=len(rows.events) > EVENTS_SHOWN,
        steps=steps.of_case(seen, position),
        marks=position.marks,
        role_name=lambda name: casepage.role(seen, name),
        may_raise=seen.head.status == "open" and _may_raise(seen),
        wrong=wrong,
        typed=request.form.get("reason", "") if wrong else "",
    )


def _may_raise(seen: sight.Sight) -> bool:
    place = access.Place(seen.head.unit_id, seen.bundle.manifest.area, seen.head.process)
    return access.supervise(seen.rights, place).allowed


def where(
    tasks: Iterable[queries.TaskRow], waits: Iterable[queries.Wait], events: Iterable[papers.EventRow]
) -> steps.Position:
    """Where the case stands: open tasks, awaited messages, and what was completed, recorded or written."""
    return steps.Position(
        now=frozenset(task.path for task in tasks if task.state == "open"),
        waiting=frozenset(wait.path for wait in waits),
        done=frozenset(event.path for event in events if event.kind in DONE_EVENTS and event.path),
    )


@blueprint.get("/<int:case_id>/history")
def history(case_id: int) -> Any:
    """The whole history of a case, the newest first, a page at a time."""
    seen = sight.case(case_id, "history")
    before = request.args.get("before", type=int)
    with current.database().read() as connection:
        found = papers.events(connection, case_id, limit=EVENTS_A_PAGE + 1, before=before)
        people = papers.people(connection, found)
    events = found[:EVENTS_A_PAGE]
    return render_template(
        "cases/history.html",
        sight=seen,
        head=seen.head,
        process=words.process(seen.published, seen.head.process),
        happenings=chronicle.happenings(seen, events, people),
        before=events[-1].number if len(found) > EVENTS_A_PAGE else None,
    )


@blueprint.post("/<int:case_id>/call-off")
def call_off(case_id: int) -> Any:
    """Call the case off, with a reason."""
    try:
        commands.cancel_case(
            current.database(), current.actor(), case_id, reason=request.form.get("reason", ""), now=current.now()
        )
    except InvalidValue:
        flash(t("case.call_off_reason_missing"), "warning")
        return redirect(url_for("cases.page", case_id=case_id, _anchor="call-off"))
    flash(t("case.called_off"), "done")
    return redirect(url_for("cases.page", case_id=case_id))


@blueprint.post("/<int:case_id>/first")
def put_first(case_id: int) -> Any:
    """Put the case first in the lists of work, with a reason, or (`first` = no) back in its place."""
    done = {"yes": "case.raised", "no": "case.lowered"}[request.form.get("first", "yes")]
    try:
        if done == "case.raised":
            raising.raise_case(
                current.database(), current.actor(), case_id, reason=request.form.get("reason", ""), now=current.now()
            )
        else:
            raising.lower_case(current.database(), current.actor(), case_id, now=current.now())
    except InvalidValue as error:
        return _draw(case_id, t("case.raise_reason_wrong", longest=error.params["longest"])), 422
    except WrongState:
        flash(t("case.raised_already"), "warning")
    else:
        flash(t(done), "done")
    return redirect(url_for("cases.page", case_id=case_id))


@blueprint.post("/<int:case_id>/disqualification")
def disqualify(case_id: int) -> Response:
    """Declare oneself disqualified on the case (434/2003 27–30 §); the case is then out of sight."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        flash(t("case.disqualify_reason_missing"), "warning")
        return redirect(url_for("cases.page", case_id=case_id, _anchor="disqualification"))
    declare_disqualification(
        current.database(), current.actor(), case_id, user_id=current.person().id, reason=reason, now=current.now()
    )
    flash(t("case.disqualified"), "done")
    return redirect(url_for("tasks.index"))
