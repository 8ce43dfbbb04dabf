"""Incidents: what could not be done for a case, until it works again or somebody resolves it.

Kinds: `timer`, a case that the clock could not wake; `deadline`, a date that should be shown and could not be computed;
`call`, a call to an outside system that failed for good (one for each job).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from tasks.moments import iso

LONGEST = 2000


def note(
    connection: Connection, case_id: int, kind: str, error: str, now: datetime, *, attempts: int = 1,
    timer: int | None = None, job: int | None = None, next_at: datetime | None = None,
) -> None:  # fmt: skip
    """Open an incident of a case, or renew the open one of the same kind (and job)."""
    values = {
        "case": case_id, "kind": kind, "error": error[:LONGEST], "attempts": attempts, "timer": timer, "job": job or 0,
        "now": _moment(connection, now), "next": _moment(connection, next_at),
    }  # fmt: skip
    if connection.execute(_AGAIN, values).rowcount == 0:
        connection.execute(_NEW, values)


def resolve(connection: Connection, case_id: int, kind: str, now: datetime, by: str = "clock", *, job: int = 0) -> None:
    """It works again, or need not any more."""
    values = {"case": case_id, "kind": kind, "now": _moment(connection, now), "by": by, "job": job}
    connection.execute(_RESOLVE, values)


def _moment(connection: Connection, moment: datetime | None) -> Any:
    return iso(moment) if moment is not None and connection.dialect.name == "sqlite" else moment


_AGAIN = text(
    "UPDATE incidents SET error = :error, attempts = :attempts, last_at = :now, next_at = :next, timer_number = :timer"
    " WHERE case_id = :case AND kind = :kind AND coalesce(job_number, 0) = :job AND resolved_at IS NULL"
)
_NEW = text(
    "INSERT INTO incidents (case_id, timer_number, job_number, kind, error, attempts, first_at, last_at, next_at)"
    " VALUES (:case, :timer, CASE WHEN :job = 0 THEN NULL ELSE :job END, :kind, :error, :attempts, :now, :now, :next)"
)
_RESOLVE = text(
    "UPDATE incidents SET resolved_at = :now, resolved_by = :by, next_at = NULL"
    " WHERE case_id = :case AND kind = :kind AND coalesce(job_number, 0) = :job AND resolved_at IS NULL"
)
