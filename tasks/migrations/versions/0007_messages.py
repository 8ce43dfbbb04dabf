"""Messages from other systems, and the key that a case waits with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key, Moment

revision = "0007_messages"
down_revision = "0006_consents"


def upgrade() -> None:
    """Create the table; what waits already waits without a key until its case goes on."""
    _messages()
    op.add_column("subscriptions", sa.Column("key", sa.Text()))
    op.drop_index("ix_subscriptions_message", "subscriptions")
    op.create_index("ix_subscriptions_message", "subscriptions", ["message", "key", "case_id"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("source", "external_id", "name", "salt", "digest")),
        sa.Column("process", sa.Text()),
        sa.Column("unit_id", Key),
        sa.Column("correlation", Json),
        sa.Column("payload", Json),
        sa.Column("channel", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment()),
        sa.Column("looked_at", Moment()),
        sa.Column("sent_by", Key),
        sa.Column("case_id", Key),
        sa.Column("answer", Json),
        sa.Column("settled_at", Moment()),
        sa.Column("settled_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("source", "external_id", name="uq_messages_source_external_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_messages_unit_id"),
        sa.ForeignKeyConstraint(["sent_by"], ["users.id"], name="fk_messages_sent_by"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_messages_case_id"),
    )
    early, unplaced = sa.text("state = 'early'"), sa.text("state IN ('early', 'unplaced')")
    op.create_index("ix_messages_early", "messages", ["name", "expires_at"], postgresql_where=early, sqlite_where=early)
    op.create_index(
        "ix_messages_unplaced", "messages", ["received_at"], postgresql_where=unplaced, sqlite_where=unplaced
    )
    op.create_index("ix_messages_case_id", "messages", ["case_id"])
