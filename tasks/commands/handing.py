"""Many tasks are given to a colleague or put back at once: one command, one transaction and one result for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tasks.actor import Actor
from tasks.commands.work import assign, release
from tasks.db import Database
from tasks.errors import TasksError


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one task: its new version, or why it stayed where it was."""

    task: str
    version: int | None = None
    error: TasksError | None = None


def hand_over(
    database: Database, actor: Actor, tasks: Iterable[tuple[str, int]], *, to_user_id: int | None, now: datetime
) -> tuple[Handed, ...]:
    """Give each (task, version seen) to a person, or with None put it back; in the order given.

    Every refusal is a result of its own, and what was done before it stays done.
    """
    found = []
    for task, version in tasks:
        try:
            if to_user_id is None:
                new = release(database, actor, task, version=version, now=now)
            else:
                new = assign(database, actor, task, to_user_id=to_user_id, version=version, now=now)
        except TasksError as error:
            found.append(Handed(task, error=error))
        else:
            found.append(Handed(task, new))
    return tuple(found)
