"""The real pay subsidy on a throw-away database: a story played, with a copy of the case before each task."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text

from engine.story import Story, StoryStep, read_story
from tasks.actor import Actor
from tasks.check import read_folders
from tasks.clock import run_until
from tasks.commands.work import complete
from tasks.db import Database
from tasks.player import Player
from tasks.stage import Stage, created, prepare
from tests.bench.copies import multiply

FOLDERS = Path(__file__).resolve().parents[2] / "workflows"
PROCESS, STORY = "pay_subsidy", "paid_and_closed"
KEPT = 1_000_000
"""cases that are copied have ids from here on"""


@contextmanager
def throw_away(url: str) -> Iterator[Database]:
    """A database on disk with a random name, gone afterwards: a new SQLite file, or one on the server of `url`."""
    if make_url(url).get_backend_name() == "sqlite":
        folder = Path(tempfile.mkdtemp(prefix="asiavirta-bench-"))
        database = Database(f"sqlite:///{folder}/bench.db")
        try:
            yield database
        finally:
            database.dispose()
            shutil.rmtree(folder)
        return
    with created(url) as name:
        database = Database(make_url(url).set(database=name).render_as_string(hide_password=False))
        try:
            yield database
        finally:
            database.dispose()


@dataclass(frozen=True, slots=True)
class Doing:
    """A case that stands before a task, and how the story completes it."""

    path: str
    source: int
    number: int
    actor: Actor
    answers: Mapping[str, Any]
    now: datetime
    occurred_at: datetime

    def complete(self, database: Database, case_id: int) -> None:
        """Complete the task on a copy of the case, as the browser does it: with the version that was seen."""
        complete(
            database, self.actor, f"{case_id}-{self.number}", version=1, answers=self.answers, now=self.now,
            occurred_at=self.occurred_at,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """The prepared database, the story's first step with its customers, and its tasks."""

    stage: Stage
    story: Story
    first: StoryStep
    parties: Mapping[str, int]
    doings: tuple[Doing, ...]


class Rehearsal(Player):
    """Plays the story and keeps a copy of the case before each task."""

    def rehearse(self) -> tuple[Doing, ...]:
        """Play to the end."""
        found = []
        for step in self.story.steps:
            run_until(self.stage.database, step.at)
            if step.refused or not step.action:
                continue
            if step.action == "do":
                found.append(self._keep(step, KEPT + len(found)))
            self._act(step)
        return tuple(found)

    def _keep(self, step: StoryStep, copied: int) -> Doing:
        task, role = self._task(str(step.target))
        assert self.case_id is not None
        with self.stage.database.transaction() as connection:
            # halted, so that the clock does not wake the copies while the story goes on
            multiply(connection, self.case_id, copied, 1, replaced={"timers": {"state": "'halted'"}})
        number = int(task.split("-")[1])
        return Doing(str(step.target), copied, number, self._who(step, role), step.data, step.at, step.occurred)


def rehearse(database: Database) -> Scene:
    """Furnish the database and play the story once."""
    folders = read_folders(FOLDERS)
    stage = prepare(database, folders)
    story = next(read_story(STORY, bundle.stories[STORY]) for bundle in folders if bundle.process == PROCESS)
    player = Rehearsal(stage, story)
    doings = player.rehearse()
    with database.read() as connection:
        sql = text("SELECT role, customer_id FROM parties WHERE case_id = :case")
        rows = connection.execute(sql, {"case": player.case_id})
        parties = {row.role: row.customer_id for row in rows}
    return Scene(stage, story, story.steps[0], parties, doings)
