"""The caseworker's daily pages: my tasks, and the page of one task."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")

from web.tasks import handing, inbox, page, work  # noqa: E402, F401  # the views register themselves on the blueprint
