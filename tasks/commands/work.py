"""What people do with a task: claim, release, assign, hold, draft, choose the next step, complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from engine import runner
from engine.errors import StepError
from engine.products import made
from tasks import access
from tasks.actor import Actor
from tasks.casefile import Row
from tasks.course import Course, read_task_id
from tasks.db import Database
from tasks.errors import Forbidden, InvalidValue, NotFound, WrongState
from tasks.moments import day, start_of
from tasks.project import CLOSED_TASK, drop_timers
from tasks.queries import reach
from tasks.queries.people import full_name

LONGEST_HOLD = 366
"""days"""
CHOICE = "adHocSubProcess"
"""The kind of element in which people choose the next step."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What a step led to: tasks that opened, and the outcome when the case closed."""

    case_id: int
    opened: tuple[str, ...]
    closed: bool
    outcome: str | None


def claim(database: Database, actor: Actor, task: str, *, version: int | None = None, now: datetime) -> int:
    """Take a free task; gives its new version. Forbidden, Stale, WrongState."""
    with database.transaction() as connection:
        course, row = _open(connection, database, actor, task, version, now)
        if actor.user_id is None:
            raise Forbidden("no_person")
        course.may_work(row).require()
        if row["assignee_id"] not in (None, actor.user_id):  # a substitute does it for who has it, and does not take it
            raise Forbidden("assigned_to_other", {"who": row["assignee"] or ""})
        return _change(course, row, "task_claimed", assignee_id=actor.user_id, claimed_at=course.now)


def release(database: Database, actor: Actor, task: str, *, version: int | None = None, now: datetime) -> int:
    """Put a task back: one's own, or as a supervisor anybody's."""
    with database.transaction() as connection:
        course, row = _open(connection, database, actor, task, version, now)
        if row["assignee_id"] is None:
            raise WrongState(f"task {task}", "not claimed", "claimed")
        if row["assignee_id"] != actor.user_id:
            access.supervise(course.rights, course.place(row)).require()
        return _change(course, row, "task_released", assignee_id=None, claimed_at=None)


def assign(
    database: Database, actor: Actor, task: str, *, to_user_id: int, version: int | None = None, now: datetime
) -> int:
    """Give a task to a person who may do it; a supervisor's act."""
    with database.transaction() as connection:
        course, row = _open(connection, database, actor, task, version, now)
        access.supervise(course.rights, course.place(row)).require()
        target = reach.rights(connection, to_user_id, day(course.now), course.case["id"])
        # all that completing asks: a task is not parked with somebody whom four eyes or a disqualification bar
        theirs = replace(course, rights=target, actor=replace(actor, user_id=to_user_id))
        verdict = theirs.may_work(row | {"assignee_id": None})
        if not verdict.allowed:  # the sentence is about the colleague, not about who assigns
            raise verdict.error(verdict.reason, {**verdict.params, "of": full_name(connection, to_user_id) or "?"})
        return _change(course, row, "task_assigned", assignee_id=to_user_id, claimed_at=course.now)


def hold(
    database: Database, actor: Actor, task: str, *, until: date, reason: str, version: int | None = None, now: datetime
) -> int:
    """Set a task aside until a day; it comes back by itself. The law's dates run on."""
    with database.transaction() as connection:
        course, row = _open(connection, database, actor, task, version, now)
        _may_handle(course, row)
        today = day(course.now)
        if not 0 < (until - today).days <= LONGEST_HOLD:
            message = f"{until} is not a day after {today} and within {LONGEST_HOLD} days"
            raise InvalidValue("until", "hold_until", message, {"days": LONGEST_HOLD})
        if not reason.strip():
            raise InvalidValue("reason", "required", "say why the task waits")
        drop_timers(course.file, course.changes, task_number=row["number"])
        due_at = start_of(until)
        course.changes.insert(
            "timers", number=course.next_number(), kind="hold_end", due_at=due_at, next_at=due_at,
            task_number=row["number"],
        )  # fmt: skip
        return _change(course, row, "task_held", hold_until=until, hold_reason=reason.strip())


def unhold(database: Database, actor: Actor, task: str, *, version: int | None = None, now: datetime) -> int:
    """Take a held task up again before its day."""
    with database.transaction() as connection:
        course, row = _open(connection, database, actor, task, version, now)
        _may_handle(course, row)
        if row["hold_until"] is None:
            raise WrongState(f"task {task}", "not on hold", "on hold")
        drop_timers(course.file, course.changes, task_number=row["number"])
        return _change(course, row, "task_resumed", hold_until=None, hold_reason=None)


def save_draft(
    database: Database, actor: Actor, task: str, *, draft: Mapping[str, Any], version: int | None = None, now: datetime
) -> int:
    """Keep what was typed so far, unchecked, on the task row; it never reaches the case data."""
    with database.transaction() as connection:
        course, row = _open(connection, database, actor, task, version, now)
        course.may_work(row).require()
        course.changes.update("tasks", row["number"], draft=dict(draft), draft_by=actor.user_id, draft_at=course.now)
        return _touch(course, row)


