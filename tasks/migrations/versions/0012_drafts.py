"""Drafts of process folders with their history, rehearsals of their stories, and retired versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key, Moment

revision = "0012_drafts"
down_revision = "0011_moves"


def upgrade() -> None:
    """Create the tables."""
    _drafts()
    _texts_and_events()
    _retirements()
    _rehearsals()


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text()),
        sa.Column("owner_id", Key, nullable=False),
        sa.Column("approver_id", Key),
        sa.Column("version", sa.Integer()),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.ForeignKeyConstraint(["approver_id"], ["users.id"], name="fk_drafts_approver_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_drafts_owner_id"),
    )
    op.create_index("ix_drafts_process", "drafts", ["process", "state"])
    op.create_table(
        "draft_files",
        sa.Column("draft_id", Key, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "path", name="pk_draft_files"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_draft_files_draft_id"),
    )


def _texts_and_events() -> None:
    op.create_table(
        "draft_texts",
        sa.Column("draft_id", Key, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "path", "user_id", name="pk_draft_texts"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_draft_texts_user_id"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_draft_texts_draft_id"),
    )
    op.create_table(
        "draft_events",
        sa.Column("draft_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("told", Json),
        sa.PrimaryKeyConstraint("draft_id", "number", name="pk_draft_events"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_draft_events_draft_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_draft_events_user_id"),
    )


def _retirements() -> None:
    op.create_table(
        "retirements",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("user_id", Key),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("process", "number", name="pk_retirements"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_retirements_user_id"),
    )


def _rehearsals() -> None:
    op.create_table(
        "rehearsals",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("draft_id", Key, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("ordered_at", Moment(), nullable=False),
        sa.Column("beat_at", Moment()),
        sa.Column("finished_at", Moment()),
        sa.Column("coverage", Json),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_rehearsals"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_rehearsals_draft_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_rehearsals_user_id"),
    )
    waiting = sa.text("state IN ('waiting', 'running')")
    op.create_index("ix_rehearsals_draft", "rehearsals", ["draft_id", "id"])
    op.create_index("ix_rehearsals_waiting", "rehearsals", ["id"], postgresql_where=waiting, sqlite_where=waiting)
    op.create_table(
        "rehearsed_stories",
        sa.Column("rehearsal_id", Key, nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failures", Json),
        sa.Column("at", Moment()),
        sa.PrimaryKeyConstraint("rehearsal_id", "story", name="pk_rehearsed_stories"),
        sa.ForeignKeyConstraint(["rehearsal_id"], ["rehearsals.id"], name="fk_rehearsed_stories_rehearsal_id"),
    )
