"""Linked cases, and what a timer that starts one carries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key, Moment

revision = "0010_links"
down_revision = "0009_jobs"


def upgrade() -> None:
    """Create the table; no case from before is linked."""
    op.create_table(
        "links",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_case_id", Key, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("path", sa.Text()),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_links"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_links_case_id"),
        sa.ForeignKeyConstraint(["from_case_id"], ["cases.id"], name="fk_links_from_case_id"),
    )
    op.create_index("ix_links_from_case_id", "links", ["from_case_id"])
    op.add_column("timers", sa.Column("payload", Json))
