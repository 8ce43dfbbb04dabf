"""Moves of running cases to another version of their process."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key, Moment

revision = "0011_moves"
down_revision = "0010_links"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "moves",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=False),
        sa.Column("told", Json, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("user_id", Key),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment()),
        sa.PrimaryKeyConstraint("id", name="pk_moves"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_moves_user_id"),
    )
    running, waiting = sa.text("state = 'running'"), sa.text("state = 'waiting'")
    op.create_index("ix_moves_process", "moves", ["process", "started_at"])
    op.create_index("ix_moves_running", "moves", ["id"], postgresql_where=running, sqlite_where=running)
    op.create_table(
        "moved_cases",
        sa.Column("move_id", Key, nullable=False),
        sa.Column("case_id", Key, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found", Json),
        sa.Column("error", sa.Text()),
        sa.Column("at", Moment()),
        sa.PrimaryKeyConstraint("move_id", "case_id", name="pk_moved_cases"),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name="fk_moved_cases_move_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_moved_cases_case_id"),
    )
    op.create_index(
        "ix_moved_cases_waiting", "moved_cases", ["move_id"], postgresql_where=waiting, sqlite_where=waiting
    )
