"""Indexes by which the figures of supervisors find what arrived, ended and was sent on certain days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_figures"
down_revision = "0015_reporting"


def upgrade() -> None:
    """Create the indexes."""
    op.create_index("ix_cases_arrived", "cases", ["arrived_on", "unit_id"])
    ended = sa.text("closed_on IS NOT NULL")
    for table in ("cases", "deadlines"):
        op.create_index(
            f"ix_{table}_closed", table, ["closed_on"], postgresql_where=ended, sqlite_where=ended,
        )  # fmt: skip
    op.create_index("ix_documents_sent", "documents", ["sent_on"])
