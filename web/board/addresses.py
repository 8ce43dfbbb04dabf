"""Where the rows behind a number of the board are; `query` is the question as an address has it (Asking.query).

A board has hundreds of them, so none is made for a number that is 0 and leads nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

Query = Mapping[str, Any]


def cases(query: Query, what: str, n: int, **about: Any) -> str:
    """The list of the `n` cases that a number counts."""
    return url_for("board.cases", **{**query, "what": what, **about}) if n else ""


def entries(query: Query, what: str, n: int, **about: Any) -> str:
    """The list of the `n` products, letters, deadlines or tasks that a number counts."""
    return url_for("board.entries", **{**query, "what": what, **about}) if n else ""
