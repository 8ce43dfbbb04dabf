"""The saved states of a draft: every change of its files is kept, so that nobody's work is lost by going back.

Going back to a state is a change itself. What was undone is remembered in the state that undid it, so it can be brought
again until somebody saves something else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from tasks.models import DraftContent, DraftFile, DraftState
from tasks.queries.shape import columns, every


@dataclass(frozen=True, slots=True)
class StateRow:
    """One saved state: its number, when and by whom, what it holds, and where it went back to."""

    number: int
    at: datetime
    user_name: str
    files: Mapping[str, str]
    base_version: int | None
    back_to: int | None
    undone: Sequence[int]

    @property
    def holds(self) -> int:
        """The state whose content it has: its own, or the one that it brought back."""
        return self.back_to or self.number


def states(connection: Connection, draft_id: int) -> tuple[StateRow, ...]:
    """Every saved state of a draft, the first first."""
    statement = columns(StateRow, DraftState).where(DraftState.draft_id == draft_id).order_by(DraftState.number)
    return every(StateRow, connection, statement)


def latest(connection: Connection, draft_id: int) -> StateRow | None:
    """The state in which a draft stands; None for one of which nothing was saved yet."""
    statement = columns(StateRow, DraftState).where(DraftState.draft_id == draft_id)
    found = every(StateRow, connection, statement.order_by(DraftState.number.desc()).limit(1))
    return found[0] if found else None


def before(state: StateRow | None) -> int | None:
    """The state that undoing brings back, or None."""
    return state.holds - 1 if state is not None and state.holds > 1 else None


def again(state: StateRow | None) -> int | None:
    """The state that redoing brings back, or None."""
    return state.undone[-1] if state is not None and state.undone else None


def contents(connection: Connection, draft_id: int, state: StateRow) -> dict[str, bytes]:
    """The files of a state by path."""
    kept = select(DraftContent.hash, DraftContent.content).where(
        DraftContent.draft_id == draft_id, DraftContent.hash.in_(set(state.files.values()))
    )
    by_hash = {row.hash: bytes(row.content) for row in connection.execute(kept)}
    return {path: by_hash[hash] for path, hash in state.files.items()}


def record(
    connection: Connection, draft_id: int, at: datetime, who: str, *, base_version: int | None,
    back_to: int | None = None, undone: Sequence[int] = (),
) -> None:  # fmt: skip
    """Keep the draft as it stands, unless it stands as it was kept last."""
    paths = select(DraftFile.path, DraftFile.hash).where(DraftFile.draft_id == draft_id).order_by(DraftFile.path)
    files = {row.path: row.hash for row in connection.execute(paths)}
    last = latest(connection, draft_id)
    if last is not None and dict(last.files) == files and last.base_version == base_version:
        return
    known = set(connection.execute(select(DraftContent.hash).where(DraftContent.draft_id == draft_id)).scalars())
    for hash, path in {hash: path for path, hash in files.items() if hash not in known}.items():
        content = select(DraftFile.content).where(DraftFile.draft_id == draft_id, DraftFile.path == path)
        kept = {"draft_id": draft_id, "hash": hash, "content": connection.execute(content).scalar_one()}
        connection.execute(insert(DraftContent).values(kept))
    number = last.number + 1 if last is not None else 1
    connection.execute(
        insert(DraftState).values(
            draft_id=draft_id, number=number, at=at, user_name=who, files=files, base_version=base_version,
            back_to=back_to, undone=list(undone),
        )
    )  # fmt: skip
