"""What a consent covers, what for and who may get it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json

revision = "0006_consents"
down_revision = "0005_audit"


def upgrade() -> None:
    """Add the columns; consents from before name no fields, purpose or recipient."""
    op.add_column("consents", sa.Column("fields", Json))
    op.add_column("consents", sa.Column("purpose", sa.Text()))
    op.add_column("consents", sa.Column("recipient", sa.Text()))
