"""The page of one task: the task itself, and whether the asker may do it; the rest is read as for the case's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, false, or_
from sqlalchemy.orm import aliased

from engine.result import Choice
from engine.runner import look, scope_data
from tasks import access
from tasks.access import Rights, Verdict
from tasks.actor import Actor
from tasks.commands.work import form_of
from tasks.course import Course, read_task_id
from tasks.db import Database
from tasks.errors import NotFound
from tasks.models import Case, Task, Unit, User
from tasks.project import shows
from tasks.queries.case import DeadlineRow
from tasks.queries.shape import columns, every, first


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task with the names of who has it and who drafted; `revision` is the version that changes must name."""

    case_id: int
    number: int
    revision: int
    process: str
    version: int
    path: str
    element: str
    role: str
    unit_id: int
    unit: Mapping[str, str]
    state: str
    assignee_id: int | None
    assignee: str | None
    hold_until: date | None
    hold_reason: str | None
    draft: Mapping[str, Any] | None
    draft_name: str | None
    draft_at: datetime | None
    deadline: str | None
    opened_at: datetime
    completed_at: datetime | None
    changed_by: str | None
    changed_at: datetime | None

    @property
    def id(self) -> str:
        """The public id of the task."""
        return f"{self.case_id}-{self.number}"


@dataclass(frozen=True, slots=True)
class Brief:
    """What a task is called and where it stands."""

    case_id: int
    number: int
    process: str
    version: int
    element: str
    unit_id: int
    case_process: str
    case_number: str

    @property
    def id(self) -> str:
        """The public id of the task."""
        return f"{self.case_id}-{self.number}"


@dataclass(frozen=True, slots=True)
class Desk:
    """A task as one person finds it: its form, the data that the form reads, and what the person may do."""

    task: TaskRow
    form: str
    data: Mapping[str, Any]
    """the case data as the task's scope sees it, typed"""
    may: Verdict
    """may the person complete it, and why or why not"""
    sees: Verdict
    rights: Rights
    supervises: bool
    choice: Choice | None = None
    """what may be chosen, where the task is a choice of the next step"""


def desk(connection: Connection, database: Database, actor: Actor, task: str, now: datetime) -> Desk:
    """Read a task for a person; NotFound when there is none, Forbidden when they may neither see its case nor do it."""
    case_id, number = read_task_id(task)
    try:
        course = Course.look(connection, database, actor, case_id, now, task=number)
    except NotFound:
        raise NotFound("task", task) from None
    row = course.file.task(number)
    if row is None:
        raise NotFound("task", task)
    sees, may = access.see(course.rights, course.place()), course.may_work(row)
    if not may.allowed:
        sees.require()
    running = row["state"] == "open" and course.file.state is not None
    data: Mapping[str, Any] = {}
    if running:
        state, situation = course.file.state or b"", course.situation()
        data = scope_data(course.definition, state, situation, row["path"], row["engine_id"])
    supervises = access.supervise(course.rights, course.place(row)).allowed
    form, chosen = form_of(course, row), None
    if running and not form:
        steps = look(course.definition, course.file.state or b"").steps
        chosen = next((step.choice for step in steps if step.id == row["engine_id"]), None)
    return Desk(_row(connection, case_id, number), form, data, may, sees, course.rights, supervises, chosen)


def briefs(connection: Connection, tasks: Sequence[tuple[int, int]]) -> tuple[Brief, ...]:
    """The tasks with these (case id, number), open or not."""
    asked = or_(false(), *(and_(Task.case_id == case, Task.number == number) for case, number in tasks))
    found = columns(Brief, Task, case_process=Case.process, case_number=Case.number)
    return every(Brief, connection, found.join(Case, Case.id == Task.case_id).where(asked))


def shown(deadlines: tuple[DeadlineRow, ...], task: TaskRow) -> tuple[DeadlineRow, ...]:
    """The open deadlines that the task shows: those that name it, and the one it is sorted by; by date."""
    return tuple(
        each for each in deadlines
        if each.state == "open" and (shows(each.scope, each.shown_on, task.path) or each.name == task.deadline)
    )  # fmt: skip


def _row(connection: Connection, case_id: int, number: int) -> TaskRow:
    assignee, drafter = aliased(User), aliased(User)
    statement = (
        columns(TaskRow, Task, unit=Unit.name, assignee=assignee.full_name, draft_name=drafter.full_name)
        .join(Unit, Unit.id == Task.unit_id)
        .outerjoin(assignee, assignee.id == Task.assignee_id)
        .outerjoin(drafter, drafter.id == Task.draft_by)
        .where(Task.case_id == case_id, Task.number == number)
    )
    found = first(TaskRow, connection, statement)
    if found is None:
        raise NotFound("task", f"{case_id}-{number}")
    return found
