"""The demo town's office while time passes: the mail leaves, and what falls due is done, as any office does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, text

from engine.errors import EngineError
from engine.register import AUTHORITY
from engine.story import HELSINKI, StoryStep
from forms.form import Form
from tasks import mailroom
from tasks.clock import run_until
from tasks.errors import TasksError
from tasks.moments import read_day, read_moment
from tasks.published import published
from tasks.queries.task import desk
from tasks.stage import EVERYONE, HOUSE, Stage

WORK_BEGINS = time(9)
A_MOMENT = timedelta(minutes=10)
ONE_SILENT_IN = 5
"""cases: in one of so many, nobody answers before the time is over"""
OURS = (None, AUTHORITY)
"""whose time a task's deadline is where the office itself is bound by it"""
Act = Callable[[StoryStep], None]


def live(stage: Stage, case_id: int | None, until: datetime, now: datetime) -> None:
    """Let time pass from one due moment of the case to the next, as a worker that never slept would have."""
    while case_id is not None:
        with stage.database.read() as connection:
            due = connection.execute(_NEXT, {"case": case_id}).scalar()
        moment = read_moment(due)
        mailroom.post(stage.database, stage.people[EVERYONE], case_id, min(moment or until, until), now)
        if moment is None or moment > until:
            return
        run_until(stage.database, moment, only=case_id)  # the time of other cases may not have come so far


def keep_up(stage: Stage, case_id: int, later: tuple[StoryStep, ...], since: datetime, now: datetime, act: Act) -> None:
    """Do on its day what falls due after `since`: as a later step of the story does it, else as the form's example.

    What another waits for is done the day after it came, and most of those who are asked answer before their time is
    over. What comes back is ended by what it waits for, as one asks for a statement until it comes. What comes back
    once more, or does not fit its day, is left for somebody to find late.
    """
    tried, left, today = set(), [""], now.astimezone(HELSINKI).date()
    asked: set[str] = set()
    while True:
        with stage.database.read() as connection:
            task = connection.execute(_DUE, {"case": case_id, "today": today.isoformat(), "left": left}).one_or_none()
            moment = read_moment(connection.execute(_NEXT, {"case": case_id}).scalar())
        if task is None:
            if moment is None or moment > now:
                return
            answered = _answered(stage, case_id, since, now, asked, act)
            if answered is None:
                live(stage, case_id, moment, now)  # what then opens may fall due before now as well
            since = answered or since
            continue
        opened = read_moment(task.opened_at) or since
        day = opened.date() + timedelta(days=1) if task.deadline_binds not in OURS else read_day(task.due_on) or today
        at = max(datetime.combine(day, WORK_BEGINS, HELSINKI), opened + A_MOMENT, since + A_MOMENT)
        again = task.path in tried
        tried.add(task.path)
        if again or at > now:
            left.append(task.path)
        if at > now:
            continue
        live(stage, case_id, at, now)
        told = [step for step in later if (step.action, step.target) == ("do", task.path) and not step.refused]
        with suppress(TasksError, EngineError):
            found = ("do", task.path, told[0].data) if told else example(stage, f"{case_id}-{task.number}", at, again)
            if found is not None:
                action, target, answers = found
                act(StoryStep(at, action, target, "", answers, "", at, {}, ""))
                since = at


def _answered(stage: Stage, case_id: int, since: datetime, now: datetime, asked: set[str], act: Act) -> datetime | None:
    """When somebody whose time would run out by now has answered, as the form's example; each is asked once."""
    with stage.database.read() as connection:
        versions = published(stage.database).refresh(connection)
        ends = read_moment(connection.execute(_ENDS, {"case": case_id}).scalar())
        case = connection.execute(_CASE, {"case": case_id}).one()
        waits = connection.execute(_WAITS, {"case": case_id}).all()
    if ends is None or ends > now or case_id % ONE_SILENT_IN == 0:
        return None
    parts = versions.definition(case.process, case.version).parts
    for wait in waits:
        part = parts.get(wait.process)
        if wait.path in asked or part is None or part.diagram.nodes[wait.element].kind != "receiveTask":
            continue
        asked.add(wait.path)
        opened = read_moment(wait.opened_at) or since
        before = min(opened + timedelta(days=3 + case_id % 14), ends - timedelta(hours=12))
        at = max(before, opened + A_MOMENT, since + A_MOMENT)
        if at > ends:
            continue
        live(stage, case_id, at, now)
        number = versions.number_of(case.process, case.version, wait.process)
        form = versions.form(wait.process, number, wait.message)
        with suppress(TasksError, EngineError):
            act(StoryStep(at, "message", wait.message, "", _answers(form, {}, at), "", at, {}, ""))
            return at
    return None


def example(stage: Stage, task: str, at: datetime, again: bool = False) -> tuple[str, str, Mapping[str, Any]] | None:
    """The task or, when it came `again`, the message on its border, done as its form's example with today's days."""
    with stage.database.read() as connection:
        found = desk(connection, stage.database, HOUSE, task, at)
        row, versions = found.task, published(stage.database).refresh(connection)
    if not again:
        return "do", row.path, _answers(versions.form(row.process, row.version, found.form), found.data, at)
    part = versions.definition(row.process, row.version).parts[row.process]
    border = part.diagram.boundaries(row.path.rsplit("/", 1)[-1])
    messages = [event.ref for node in border for event in node.events if event.kind == "message"]
    if not messages:
        return None
    form = versions.form(row.process, row.version, messages[0])
    return "message", messages[0], _answers(form, found.data, at)


def _answers(form: Form | None, data: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """The form's example with its days put on this one, and what the case fills in by itself."""
    if form is None:
        return {}
    days = {field.name for field in form.fields if field.kind == "date"}
    on = at.astimezone(HELSINKI).date()
    example = {name: on.isoformat() if name in days else value for name, value in form.example.items()}
    return example | form.prefill(data, on)


_NEXT = text("SELECT min(next_at) FROM timers WHERE case_id = :case AND state = 'waiting'")
_ENDS = text("SELECT min(next_at) FROM timers WHERE case_id = :case AND state = 'waiting' AND kind = 'engine'")
_CASE = text("SELECT process, version FROM cases WHERE id = :case")
_WAITS = text(
    "SELECT path, process, element, message, opened_at FROM subscriptions WHERE case_id = :case ORDER BY number"
)
_DUE = text(
    "SELECT number, path, due_on, opened_at, deadline_binds FROM tasks WHERE case_id = :case AND state = 'open'"
    " AND due_on < :today AND path NOT IN :left ORDER BY due_on, number LIMIT 1"
).bindparams(bindparam("left", expanding=True))
