"""The first page of my tasks when a unit's queue is very long: the query alone, and the whole page in the server."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from engine.calendar import Calendar
from tasks.db import Database
from tasks.published import published
from tasks.queries import inbox, queues
from tasks.queries.people import person
from tasks.queries.worklist import Days, Filter
from tasks.stage import EVERYONE
from tests.bench.commands import quiet, timed
from tests.bench.copies import multiply, settle
from tests.bench.figure import Figure, milliseconds, percentile
from tests.bench.scene import Scene
from web.app import create_app
from web.badge import soon_until
from web.config import Config
from web.current import EXTENSION

TASKS = 100_000
FIRST = 10_000_000
"""the waiting cases have ids from here on"""
SPREAD = "CAST(:today AS date) + CAST((g.n * 7919) % 120 - 20 AS integer)"
"""due days from 20 days ago to 100 days ahead, in no order"""


def fill(scene: Scene, count: int = TASKS) -> None:
    """Copy the case before its first check `count` times, with its task, on due days around the story's day."""
    doing = scene.doings[1]
    today = doing.now.date()
    due = SPREAD.replace(":today", f"'{today.isoformat()}'")
    with scene.stage.database.transaction() as connection:
        multiply(
            connection,
            doing.source,
            FIRST,
            count,
            tables=("tasks",),
            replaced={"tasks": {"due_on": due, "legal_on": due}},
        )
    with scene.stage.database.transaction() as connection:
        settle(connection)


def figures(scene: Scene, times: int) -> list[Figure]:
    """Both figures; the cases are there already."""
    database, now = scene.stage.database, scene.doings[1].now
    alone = [timed(lambda: _query(scene, now.date())) for _ in range(times + 5)][5:]
    client = browser(scene, now)
    with quiet():
        whole = [timed(lambda: _page(client)) for _ in range(times + 5)][5:]
    note = f"{_open_tasks(database)} open tasks; median {{:.2f}} ms, p95 of {times}"
    return [
        Figure("first page of my tasks, p95 in the server", "ms", percentile(whole, 0.95), percentile(alone, 0.95),
               most=50.0, note=note.format(milliseconds(whole)) + "; floor: the query of the lines alone"),
    ]  # fmt: skip


def _query(scene: Scene, today: date) -> None:
    database = scene.stage.database
    with database.read() as connection:
        versions = published(database).refresh(connection)
        user = person(connection, scene.stage.people[EVERYONE].user_id or 0, today)
        assert user is not None
        days = Days(today, soon_until(today, Calendar()))
        found = inbox.page(connection, queues.queue_of(user, versions), Filter(), days)
    assert len(found.lines) == inbox.PAGE


def _page(client: FlaskClient) -> None:
    answer = client.get("/tasks/")
    assert answer.status_code == 200, answer.text


def browser(scene: Scene, now: datetime) -> FlaskClient:
    """A signed-in caseworker's browser on the whole application."""
    config = Config(secret_key="b" * 40, secure_cookies=False, demo=True)
    app: Flask = create_app(config, scene.stage.database, clock=lambda: now)
    app.config.update(WTF_CSRF_ENABLED=False)
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], clock=lambda: now + timedelta(seconds=1))
    client = app.test_client()
    answer = client.post("/switch", data={"person": scene.stage.people[EVERYONE].user_id})
    assert answer.status_code == 302
    return client


def _open_tasks(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM tasks WHERE state = 'open'")).scalar_one())
