"""Cases that a supervisor puts first in the lists of work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021_raised"
down_revision = "0020_binds"


def upgrade() -> None:
    """Nothing is raised yet; a raised case says why, and its tasks that they are.

    The default is for the rows that are there: those written from here on say it themselves.
    """
    op.add_column("cases", sa.Column("raised_reason", sa.Text()))
    op.add_column("tasks", sa.Column("raised", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_tasks_raised",
        "tasks",
        ["unit_id", "role", "due_on"],
        postgresql_where=sa.text("state = 'open' AND raised"),
        sqlite_where=sa.text("state = 'open' AND raised = 1"),
    )


def downgrade() -> None:
    """Take the columns away."""
    op.drop_index("ix_tasks_raised", "tasks")
    op.drop_column("tasks", "raised")
    op.drop_column("cases", "raised_reason")
