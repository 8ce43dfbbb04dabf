"""Calls out: a worker leases a job, calls outside any transaction, and brings the answer back in one of its own.

Between lease and answer anything may die: the lease ends, and the call is made again under the same id. What comes
when nobody waits any more is recorded on the case and changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from engine import runner
from engine.definition import Element
from engine.errors import UncaughtError
from engine.result import Result
from engine.timer import Length
from forms.errors import FormError
from tasks import access, incident
from tasks.actor import CLOCK, Actor
from tasks.course import Course
from tasks.db import Database
from tasks.errors import DatabaseAway, Forbidden, InvalidAnswers, NotFound, WrongState
from tasks.job import Answer, Call, Caller, CallFailed
from tasks.models import Case, Job
from tasks.moments import utc

LOG = logging.getLogger("asiavirta.jobs")
LEASE = timedelta(minutes=3)
"""how long a worker keeps a job to itself; longer than any call may take (web/outside.py)"""
AT_ONCE = 4
"""calls that one worker makes at the same time"""
RETRIES = tuple(Length(seconds=60 * minutes) for minutes in (1, 5, 15, 60, 240))
"""waiting times between attempts where the step names no cycle of its folder"""
OPEN = ("waiting", "failed")


@dataclass(frozen=True, slots=True)
class Called:
    """How many calls were answered, failed, and came too late."""

    answered: int = 0
    failed: int = 0
    late: int = 0


def call_out(database: Database, call: Caller, read_clock: Callable[[], datetime], limit: int = AT_ONCE) -> Called:
    """Make the calls that are due, at most `limit` and all at once; DatabaseAway."""
    leased = lease(database, read_clock(), limit)
    if not leased:
        return Called()
    with ThreadPoolExecutor(len(leased)) as threads:
        ends = list(threads.map(lambda each: _make(database, call, each, read_clock), leased))
    return Called(ends.count("answered"), ends.count("failed"), ends.count("late"))


def lease(database: Database, now: datetime, limit: int = AT_ONCE) -> list[Call]:
    """Take jobs that are due: no other worker sees them until the lease ends."""
    now = utc(now)
    due = (
        select(Job.case_id, Job.number, Case.number.label("case_number"), Job.service, Job.request, Job.attempts)
        .join(Case, Case.id == Job.case_id)
        .where(Job.state == "waiting", Job.next_at <= now)
        .order_by(Job.next_at)
        .limit(limit)
        .with_for_update(of=Job, skip_locked=True)
    )
    with database.transaction() as connection:
        rows = connection.execute(due).all()
        for row in rows:
            own = (Job.case_id == row.case_id) & (Job.number == row.number)
            connection.execute(update(Job).where(own).values(next_at=now + LEASE, attempts=row.attempts + 1))
    return [
        Call(row.case_id, row.number, row.case_number, row.service, row.request or {}, row.attempts + 1)
        for row in rows
    ]  # fmt: skip


def _make(database: Database, call: Caller, job: Call, read_clock: Callable[[], datetime]) -> str:
    try:
        answer = call(job)
    except Exception as error:  # whatever a call raises concerns this job alone
        LOG.warning("call %s to %s failed: %s", job.id, job.service, type(error).__name__)
        final = isinstance(error, CallFailed) and error.final
        postpone(database, job, _told(error), now=read_clock(), final=final)
        return "failed"
    try:
        return "answered" if finish_job(database, job.case_id, job.number, answer, now=read_clock()) else "late"
    except DatabaseAway:
        raise  # the lease ends, and the call is made again
    except Exception as error:
        LOG.warning("the answer of call %s to %s is of no use: %s", job.id, job.service, type(error).__name__)
        postpone(database, job, _told(error), now=read_clock(), final=True)
        return "failed"


def _told(error: Exception) -> str:
    """What went wrong, for an operator who sees no customer data: never the values of an answer."""
    if isinstance(error, InvalidAnswers) and isinstance(error.error, FormError):
        wrong = ", ".join(f"{fault.pointer or '/'} ({fault.code})" for fault in error.error.errors[:10])
        return f"form: {wrong}"
    if isinstance(error, UncaughtError):
        return f"uncaught: {error.code}"
    return str(error) if isinstance(error, CallFailed) else f"program: {type(error).__name__}"


def finish_job(
    database: Database, case_id: int, number: int, answer: Answer, *, now: datetime, actor: Actor = CLOCK
) -> bool:
    """Bring an answer to the step that waits for it; False when nobody waits any more, which is recorded.

    Raises InvalidAnswers for data that does not fit the form, EngineError for an error that nothing catches.
    """
    with database.transaction() as connection:
        course = Course.open(connection, database, actor, case_id, now)
        job = _job(connection, case_id, number)
        if job.state not in OPEN:
            course.changes.update("jobs", number, late_at=course.now)
            told = {"service": job.service, "job": number, "code": answer.code or None}
            course.chain.add("call_answered_late", told, path=job.path)
            course.save()
            return False
        _end(course, job, answer)
        return True


def answer_by_hand(
    database: Database, actor: Actor, case_id: int, number: int, *, answers: Mapping[str, Any], now: datetime,
    occurred_at: datetime | None = None,
) -> None:  # fmt: skip
    """A person answers for a service, where the step allows it; Forbidden, WrongState, InvalidAnswers."""
    with database.transaction() as connection:
        course = Course.open(connection, database, actor, case_id, now, occurred_at)
        course.require_open()
        access.see(course.rights, course.place()).require()
        job = _job(connection, case_id, number)
        if job.state not in OPEN:
            raise WrongState(f"call {case_id}-{number}", job.state, "waiting or failed")
        if not may_answer(course, job):
            raise Forbidden("not_by_hand")
        _end(course, job, Answer(answers), by_hand=True)


def may_answer(course: Course, job: Any) -> bool:
    """Whether the step of a job lets a person answer for its service (asiavirta:byhand)."""
    node = course.definition.parts[job.process].diagram.nodes[job.element]
    return node.attributes.get("byhand") == "true"


def _end(course: Course, job: Any, answer: Answer, *, by_hand: bool = False) -> None:
    """The step goes on, with data or by an error; the call is over."""
    definition, state, number = course.definition, course.file.state or b"", str(job.number)
    told: dict[str, Any] = {"service": job.service, "job": job.number}
    if answer.code:
        result = runner.fail_job(definition, state, course.situation(), number, answer.code)
        kind, ended, told = "call_refused", "refused", told | {"code": answer.code}
    else:
        result, given = _answered(course, job, answer, by_hand)
        kind, ended, told = "call_answered", "answered", told | given
    course.chain.add(kind, told | {"visited": list(result.visited)}, path=job.path)
    course.apply(result, done=frozenset({job.path}))
    course.changes.update("jobs", job.number, state=ended, request=None, error=None, ended_at=course.now)
    course.save()
    incident.resolve(course.connection, course.case["id"], "call", course.now, course.actor.name, job=job.number)


def _answered(course: Course, job: Any, answer: Answer, by_hand: bool) -> tuple[Result, dict[str, Any]]:
    element: Element = course.definition.elements[job.path]
    form = course.published.form(job.process, course.folder(job.process)[1], element.form)
    clean = course.clean(job.process, element.form, job.path, answer.data, str(job.number)) if form else {}
    situation = course.situation()
    result = runner.finish_job(course.definition, course.file.state or b"", situation, str(job.number), clean)
    source = "authority" if by_hand else job.service
    return result, course.answer("call", element.form, job.process, job.path, clean, source) | {"by_hand": by_hand}


def postpone(database: Database, job: Call, error: str, *, now: datetime, final: bool = False) -> None:
    """Note that an attempt failed: the next one by the step's cycle of retries, an incident after the last."""
    with database.transaction() as connection:
        course = Course.open(connection, database, CLOCK, job.case_id, now)
        row = _job(connection, job.case_id, job.number)
        if row.state != "waiting":
            return
        cycle = retries(course, row)
        if final or row.attempts > len(cycle):
            course.changes.update("jobs", job.number, state="failed", error=error[:500])
            incident.note(connection, job.case_id, "call", error, course.now, attempts=row.attempts, job=job.number)
        else:
            next_at = cycle[row.attempts - 1].after(course.now)
            course.changes.update("jobs", job.number, next_at=next_at, error=error[:500])
        course.save()


def retries(course: Course, job: Any) -> tuple[Length, ...]:
    """The waiting times between attempts of a job."""
    part = course.definition.parts[job.process]
    name = part.diagram.nodes[job.element].attributes.get("retry", "")
    return part.bundle.manifest.retries.get(name, RETRIES)


def _job(connection: Connection, case_id: int, number: int) -> Any:
    """The row of a job of a locked case; NotFound."""
    own = (Job.case_id == case_id) & (Job.number == number)
    columns = (Job.number, Job.service, Job.process, Job.path, Job.element, Job.state, Job.attempts)
    row = connection.execute(select(*columns).where(own)).one_or_none()
    if row is None:
        raise NotFound("call", f"{case_id}-{number}")
    return row


def retry_job(course: Course, number: int) -> None:
    """Let a failed job be called again, from the beginning of its cycle; WrongState."""
    job = _job(course.connection, course.case["id"], number)
    if job.state != "failed":
        raise WrongState(f"call {course.case['id']}-{number}", job.state, "failed")
    course.changes.update("jobs", number, state="waiting", attempts=0, next_at=course.now)
    course.chain.add("call_retried", {"service": job.service, "job": number}, path=job.path)
