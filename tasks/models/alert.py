"""What a supervisor should look at: alerts with their history, and when somebody last looked for their causes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, json, key, row_id

STANDING = text("gone_at IS NULL")


class Alert(Base):
    """One cause in one unit, owned by the unit's supervisors; while the cause stands there is no second row of it."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_cause", "cause", unique=True, postgresql_where=STANDING, sqlite_where=STANDING),
        Index("ix_alerts_unit", "unit_id", "state", "opened_at"),
        Index("ix_alerts_case", "case_id"),
    )
    id: Mapped[row_id]
    cause: Mapped[str]
    """what the alert is about, as tasks.queries.causes names it"""
    kind: Mapped[str]
    """overdue | orphan | stuck | deviation"""
    unit_id: Mapped[key] = mapped_column(ForeignKey("units.id"))
    role: Mapped[str] = mapped_column(default="supervisor")
    """the access role that owns it in the unit"""
    process: Mapped[str]
    case_id: Mapped[key | None] = mapped_column(ForeignKey("cases.id"))
    task_number: Mapped[int | None]
    told: Mapped[json]
    """the figures of the cause as they were when it was last looked for"""
    state: Mapped[str] = mapped_column(default="new")
    """new | acknowledged | snoozed | closed"""
    snoozed_until: Mapped[date | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    """when the cause was found to be gone"""


class AlertEvent(Base):
    """What happened to an alert, when, by whom and with which note; a null user is the house itself."""

    __tablename__ = "alert_events"
    __table_args__ = (Index("ix_alert_events_alert", "alert_id", "id"),)
    id: Mapped[row_id]
    alert_id: Mapped[key] = mapped_column(ForeignKey("alerts.id"))
    kind: Mapped[str]
    """opened | acknowledged | snoozed | returned | closed | gone"""
    at: Mapped[datetime]
    user_id: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    user_name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    until_on: Mapped[date | None]


class Watch(Base):
    """When the house last looked for something that it looks for by the hour."""

    __tablename__ = "watches"
    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime | None]
