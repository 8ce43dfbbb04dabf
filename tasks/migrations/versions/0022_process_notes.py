"""Notes of supervisors to the owners of processes, with their answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Key, Moment

revision = "0022_process_notes"
down_revision = "0021_raised"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "process_notes",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("unit_id", Key, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", Key, nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", Key),
        sa.Column("answered_at", Moment()),
        sa.PrimaryKeyConstraint("id", name="pk_process_notes"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_process_notes_unit_id"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_process_notes_author_id"),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name="fk_process_notes_answered_by"),
    )
    op.create_index("ix_process_notes_process", "process_notes", ["process", "answered_at"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("process_notes")
