"""The product whose process is killed in the middle of every command, and which then tries again."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

from engine.errors import EngineError
from tasks.errors import TasksError
from tests.oracle.database_side import DatabaseSide
from tests.oracle.dice import Dice
from tests.oracle.sketch import Drawing
from tests.tasks.conftest import Town

TALK = ("execute", "executemany", "commit", "do_commit")
"""functions that talk to a database, in Python or in C: before and after each call is a moment to die"""
MOMENTS = 40


class KilledSide(DatabaseSide):
    """Each command is begun in a process that dies at some moment of its talk with the database, then done again."""

    def __init__(self, town: Town, drawing: Drawing, now: Any, dice: Dice) -> None:
        super().__init__(town, drawing, now)
        self.dice = dice
        self.undone = self.done = 0

    def _step(self, command: Callable[[], object], again: str = "changes nothing") -> None:
        before = self._stored()
        self._killed(command, self.dice.below(MOMENTS))
        after = self._stored()
        if after == before:
            self.undone += 1
            super()._step(command)
            return
        self.done += 1  # it died after a commit, or not at all
        if again == "is another":
            return
        with suppress(TasksError, EngineError):
            command()
        assert again in ("goes on", "is noted") or self._stored() == after, "what was done already has been done again"

    def _killed(self, command: Callable[[], object], moment: int) -> None:
        """Run a command in another process that dies at a moment, unless the command is done before that."""
        process = os.fork()
        if process:
            os.waitpid(process, 0)
            return
        left = moment

        def watch(frame: FrameType, event: str, argument: Any) -> None:
            nonlocal left
            name = getattr(argument, "__name__", "") if event.startswith("c_") else frame.f_code.co_name
            if name in TALK:
                left -= 1
                if left < 0:
                    os._exit(9)

        try:
            self.database.leave_to_parent()
            sys.setprofile(watch)
            command()
        finally:
            os._exit(0)
