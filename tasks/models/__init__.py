"""The tables, without behaviour: organisation, people, customers, cases, their work, history, versions and drafts."""

from __future__ import annotations

from tasks.models.alert import Alert, AlertEvent, Watch
from tasks.models.audit import Audit, EmergencyAccess, LoginAttempt
from tasks.models.base import Base, Json, Key, Moment
from tasks.models.case import Case, Deadline, Link, Subscription, Task, Timer
from tasks.models.customer import Consent, Customer, Party
from tasks.models.draft import (
    Draft,
    DraftContent,
    DraftEvent,
    DraftFile,
    DraftState,
    DraftText,
    Rehearsal,
    RehearsedStory,
    Retirement,
    Tryout,
)
from tasks.models.figure import FigureCase, FigureKey, FigureMark, FigureQuarter, FigureSum
from tasks.models.history import Answer, Attachment, Comment, Document, Event, View
from tasks.models.house import Heartbeat, Incident, Notice, NumberSeries, Outbox, Setting, Version
from tasks.models.job import Job
from tasks.models.message import Message
from tasks.models.move import Move, MovedCase
from tasks.models.note import ProcessNote
from tasks.models.people import (
    Area,
    Delegation,
    Disqualification,
    Municipality,
    Session,
    Substitution,
    Token,
    Unit,
    User,
    UserRole,
)

__all__ = [
    "Alert", "AlertEvent", "Answer", "Area", "Attachment", "Audit", "Base", "Case", "Comment", "Consent", "Customer",
    "Deadline", "Delegation", "Disqualification", "Document", "Draft", "DraftContent", "DraftEvent", "DraftFile",
    "DraftState", "DraftText", "EmergencyAccess", "Event", "FigureCase", "FigureKey", "FigureMark", "FigureQuarter",
    "FigureSum", "Heartbeat", "Incident", "Job", "Json", "Key", "Link", "LoginAttempt", "Message", "Moment", "Move",
    "MovedCase", "Municipality", "Notice", "NumberSeries", "Outbox", "Party", "ProcessNote", "Rehearsal",
    "RehearsedStory", "Retirement", "Session", "Setting", "Subscription", "Substitution", "Task", "Timer", "Token",
    "Tryout", "Unit", "User", "UserRole", "Version", "View", "Watch",
]  # fmt: skip
