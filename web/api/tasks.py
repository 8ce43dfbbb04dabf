"""Tasks: find, read with their form, claim, release, assign, set aside, draft, choose the next step, complete."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from tasks.commands import work
from tasks.commands.views import record_views
from tasks.queries import pages, reach
from tasks.queries import task as queries
from tasks.queries.pages import TasksWanted
from web import current, problems, sight
from web.api import paging, references, versions
from web.api.bearer import needs, resource
from web.api.shapes import DeadlineShown, Led, Paged, Reference

blueprint = resource("tasks", "Tasks: the steps that people do.")


class Asked(Paged):
    """Which tasks."""

    state = fields.String(validate=validate.OneOf(("open", "completed", "withdrawn")))
    process = fields.String(metadata={"description": "the process of the case"})
    element = fields.String(metadata={"description": "the id of the step in the drawing"})
    role = fields.String(metadata={"description": "the work role"})
    assignee = fields.String(metadata={"description": "a person's id or user name"})
    unit = fields.String(metadata={"description": "a unit's id or code"})
    case = fields.Integer(metadata={"description": "a case's id"})
    due_before = fields.Date()


class CaseNamed(Schema):
    """The case of a task."""

    id = fields.Integer(required=True)
    number = fields.String()
    process = fields.String()


class Person(Schema):
    """Who has the task."""

    id = fields.Integer(required=True)
    name = fields.String(allow_none=True)


class TaskShort(Schema):
    """A task as lists have it; `revision` is its ETag."""

    id = fields.String(required=True)
    case = fields.Nested(CaseNamed, required=True)
    process = fields.String(required=True, metadata={"description": "the folder that the step comes from"})
    version = fields.Integer(required=True)
    path = fields.String(required=True)
    element = fields.String(required=True)
    role = fields.String(required=True)
    unit_id = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": ["open", "completed", "withdrawn"]})
    assignee = fields.Nested(Person, allow_none=True)
    hold_until = fields.Date(allow_none=True)
    deadline = fields.Nested(DeadlineShown, allow_none=True)
    opened_at = fields.AwareDateTime(required=True)
    completed_at = fields.AwareDateTime(allow_none=True)
    revision = fields.Integer(required=True)


class TaskList(Schema):
    """A page of tasks in the order they opened."""

    items = fields.List(fields.Nested(TaskShort), required=True)
    next = fields.String(allow_none=True, required=True)


class Choice(Schema):
    """What may be chosen next in an ad-hoc sub-process."""

    offers = fields.List(fields.String(), required=True, metadata={"description": "ids of steps that may be begun"})
    ends = fields.Boolean(required=True, metadata={"description": "whether completing the task ends the choice"})
    working = fields.Integer(required=True, metadata={"description": "how many steps are under way"})


class TaskWhole(TaskShort):
    """A task with its form and draft."""

    form = fields.Dict(allow_none=True, metadata={"description": "JSON Schema of the answers, names in x-i18n"})
    draft = fields.Dict(allow_none=True)
    may_complete = fields.Boolean(required=True, metadata={"description": "whether this token's holder may"})
    choice = fields.Nested(
        Choice, allow_none=True, metadata={"description": "of a task that is a choice of the next step; else null"}
    )


class Revision(Schema):
    """The task's new version, which is its ETag too."""

    revision = fields.Integer(required=True)


class Assignee(Schema):
    """Whom the task is given to."""

    assignee = Reference(required=True, metadata={"description": "a person's id or user name"})


class Hold(Schema):
    """Until when the task waits, and why."""

    until = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2000))


class Answers(Schema):
    """The answers of the task's form."""

    data = fields.Dict(required=True)


class Pick(Schema):
    """The step to begin, and when it was begun if not now."""

    element = fields.String(required=True)
    occurred_at = fields.AwareDateTime()


class Completion(Answers):
    """The answers, and when it happened if not now."""

    occurred_at = fields.AwareDateTime()


@blueprint.get("")
@needs("tasks:read")
@blueprint.arguments(Asked, location="query", unknown=RAISE)
@blueprint.response(200, TaskList)
def index(asked: dict[str, Any]) -> Any:
    """Find tasks of cases within the token's units and process areas."""
    size, after = asked.pop("size"), paging.after(2)
    asked.pop("after", None)
    unit, assignee = asked.pop("unit", None), asked.pop("assignee", None)
    wanted = TasksWanted(
        unit_id=references.unit(unit) if unit else None, case_id=asked.pop("case", None),
        assignee_id=references.person(int(assignee) if assignee.isdigit() else assignee, "assignee")
        if assignee else None, **asked,
    )  # fmt: skip
    within = sight.within()
    with current.database().read() as connection:
        rows = pages.tasks(connection, within, wanted, size=size + 1, after=(after[0], after[1]) if after else None)
    seen = [(row.customer_id, row.case_id) for row in rows[:size]]
    record_views(
        current.database(), current.actor(), what="task_list", why="role_in_unit", now=current.now(), seen=seen
    )
    shown, headers = paging.page(rows, size, lambda row: (row.case_id, row.number))
    shown["items"] = [_short(row) for row in shown["items"]]
    return shown, headers


