"""What one does with a task: claim, release, assign, set aside, draft, complete; and what those see who came second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from forms import posted
from forms.errors import FieldError, FormError
from tasks.commands import remarks, work
from tasks.errors import InvalidAnswers, InvalidValue, Stale, TasksError, WrongState
from tasks.queries.worklist import Filter
from web import current, formats, substitutions
from web.errors import status
from web.i18n import t
from web.problems import VersionMissing
from web.returning import local_address
from web.tasks import blueprint
from web.tasks.inbox import claim_next
from web.tasks.page import Page, draw, read, record, render


@blueprint.post("/<task>/claim")
def claim(task: str) -> Any:
    """Take the task and open it."""
    return _change(task, work.claim, "tasks.claimed")


@blueprint.post("/<task>/release")
def release(task: str) -> Any:
    """Put the task back for others."""
    return _change(task, work.release, "tasks.released")


@blueprint.post("/<task>/unhold")
def unhold(task: str) -> Any:
    """Take a task up again before its day."""
    return _change(task, work.unhold, "tasks.resumed")


@blueprint.post("/<task>/assign")
def assign(task: str) -> Any:
    """Give the task to a colleague; a supervisor's act."""
    to_user_id = request.form.get("person", type=int)
    if to_user_id is None:
        return render(read(task), wrong={"person": t("tasks.assign_missing")}), 422
    done = _change(task, work.assign, "tasks.assigned", to_user_id=to_user_id)
    if isinstance(done, Response) and (warning := substitutions.away(to_user_id)):
        flash(warning, "warning")
    return done


@blueprint.post("/<task>/hold")
def hold(task: str) -> Any:
    """Set the task aside until a day, with a reason."""
    until, reason = formats.read_day(request.form.get("until", "")), request.form.get("reason", "")
    wrong = {} if until else {"until": t("tasks.hold_day")}
    if not reason.strip():
        wrong["reason"] = t("tasks.hold_why")
    if wrong or until is None:
        return render(read(task), wrong=wrong), 422
    try:
        return _change(task, work.hold, "tasks.held", until=until, reason=reason)
    except InvalidValue as error:
        words = t("tasks.hold_within", days=error.params.get("days", work.LONGEST_HOLD))
        return render(read(task), wrong={error.field: words}), 422


@blueprint.post("/<task>/comments")
def comment(task: str) -> Any:
    """Write a note on the case."""
    page = read(task)
    row = page.desk.task
    text = request.form.get("text", "")
    try:
        remarks.comment(
            current.database(), current.actor(), row.case_id, text=text, now=current.now(), task_number=row.number
        )
    except InvalidValue:
        told = "tasks.comment_long" if text.strip() else "tasks.comment_empty"
        return render(page, wrong={"text": t(told, n=remarks.LONGEST_COMMENT)}), 422
    return redirect(url_for("tasks.show", task=task, _anchor="comments"))


@blueprint.post("/<task>/refresh")
def refresh(task: str) -> Any:
    """Redraw the form with the answers so far: the questions they bring up, a row more or a row less."""
    page = read(task)
    raw = _typed(page)
    blank: dict[str, int] = {}
    if added := request.form.get("add"):
        blank[added] = 1
    name, _, index = request.form.get("remove", "").rpartition(".")
    rows = raw.get(name)
    if isinstance(rows, list) and index.isdigit() and int(index) < len(rows):
        rows.pop(int(index))
    return render(page, raw=raw, blank_rows=blank)


@blueprint.post("/<task>/draft")
def draft(task: str) -> Any:
    """Keep what was typed, unchecked. The script gets the words to show and the questions that the answers bring up."""
    page = read(task)
    raw = _typed(page)
    scripted = request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    try:
        version = work.save_draft(
            current.database(), current.actor(), task, draft=raw, version=_version(), now=current.now()
        )
    except (Stale, WrongState) as error:
        if scripted:
            return jsonify(words=t("form.draft_stale")), status(error)
        return _conflict(page, error)
    words = t("form.draft_saved", time=formats.clock(current.now()))
    if not scripted:
        flash(words, "done")
        return redirect(url_for("tasks.show", task=task))
    drawn = draw(page, raw)
    fields = {item.name: {"visible": item.visible, "required": item.required} for item in drawn.fields} if drawn else {}
    return jsonify(words=words, version=version, fields=fields)


