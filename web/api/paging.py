"""Lists page by page: `after` is where the last page ended, `next` where the following one begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import request, url_for
from werkzeug.exceptions import UnprocessableEntity

Row = TypeVar("Row")
LARGEST = 2**63 - 1


def after(parts: int) -> tuple[int, ...] | None:
    """The numbers in the cursor of this request, None on the first page; 422 for what is no cursor of such a list."""
    given = request.args.get("after", "")
    if not given:
        return None
    try:
        text = base64.urlsafe_b64decode(given.encode() + b"=" * (-len(given) % 4)).decode("ascii")
        numbers = tuple(int(part) for part in text.split("."))
        if len(numbers) != parts or not all(0 <= number <= LARGEST for number in numbers):
            raise ValueError(text)
    except (ValueError, binascii.Error):
        error = UnprocessableEntity()
        words = f"{given[:80]!r} is no cursor of this list; expected the `next` of its last page"
        error.data = {"messages": {"query": {"after": [words]}}}  # type: ignore[attr-defined]
        raise error from None
    return numbers


def page(rows: Sequence[Row], size: int, key: Callable[[Row], Sequence[int]]) -> tuple[dict[str, Any], dict[str, str]]:
    """A page of at most `size` of the rows, which were read one further, and the header that links to the next."""
    shown = list(rows[:size])
    if len(rows) <= size:
        return {"items": shown, "next": None}, {}
    text = ".".join(str(number) for number in key(shown[-1]))
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    address = url_for(request.endpoint or "", **{**request.view_args, **request.args, "after": cursor})  # type: ignore[dict-item]
    return {"items": shown, "next": cursor}, {"Link": f'<{address}>; rel="next"'}
