"""Areas, municipalities, units, people, sessions, settings, number series and published versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key, Moment

revision = "0001_organisation"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    _areas()
    _municipalities()
    _units()
    _users()
    _user_roles()
    _sessions()
    _delegations()
    _settings()
    _number_series()
    _versions()
    _heartbeats()


def _areas() -> None:
    op.create_table(
        "areas",
        sa.Column("id", Key, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("contact", Json),
        sa.PrimaryKeyConstraint("id", name="pk_areas"),
        sa.UniqueConstraint("code", name="uq_areas_code"),
    )


def _municipalities() -> None:
    op.create_table(
        "municipalities",
        sa.Column("id", Key, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("area_id", Key, nullable=False),
        sa.Column("responsible", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_municipalities"),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk_municipalities_area_id"),
        sa.UniqueConstraint("code", name="uq_municipalities_code"),
    )
    op.create_index("ix_municipalities_area_id", "municipalities", ["area_id"])


def _units() -> None:
    op.create_table(
        "units",
        sa.Column("id", Key, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("area_id", Key, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk_units_area_id"),
        sa.UniqueConstraint("code", name="uq_units_code"),
    )
    op.create_index("ix_units_area_id", "units", ["area_id"])


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("name", name="uq_users_name"),
    )


def _user_roles() -> None:
    op.create_table(
        "user_roles",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("work_roles", Json, nullable=False),
        sa.Column("units", Json),
        sa.Column("areas", Json),
        sa.Column("from_on", sa.Date()),
        sa.Column("to_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_user_roles"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_roles_user_id"),
    )
    op.create_index("ix_user_roles_user_id", "user_roles", ["user_id"])


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", Key),
        sa.Column("data", Json),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])


def _delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("process", sa.Text()),
        sa.Column("unit_id", Key),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date()),
        sa.Column("granted_by", Key),
        sa.Column("granted_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delegations"),
        sa.ForeignKeyConstraint(["granted_by"], ["users.id"], name="fk_delegations_granted_by"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_delegations_unit_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_delegations_user_id"),
    )
    op.create_index("ix_delegations_user_id", "delegations", ["user_id"])


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("id", Key, nullable=False),
        sa.Column("area_id", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_settings"),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk_settings_area_id"),
        sa.UniqueConstraint("area_id", "name", "from_on", name="uq_settings_area_id_name_from_on"),
    )


def _number_series() -> None:
    op.create_table(
        "number_series",
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name="pk_number_series"),
    )


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("id", Key, nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("parts", Json, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("published_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("process", "number", name="uq_versions_process_number"),
    )


def _heartbeats() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_heartbeats"),
    )
