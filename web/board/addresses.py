"""Where the rows behind a number of the board are; `query` is the question as an address has it (Asking.query).

A board has hundreds of them: none is made for a number that is 0 and leads nowhere, and where a list lies is asked
once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from flask import g, url_for

Query = Mapping[str, Any]


def cases(query: Query, what: str, n: int, **about: Any) -> str:
    """The list of the `n` cases that a number counts."""
    return _address("board.cases", {**query, "what": what, **about}) if n else ""


def entries(query: Query, what: str, n: int, **about: Any) -> str:
    """The list of the `n` products, letters, deadlines or tasks that a number counts."""
    return _address("board.entries", {**query, "what": what, **about}) if n else ""


def _address(endpoint: str, query: Query) -> str:
    places: dict[str, str] = g.setdefault("board_places", {})
    if endpoint not in places:
        places[endpoint] = url_for(endpoint)
    asked = "&".join(f"{name}={_quoted(str(value))}" for name, value in query.items() if value is not None)
    return f"{places[endpoint]}?{asked}"


_quoted = lru_cache(maxsize=4096)(quote_plus)  # names of units, processes and steps come again and again
