"""Published processes: the list, the page of one, and the moves of its running cases to another version."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("processes", __name__, url_prefix="/processes")

from web.processes import moves, page  # noqa: E402, F401  # the views register themselves
