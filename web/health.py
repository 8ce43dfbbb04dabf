"""For machines that watch over this one: is the process alive, and can it serve?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify

from tasks import migrations
from tasks.errors import DatabaseAway
from tasks.queries import health, incidents, messages
from web import current
from web.auth import bare

blueprint = Blueprint("health", __name__)

# A worker looks at the clock every few seconds; two minutes of silence mean that none runs.
SILENCE = timedelta(minutes=2)


@blueprint.get("/livez")
@bare
def livez() -> Any:
    """200 as long as the process answers; touches nothing else."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
@bare
def readyz() -> Any:
    """200 when the database answers with the newest schema; a silent clock is told but stops no page."""
    checks = {"database": _database(), "worker": _told(_worker)}
    ready = checks["database"] == "ok"
    waiting = _waiting() if ready else {}
    return jsonify(status="ready" if ready else "not ready", checks=checks, waiting=waiting), 200 if ready else 503


def _waiting() -> dict[str, int]:
    """How much waits: calls, calls that failed, incidents, messages for their case and for a person."""
    try:
        with current.database().read() as connection:
            calls, unplaced = incidents.counts(connection), messages.counts(connection)
    except DatabaseAway:
        return {}
    return {
        "calls": calls["waiting"], "calls_failed": calls["failed"], "incidents": calls["incidents"],
        "messages_early": unplaced.get("early", 0), "messages_unplaced": unplaced.get("unplaced", 0),
    }  # fmt: skip


def _database() -> str:
    def state() -> str:
        found, wanted = migrations.revision(current.database()), migrations.head()
        return "ok" if found == wanted else f"schema {found}, expected {wanted}"

    return _told(state)


def _worker() -> str:
    with current.database().read() as connection:
        beat = health.last_beat(connection)
    if beat is None:
        return "never seen"
    return "ok" if current.now() - beat <= SILENCE else f"silent since {beat.isoformat(timespec='seconds')}"


def _told(check: Callable[[], str]) -> str:
    try:
        return check()
    except DatabaseAway:
        return "does not answer"
