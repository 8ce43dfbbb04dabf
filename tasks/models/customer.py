"""Customers, their part in cases and their consents."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, json, key, row_id


class Customer(Base):
    """A person or an organisation; a protected address is never shown without need."""

    __tablename__ = "customers"
    id: Mapped[row_id]
    kind: Mapped[str]
    """person | organisation"""
    name: Mapped[str] = mapped_column(index=True)
    identity_code: Mapped[str | None] = mapped_column(unique=True)
    business_id: Mapped[str | None] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(default="fi")
    channel: Mapped[str] = mapped_column(default="letter")
    """letter | e_notice | proof | handed_over"""
    authority: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[json | None]
    """street, postal_code, city"""
    protected: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Party(Base):
    """A customer's part in a case."""

    __tablename__ = "parties"
    __table_args__ = (Index("ix_parties_customer_id", "customer_id", "case_id"),)
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[str]
    customer_id: Mapped[key] = mapped_column(ForeignKey("customers.id"))
    representative_id: Mapped[key | None] = mapped_column(ForeignKey("customers.id"))
    principal: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Consent(Base):
    """A customer's consent: what it covers, what for, who may get it, and its dates."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_customer_id", "customer_id", postgresql_where=text("to_on IS NULL")),)
    id: Mapped[row_id]
    customer_id: Mapped[key] = mapped_column(ForeignKey("customers.id"))
    case_id: Mapped[key | None] = mapped_column(ForeignKey("cases.id"))
    scope: Mapped[str]
    fields: Mapped[json | None]
    """data paths with their folder, "permit:application.reason"; null: all that the letters of the case ask for"""
    purpose: Mapped[str | None]
    recipient: Mapped[str | None]
    """the party role that may get them; null: any; empty: somebody outside the case, whom the scope tells"""
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    recorded_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
