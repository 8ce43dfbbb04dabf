"""The caseworker's daily pages: my tasks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")


@blueprint.get("/")
def index() -> Any:
    """My tasks."""
    return render_template("tasks/index.html")
