"""Moves of running cases as pages show them: the orders, what became of their cases, and a case's earlier versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from tasks.models import Case, Move, MovedCase
from tasks.moving import CaseMove, read_found
from tasks.queries.shape import columns, every, first


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One order to move cases: who gave it, when, and how far it has come."""

    id: int
    process: str
    from_version: int
    to_version: int
    told: Mapping[str, str]
    state: str
    user_name: str
    started_at: datetime
    finished_at: datetime | None


def move(connection: Connection, move_id: int) -> MoveRow | None:
    """One order, or None."""
    return first(MoveRow, connection, columns(MoveRow, Move).where(Move.id == move_id))


def moves(connection: Connection, process: str, limit: int = 20) -> tuple[MoveRow, ...]:
    """The latest orders of a process, the newest first."""
    statement = columns(MoveRow, Move).where(Move.process == process)
    return every(MoveRow, connection, statement.order_by(Move.started_at.desc(), Move.id.desc()).limit(limit))


def counts(connection: Connection, move_id: int) -> dict[str, int]:
    """How many cases of an order are in each state: waiting, moved, blocked, gone, failed, left."""
    counted = select(MovedCase.state, func.count()).where(MovedCase.move_id == move_id).group_by(MovedCase.state)
    return {row[0]: row[1] for row in connection.execute(counted)}


def cases(connection: Connection, move_id: int) -> tuple[CaseMove, ...]:
    """What became of every case of an order, in the order of their ids."""
    statement = (
        select(MovedCase.case_id, Case.number, MovedCase.state, MovedCase.found, MovedCase.error)
        .join(Case, Case.id == MovedCase.case_id)
        .where(MovedCase.move_id == move_id)
        .order_by(MovedCase.case_id)
    )
    return tuple(_case(row) for row in connection.execute(statement))


def _case(row: Any) -> CaseMove:
    return CaseMove(row.case_id, row.number, row.state, error=row.error or "", **read_found(row.found))


def earlier_versions(connection: Connection, case_id: int) -> tuple[tuple[datetime, int], ...]:
    """When a case was moved and the version that it was on until then, the earliest first."""
    statement = (
        select(MovedCase.at, Move.from_version)
        .join(Move, Move.id == MovedCase.move_id)
        .where(MovedCase.case_id == case_id, MovedCase.state == "moved")
        .order_by(MovedCase.at, MovedCase.move_id)
    )
    return tuple((row[0], row[1]) for row in connection.execute(statement) if row[0] is not None)


def open_by_version(connection: Connection, process: str) -> dict[int, int]:
    """How many open cases each version of a process has, whoever handles them."""
    counted = select(Case.version, func.count()).where(Case.process == process, Case.status == "open")
    return {row[0]: row[1] for row in connection.execute(counted.group_by(Case.version))}
