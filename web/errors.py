"""What can go wrong, and what the browser is told: the only table of status codes; its pages keep what was typed."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from engine.errors import EngineError
from engine.letter import LetterError
from forms.errors import FormError
from forms.form import Form
from tasks import errors as tasks_errors
from web import i18n, problems, sentences, verdicts
from web.problems import VersionMissing
from web.returning import same_origin

log = logging.getLogger("asiavirta.web")


STATUS: dict[type[Exception], int] = {
    tasks_errors.NotFound: 404,
    tasks_errors.Forbidden: 403,
    tasks_errors.FourEyes: 403,
    tasks_errors.Disqualified: 403,
    tasks_errors.Stale: 412,
    VersionMissing: 428,
    tasks_errors.WrongState: 409,
    tasks_errors.NotWaiting: 409,
    tasks_errors.LetterIncomplete: 409,
    tasks_errors.SameId: 409,
    tasks_errors.NotPublished: 409,
    tasks_errors.InvalidAnswers: 422,
    tasks_errors.InvalidValue: 422,
    tasks_errors.NotPublishable: 422,
    FormError: 422,
    EngineError: 422,
    tasks_errors.DatabaseAway: 503,
    tasks_errors.UnusableDatabase: 500,
    CSRFError: 400,
}
"""Exception -> status; a subclass not named here has the status of its nearest parent that is."""

# A form whose sending failed for these reasons may be sent again as it is.
AGAIN = (400, 503)
SECRET_FIELDS = frozenset({"csrf_token", "password"})
FIELDS_SHOWN = 200


def status(error: Exception) -> int:
    """The status code of an exception; 500 for what is not in the table."""
    if isinstance(error, HTTPException):
        return error.code or 500
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def install(app: Flask) -> None:
    """Let every exception end in a page."""
    for kind in STATUS:
        app.register_error_handler(kind, page)
    app.register_error_handler(HTTPException, page)
    app.register_error_handler(Exception, page)


def page(error: Exception) -> Any:
    """The page of one error, in the person's language, with what they had typed."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error
    code = status(error)
    if code >= 500:
        log.error("%s %s answered %s: %s\n%s", request.method, request.path, code, type(error).__name__, _where(error))
    if problems.wanted():
        return problems.answer(error, code, words(error, code))
    typed = typed_fields() if request.method == "POST" else {}
    return (
        render_template(
            "errors/error.html",
            status=code,
            error=error,
            words=words(error, code),
            typed=typed,
            shown=_shown(typed),
            target=request.full_path.rstrip("?"),
            again=code in AGAIN and bool(typed) and same_origin(),
        ),
        code,
    )


def _where(error: BaseException) -> str:
    """Where it went wrong, without the messages: those may hold what somebody typed or a customer's data."""
    below = f"{_where(error.__cause__)}led to {type(error).__name__}\n" if error.__cause__ is not None else ""
    return below + "".join(traceback.format_tb(error.__traceback__))


def words(error: Exception, code: int) -> str:
    """What to tell the person about this very error, beside the general words of its status; may be empty."""
    if isinstance(error, tasks_errors.Forbidden):
        return verdicts.why_not(error.reason, error.params)
    if isinstance(error, LetterError):
        return i18n.t("error.letter", reason=sentences.tell(error.said))
    if isinstance(error, tasks_errors.WrongState) and error.what.startswith("draft "):
        key = f"draft.state_told_{error.state}"
        return i18n.t(key) if i18n.known(key) else ""
    if isinstance(error, tasks_errors.NotPublished):
        return i18n.t("error.not_published", process=error.process)
    if isinstance(error, tasks_errors.InvalidValue):
        key = f"draft.wrong_{error.field}_{error.code}"  # a file that an editor would save, told as on a draft's page
        told = request.blueprint == "processes" and error.field in ("file", "path") and i18n.known(key)
        return i18n.t(key, **error.params) if told else i18n.t("error.invalid_value", field=error.field)
    return ""


def typed_fields() -> dict[str, list[str]]:
    """What was typed into the form that was sent, without tokens and passwords; files cannot be kept."""
    if request.endpoint in ("auth.sign_in", "auth.switch"):
        return {}
    try:
        sent = request.form.lists()
    except HTTPException:  # too large, or not a form: nothing of it was read
        return {}
    found = {name: values for name, values in sent if name not in SECRET_FIELDS and any(values)}
    return dict(list(found.items())[:FIELDS_SHOWN])


def form_sent(form: Form) -> None:
    """Remember the form that was sent: a page of an error then names its fields and options as the form did."""
    g.form_sent = form


def words_sent(typed: Mapping[str, str]) -> None:
    """Remember what was typed on a page that is no form of its own: {what it asks: what was answered}."""
    g.words_sent = {asked: [text] for asked, text in typed.items() if text.strip()}


def _shown(typed: dict[str, list[str]]) -> dict[str, list[str]]:
    if "form_sent" in g:
        return as_asked(g.form_sent, typed)
    told: dict[str, list[str]] = g.get("words_sent", typed)
    return told


def as_asked(form: Form, typed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What was typed by the words that the form asked with; what the page sent of its own is left out."""
    language, found = i18n.language(), {}
    for name, values in typed.items():
        group, row, inner = [*name.split("."), "", ""][:3]
        field = form.field_at("/" + name.replace(".", "/"))
        if field is None:
            continue
        words = dict(field.options(language))
        if field.kind == "yes_no":
            words = {"true": i18n.t("frame.yes"), "false": i18n.t("frame.no")}
        title, above = field.title(language), form.field_at(f"/{group}") if inner and row.isdecimal() else None
        if above is not None:
            title = f"{above.title(language)}, {i18n.t('form.row', n=int(row) + 1)}: {title}"
        found[title] = [words.get(value, value) for value in values]
    return found
