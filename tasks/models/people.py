"""Who works here: areas, municipalities, units, people, their roles, delegations and disqualifications."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, json, key, row_id


class Area(Base):
    """An employment area (työllisyysalue): one authority with its own settings."""

    __tablename__ = "areas"
    id: Mapped[row_id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, Any]]
    contact: Mapped[dict[str, Any] | None]
    """address, phone, email, office_hours: printed in letters."""


class Municipality(Base):
    """A member municipality of an area; one of them is the responsible one."""

    __tablename__ = "municipalities"
    id: Mapped[row_id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, Any]]
    area_id: Mapped[key] = mapped_column(ForeignKey("areas.id"), index=True)
    responsible: Mapped[bool] = mapped_column(default=False)


class Unit(Base):
    """A unit of an area: cases and tasks belong to one."""

    __tablename__ = "units"
    id: Mapped[row_id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, Any]]
    area_id: Mapped[key] = mapped_column(ForeignKey("areas.id"), index=True)


class User(Base):
    """A person who signs in."""

    __tablename__ = "users"
    id: Mapped[row_id]
    name: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    title: Mapped[str | None]
    email: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="fi")
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class UserRole(Base):
    """One access role of a person, with the work roles, units and process areas it covers (null = all)."""

    __tablename__ = "user_roles"
    id: Mapped[row_id]
    user_id: Mapped[key] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str]
    work_roles: Mapped[json]
    units: Mapped[json | None]
    areas: Mapped[json | None]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]


class Session(Base):
    """A signed-in browser; the id is the hash of the cookie."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[key | None] = mapped_column(ForeignKey("users.id"), index=True)
    data: Mapped[json | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Token(Base):
    """A key with which an integration calls the API: its secret's hash, what it may do, and until when."""

    __tablename__ = "tokens"
    id: Mapped[row_id]
    user_id: Mapped[key] = mapped_column(ForeignKey("users.id"), index=True)
    hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[json]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_on: Mapped[date | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Delegation(Base):
    """The right to decide, given to a person for a time: null process or unit = any."""

    __tablename__ = "delegations"
    id: Mapped[row_id]
    user_id: Mapped[key] = mapped_column(ForeignKey("users.id"), index=True)
    process: Mapped[str | None]
    unit_id: Mapped[key | None] = mapped_column(ForeignKey("units.id"))
    basis: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    granted_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[datetime]


class Substitution(Base):
    """Somebody who also sees and completes what a person has taken in a unit, from a day to a day, both included."""

    __tablename__ = "substitutions"
    __table_args__ = (
        Index("ix_substitutions_substitute", "substitute_id", "to_on"),
        Index("ix_substitutions_user", "user_id", "unit_id", "to_on"),
    )
    id: Mapped[row_id]
    user_id: Mapped[key] = mapped_column(ForeignKey("users.id"))
    """who is away"""
    substitute_id: Mapped[key] = mapped_column(ForeignKey("users.id"))
    unit_id: Mapped[key] = mapped_column(ForeignKey("units.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    made_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))


class Disqualification(Base):
    """A person who may not handle a case (434/2003 27–30 §), as declared."""

    __tablename__ = "disqualifications"
    __table_args__ = (Index("ix_disqualifications_case_user", "case_id", "user_id"),)
    id: Mapped[row_id]
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[key] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]
    declared_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
