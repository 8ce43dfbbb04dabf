"""The saved states of drafts, so that a change can be undone and brought again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tasks.models.base import Json, Key, Moment

revision = "0019_draft_states"
down_revision = "0017_alerts"


def upgrade() -> None:
    """Create the tables; each draft that is there begins with the state in which it stands."""
    op.create_table(
        "draft_contents",
        sa.Column("draft_id", Key, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "hash", name="pk_draft_contents"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_draft_contents_draft_id"),
    )
    op.create_table(
        "draft_states",
        sa.Column("draft_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("files", Json, nullable=False),
        sa.Column("base_version", sa.Integer()),
        sa.Column("back_to", sa.Integer()),
        sa.Column("undone", Json, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "number", name="pk_draft_states"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_draft_states_draft_id"),
    )
    _begin()


def _begin() -> None:
    connection = op.get_bind()
    contents = "SELECT draft_id, hash, min(path) AS path FROM draft_files GROUP BY draft_id, hash"
    connection.execute(
        sa.text(
            "INSERT INTO draft_contents (draft_id, hash, content) SELECT f.draft_id, f.hash, f.content "
            f"FROM draft_files f JOIN ({contents}) one ON one.draft_id = f.draft_id AND one.path = f.path"
        )
    )
    states = sa.table(
        "draft_states", sa.column("draft_id", Key), sa.column("number", sa.Integer()), sa.column("at", Moment()),
        sa.column("user_name", sa.Text()), sa.column("files", Json), sa.column("base_version", sa.Integer()),
        sa.column("undone", Json),
    )  # fmt: skip
    drafts = sa.table(
        "drafts", sa.column("id", Key), sa.column("changed_at", Moment()), sa.column("changed_by", sa.Text()),
        sa.column("base_version", sa.Integer()),
    )  # fmt: skip
    files = sa.table("draft_files", sa.column("draft_id", Key), sa.column("path"), sa.column("hash"))
    held: dict[int, dict[str, str]] = {}
    for row in connection.execute(sa.select(files).order_by(files.c.path)):
        held.setdefault(row.draft_id, {})[row.path] = row.hash
    for row in connection.execute(sa.select(drafts)).all():
        state = {"draft_id": row.id, "number": 1, "at": row.changed_at, "user_name": row.changed_by, "undone": []}
        there = {"files": held.get(row.id, {}), "base_version": row.base_version}
        connection.execute(sa.insert(states).values({**state, **there}))
