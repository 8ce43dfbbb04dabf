"""Failed sign-ins shared by all processes, the record of changes outside cases, and emergency access."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key, Moment

revision = "0005_audit"
down_revision = "0004_seen_by"


def upgrade() -> None:
    """Create the tables."""
    _login_attempts()
    _audit()
    _emergency_access()


def _login_attempts() -> None:
    op.create_table(
        "login_attempts",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_attempts"),
    )
    op.create_index("ix_login_attempts_key", "login_attempts", ["key", "at"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("user_id", Key),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("customer_id", Key),
        sa.Column("case_id", Key),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("old", Json),
        sa.Column("new", Json),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_audit_user_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_audit_customer_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_audit_case_id"),
    )
    op.create_index("ix_audit_customer", "audit", ["customer_id", "at"])
    op.create_index("ix_audit_user", "audit", ["user_id", "at"])
    op.create_index("ix_audit_case_id", "audit", ["case_id"])


def _emergency_access() -> None:
    op.create_table(
        "emergency_access",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("case_id", Key, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("from_at", Moment(), nullable=False),
        sa.Column("until_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_emergency_access"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_emergency_access_user_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_emergency_access_case_id"),
    )
    op.create_index("ix_emergency_access_user", "emergency_access", ["user_id", "case_id", "until_at"])
