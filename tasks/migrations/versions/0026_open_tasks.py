"""Open tasks are summed apart by step and by unit and role: each page reads what it shows.

The sums begin anew, as in 0018: figures are right at once, and `asiavirta db upgrade` and every worker add the cases up
again.
"""

from __future__ import annotations

from alembic import op

revision = "0026_open_tasks"
down_revision = "0025_like_cases"


def upgrade() -> None:
    """Let the sums begin anew."""
    for table in ("figure_sums", "figure_cases"):  # the keys stay: what is summed by them comes again
        op.execute(f"DELETE FROM {table}")
    op.execute("UPDATE figure_marks SET position = NULL, compared_on = NULL, recount_from = NULL")
