"""What was said and written in a case: answers with their source, documents, attachments, comments, events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from tasks.models import Answer, Attachment, Comment, Customer, Document, Event, User
from tasks.queries.shape import columns, every, first


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The answers of one form as given once; `entered_by` is the name of the person who recorded them."""

    number: int
    kind: str
    form: str
    process: str
    path: str | None
    data: Mapping[str, Any] | None
    source: str
    channel: str | None
    entered_by: str | None
    via: str
    at: datetime
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A letter or decision without its text; `recipient` is the customer's name."""

    number: int
    process: str
    version: str
    path: str
    name: str
    language: str
    recipient_role: str
    recipient: str | None
    channel: str
    created_at: datetime
    sent_on: date
    received_on: date | None


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file on the case without its content."""

    number: int
    filename: str
    media_type: str
    size: int
    added_by: str | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A note of the authority's people."""

    number: int
    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EventRow:
    """What happened: who, when, what; `payload` is null after erasure."""

    number: int
    kind: str
    at: datetime
    occurred_at: datetime
    actor: str
    via: str
    path: str | None
    task_number: int | None
    payload: Mapping[str, Any] | None


def answers(connection: Connection, case: int) -> tuple[AnswerRow, ...]:
    """Every answer, the newest first."""
    statement = (
        columns(AnswerRow, Answer, entered_by=User.full_name)
        .outerjoin(User, User.id == Answer.entered_by)
        .where(Answer.case_id == case)
        .order_by(Answer.number.desc())
    )
    return every(AnswerRow, connection, statement)


def documents(connection: Connection, case: int) -> tuple[DocumentRow, ...]:
    """Every document, the newest first."""
    statement = (
        columns(DocumentRow, Document, recipient=Customer.name)
        .outerjoin(Customer, Customer.id == Document.recipient_id)
        .where(Document.case_id == case)
        .order_by(Document.number.desc())
    )
    return every(DocumentRow, connection, statement)


def document_html(connection: Connection, case: int, number: int) -> str | None:
    """The frozen HTML of one document."""
    found = select(Document.html).where(Document.case_id == case, Document.number == number)
    return connection.execute(found).scalar_one_or_none()


def hidden_address(connection: Connection, case: int, number: int) -> Mapping[str, Any] | None:
    """The address of a document's recipient when it is protected now: a letter from before may have it printed."""
    statement = (
        select(Customer.address)
        .join(Document, Document.recipient_id == Customer.id)
        .where(Document.case_id == case, Document.number == number, Customer.protected)
    )
    found: Mapping[str, Any] | None = connection.execute(statement).scalar_one_or_none()
    return found


def attachments(connection: Connection, case: int) -> tuple[AttachmentRow, ...]:
    """Every attachment, the newest first."""
    statement = (
        columns(AttachmentRow, Attachment, added_by=User.full_name)
        .outerjoin(User, User.id == Attachment.added_by)
        .where(Attachment.case_id == case)
        .order_by(Attachment.number.desc())
    )
    return every(AttachmentRow, connection, statement)


def attachment(connection: Connection, case: int, number: int) -> tuple[AttachmentRow, bytes] | None:
    """One attachment with its content."""
    statement = (
        columns(AttachmentRow, Attachment, added_by=User.full_name)
        .outerjoin(User, User.id == Attachment.added_by)
        .where(Attachment.case_id == case, Attachment.number == number)
    )
    row = first(AttachmentRow, connection, statement)
    content = select(Attachment.content).where(Attachment.case_id == case, Attachment.number == number)
    return (row, bytes(connection.execute(content).scalar_one())) if row else None


def comments(connection: Connection, case: int) -> tuple[CommentRow, ...]:
    """Every comment, the oldest first."""
    statement = columns(CommentRow, Comment).where(Comment.case_id == case).order_by(Comment.number)
    return every(CommentRow, connection, statement)


def events(
    connection: Connection, case: int, *, limit: int | None = None, before: int | None = None
) -> tuple[EventRow, ...]:
    """Events, the newest first; `before` goes on from an event's number."""
    statement = columns(EventRow, Event).where(Event.case_id == case).order_by(Event.number.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Event.number < before)
    return every(EventRow, connection, statement)


def event_count(connection: Connection, case: int) -> int:
    """How many events the case has."""
    counted = select(func.count()).select_from(Event).where(Event.case_id == case)
    return connection.execute(counted).scalar_one()


def people(connection: Connection, rows: Iterable[EventRow]) -> Mapping[int, str]:
    """The names of the persons whose ids stand in the old and new values of events."""
    told = [part for row in rows if row.payload for part in (row.payload.get("old"), row.payload.get("new"))]
    ids = {part["assignee_id"] for part in told if isinstance(part, Mapping) and part.get("assignee_id")}
    found = connection.execute(select(User.id, User.full_name).where(User.id.in_(sorted(ids))))
    return {row.id: row.full_name for row in found}
