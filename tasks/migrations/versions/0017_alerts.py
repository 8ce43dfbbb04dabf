"""Alerts with their history, and when their causes were last looked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key, Moment

revision = "0017_alerts"
down_revision = "0016_figures"


def upgrade() -> None:
    """Create the tables; the only watch has not looked yet."""
    _alerts()
    _events()
    watches = op.create_table(
        "watches",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", Moment()),
        sa.PrimaryKeyConstraint("name", name="pk_watches"),
    )
    op.bulk_insert(watches, [{"name": "alerts", "at": None}])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit_id", Key, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("case_id", Key),
        sa.Column("task_number", sa.Integer()),
        sa.Column("told", Json, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("snoozed_until", sa.Date()),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment()),
        sa.Column("gone_at", Moment()),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_alerts_unit_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_alerts_case_id"),
    )
    standing = sa.text("gone_at IS NULL")
    op.create_index(
        "ix_alerts_cause", "alerts", ["cause"], unique=True, postgresql_where=standing, sqlite_where=standing
    )
    op.create_index("ix_alerts_unit", "alerts", ["unit_id", "state", "opened_at"])
    op.create_index("ix_alerts_case", "alerts", ["case_id"])


def _events() -> None:
    op.create_table(
        "alert_events",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("alert_id", Key, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("user_id", Key),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_alert_events"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_events_alert_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_alert_events_user_id"),
    )
    op.create_index("ix_alert_events_alert", "alert_events", ["alert_id", "id"])
