"""Customers: the list, the page of one with all their cases and coming dates, adding and changing."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("customers", __name__, url_prefix="/customers")

from web.customers import editing, listing, page  # noqa: E402, F401  # the views register themselves
