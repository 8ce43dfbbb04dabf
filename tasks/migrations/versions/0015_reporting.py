"""Views for those who read the database with SQL: cases, tasks, deadlines and events without personal data.

docs/reporting.md describes every column. A later migration that rebuilds or drops a column of these tables drops the
views first and creates them anew; adding a column needs nothing.
"""

from __future__ import annotations

from alembic import op

revision = "0015_reporting"
down_revision = "0014_substitutions"

UNIT = "JOIN units u ON u.id = {0}.unit_id JOIN areas a ON a.id = u.area_id"
VIEWS = {
    "report_cases": f"""
        SELECT c.id AS case_id, c.process, c.version, a.code AS area, u.code AS unit, c.message AS started_by,
               c.channel, c.status, c.outcome, c.arrived_on, c.started_at, c.closed_on, c.closed_at,
               (SELECT MIN(l.from_case_id) FROM links l WHERE l.case_id = c.id) AS from_case_id,
               (SELECT MIN(l.kind) FROM links l WHERE l.case_id = c.id) AS from_case_kind
        FROM cases c {UNIT.format("c")}""",
    "report_tasks": f"""
        SELECT t.case_id, t.number AS task, c.process AS case_process, t.process, t.version, t.element, t.role,
               a.code AS area, u.code AS unit, t.state,
               CASE WHEN t.state = 'open' AND t.assignee_id IS NOT NULL THEN 1 ELSE 0 END AS assigned,
               CASE WHEN t.state = 'completed' AND t.completed_by IS NULL THEN 1 ELSE 0 END AS completed_by_house,
               t.opened_on, t.opened_at, t.claimed_at, t.completed_at, t.hold_until, t.deadline, t.deadline_kind,
               t.due_on, t.legal_on, t.paused_on
        FROM tasks t JOIN cases c ON c.id = t.case_id {UNIT.format("t")}""",
    "report_deadlines": f"""
        SELECT d.case_id, d.number AS deadline, c.process AS case_process, d.process, d.name, d.law, d.law_version,
               d.kind, d.roll, d.statute, a.code AS area, u.code AS unit, d.event_on, d.nominal_on, d.legal_on,
               d.target_on, d.due_on, d.paused_on, d.remaining, d.state, d.opened_at, d.closed_on, d.closed_at,
               d.escalated_at
        FROM deadlines d JOIN cases c ON c.id = d.case_id {UNIT.format("c")}""",
    "report_events": f"""
        SELECT e.case_id, e.number AS event, c.process AS case_process, a.code AS area, u.code AS unit, e.kind,
               e.occurred_at, e.at AS recorded_at, e.via,
               CASE WHEN e.actor_id IS NULL THEN 0 ELSE 1 END AS by_person,
               e.path, e.task_number AS task, t.process, t.version, t.element, t.role
        FROM events e JOIN cases c ON c.id = e.case_id {UNIT.format("c")}
             LEFT JOIN tasks t ON t.case_id = e.case_id AND t.number = e.task_number
        WHERE e.kind NOT IN ('commented', 'attachment_added', 'party_added', 'party_ended', 'consent_recorded',
                             'consent_withdrawn', 'disqualification_declared', 'disqualification_ended',
                             'emergency_access', 'legal_hold')""",
}


def upgrade() -> None:
    """Create the views."""
    for name, select in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {select}")
