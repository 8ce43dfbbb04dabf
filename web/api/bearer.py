"""Whose token a request carries, and what the token may do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request
from flask_smorest import Blueprint
from werkzeug.exceptions import TooManyRequests, Unauthorized

from tasks.commands import sessions
from tasks.commands.tokens import token_hash, token_used
from tasks.errors import Forbidden
from tasks.queries.tokens import Bearer, bearer
from web import current, problems

View = TypeVar("View", bound=Callable[..., Any])
WAIT = 15 * 60
"""seconds until a caller with too many wrong tokens is heard again"""


def resource(name: str, words: str) -> Blueprint:
    """The blueprint of a resource: every request to it needs a token."""
    blueprint = Blueprint(f"api_{name}", __name__, description=words)
    blueprint.before_request(identify)
    return blueprint


def identify() -> None:
    """Find the integration of the request's token; 401 without one in force, 429 after too many wrong ones."""
    problems.speak()
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Unauthorized
    with current.database().read() as connection:
        found = bearer(connection, token_hash(secret.strip()), current.today())
    if found is None:
        limits = ((f"token address {request.remote_addr}", current.house().config.login_attempts * 10),)
        if sessions.attempt(current.database(), limits, current.now()) is None:
            raise TooManyRequests(retry_after=WAIT)
        raise Unauthorized
    token_used(current.database(), found.token_id, found.used_at, current.now())
    g.bearer, g.person, g.via = found, found.person, "api"


def scoped(scope: str) -> bool:
    """Whether the request's token has a scope."""
    found: Bearer = g.bearer
    return scope in found.scopes


def needs(scope: str, *others: str) -> Callable[[View], View]:
    """Let a view be called only with a token that has one of the scopes, and say so in the OpenAPI document."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*arguments: Any, **named: Any) -> Any:
            if not any(map(scoped, (scope, *others))):
                raise Forbidden("no_scope", {"scope": scope})
            return view(*arguments, **named)

        documented = dict(getattr(view, "_apidoc", {}))
        documented["manual_doc"] = {**documented.get("manual_doc", {}), "x-scope": " ".join((scope, *others))}
        checked._apidoc = documented  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return decorate
