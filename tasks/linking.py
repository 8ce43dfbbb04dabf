"""Linked cases that a diagram begins: by the clock, right after the command that reached the step (decision 0013)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from tasks.casefile import Row
from tasks.commands.cases import Origin, Start, start_within, tell_link
from tasks.course import Course
from tasks.db import Database
from tasks.errors import NotFound
from tasks.models import Customer, Timer
from tasks.moments import day


def begin(database: Database, course: Course, timer: Row) -> None:
    """Start the linked case that a timer of a locked case carries, link both, and forget the timer.

    All in one transaction: never twice, never lost. Raises what `start_case` raises; the clock then tries again.
    """
    own = (Timer.case_id == course.case["id"]) & (Timer.number == timer["number"])
    what = course.connection.execute(select(Timer.payload).where(own)).scalar_one() or {}
    course.changes.delete("timers", timer["number"])
    start = Start(
        process=what["process"], message=what["message"] or None, answers=what["data"], parties=_parties(course, what),
        unit_id=course.case["unit_id"], source="authority", settings=course.case["settings"],
        origin=Origin(course.case["id"], course.case["number"], what["kind"], timer["path"]),
    )  # fmt: skip
    started = start_within(course.connection, database, course.actor, start, course.now, course.occurred_at)
    tell_link(course, started, start.process, what["kind"], timer["path"])


def _parties(course: Course, what: Mapping[str, Any]) -> dict[str, int]:
    """The customers of the new case by role: those of this case, or whom a code names; NotFound for an unknown code."""
    here = {party["role"]: int(party["customer_id"]) for party in course.file.parties}
    if what["parties"] or what["codes"]:
        found = {role: here[own] for role, own in what["parties"].items() if own in here}
        return found | {role: _customer(course, role, code) for role, code in what["codes"].items()}
    edition = course.published.in_force(what["process"], day(course.occurred_at))
    known = course.published.bundle(edition.process, edition.number).manifest.parties
    return {role: customer for role, customer in here.items() if role in known}


def _customer(course: Course, role: str, code: str) -> int:
    named = or_(Customer.identity_code == code.upper(), Customer.business_id == code)
    found = course.connection.execute(select(Customer.id).where(named)).scalar_one_or_none()
    if found is None:  # the code itself goes into no message
        raise NotFound("customer", f"with the code of the party {role}")
    return int(found)
