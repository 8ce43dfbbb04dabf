"""A case and what is open in it: tasks, deadlines, timers and awaited messages."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, json, key, row_id

OPEN = text("state = 'open'")
HELD = text("state = 'open' AND hold_until IS NOT NULL")
RAISED, RAISED_SQLITE = text("state = 'open' AND raised"), text("state = 'open' AND raised = 1")
PAUSED = text("state = 'open' AND paused_on IS NOT NULL")
WAITING = text("state = 'waiting'")
COMPLETED = text("state = 'completed'")
ENDED = text("closed_on IS NOT NULL")
PLANNED = text("state = 'open' AND plan IS NOT NULL")


class Case(Base):
    """One process running for one matter: the engine's saved state and the counters of its children."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("idempotency_key"),
        Index("ix_cases_unit", "unit_id", "status", "process"),
        Index("ix_cases_customer", "customer_id"),
        Index("ix_cases_process", "process", "version", "status"),
        Index("ix_cases_arrived", "arrived_on", "unit_id"),
        Index("ix_cases_closed", "closed_on", postgresql_where=ENDED, sqlite_where=ENDED),
    )
    id: Mapped[row_id]
    number: Mapped[str]
    """prefix/number/year"""
    process: Mapped[str]
    version: Mapped[int]
    area_id: Mapped[key] = mapped_column(ForeignKey("areas.id"))
    unit_id: Mapped[key] = mapped_column(ForeignKey("units.id"))
    customer_id: Mapped[key] = mapped_column(ForeignKey("customers.id"))
    language: Mapped[str] = mapped_column(default="fi")
    message: Mapped[str | None]
    channel: Mapped[str | None]
    source: Mapped[str | None]
    settings: Mapped[json | None]
    """what this case was started with above its area's settings"""
    summary: Mapped[json | None]
    """the fields that process.toml shows in lists: {path: value}"""
    status: Mapped[str] = mapped_column(default="open")
    """open | closed | cancelled"""
    outcome: Mapped[str | None]
    arrived_on: Mapped[date]
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    legal_hold: Mapped[bool] = mapped_column(default=False)
    raised_reason: Mapped[str | None]
    """why a supervisor put the case first in the lists; None for the others"""
    idempotency_key: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)
    """grows with every command; the locked row and the statement's snapshot must agree on it"""
    task_count: Mapped[int] = mapped_column(default=0)
    row_count: Mapped[int] = mapped_column(default=0)
    """last number given to any child other than tasks and events"""
    event_count: Mapped[int] = mapped_column(default=0)
    event_hash: Mapped[str] = mapped_column(default="")
    state: Mapped[bytes | None] = mapped_column(LargeBinary)


