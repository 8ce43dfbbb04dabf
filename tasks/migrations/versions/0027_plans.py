"""What becomes of a customer's plan by the day of a deadline; SQL readers see it too.

No published folder has said it, so nothing is filled in and the sums stand: they are only counted of deadlines that do.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027_plans"
down_revision = "0026_open_tasks"

DEADLINES = """
    SELECT d.case_id, d.number AS deadline, c.process AS case_process, d.process, d.name, d.law, d.law_version,
           d.kind, d.roll, d.statute, a.code AS area, u.code AS unit, d.event_on, d.nominal_on, d.legal_on,
           d.target_on, d.due_on, d.paused_on, d.remaining, d.state, d.opened_at, d.closed_on, d.closed_at,
           d.escalated_at, d.binds, d.plan
    FROM deadlines d JOIN cases c ON c.id = d.case_id JOIN units u ON u.id = c.unit_id
         JOIN areas a ON a.id = u.area_id"""


def upgrade() -> None:
    """Add the column; who may read the view keeps the right (PostgreSQL)."""
    op.add_column("deadlines", sa.Column("plan", sa.Text()))
    op.create_index(
        "ix_deadlines_plan", "deadlines", ["legal_on"], postgresql_where=sa.text("state = 'open' AND plan IS NOT NULL"),
        sqlite_where=sa.text("state = 'open' AND plan IS NOT NULL"),
    )  # fmt: skip
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP VIEW report_deadlines")
        op.execute(f"CREATE VIEW report_deadlines AS {DEADLINES}")
    else:
        op.execute(f"CREATE OR REPLACE VIEW report_deadlines AS {DEADLINES}")
