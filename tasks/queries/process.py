"""Published processes as their pages show them: versions, and how many cases run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, func, select

from tasks.models import Case, Version
from tasks.queries.shape import columns, every


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One published version of a folder: who wrote and who approved it, and since when it is in force."""

    number: int
    from_on: date
    hash: str
    author: str
    approver: str
    published_at: datetime


def versions(connection: Connection, process: str) -> tuple[VersionRow, ...]:
    """Every version of a folder, the newest first."""
    statement = columns(VersionRow, Version).where(Version.process == process).order_by(Version.number.desc())
    return every(VersionRow, connection, statement)


def open_cases(connection: Connection, reach: ColumnElement[bool]) -> Mapping[str, int]:
    """How many open cases within reach each process has."""
    counted = (
        select(Case.process, func.count())
        .where(Case.status == "open", reach)
        .group_by(Case.process)
        .order_by(Case.process)
    )
    return {row[0]: row[1] for row in connection.execute(counted)}


def version_cases(connection: Connection, process: str, reach: ColumnElement[bool]) -> Mapping[int, int]:
    """How many open cases within reach each version of a process has."""
    counted = (
        select(Case.version, func.count())
        .where(Case.process == process, Case.status == "open", reach)
        .group_by(Case.version)
    )
    return {row[0]: row[1] for row in connection.execute(counted)}
