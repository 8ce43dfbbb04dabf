"""The tables, without behaviour: organisation, people, customers, cases, their work, history and published versions."""

from __future__ import annotations

from tasks.models.audit import Audit, EmergencyAccess, LoginAttempt
from tasks.models.base import Base, Json, Key, Moment
from tasks.models.case import Case, Deadline, Link, Subscription, Task, Timer
from tasks.models.customer import Consent, Customer, Party
from tasks.models.history import Answer, Attachment, Comment, Document, Event, View
from tasks.models.house import Heartbeat, Incident, Notice, NumberSeries, Outbox, Setting, Version
from tasks.models.job import Job
from tasks.models.message import Message
from tasks.models.move import Move, MovedCase
from tasks.models.people import Area, Delegation, Disqualification, Municipality, Session, Token, Unit, User, UserRole

__all__ = [
    "Answer", "Area", "Attachment", "Audit", "Base", "Case", "Comment", "Consent", "Customer", "Deadline",
    "Delegation", "Disqualification", "Document", "EmergencyAccess", "Event", "Heartbeat", "Incident", "Job",
    "Json", "Key", "Link", "LoginAttempt", "Message", "Moment", "Move", "MovedCase", "Municipality", "Notice",
    "NumberSeries", "Outbox", "Party", "Session", "Setting", "Subscription", "Task", "Timer", "Token", "Unit",
    "User", "UserRole", "Version", "View",
]  # fmt: skip
