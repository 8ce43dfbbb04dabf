"""What is told of customers' groups, a quarter of a year at a time.

The table begins empty; every worker tells the quarters that have settled.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key

revision = "0023_quarters"
down_revision = "0022_process_notes"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "figure_quarters",
        sa.Column("area_id", Key, autoincrement=False, nullable=False),
        sa.Column("quarter_on", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("smallest", sa.Integer(), nullable=False),
        sa.Column("told", Json, nullable=False),
        sa.PrimaryKeyConstraint("area_id", "quarter_on", name="pk_figure_quarters"),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk_figure_quarters_area_id"),
    )
