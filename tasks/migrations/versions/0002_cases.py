"""Customers, cases, parties, tasks, deadlines, timers and awaited messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key, Moment

revision = "0002_cases"
down_revision = "0001_organisation"


def upgrade() -> None:
    """Create the tables."""
    _customers()
    _cases()
    _parties()
    _consents()
    _disqualifications()
    _tasks()
    _deadlines()
    _timers()
    _subscriptions()


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", Key, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("identity_code", sa.Text()),
        sa.Column("business_id", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("authority", sa.Boolean(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("address", Json),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sa.UniqueConstraint("business_id", name="uq_customers_business_id"),
        sa.UniqueConstraint("identity_code", name="uq_customers_identity_code"),
    )
    op.create_index("ix_customers_name", "customers", ["name"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", Key, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("area_id", Key, nullable=False),
        sa.Column("unit_id", Key, nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("message", sa.Text()),
        sa.Column("channel", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("settings", Json),
        sa.Column("summary", Json),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.Column("idempotency_key", sa.Text()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("task_count", sa.Integer(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("event_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name="fk_cases_area_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_cases_customer_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_cases_unit_id"),
        sa.UniqueConstraint("idempotency_key", name="uq_cases_idempotency_key"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
    )
    op.create_index("ix_cases_customer", "cases", ["customer_id"])
    op.create_index("ix_cases_process", "cases", ["process", "version", "status"])
    op.create_index("ix_cases_unit", "cases", ["unit_id", "status", "process"])


def _parties() -> None:
    op.create_table(
        "parties",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("representative_id", Key),
        sa.Column("principal", sa.Boolean(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_parties"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_parties_case_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_parties_customer_id"),
        sa.ForeignKeyConstraint(["representative_id"], ["customers.id"], name="fk_parties_representative_id"),
    )
    op.create_index("ix_parties_customer_id", "parties", ["customer_id", "case_id"])


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", Key, nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("case_id", Key),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date()),
        sa.Column("recorded_by", Key),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_consents_case_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_consents_customer_id"),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name="fk_consents_recorded_by"),
    )
    op.create_index(
        "ix_consents_customer_id",
        "consents",
        ["customer_id"],
        postgresql_where=sa.text("to_on IS NULL"),
        sqlite_where=sa.text("to_on IS NULL"),
    )


def _disqualifications() -> None:
    op.create_table(
        "disqualifications",
        sa.Column("id", Key, nullable=False),
        sa.Column("case_id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_by", Key),
        sa.Column("declared_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.PrimaryKeyConstraint("id", name="pk_disqualifications"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_disqualifications_case_id"),
        sa.ForeignKeyConstraint(["declared_by"], ["users.id"], name="fk_disqualifications_declared_by"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_disqualifications_user_id"),
    )
    op.create_index("ix_disqualifications_case_user", "disqualifications", ["case_id", "user_id"])


def _tasks() -> None:
    """One piece because it is one table."""
    op.create_table(
        "tasks",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("engine_id", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("item", Json),
        sa.Column("unit_id", Key, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("assignee_id", Key),
        sa.Column("claimed_at", Moment()),
        sa.Column("hold_until", sa.Date()),
        sa.Column("hold_reason", sa.Text()),
        sa.Column("draft", Json),
        sa.Column("draft_by", Key),
        sa.Column("draft_at", Moment()),
        sa.Column("changed_by", sa.Text()),
        sa.Column("changed_at", Moment()),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("completed_at", Moment()),
        sa.Column("completed_by", Key),
        sa.Column("deadline", sa.Text()),
        sa.Column("deadline_kind", sa.Text()),
        sa.Column("due_on", sa.Date()),
        sa.Column("legal_on", sa.Date()),
        sa.Column("paused_on", sa.Date()),
        sa.Column("remaining", sa.Integer()),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_tasks"),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name="fk_tasks_assignee_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_tasks_case_id"),
        sa.ForeignKeyConstraint(["completed_by"], ["users.id"], name="fk_tasks_completed_by"),
        sa.ForeignKeyConstraint(["draft_by"], ["users.id"], name="fk_tasks_draft_by"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_tasks_unit_id"),
    )
    op.create_index(
        "ix_tasks_assignee",
        "tasks",
        ["assignee_id", "due_on"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_tasks_held",
        "tasks",
        ["unit_id", "role", "hold_until"],
        postgresql_where=sa.text("state = 'open' AND hold_until IS NOT NULL"),
        sqlite_where=sa.text("state = 'open' AND hold_until IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_paused",
        "tasks",
        ["unit_id", "role", "due_on"],
        postgresql_where=sa.text("state = 'open' AND paused_on IS NOT NULL"),
        sqlite_where=sa.text("state = 'open' AND paused_on IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_process",
        "tasks",
        ["process", "element"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_tasks_queue",
        "tasks",
        ["unit_id", "role", "due_on", "case_id", "number"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )


def _deadlines() -> None:
    op.create_table(
        "deadlines",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("law_version", sa.Text(), nullable=False),
        sa.Column("law", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("roll", sa.Text(), nullable=False),
        sa.Column("statute", sa.Text()),
        sa.Column("doubt", sa.Text()),
        sa.Column("shown_on", Json, nullable=False),
        sa.Column("event_on", sa.Date(), nullable=False),
        sa.Column("nominal_on", sa.Date(), nullable=False),
        sa.Column("legal_on", sa.Date(), nullable=False),
        sa.Column("target_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("paused_on", sa.Date()),
        sa.Column("remaining", sa.Integer()),
        sa.Column("trace", Json, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("escalated_at", Moment()),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_deadlines"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_deadlines_case_id"),
    )
    op.create_index(
        "ix_deadlines_due",
        "deadlines",
        ["due_on"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_deadlines_process", "deadlines", ["process", "name", "state"])


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("engine_id", sa.Text()),
        sa.Column("path", sa.Text()),
        sa.Column("deadline_number", sa.Integer()),
        sa.Column("task_number", sa.Integer()),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_timers"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_timers_case_id"),
    )
    op.create_index(
        "ix_timers_next",
        "timers",
        ["next_at", "case_id"],
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("case_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("engine_id", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_subscriptions"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_subscriptions_case_id"),
    )
    op.create_index("ix_subscriptions_message", "subscriptions", ["message", "case_id"])
