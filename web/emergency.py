"""Emergency access: an operator, who sees no customer data, is let into one case on a reason that is reported."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from tasks.access import hold_role
from tasks.commands.audit import SHORTEST_REASON, open_in_emergency
from tasks.errors import InvalidValue, NotFound
from web import current, sight
from web.i18n import t

blueprint = Blueprint("emergency", __name__, url_prefix="/emergency")


@blueprint.route("/", methods=["GET", "POST"])
def index() -> Any:
    """Ask for the case and the reason; then the case is open for reading for an hour."""
    hold_role(sight.rights(), "operator").require()
    if request.method == "GET":
        return render_template("emergency.html", typed={}, wrong=[])
    number, reason = (request.form.get(name, "").strip() for name in ("number", "reason"))
    wrong = [] if number else [("number", t("emergency.number_missing"))]
    try:
        if not wrong:
            case_id = open_in_emergency(
                current.database(), current.actor(), number=number, reason=reason, now=current.now()
            )
            flash(t("emergency.opened"), "warning")
            return redirect(url_for("cases.page", case_id=case_id))
    except NotFound:
        wrong = [("number", t("emergency.number_unknown"))]
    except InvalidValue:
        wrong = [("reason", t("emergency.reason_missing", n=SHORTEST_REASON))]
    return render_template("emergency.html", typed={"number": number, "reason": reason}, wrong=wrong), 422
