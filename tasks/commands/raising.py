"""A supervisor puts a case first in the lists of work, and back in its place."""

from __future__ import annotations

from datetime import datetime

from tasks import access
from tasks.actor import Actor
from tasks.course import Course
from tasks.db import Database
from tasks.errors import InvalidValue, WrongState

LONGEST_REASON = 500


def raise_case(database: Database, actor: Actor, case_id: int, *, reason: str, now: datetime) -> None:
    """Put a case's tasks, present and coming, before all others; its dates stay. InvalidValue, WrongState, Forbidden.

    A task whose form somebody has open keeps its version: nothing of what they write changes.
    """
    why = reason.strip()
    if not 0 < len(why) <= LONGEST_REASON:
        message = f"{len(why)} characters, expected 1 to {LONGEST_REASON}"
        raise InvalidValue("reason", "length", message, {"longest": LONGEST_REASON})
    with database.transaction() as connection:
        course = _open(Course.open(connection, database, actor, case_id, now))
        if course.case["raised_reason"] is not None:
            raise WrongState(f"case {case_id}", "put first", "in its place")
        course.chain.add("case_raised", {"reason": why})
        _set(course, why)


def lower_case(database: Database, actor: Actor, case_id: int, *, now: datetime) -> None:
    """Put a case back in its place among the others; WrongState, Forbidden."""
    with database.transaction() as connection:
        course = _open(Course.open(connection, database, actor, case_id, now))
        if course.case["raised_reason"] is None:
            raise WrongState(f"case {case_id}", "in its place", "put first")
        course.chain.add("case_lowered", {})
        _set(course, None)


def _open(course: Course) -> Course:
    access.supervise(course.rights, course.place()).require()
    course.require_open()
    return course


def _set(course: Course, reason: str | None) -> None:
    for task in course.file.open_tasks:
        course.changes.update("tasks", task["number"], raised=reason is not None)
    course.dirty["raised_reason"] = reason
    course.save()
