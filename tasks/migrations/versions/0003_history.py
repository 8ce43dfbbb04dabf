"""Events, answers, documents, attachments, comments, views, outbox, notices and incidents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key, Moment

revision = "0003_history"
down_revision = "0002_cases"


def upgrade() -> None:
    """Create the tables."""
    _events()
    _answers()
    _documents()
    _attachments()
    _comments()
    _views()
    _outbox()
    _notices()
    _incidents()


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=False),
        sa.Column("actor_id", Key),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("path", sa.Text()),
        sa.Column("task_number", sa.Integer()),
        sa.Column("payload", Json),
        sa.Column("salt", sa.Text()),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_events"),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name="fk_events_actor_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_events_case_id"),
    )
    op.create_index("ix_events_actor", "events", ["actor_id", "at"])
    op.create_index("ix_events_kind", "events", ["kind", "at"])


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("path", sa.Text()),
        sa.Column("task_number", sa.Integer()),
        sa.Column("data", Json, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text()),
        sa.Column("entered_by", Key),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_answers"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_answers_case_id"),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name="fk_answers_entered_by"),
    )


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("recipient_role", sa.Text(), nullable=False),
        sa.Column("recipient_id", Key),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date()),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_documents"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_documents_case_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["customers.id"], name="fk_documents_recipient_id"),
    )
    op.create_index("ix_documents_recipient_id", "documents", ["recipient_id"])


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", Key),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("task_number", sa.Integer()),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_attachments"),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name="fk_attachments_added_by"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_attachments_case_id"),
    )


def _comments() -> None:
    op.create_table(
        "comments",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", Key),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("task_number", sa.Integer()),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_comments"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_comments_author_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_comments_case_id"),
    )


def _views() -> None:
    op.create_table(
        "views",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("customer_id", Key),
        sa.Column("case_id", Key),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_views"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_views_case_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_views_customer_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_views_user_id"),
    )
    op.create_index("ix_views_case_id", "views", ["case_id"])
    op.create_index("ix_views_customer", "views", ["customer_id", "at"])
    op.create_index("ix_views_user", "views", ["user_id", "at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered_at", Moment()),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_outbox"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_outbox_case_id"),
    )
    op.create_index(
        "ix_outbox_pending",
        "outbox",
        ["next_at"],
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_id", Key, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("user_id", Key),
        sa.Column("task_number", sa.Integer()),
        sa.Column("deadline_number", sa.Integer()),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("seen_at", Moment()),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_notices"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notices_case_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_notices_unit_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_notices_user_id"),
    )
    op.create_index(
        "ix_notices_unseen",
        "notices",
        ["unit_id", "role", "at"],
        postgresql_where=sa.text("seen_at IS NULL"),
        sqlite_where=sa.text("seen_at IS NULL"),
    )
    op.create_index(
        "ix_notices_user",
        "notices",
        ["user_id", "at"],
        postgresql_where=sa.text("seen_at IS NULL"),
        sqlite_where=sa.text("seen_at IS NULL"),
    )


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", Key, nullable=False),
        sa.Column("case_id", Key, nullable=False),
        sa.Column("timer_number", sa.Integer()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", Moment(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("next_at", Moment()),
        sa.Column("resolved_at", Moment()),
        sa.Column("resolved_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_incidents_case_id"),
    )
    op.create_index(
        "ix_incidents_open",
        "incidents",
        ["case_id"],
        postgresql_where=sa.text("resolved_at IS NULL"),
        sqlite_where=sa.text("resolved_at IS NULL"),
    )
