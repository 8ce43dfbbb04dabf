"""Signing in, signing out, and the rule that every page needs it unless it says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import Blueprint, Flask, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from tasks.commands import sessions
from tasks.queries import people
from web import current, i18n
from web.errors import typed_fields
from web.i18n import t
from web.returning import local_address, same_origin

blueprint = Blueprint("auth", __name__)

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "_public"
BARE = "_bare"
KEYED = "asiavirta_keyed"
TOKEN = "token"
KEPT = "kept."
"""Prefix of the fields that the login form carries for somebody whose session ended while they were typing."""


def public(view: View) -> View:
    """Mark a page as open to anybody, signed in or not."""
    setattr(view, PUBLIC, True)
    return view


def bare(view: View) -> View:
    """Mark an address for machines: open to anybody, and answered without looking for a session."""
    setattr(view, BARE, True)
    return public(view)


def keyed(app: Flask, blueprint: str) -> None:
    """Mark a blueprint whose requests carry a token instead of a session: the API's own check lets them in."""
    app.extensions.setdefault(KEYED, set()).add(blueprint)


def is_keyed(endpoint: str | None) -> bool:
    """Whether this endpoint asks for a token and not for a session."""
    return (endpoint or "").partition(".")[0] in current_app.extensions.get(KEYED, ())


def is_public(endpoint: str | None) -> bool:
    """Whether this endpoint is open to anybody: static files and what is marked `public`."""
    return endpoint == "static" or hasattr(current_app.view_functions.get(endpoint or ""), PUBLIC)


def install(app: Flask) -> None:
    """Read the person of every request, and send the others to the login page."""
    app.before_request(_identify)


def _identify() -> Any:
    if request.endpoint == "static" or getattr(current_app.view_functions.get(request.endpoint or ""), BARE, False):
        return None
    if is_keyed(request.endpoint):
        return None
    g.person = _person()
    if g.person is not None or request.endpoint is None or is_public(request.endpoint):
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))
    return _login_page(next_address=request.path, kept=typed_fields() if same_origin() else {}, ended=True), 401


def _person() -> people.Person | None:
    token = session.get(TOKEN)
    if not token:
        return None
    house, now = current.house(), current.now()
    idle_since = now - timedelta(minutes=house.config.session_idle_minutes)
    with house.database.read() as connection:
        found = people.signed_in(connection, sessions.session_id(token), now, current.today(), idle_since)
    if found is None:
        session.pop(TOKEN)
        return None
    sessions.seen(house.database, found.id, found.seen_at, now)
    return found.person


@blueprint.get("/login")
@public
def login() -> Any:
    """The login page; in demo mode with a list of people to become."""
    if current.signed_in():
        return redirect(url_for("pages.home"))
    return _login_page(next_address=local_address(request.args.get("next")))


@blueprint.post("/login")
@public
def sign_in() -> Any:
    """Check the name and password and open a session."""
    name, password = request.form.get("name", "").strip()[:200], request.form.get("password", "")[:1000]
    limit, who = current.house().config.login_attempts, f"name {name.lower()}"
    counted = sessions.attempt(
        current.database(), ((who, limit), (f"address {request.remote_addr}", limit * 10)), current.now()
    )
    if counted is None:
        return _login_page(error="login.too_many", name=name), 429
    user_id = sessions.check_password(current.database(), name, password)
    if user_id is None:
        return _login_page(error="login.wrong", name=name), 422
    sessions.succeeded(current.database(), who, counted)
    return _enter(user_id)


@blueprint.post("/switch")
@public
def switch() -> Any:
    """Become a demo user without a password. Only in demo mode."""
    if not current.house().config.demo:
        abort(404)
    with current.database().read() as connection:
        who = people.person(connection, request.form.get("person", 0, type=int), current.today())
    if who is None or "integration" in who.roles:
        abort(404)
    return _enter(who.id)


@blueprint.post("/logout")
def logout() -> Response:
    """End this session."""
    sessions.sign_out(current.database(), session[TOKEN])
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    flash(t("login.signed_out"), "done")
    return redirect(url_for("auth.login"))


@blueprint.post("/language")
@public
def change_language() -> Response:
    """Choose the language of the pages and come back to the same page."""
    chosen = request.form.get("language")
    if chosen in i18n.LANGUAGES:
        session["language"] = chosen
    return redirect(local_address(request.form.get("next")) or url_for("pages.home"))


def _enter(user_id: int) -> Any:
    """Open a fresh session (never one that existed before signing in) and go on to where the person was going."""
    house = current.house()
    if old := session.get(TOKEN):
        sessions.sign_out(house.database, old)
    chosen, target = session.get("language"), local_address(request.form.get("next"))
    kept = {name.removeprefix(KEPT): values for name, values in request.form.lists() if name.startswith(KEPT)}
    session.clear()
    session[TOKEN] = sessions.sign_in(house.database, user_id, hours=house.config.session_hours, now=current.now())
    with house.database.read() as connection:
        g.person = people.person(connection, user_id, current.today())
    session["language"] = chosen or (g.person.language if g.person else i18n.LANGUAGES[0])
    if kept and target:
        return render_template("errors/again.html", typed=kept, target=target, reason="error.again_signed_in")
    return redirect(target or url_for("pages.home"))


def _login_page(
    *,
    next_address: str = "",
    error: str = "",
    name: str = "",
    kept: dict[str, list[str]] | None = None,
    ended: bool = False,
) -> str:
    """Render the login form; `kept` are the answers of somebody whose session ended."""
    house = current.house()
    crew: tuple[people.Person, ...] = ()
    if house.config.demo:
        with house.database.read() as connection:
            crew = tuple(p for p in people.everyone(connection, current.today()) if "integration" not in p.roles)
    if not kept:
        kept = {key.removeprefix(KEPT): values for key, values in request.form.lists() if key.startswith(KEPT)}
    return render_template(
        "login.html",
        next=next_address or local_address(request.form.get("next")),
        error=error,
        name=name,
        kept=kept,
        ended=ended,
        crew=crew,
    )