def complete(
    database: Database, actor: Actor, task: str, *, version: int | None = None, answers: Mapping[str, Any],
    now: datetime, occurred_at: datetime | None = None, source: str = "authority",
) -> Completed:  # fmt: skip
    """Complete a task with its form's answers and let the case go on.

    Raises NotFound, Stale, WrongState, Forbidden (FourEyes, Disqualified), InvalidAnswers, EngineError.
    """
    with database.transaction() as connection:
        course, row = _open(connection, database, actor, task, version, now, occurred_at)
        course.may_work(row).require()
        clean = course.clean(row["process"], form_of(course, row), row["path"], answers, row["engine_id"])
        try:
            result = course.complete(row["engine_id"], clean)
        except StepError as error:  # a choice that only its condition ends
            raise WrongState(f"task {task}", "not to be completed", str(error)) from error
        _record(course, row, clean, source, result.visited)
        opened = course.apply(result, done=frozenset({row["path"]}))
        course.save()
        return Completed(course.case["id"], opened, result.closed, result.outcome)


def pick(
    database: Database, actor: Actor, task: str, *, element: str, version: int | None = None, now: datetime,
    occurred_at: datetime | None = None,
) -> Completed:  # fmt: skip
    """Begin a step that an ad-hoc sub-process offers; `task` is the choice, which stays open, `element` the step's id.

    Raises NotFound, Stale, Forbidden, WrongState when it is no choice or does not offer the step now, EngineError.
    """
    with database.transaction() as connection:
        course, row = _open(connection, database, actor, task, version, now, occurred_at)
        course.may_work(row).require()
        try:
            result = runner.pick(
                course.definition, course.file.state or b"", course.situation(), row["engine_id"], element
            )
        except StepError as error:
            raise WrongState(f"step {element}", "not offered", str(error)) from error
        path = row["path"].removesuffix(row["element"]) + element
        told = {"element": element, "visited": list(result.visited)}
        course.chain.add("step_chosen", told, path=path, task=row["number"])
        opened = course.apply(result)
        _touch(course, row)
        return Completed(course.case["id"], opened, result.closed, result.outcome)


def form_of(course: Course, task: Row) -> str:
    """The id of the form of a task: named in the diagram, else the element's own id; empty for a choice of steps."""
    element = course.definition.elements.get(access.bare(task["path"]))
    if element is not None and element.kind == CHOICE:
        return ""
    return (element.form if element is not None else None) or str(task["element"])


def _record(course: Course, row: Row, clean: Mapping[str, Any], source: str, visited: Sequence[str]) -> None:
    form, told = form_of(course, row), dict[str, Any]()
    if form:
        told = course.answer("form", form, row["process"], row["path"], clean, source, task=row["number"])
    bundle = course.folder(row["process"])[0]
    product = made(bundle.manifest.products, row["element"], bundle.forms.get(form, {}), clean)
    course.changes.update(
        "tasks", row["number"], state="completed", completed_at=course.now, completed_by=course.actor.user_id,
        revision=row["revision"] + 1, changed_by=course.actor.name, changed_at=course.now, product=product,
        **CLOSED_TASK,
    )  # fmt: skip
    drop_timers(course.file, course.changes, task_number=row["number"])
    if course.stands_in(row):
        told["in_place_of"] = row["assignee"]
    told |= {"element": row["element"], "old": "open", "new": "completed", "visited": list(visited)}
    course.chain.add("task_completed", told, path=row["path"], task=row["number"])


def _open(
    connection: Connection, database: Database, actor: Actor, task: str, version: int | None, now: datetime,
    occurred_at: datetime | None = None,
) -> tuple[Course, Row]:  # fmt: skip
    case_id, number = read_task_id(task)
    try:
        course = Course.open(connection, database, actor, case_id, now, occurred_at, task=number)
    except NotFound:
        raise NotFound("task", task) from None
    return course, course.open_task(number, version)


def _may_handle(course: Course, row: Row) -> None:
    """Those who may do the task may set it aside, and so may the supervisor."""
    if not access.supervise(course.rights, course.place(row)).allowed:
        course.may_work(row).require()


def _change(course: Course, row: Row, kind: str, **values: Any) -> int:
    old = {name: row[name] for name in values if name in row}
    new = {name: _plain(value) for name, value in values.items() if name in row}
    course.changes.update("tasks", row["number"], **values)
    course.chain.add(kind, {"old": old, "new": new}, path=row["path"], task=row["number"])
    return _touch(course, row)


def _touch(course: Course, row: Row) -> int:
    revision = int(row["revision"]) + 1
    course.changes.update(
        "tasks", row["number"], revision=revision, changed_by=course.actor.name, changed_at=course.now
    )
    course.save()
    return revision


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
