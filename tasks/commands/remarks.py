"""What people put beside a case: comments, attachments, and the record of who viewed whose data."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import datetime

from sqlalchemy import insert

from engine.bundle import BROKEN_ZIP
from tasks import access
from tasks.actor import Actor
from tasks.course import Course
from tasks.db import Database
from tasks.errors import InvalidValue
from tasks.models import View
from tasks.moments import utc

LARGEST = 20_000_000
"""bytes of one attachment"""
LONGEST_COMMENT = 10_000
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"


def comment(
    database: Database, actor: Actor, case_id: int, *, text: str, now: datetime, task_number: int | None = None
) -> int:
    """Write a note on a case; gives its number."""
    words = text.strip()
    if not 0 < len(words) <= LONGEST_COMMENT:
        message = f"{len(words)} characters, expected 1 to {LONGEST_COMMENT}"
        raise InvalidValue("text", "length", message, {"longest": LONGEST_COMMENT})
    with database.transaction() as connection:
        course = Course.open(connection, database, actor, case_id, now)
        access.see(course.rights, course.place()).require()
        number = course.next_number()
        course.changes.insert(
            "comments", number=number, text=words, author_id=actor.user_id, author=actor.name, at=course.now,
            task_number=task_number,
        )  # fmt: skip
        course.chain.add("commented", {"comment": number}, task=task_number)
        course.save()
        return number


def add_attachment(
    database: Database, actor: Actor, case_id: int, *, content: bytes, filename: str, now: datetime,
    task_number: int | None = None,
) -> int:  # fmt: skip
    """Keep a file on a case; its type is told by its content. Gives its number; InvalidValue for others."""
    media_type = told_type(content)
    if not content or len(content) > LARGEST:
        message = f"{len(content)} bytes, expected 1 to {LARGEST}"
        raise InvalidValue("file", "size", message, {"largest": LARGEST})
    if media_type is None:
        raise InvalidValue("file", "type", "not a PDF, PNG, JPEG, DOCX or ODT file by its content")
    name = "".join(letter for letter in filename.replace("\\", "/").rsplit("/", 1)[-1] if letter.isprintable())[:200]
    sha256 = hashlib.sha256(content).hexdigest()
    with database.transaction() as connection:
        course = Course.open(connection, database, actor, case_id, now)
        access.see(course.rights, course.place()).require()
        number = course.next_number()
        course.changes.blob(
            "attachments", number=number, filename=name or "liite", media_type=media_type, size=len(content),
            sha256=sha256, content=content, added_by=actor.user_id, added_at=course.now, task_number=task_number,
        )  # fmt: skip
        told = {
            "attachment": number,
            "filename": name,
            "media_type": media_type,
            "size": len(content),
            "sha256": sha256,
        }
        course.chain.add("attachment_added", told, task=task_number)
        course.save()
        return number


def told_type(content: bytes) -> str | None:
    """The media type that the first bytes tell, or None for what is not accepted."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return _office(content) if content.startswith(b"PK\x03\x04") else None


def _office(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist()[:5000])
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return ODT if archive.read("mimetype").decode("ascii", "replace").strip() == ODT else None
    except BROKEN_ZIP:
        return None
    return DOCX if {"[Content_Types].xml", "word/document.xml"} <= names else None


def record_view(
    database: Database, actor: Actor, *, what: str, why: str, now: datetime, customer_id: int | None = None,
    case_id: int | None = None,
) -> None:  # fmt: skip
    """Record that the actor looked at a customer's or a case's data: what page, and on what ground."""
    if customer_id is None and case_id is None:
        raise InvalidValue("customer_id", "required", "a view is of a customer or of a case")
    with database.transaction() as connection:
        connection.execute(
            insert(View).values(
                user_id=actor.user_id, user_name=actor.name, via=actor.via, customer_id=customer_id, case_id=case_id,
                what=what, why=why, at=utc(now),
            )
        )  # fmt: skip
