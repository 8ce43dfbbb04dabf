"""Cases: the list, the page of one case, its papers, and what arrives: a new matter or an awaited message."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

from web.cases import arrivals, calls, consents, listing, page, papers, parties, starting, whatif  # noqa: E402, F401  # the views register themselves
