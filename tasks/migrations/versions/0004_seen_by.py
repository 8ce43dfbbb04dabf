"""Who marked a notice as seen, and the indexes that the list of all notices is read by."""

from __future__ import annotations

from alembic import op

revision = "0004_seen_by"
down_revision = "0003_history"


def upgrade() -> None:
    """Add the column and the indexes; in SQL because SQLite adds a foreign key only together with its column."""
    key = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE notices ADD COLUMN seen_by {key} CONSTRAINT fk_notices_seen_by REFERENCES users (id)")
    op.create_index("ix_notices_role_at", "notices", ["unit_id", "role", "at"])
    op.create_index("ix_notices_user_at", "notices", ["user_id", "at"])
