"""Which version of a row the caller saw (If-Match), and which one it gets (ETag)."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.exceptions import PreconditionFailed

from web.problems import VersionMissing


def seen() -> int | None:
    """The version that the caller made its change from; None for `*`. 428 without If-Match, 412 for no tag of ours."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionMissing("expected the header If-Match with the ETag that the resource was read with")
    if given == "*":
        return None
    tag = given.removeprefix("W/").strip('"')
    if not (tag.isascii() and tag.isdigit() and len(tag) < 19):
        raise PreconditionFailed
    return int(tag)


def tag(version: int) -> dict[str, str]:
    """The header that names a version."""
    return {"ETag": f'"{version}"'}


IF_MATCH: dict[str, Any] = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag that the resource was read with, or * for whatever version.",
}
ETAG = {"ETag": {"description": "The version of the resource, for If-Match.", "schema": {"type": "string"}}}
