"""Processes: what is published, moves of running cases to another version, and drafts of the next versions."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("processes", __name__, url_prefix="/processes")

from web.processes import (  # noqa: E402  # the views register themselves
    acting,  # noqa: F401
    beginning,  # noqa: F401
    comparing,  # noqa: F401
    draft_file,  # noqa: F401
    drafts,  # noqa: F401
    drawing,  # noqa: F401
    editors,  # noqa: F401
    judging,  # noqa: F401
    library,  # noqa: F401
    meanwhile,  # noqa: F401
    moves,  # noqa: F401
    page,  # noqa: F401
    rehearsals,  # noqa: F401
    review,  # noqa: F401
    states,  # noqa: F401
    steplist,  # noqa: F401
    tryouts,  # noqa: F401
)
