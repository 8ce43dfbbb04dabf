"""The sums behind the figures of supervisors, and by which transaction an event was written (PostgreSQL).

The sums begin empty; `asiavirta db upgrade` and every worker make them from the cases that there are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Key

revision = "0018_sums"
down_revision = "0019_draft_states"


def upgrade() -> None:
    """Create the tables and the mark; tell events apart by their transaction."""
    _events()
    _sums()
    op.create_table(
        "figure_cases",
        sa.Column("case_id", Key, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("parts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_figure_cases"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_figure_cases_case_id"),
    )
    marks = op.create_table(
        "figure_marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", Key),
        sa.Column("compared_on", sa.Date()),
        sa.Column("calendar", sa.Text()),
        sa.Column("recount_from", Key),
        sa.PrimaryKeyConstraint("name", name="pk_figure_marks"),
    )
    op.bulk_insert(marks, [{"name": "cases", "position": None}])


def _sums() -> None:
    op.create_table(
        "figure_keys",
        sa.Column("id", Key, autoincrement=False, nullable=False),
        sa.Column("measure", sa.SmallInteger(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_id", Key, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_figure_keys"),
        sa.UniqueConstraint(
            "measure", "process", "version", "unit_id", "about",
            name="uq_figure_keys_measure_process_version_unit_id_about",
        ),
    )  # fmt: skip
    op.create_table(
        "figure_sums",
        sa.Column("measure", sa.SmallInteger(), nullable=False),
        sa.Column("span", sa.SmallInteger(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("key_id", Key, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("working", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("measure", "span", "on_day", "key_id", "days", "working", name="pk_figure_sums"),
        sa.ForeignKeyConstraint(["key_id"], ["figure_keys.id"], name="fk_figure_sums_key_id"),
    )


def _events() -> None:
    """The column is added empty and then gets its default, so that no old row is written again."""
    op.add_column("events", sa.Column("recorded_in", Key))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE events ALTER recorded_in SET DEFAULT CAST(CAST(pg_current_xact_id() AS text) AS bigint)"
        )
    recorded = sa.text("recorded_in IS NOT NULL")
    op.create_index(
        "ix_events_recorded_in", "events", ["recorded_in"], postgresql_where=recorded, sqlite_where=recorded
    )
