"""What could not be done and waits for somebody, as an operator sees it: no customer, no answer, no case number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from tasks.models import Case, Incident, Job, Timer, Unit
from tasks.queries.shape import columns, every

LONGEST = 200


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An open incident: what it is about, by technical ids, and how often it was tried."""

    id: int
    case_id: int
    kind: str
    error: str
    attempts: int
    first_at: datetime
    last_at: datetime
    next_at: datetime | None
    job_number: int | None
    process: str
    version: int
    unit: Mapping[str, str]
    service: str | None
    path: str | None

    @property
    def technical_id(self) -> str:
        """The case's id, of a call with its number: what a service's own log has as the key."""
        return f"{self.case_id}-{self.job_number}" if self.job_number else str(self.case_id)

    @property
    def reason(self) -> tuple[str, str]:
        """What went wrong: of calls (tasks.job.REASONS, detail); of others only the kind of error, without its words.

        An engine's error may show a value of the case.
        """
        reason, _, detail = self.error.partition(": ")
        return (reason, detail) if self.kind == "call" else ("program", reason.partition(":")[0])


def open_ones(connection: Connection) -> tuple[IncidentRow, ...]:
    """Every open incident, the newest first."""
    found = columns(
        IncidentRow, Incident, process=Case.process, version=Case.version, unit=Unit.name, service=Job.service,
        path=func.coalesce(Job.path, Timer.path),
    )  # fmt: skip
    found = found.join(Case, Case.id == Incident.case_id).join(Unit, Unit.id == Case.unit_id)
    found = found.outerjoin(Job, and_(Job.case_id == Incident.case_id, Job.number == Incident.job_number))
    found = found.outerjoin(Timer, and_(Timer.case_id == Incident.case_id, Timer.number == Incident.timer_number))
    found = found.where(Incident.resolved_at.is_(None)).order_by(Incident.last_at.desc(), Incident.id.desc())
    return every(IncidentRow, connection, found.limit(LONGEST))


def counts(connection: Connection) -> Mapping[str, int]:
    """How many calls wait or have failed, and how many incidents are open."""
    states = select(Job.state, func.count()).where(Job.state.in_(("waiting", "failed"))).group_by(Job.state)
    calls = {state: int(number) for state, number in connection.execute(states)}
    open_now = connection.execute(select(func.count()).where(Incident.resolved_at.is_(None))).scalar_one()
    return {"waiting": calls.get("waiting", 0), "failed": calls.get("failed", 0), "incidents": int(open_now)}
