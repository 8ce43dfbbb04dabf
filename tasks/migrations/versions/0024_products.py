"""Work products on the tasks and letters that made them: counted for supervisors, and a view for SQL readers.

What was done before is filled in by what the house's own folders say of their steps at this migration; a folder of an
area's own tells its products from its next version on. The sums begin anew, as in 0018: figures are right at once, and
`asiavirta db upgrade` and every worker add the cases up again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024_products"
down_revision = "0023_quarters"

STEPS = (
    ("decision", "decision", "record_decision"),
    ("payment", "payment", "record_payment"),
    ("statement", "statement", "record_statement"),
    ("statement", "pay_subsidy", "report_employment"),
    ("statement", "appeal_146", "write_statement"),
    ("interview", "pay_subsidy", "hold_conversation"),
)
"""kind, folder, task that always makes one"""
ANSWERED = (
    ("plan", "labour_market_training", "approve_plan", "result", "approved"),
    ("interview", "training_participation", "hold_conversation", "held", True),
    ("interview", "booking", "record_attendance", "result", "attended"),
)
"""kind, folder, task that makes one with this answer to a field"""
LETTERS = (
    ("decision", "decision", "send_decision"),
    ("payment", "payment", "send_payment_decision"),
    ("statement", "statement", "send_statement"),
)
UNIT = "JOIN units u ON u.id = c.unit_id JOIN areas a ON a.id = u.area_id"
VIEW = f"""
    SELECT t.case_id, t.product AS kind, c.process AS case_process, c.version AS case_version, t.process, t.element,
           a.code AS area, u.code AS unit, t.completed_at AS made_at, NULL AS sent_on
    FROM tasks t JOIN cases c ON c.id = t.case_id {UNIT}
    WHERE t.state = 'completed' AND t.product IS NOT NULL
    UNION ALL
    SELECT d.case_id, d.product, c.process, c.version, d.process, d.element, a.code, u.code, d.created_at, d.sent_on
    FROM documents d JOIN cases c ON c.id = d.case_id {UNIT}
    WHERE d.product IS NOT NULL"""


def upgrade() -> None:
    """Add the columns, fill them, show them and let the sums begin anew."""
    op.add_column("tasks", sa.Column("product", sa.Text()))
    op.add_column("documents", sa.Column("product", sa.Text()))
    _fill()
    completed = sa.text("state = 'completed'")
    op.create_index("ix_tasks_completed", "tasks", ["completed_at"], postgresql_where=completed, sqlite_where=completed)
    op.execute(f"CREATE VIEW report_products AS {VIEW}")
    for table in ("figure_sums", "figure_cases"):  # the keys stay: what is summed by them comes again
        op.execute(f"DELETE FROM {table}")
    op.execute("UPDATE figure_marks SET position = NULL, compared_on = NULL, recount_from = NULL")


def _fill() -> None:
    bind = op.get_bind()
    task = "UPDATE tasks SET product = :kind WHERE state = 'completed' AND process = :folder AND element = :step"
    letter = "UPDATE documents SET product = :kind WHERE process = :folder AND element = :step"
    for sql, rows in ((task, STEPS), (letter, LETTERS)):
        for kind, folder, step in rows:
            bind.execute(sa.text(sql), {"kind": kind, "folder": folder, "step": step})
    field = "a.data ->> :field" if bind.dialect.name == "postgresql" else "json_extract(a.data, '$.' || :field)"
    for kind, folder, step, name, value in ANSWERED:
        wanted = ("true" if bind.dialect.name == "postgresql" else 1) if value is True else value
        bind.execute(
            sa.text(f"{task} AND EXISTS (SELECT 1 FROM answers a WHERE a.case_id = tasks.case_id"
                    f" AND a.task_number = tasks.number AND {field} = :value)"),
            {"kind": kind, "folder": folder, "step": step, "field": name, "value": wanted},
        )  # fmt: skip
