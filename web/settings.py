"""The person's own settings of this browser: shortcuts; and ending the sessions of other browsers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tasks.commands import sessions
from web import current
from web.i18n import t
from web.navigation import SHORTCUTS_COOKIE

blueprint = Blueprint("settings", __name__, url_prefix="/settings")

YEAR_SECONDS = 365 * 24 * 3600
KEYS = ("j", "k", "enter", "c", "n", "slash", "question")


@blueprint.get("/")
def index() -> Any:
    """The settings page; it also lists the shortcuts."""
    return render_template("settings.html", keys=KEYS)


@blueprint.post("/")
def save() -> Response:
    """Keep the choice in this browser for a year; it tells nothing of the person."""
    chosen = "on" if request.form.get("shortcuts") == "on" else "off"
    answer = redirect(url_for("settings.index"))
    answer.set_cookie(
        SHORTCUTS_COOKIE,
        chosen,
        max_age=YEAR_SECONDS,
        secure=current.house().config.secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    flash(t("settings.saved"), "done")
    return answer


@blueprint.post("/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    """End every session of this person, this one too."""
    sessions.sign_out_everywhere(current.database(), current.person().id)
    flash(t("login.signed_out"), "done")
    return redirect(url_for("auth.login"))