class Task(Base):
    """A step for people; it carries its most urgent deadline so that lists sort without a join."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_queue", "unit_id", "role", "due_on", "case_id", "number",
              postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_tasks_held", "unit_id", "role", "hold_until", postgresql_where=HELD, sqlite_where=HELD),
        Index("ix_tasks_raised", "unit_id", "role", "due_on", postgresql_where=RAISED, sqlite_where=RAISED_SQLITE),
        Index("ix_tasks_paused", "unit_id", "role", "due_on", postgresql_where=PAUSED, sqlite_where=PAUSED),
        Index("ix_tasks_assignee", "assignee_id", "due_on", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_tasks_process", "process", "element", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_tasks_completed", "completed_at", postgresql_where=COMPLETED, sqlite_where=COMPLETED),
    )  # fmt: skip
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    engine_id: Mapped[str]
    process: Mapped[str]
    """the folder that the step's form, labels and deadlines come from (a part's own id inside a part)"""
    version: Mapped[int]
    path: Mapped[str]
    element: Mapped[str]
    role: Mapped[str]
    item: Mapped[json | None]
    unit_id: Mapped[key] = mapped_column(ForeignKey("units.id"))
    state: Mapped[str] = mapped_column(default="open")
    """open | completed | withdrawn"""
    revision: Mapped[int] = mapped_column(default=1)
    assignee_id: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    claimed_at: Mapped[datetime | None]
    raised: Mapped[bool] = mapped_column(default=False)
    """whether its case is put first"""
    hold_until: Mapped[date | None]
    hold_reason: Mapped[str | None]
    draft: Mapped[json | None]
    draft_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    draft_at: Mapped[datetime | None]
    changed_by: Mapped[str | None]
    """who made the latest change, in words for the one who was too late"""
    changed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    opened_on: Mapped[date]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[key | None] = mapped_column(ForeignKey("users.id"))
    deadline: Mapped[str | None]
    deadline_kind: Mapped[str | None]
    deadline_binds: Mapped[str | None]
    """whom its deadline binds (engine.register.BINDS); unknown where it was opened before rules said so"""
    due_on: Mapped[date | None]
    legal_on: Mapped[date | None]
    paused_on: Mapped[date | None]
    remaining: Mapped[int | None]
    product: Mapped[str | None]
    """the kind of work product that its completion made (engine.products)"""


class Deadline(Base):
    """A legal or agreed date with the trace that explains it."""

    __tablename__ = "deadlines"
    __table_args__ = (
        Index("ix_deadlines_due", "due_on", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_deadlines_process", "process", "name", "state"),
        Index("ix_deadlines_closed", "closed_on", postgresql_where=ENDED, sqlite_where=ENDED),
        Index("ix_deadlines_plan", "legal_on", postgresql_where=PLANNED, sqlite_where=PLANNED),
    )
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scope: Mapped[str]
    """the call activity path whose data anchors it; empty in the main process"""
    process: Mapped[str]
    name: Mapped[str]
    law_version: Mapped[str]
    """the published version whose dated row was used, "pay_subsidy@3\""""
    law: Mapped[str | None]
    kind: Mapped[str]
    binds: Mapped[str | None]
    """whom it binds (engine.register.BINDS); unknown where it was opened before rules said so"""
    plan: Mapped[str | None]
    """make | renew: what becomes of a customer's plan by its day (engine.register.PLANS)"""
    roll: Mapped[str]
    statute: Mapped[str | None]
    doubt: Mapped[str | None]
    shown_on: Mapped[json]
    event_on: Mapped[date]
    nominal_on: Mapped[date]
    legal_on: Mapped[date]
    target_on: Mapped[date]
    due_on: Mapped[date]
    paused_on: Mapped[date | None]
    remaining: Mapped[int | None]
    trace: Mapped[json]
    state: Mapped[str] = mapped_column(default="open")
    """open | met | missed | lapsed (a right) | ended (a period) | cancelled"""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    escalated_at: Mapped[datetime | None]


class Timer(Base):
    """A wake-up: of the engine, a reminder, an escalation or the end of a hold; the row goes when it fires."""

    __tablename__ = "timers"
    __table_args__ = (Index("ix_timers_next", "next_at", "case_id", postgresql_where=WAITING, sqlite_where=WAITING),)
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    """engine | reminder | escalation | hold_end | refresh | start (a linked case)"""
    state: Mapped[str] = mapped_column(default="waiting")
    """waiting | halted (by an operator)"""
    due_at: Mapped[datetime]
    """the moment that law or diagram gives"""
    next_at: Mapped[datetime]
    """when the clock tries next: due_at, or later after a failure"""
    attempts: Mapped[int] = mapped_column(default=0)
    engine_id: Mapped[str | None]
    path: Mapped[str | None]
    deadline_number: Mapped[int | None]
    task_number: Mapped[int | None]
    payload: Mapped[json | None]
    """what a linked case starts with, as it was when this case reached the step"""


class Subscription(Base):
    """A message that the case waits for."""

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_message", "message", "key", "case_id"),)
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    engine_id: Mapped[str]
    process: Mapped[str]
    path: Mapped[str]
    element: Mapped[str]
    message: Mapped[str]
    opened_at: Mapped[datetime]
    key: Mapped[str | None]
    """the correlation key that the case waits with, as engine.correlation makes it"""


class Link(Base):
    """This case came from another one: what it is to it, and the step there that began it."""

    __tablename__ = "links"
    __table_args__ = (Index("ix_links_from_case_id", "from_case_id"),)
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    from_case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    """follow_up | part | rectification | appeal | recovery (engine.linked.KINDS)"""
    path: Mapped[str | None]
    """the element there; null when a person linked it"""
    at: Mapped[datetime]
