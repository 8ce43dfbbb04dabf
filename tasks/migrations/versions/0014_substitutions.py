"""Who stands in for whom while they are away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Key, Moment

revision = "0014_substitutions"
down_revision = "0013_tryouts"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "substitutions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("substitute_id", Key, nullable=False),
        sa.Column("unit_id", Key, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("made_by", Key),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.Column("ended_by", Key),
        sa.PrimaryKeyConstraint("id", name="pk_substitutions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_substitutions_user_id"),
        sa.ForeignKeyConstraint(["substitute_id"], ["users.id"], name="fk_substitutions_substitute_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_substitutions_unit_id"),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name="fk_substitutions_made_by"),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name="fk_substitutions_ended_by"),
    )
    op.create_index("ix_substitutions_substitute", "substitutions", ["substitute_id", "to_on"])
    op.create_index("ix_substitutions_user", "substitutions", ["user_id", "unit_id", "to_on"])
