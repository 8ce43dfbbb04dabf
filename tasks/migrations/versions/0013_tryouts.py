"""Runs by hand of drafts and published versions, one for each person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Key, Moment, OrderedJson

revision = "0013_tryouts"
down_revision = "0012_drafts"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "tryouts",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("draft_id", Key),
        sa.Column("version", sa.Integer()),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("told", OrderedJson, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tryouts"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_tryouts_draft_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_tryouts_user_id"),
        sa.UniqueConstraint("draft_id", "user_id", name="uq_tryouts_draft_id"),
        sa.UniqueConstraint("process", "version", "user_id", name="uq_tryouts_process"),
    )
