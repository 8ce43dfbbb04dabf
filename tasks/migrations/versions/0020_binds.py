"""Whom a deadline binds, on deadlines and on the tasks that show them; SQL readers see it too.

What is there already does not know it: a deadline keeps none, a task learns it when its case goes on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020_binds"
down_revision = "0018_sums"

DEADLINES = """
    SELECT d.case_id, d.number AS deadline, c.process AS case_process, d.process, d.name, d.law, d.law_version,
           d.kind, d.roll, d.statute, a.code AS area, u.code AS unit, d.event_on, d.nominal_on, d.legal_on,
           d.target_on, d.due_on, d.paused_on, d.remaining, d.state, d.opened_at, d.closed_on, d.closed_at,
           d.escalated_at, d.binds
    FROM deadlines d JOIN cases c ON c.id = d.case_id JOIN units u ON u.id = c.unit_id
         JOIN areas a ON a.id = u.area_id"""


def upgrade() -> None:
    """Add the columns; who may read the view keeps the right (PostgreSQL)."""
    op.add_column("deadlines", sa.Column("binds", sa.Text()))
    op.add_column("tasks", sa.Column("deadline_binds", sa.Text()))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP VIEW report_deadlines")
        op.execute(f"CREATE VIEW report_deadlines AS {DEADLINES}")
    else:
        op.execute(f"CREATE OR REPLACE VIEW report_deadlines AS {DEADLINES}")
