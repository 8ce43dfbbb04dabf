"""Messages from outside reach the cases that wait for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import runner
from tasks import access
from tasks.actor import Actor
from tasks.casefile import Row
from tasks.commands.work import Completed
from tasks.course import Course
from tasks.db import Database
from tasks.errors import NotWaiting


def record_message(
    database: Database, actor: Actor, case_id: int, *, message: str, answers: Mapping[str, Any], channel: str | None,
    now: datetime, occurred_at: datetime | None = None, path: str | None = None, source: str | None = None,
) -> Completed:  # fmt: skip
    """Record a message that came in at `occurred_at`, on a case that waits for it.

    `path` chooses among several waits for the same message; without it the oldest takes it. Raises NotWaiting,
    Forbidden, InvalidAnswers.
    """
    with database.transaction() as connection:
        course = Course.open(connection, database, actor, case_id, now, occurred_at)
        course.require_open()
        access.see(course.rights, course.place()).require()
        return receive(course, waiting(course, message, path), answers, channel=channel, source=source)


def waiting(course: Course, message: str, path: str | None = None) -> Row:
    """The oldest wait of a locked case for a message; NotWaiting."""
    fitting = [wait for wait in course.file.waits if wait["message"] == message and path in (None, wait["path"])]
    if not fitting:
        raise NotWaiting(message, tuple(sorted(wait["message"] for wait in course.file.waits)))
    return min(fitting, key=lambda wait: int(wait["number"]))


def receive(
    course: Course, wait: Row, answers: Mapping[str, Any], *, channel: str | None, source: str | None,
    told: Mapping[str, Any] | None = None,
) -> Completed:  # fmt: skip
    """Deliver a message to one wait of a locked case and save it; `told` goes into its event. InvalidAnswers."""
    message = wait["message"]
    clean = course.clean(wait["process"], message, wait["path"], answers)
    result = runner.deliver(
        course.definition, course.file.state or b"", course.situation(), wait["engine_id"], clean, channel=channel
    )
    sender = source or course.sender(wait["process"], message, wait["path"])
    event = course.answer("message", message, wait["process"], wait["path"], clean, sender, channel)
    event |= {"message": message, "channel": channel, "visited": list(result.visited), **(told or {})}
    course.chain.add("message_received", event, path=wait["path"])
    opened = course.apply(result, done=frozenset({wait["path"]}))
    course.save()
    return Completed(course.case["id"], opened, result.closed, result.outcome)