@blueprint.get("/<task_id>")
@needs("tasks:read")
@blueprint.response(200, TaskWhole, headers=versions.ETAG)
def read(task_id: str) -> Any:
    """Read a task with its form; the view is recorded."""
    with current.database().read() as connection:
        desk = queries.desk(connection, current.database(), current.actor(), task_id, current.now())
        wanted = TasksWanted(case_id=desk.task.case_id)
        after = (desk.task.case_id, desk.task.number - 1)
        (row,) = pages.tasks(connection, reach.exactly(desk.task.case_id), wanted, size=1, after=after)
    seen = [(row.customer_id, row.case_id)]
    record_views(
        current.database(), current.actor(), what="task", why=desk.may.reason if desk.may.allowed else desk.sees.reason,
        now=current.now(), seen=seen,
    )  # fmt: skip
    bundle = sight.published().bundle(row.process, row.version)
    whole = _short(row) | {
        "form": bundle.forms.get(desk.form), "draft": desk.task.draft, "may_complete": desk.may.allowed,
        "choice": _choice(desk),
    }  # fmt: skip
    return whole, versions.tag(row.revision)


@blueprint.post("/<task_id>/claim")
@needs("tasks:work")
@blueprint.response(200, Revision, headers=versions.ETAG)
@blueprint.doc(parameters=[versions.IF_MATCH])
def claim(task_id: str) -> Any:
    """Take a free task."""
    return _changed(
        work.claim(current.database(), current.actor(), task_id, version=versions.seen(), now=current.now())
    )


@blueprint.post("/<task_id>/release")
@needs("tasks:work")
@blueprint.response(200, Revision, headers=versions.ETAG)
@blueprint.doc(parameters=[versions.IF_MATCH])
def release(task_id: str) -> Any:
    """Put a task back."""
    return _changed(
        work.release(current.database(), current.actor(), task_id, version=versions.seen(), now=current.now())
    )


@blueprint.post("/<task_id>/assign")
@needs("tasks:assign")
@blueprint.arguments(Assignee)
@blueprint.response(200, Revision, headers=versions.ETAG)
@blueprint.doc(parameters=[versions.IF_MATCH])
def assign(asked: dict[str, Any], task_id: str) -> Any:
    """Give a task to a person who may do it."""
    to = references.person(asked["assignee"], "assignee")
    return _changed(
        work.assign(
            current.database(), current.actor(), task_id, to_user_id=to, version=versions.seen(), now=current.now()
        )
    )


@blueprint.post("/<task_id>/hold")
@needs("tasks:work")
@blueprint.arguments(Hold)
@blueprint.response(200, Revision, headers=versions.ETAG)
@blueprint.doc(parameters=[versions.IF_MATCH])
def hold(asked: dict[str, Any], task_id: str) -> Any:
    """Set a task aside until a day; the law's dates run on."""
    return _changed(
        work.hold(
            current.database(), current.actor(), task_id, until=asked["until"], reason=asked["reason"],
            version=versions.seen(), now=current.now(),
        )
    )  # fmt: skip


@blueprint.post("/<task_id>/draft")
@needs("tasks:work")
@blueprint.arguments(Answers)
@blueprint.response(200, Revision, headers=versions.ETAG)
@blueprint.doc(parameters=[versions.IF_MATCH])
def draft(asked: dict[str, Any], task_id: str) -> Any:
    """Keep answers unchecked, for later."""
    return _changed(
        work.save_draft(
            current.database(), current.actor(), task_id, draft=asked["data"], version=versions.seen(),
            now=current.now(),
        )
    )  # fmt: skip


@blueprint.post("/<task_id>/pick")
@needs("tasks:work")
@blueprint.arguments(Pick)
@blueprint.response(200, Led)
@blueprint.doc(parameters=[versions.IF_MATCH])
def pick(asked: dict[str, Any], task_id: str) -> Any:
    """Begin a step that an ad-hoc sub-process offers; the choice stays open."""
    begun = work.pick(
        current.database(), current.actor(), task_id, element=asked["element"], version=versions.seen(),
        now=current.now(), occurred_at=asked.get("occurred_at"),
    )  # fmt: skip
    return {"case": begun.case_id, "opened": list(begun.opened), "closed": begun.closed, "outcome": begun.outcome}


@blueprint.post("/<task_id>/complete")
@needs("tasks:work")
@blueprint.arguments(Completion)
@blueprint.response(200, Led)
@blueprint.doc(parameters=[versions.IF_MATCH])
def complete(asked: dict[str, Any], task_id: str) -> Any:
    """Complete a task with the answers of its form; the case goes on."""
    problems.answers_at("/data")
    done = work.complete(
        current.database(), current.actor(), task_id, answers=asked["data"], version=versions.seen(),
        now=current.now(), occurred_at=asked.get("occurred_at"),
    )  # fmt: skip
    return {"case": done.case_id, "opened": list(done.opened), "closed": done.closed, "outcome": done.outcome}


def _choice(desk: queries.Desk) -> dict[str, Any] | None:
    if desk.choice is None:
        return None
    offers = [path.rpartition("/")[2] for path in desk.choice.offers]
    return {"offers": offers, "ends": desk.choice.ends, "working": desk.choice.working}


def _changed(revision: int) -> Any:
    return {"revision": revision}, versions.tag(revision)


def _short(row: pages.TaskLine) -> dict[str, Any]:
    same = ("process", "version", "path", "element", "role", "unit_id", "state", "hold_until", "opened_at",
            "completed_at", "revision")  # fmt: skip
    shown: dict[str, Any] = {name: getattr(row, name) for name in same}
    shown["id"] = f"{row.case_id}-{row.number}"
    shown["case"] = {"id": row.case_id, "number": row.case_number, "process": row.case_process}
    shown["assignee"] = None if row.assignee_id is None else {"id": row.assignee_id, "name": row.assignee}
    shown["deadline"] = None if row.deadline is None else {
        "name": row.deadline, "kind": row.deadline_kind, "due_on": row.due_on, "legal_on": row.legal_on,
        "paused_on": row.paused_on, "remaining": row.remaining,
    }  # fmt: skip
    return shown
