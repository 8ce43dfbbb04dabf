"""What a machine is told when something goes wrong: problem documents (RFC 9457) instead of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response, g, json, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from engine.errors import BundleError, EngineError, XmlError
from forms.errors import FormError
from tasks import errors as tasks_errors
from web import i18n
from web.sentences import tell

API = "/api/"
MEDIA_TYPE = "application/problem+json"


class VersionMissing(Exception):
    """A change was sent without saying which version of the task it was made from."""


def wanted() -> bool:
    """Whether this request came to the API."""
    return request.path.startswith(API)


def speak() -> None:
    """Choose the language of what the API says: what the caller accepts, else English; a session does not matter."""
    g.language = request.accept_languages.best_match(i18n.LANGUAGES) or "en"


def answer(error: Exception, code: int, words: str) -> Response:
    """The problem document of an error; `words` say in the caller's language what is the matter, and may be empty."""
    speak()
    title = f"problem.title_{code}"
    document: dict[str, Any] = {
        "type": f"urn:asiavirta:problem:{kind(error, code)}",
        "title": i18n.t(title) if i18n.known(title) else HTTP_STATUS_CODES.get(code, "Error"),
        "status": code,
    }
    if said := words or _said(error):
        document["detail"] = said
    if found := list(_errors(error)):
        document["errors"] = found
    response = Response(json.dumps(document, ensure_ascii=False), status=code, mimetype=MEDIA_TYPE)
    if code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="asiavirta"'
    for name, value in error.get_headers() if isinstance(error, HTTPException) else ():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _said(error: Exception) -> str:
    """The error's own sentence, where it is one of ours and tells the caller about the request."""
    ours = (tasks_errors.TasksError, EngineError, FormError, VersionMissing)
    hidden = (tasks_errors.DatabaseAway, tasks_errors.UnusableDatabase)
    return str(error) if isinstance(error, ours) and not isinstance(error, hidden) else ""


def kind(error: Exception, code: int) -> str:
    """The last part of a problem's type: the error's own name, as docs/api.md lists them."""
    if code == 500:
        return "internal"
    name = type(error).__name__ if not isinstance(error, HTTPException) else error.name
    return re.sub(r"(?<=[a-z])(?=[A-Z])|\s+", "-", name).lower()


def answers_at(pointer: str) -> None:
    """Say where the answers of a form stand in this request's body, for the pointers of what is wrong in them."""
    g.answers_at = pointer


def _errors(error: Exception) -> Iterator[dict[str, Any]]:
    """What is wrong, each with where it stands: a JSON pointer into the body, or the file of a process folder."""
    if isinstance(error, tasks_errors.InvalidAnswers):
        at, language = g.get("answers_at", "/data"), i18n.language()
        for found in error.error.errors:
            yield {"pointer": f"{at}{found.pointer}", "code": found.code, "detail": found.message(language)}
    elif isinstance(error, tasks_errors.InvalidValue):
        at = error.field if error.field.startswith("?") else f"/{error.field}"  # "?query/…": a parameter
        yield {"pointer": at, "code": error.code, "detail": str(error)}
    elif isinstance(error, (tasks_errors.NotPublishable, BundleError)):
        for finding in error.findings:
            yield {
                "file": finding.file, "line": finding.line, "element": finding.element, "rule": finding.rule,
                "detail": tell(finding.message),
            }  # fmt: skip
    elif isinstance(error, XmlError):
        yield {"line": error.line, "rule": "xml", "detail": tell(error.said)}
    elif isinstance(error, HTTPException):
        data: Mapping[str, Any] = getattr(error, "data", None) or {}
        for place, messages in (data.get("messages") or {}).items():
            yield from _nested(messages, "" if place == "json" else f"?{place}")


def _nested(messages: Any, pointer: str) -> Iterator[dict[str, Any]]:
    """The messages of marshmallow, field by field."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _nested(inner, pointer if name == "_schema" else f"{pointer}/{_escaped(str(name))}")
    elif isinstance(messages, Sequence) and not isinstance(messages, str):
        for message in messages:
            yield from _nested(message, pointer)
    else:
        yield {"pointer": pointer, "detail": str(messages)}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
