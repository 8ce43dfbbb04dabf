"""The board of supervisors: figures and pictures of the flow, what is coming, and the cases behind every number."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("board", __name__, url_prefix="/board")

from web.board import ahead, customers, entries, lists, page, people, results, steps, versions  # noqa: E402, F401  # the views register themselves
