"""The calls of one case that are not over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tasks.models import Job
from tasks.queries.shape import columns, every


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call that waits for its answer or has failed for good."""

    number: int
    service: str
    process: str
    path: str
    element: str
    state: str
    attempts: int
    ordered_at: datetime
    next_at: datetime


def of_case(connection: Connection, case_id: int) -> tuple[CallRow, ...]:
    """The calls of a case that wait or have failed, oldest first."""
    found = columns(CallRow, Job).where(Job.case_id == case_id, Job.state.in_(("waiting", "failed")))
    return every(CallRow, connection, found.order_by(Job.number))
