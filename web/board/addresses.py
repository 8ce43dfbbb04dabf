"""Where the rows behind a number of the board are; `query` is the question as an address has it (Asking.query).

A board has hundreds of them: none is made for a number that is 0 and leads nowhere, and each page is looked up once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import g, url_for

Query = Mapping[str, Any]


def cases(query: Query, what: str, n: int, **about: Any) -> str:
    """The list of the `n` cases that a number counts."""
    return _address("board.cases", dict(query) | {"what": what} | about) if n else ""


def entries(query: Query, what: str, n: int, **about: Any) -> str:
    """The list of the `n` products, letters, deadlines or tasks that a number counts."""
    return _address("board.entries", dict(query) | {"what": what} | about) if n else ""


def _address(endpoint: str, told: Query) -> str:
    roots: dict[str, str] = g.setdefault("board_lists", {})
    if endpoint not in roots:
        roots[endpoint] = url_for(endpoint)
    return f"{roots[endpoint]}?{urlencode({name: value for name, value in told.items() if value is not None})}"
