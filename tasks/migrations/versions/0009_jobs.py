"""Calls to outside systems, and which call an incident is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key, Moment

revision = "0009_jobs"
down_revision = "0008_tokens"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "jobs",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("service", "process", "path", "element")),
        sa.Column("request", Json),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ordered_at", Moment(), nullable=False),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("ended_at", Moment()),
        sa.Column("late_at", Moment()),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_jobs"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_jobs_case_id"),
    )
    due = sa.text("state = 'waiting'")
    op.create_index("ix_jobs_next", "jobs", ["next_at"], postgresql_where=due, sqlite_where=due)
    op.add_column("incidents", sa.Column("job_number", sa.Integer()))