@blueprint.post("/<task>/complete")
def complete(task: str) -> Any:
    """Complete the task; then the list, or with "take next" the next most urgent task."""
    page = read(task)
    raw = _typed(page)
    try:
        _keep_files(page, raw)
        done = work.complete(
            current.database(), current.actor(), task, version=_version(), answers=raw, now=current.now()
        )
    except (Stale, WrongState) as error:
        return _conflict(page, error)
    except InvalidAnswers as error:
        form_error = error.error
        assert isinstance(form_error, FormError)
        return render(read(task), raw=raw, errors=form_error.errors), 422
    told = escape(t("tasks.completed", what=page.title, number=page.around.head.number))
    address = url_for("cases.page", case_id=page.desk.task.case_id)
    flash(told + Markup(' <a href="{}">{}</a>').format(address, t("tasks.whole_case")), "done")
    if done.closed:
        flash(t("tasks.case_closed", number=page.around.head.number), "done")
    if "next" in request.form and (found := claim_next(Filter())):
        return redirect(url_for("tasks.show", task=found))
    return redirect(url_for("tasks.index"))


@blueprint.post("/<task>/pick")
def pick(task: str) -> Any:
    """Begin the chosen step of an ad-hoc sub-process; the choice stays open for the next one."""
    page = read(task)
    chosen = next((offer for offer in page.offers if offer.element == request.form.get("element")), None)
    if chosen is None:
        return render(page, wrong={"element": t("tasks.pick_missing")}), 422
    try:
        begun = work.pick(
            current.database(), current.actor(), task, element=chosen.element, version=_version(), now=current.now()
        )
    except (Stale, WrongState) as error:
        return _conflict(page, error)
    told = escape(t("tasks.picked", what=chosen.name))
    if begun.opened:
        address = url_for("tasks.show", task=begun.opened[0])
        told += Markup(' <a href="{}">{}</a>').format(address, t("tasks.picked_open"))
    flash(told, "done")
    return redirect(url_for("tasks.show", task=task))


def _change(task: str, command: Callable[..., int], words: str, **values: Any) -> Any:
    """Run a command on the task, say so, and come back to it; those who came second get the conflict page."""
    try:
        command(current.database(), current.actor(), task, version=_version(), now=current.now(), **values)
    except (Stale, WrongState) as error:
        return _conflict(read(task), error)
    flash(t(words), "done")
    return _back(task)


def _back(task: str) -> Response:
    return redirect(local_address(request.form.get("next")) or url_for("tasks.show", task=task))


def _conflict(page: Page, error: TasksError) -> Any:
    """Who was faster, when and with what; everything typed is kept, and one may go on where the task is still open."""
    fresh = read(page.desk.task.id)
    record(fresh)
    drawn = draw(fresh, _typed(fresh))
    labels = drawn.names if drawn else {}
    return (
        render_template(
            "tasks/conflict.html", page=fresh, task=fresh.desk.task, error=error, typed=_sent(), labels=labels,
            mine=fresh.mine or fresh.free,
        ),
        status(error),
    )  # fmt: skip


def _sent() -> dict[str, list[str]]:
    return {
        name: values
        for name, values in request.form.lists()
        if name not in ("csrf_token", "version", "next") and any(values)
    }


def _typed(page: Page) -> dict[str, Any]:
    """The answers as typed, by the names of the form's own fields."""
    return posted.read(page.form, request.form.items(multi=True)) if page.form else {}


def _keep_files(page: Page, raw: dict[str, Any]) -> None:
    """Keep the files that were sent as attachments of the case; the answer is the attachment's number.

    InvalidAnswers at the question of one that is not kept: what else was answered comes back with it.
    """
    for field in page.form.fields if page.form else ():
        sent = request.files.get(field.name) if field.kind == "file" else None
        if sent is None or not sent.filename:
            continue
        row = page.desk.task
        try:
            number = remarks.add_attachment(
                current.database(), current.actor(), row.case_id, content=sent.read(), filename=sent.filename,
                now=current.now(), task_number=row.number,
            )  # fmt: skip
        except InvalidValue as error:
            wrong = FieldError(f"/{field.name}", f"file_{error.code}", {"name": sent.filename})
            raise InvalidAnswers(FormError([wrong])) from error
        raw[field.name] = str(number)


def _version() -> int:
    """The version that the page was made from; VersionMissing without it."""
    version = request.form.get("version", type=int)
    if version is None:
        raise VersionMissing
    return version
