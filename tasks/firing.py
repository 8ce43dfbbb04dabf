"""What one due timer does: wakes the engine, reminds, escalates, or ends a hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine import runner
from tasks import incident
from tasks.casefile import Row
from tasks.course import Course
from tasks.project import shows


def fire(course: Course, timer: Row) -> None:
    """Fire one timer of a locked case; the course's `occurred_at` is the timer's due moment."""
    kinds = {
        "engine": _engine,
        "reminder": _remind,
        "escalation": _escalate,
        "hold_end": _end_hold,
        "refresh": _refresh,
    }
    kinds[timer["kind"]](course, timer)


def _engine(course: Course, timer: Row) -> None:
    result = runner.fire(course.definition, course.file.state or b"", course.situation(), timer["engine_id"])
    if result.visited:  # a condition that was asked and is not true yet is no event
        told = {"due_at": timer["due_at"], "visited": list(result.visited)}
        course.chain.add("timer_fired", told, path=timer["path"])
    course.apply(result)


def _refresh(course: Course, timer: Row) -> None:
    """A folder was published: dates are computed anew with its rows; nothing else happens."""
    course.changes.delete("timers", timer["number"])
    if course.case["status"] == "open":
        result = runner.refresh(course.definition, course.file.state or b"", course.situation())
        course.apply(result)
        if not result.problems:  # what was published gave the dates that were missing
            incident.resolve(course.connection, course.case["id"], "deadline", course.now)


def _remind(course: Course, timer: Row) -> None:
    course.changes.delete("timers", timer["number"])
    deadline = _deadline(course, timer)
    if deadline is None:
        return
    task = _shown_task(course, deadline)
    _notice(course, "reminder", task, deadline["number"], task["role"] if task else "")
    course.chain.add("reminder_given", _told(deadline), path=deadline["scope"], task=task["number"] if task else None)


def _escalate(course: Course, timer: Row) -> None:
    course.changes.delete("timers", timer["number"])
    deadline = _deadline(course, timer)
    if deadline is None:
        return
    task = _shown_task(course, deadline)
    definition, _, _ = course.published.law.deadline(deadline["process"], deadline["name"], _day(deadline["event_on"]))
    course.changes.update("deadlines", deadline["number"], escalated_at=course.now)
    _notice(course, "escalation", task, deadline["number"], definition.escalate_to, to_assignee=False)
    told = _told(deadline) | {"to": definition.escalate_to}
    course.chain.add("deadline_escalated", told, path=deadline["scope"], task=task["number"] if task else None)


def _end_hold(course: Course, timer: Row) -> None:
    course.changes.delete("timers", timer["number"])
    task = course.file.task(timer["task_number"])
    if task is None or task["state"] != "open":
        return
    course.changes.update(
        "tasks", task["number"], hold_until=None, hold_reason=None, revision=task["revision"] + 1,
        changed_by=course.actor.name, changed_at=course.now,
    )  # fmt: skip
    _notice(course, "hold_end", task, None, task["role"])
    course.chain.add(
        "task_resumed",
        {"old": {"hold_until": task["hold_until"]}, "new": {"hold_until": None}},
        path=task["path"],
        task=task["number"],
    )


def _notice(
    course: Course, kind: str, task: Row | None, deadline: int | None, role: str, *, to_assignee: bool = True
) -> None:
    course.changes.insert(
        "notices", number=course.next_number(), kind=kind, unit_id=course.case["unit_id"], role=role,
        user_id=task["assignee_id"] if task and to_assignee else None,
        task_number=task["number"] if task else None, deadline_number=deadline, at=course.now,
    )  # fmt: skip


def _deadline(course: Course, timer: Row) -> Row | None:
    return next((row for row in course.file.deadlines if row["number"] == timer["deadline_number"]), None)


def _shown_task(course: Course, deadline: Row) -> Row | None:
    shown = [t for t in course.file.open_tasks if shows(deadline["scope"], deadline["shown_on"], t["path"])]
    return min(shown, key=lambda task: int(task["number"]), default=None)


def _told(deadline: Row) -> dict[str, Any]:
    return {"deadline": deadline["number"], "name": deadline["name"], "due": deadline["due_on"]}


def _day(value: str) -> date:
    return date.fromisoformat(value)
