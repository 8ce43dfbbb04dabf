"""Who stands in for whom: the list of a unit, what one person stands in for, and who is away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, select
from sqlalchemy.orm import aliased

from tasks.models import Substitution, Unit, User
from tasks.queries.shape import columns, every

LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class SubstitutionRow:
    """One substitution with the names of its people and its unit."""

    id: int
    user_id: int
    user: str
    substitute_id: int
    substitute: str
    unit_id: int
    unit: Mapping[str, str]
    from_on: date
    to_on: date
    maker: str | None
    made_at: datetime
    ender: str | None
    ended_at: datetime | None

    def state(self, on: date) -> str:
        """How it stands on a day: coming, in_force, over or ended (before its last day)."""
        if self.ended_at is not None:
            return "ended"
        return "coming" if on < self.from_on else "over" if on > self.to_on else "in_force"


def listed(connection: Connection, unit_ids: Collection[int]) -> tuple[SubstitutionRow, ...]:
    """The substitutions of these units, the one that ends last first."""
    return _rows(connection, Substitution.unit_id.in_(sorted(unit_ids)))


def in_force(connection: Connection, on: date) -> Mapping[tuple[int, int], SubstitutionRow]:
    """Who is away on a day: (user id, unit id) -> the substitution."""
    return {(row.user_id, row.unit_id): row for row in _rows(connection, _on(on))}


def standing_for(connection: Connection, substitute_id: int, on: date) -> tuple[tuple[int, int], ...]:
    """For whom and in which unit a person stands in on a day: (user id, unit id)."""
    rows = connection.execute(
        select(Substitution.user_id, Substitution.unit_id)
        .where(Substitution.substitute_id == substitute_id, _on(on)).order_by(Substitution.id)
    )  # fmt: skip
    return tuple((row.user_id, row.unit_id) for row in rows)


def _on(day: date) -> ColumnElement[bool]:
    return and_(Substitution.ended_at.is_(None), Substitution.from_on <= day, Substitution.to_on >= day)


def _rows(connection: Connection, where: ColumnElement[bool]) -> tuple[SubstitutionRow, ...]:
    user, other, maker, ender = (aliased(User) for _ in range(4))
    found = columns(
        SubstitutionRow, Substitution, user=user.full_name, substitute=other.full_name, unit=Unit.name,
        maker=maker.full_name, ender=ender.full_name,
    )  # fmt: skip
    found = found.join(user, user.id == Substitution.user_id).join(other, other.id == Substitution.substitute_id)
    found = found.join(Unit, Unit.id == Substitution.unit_id)
    found = found.outerjoin(maker, maker.id == Substitution.made_by).outerjoin(ender, ender.id == Substitution.ended_by)
    latest = found.where(where).order_by(Substitution.to_on.desc(), Substitution.id.desc())
    return every(SubstitutionRow, connection, latest.limit(LONGEST_LIST))
