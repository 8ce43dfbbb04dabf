"""What the form of an awaited message reads of the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.runner import scope_data
from tasks.actor import Actor
from tasks.course import Course
from tasks.db import Database


def data(database: Database, actor: Actor, case_id: int, path: str, now: datetime) -> Mapping[str, Any]:
    """The case data as the scope of a wait sees it, typed; empty once the case has no state. NotFound, StepError."""
    with database.read() as connection:
        course = Course.look(connection, database, actor, case_id, now)
        if course.file.state is None:
            return {}
        return scope_data(course.definition, course.file.state, course.situation(), path)
