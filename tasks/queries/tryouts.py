"""Runs by hand: one as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tasks.models import Tryout
from tasks.queries.shape import columns, first


@dataclass(frozen=True, slots=True)
class TryoutRow:
    """A run by hand of a draft or of a version, and the story so far."""

    id: int
    process: str
    draft_id: int | None
    version: int | None
    user_id: int
    told: Mapping[str, Any]
    revision: int
    changed_at: datetime


def tryout(connection: Connection, tryout_id: int) -> TryoutRow | None:
    """One run, or None."""
    return first(TryoutRow, connection, columns(TryoutRow, Tryout).where(Tryout.id == tryout_id))
