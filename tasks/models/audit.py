"""What guards the house: failed sign-ins, the record of changes outside cases, and emergency access."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, json, key, row_id


class LoginAttempt(Base):
    """A sign-in that has not succeeded, by the hash of the name or address it came under; kept for minutes."""

    __tablename__ = "login_attempts"
    __table_args__ = (Index("ix_login_attempts_key", "key", "at"),)
    id: Mapped[row_id]
    key: Mapped[str]
    at: Mapped[datetime]


class Audit(Base):
    """A change that belongs to no case's history: of a customer, a person's rights, a setting, a publication."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_customer", "customer_id", "at"), Index("ix_audit_user", "user_id", "at"))
    id: Mapped[row_id]
    at: Mapped[datetime]
    user_id: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    user_name: Mapped[str]
    via: Mapped[str]
    kind: Mapped[str]
    """customer_changed, role_added, access_log_read, …"""
    customer_id: Mapped[key | None] = mapped_column(ForeignKey("customers.id"))
    case_id: Mapped[key | None] = mapped_column(ForeignKey("cases.id"), index=True)
    why: Mapped[str]
    old: Mapped[json | None]
    new: Mapped[json | None]


class EmergencyAccess(Base):
    """A person outside casework let into one case for a short while, on a reason that was typed and reported."""

    __tablename__ = "emergency_access"
    __table_args__ = (Index("ix_emergency_access_user", "user_id", "case_id", "until_at"),)
    id: Mapped[row_id]
    user_id: Mapped[key] = mapped_column(ForeignKey("users.id"))
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"))
    reason: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
