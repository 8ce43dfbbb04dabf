"""Letters are marked as sent by the person who posted them, handed them over, or sent them in another service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from engine import runner
from engine.letter import lacking
from engine.posting import Posted
from tasks import access
from tasks.actor import Actor
from tasks.course import Course
from tasks.db import Database
from tasks.errors import InvalidValue, LetterIncomplete, NotFound, WrongState
from tasks.models import Document, Outbox
from tasks.moments import day


@dataclass(frozen=True, slots=True)
class Sent:
    """The letter that is now marked: when it was sent, and the day of sending that is written in it."""

    case_id: int
    number: int
    sent_on: date
    written_on: date


def mark_sent(
    database: Database, actor: Actor, letter: str, *, now: datetime, occurred_at: datetime | None = None
) -> Sent:
    """Record that a waiting letter ("<case id>-<number>") has been sent, now or at `occurred_at`; it no longer waits.

    A letter that left later than it says counts as received from the day on which it left (434/2003 59 §, 13/2003
    19 §): the dates of the case that count from it are computed anew. Raises NotFound, Forbidden, WrongState when it
    is already marked, LetterIncomplete, InvalidValue for a day before it was written.
    """
    case_id, number = _read_id(letter)
    with database.transaction() as connection:
        try:
            course = Course.open(connection, database, actor, case_id, now, occurred_at)
        except NotFound:
            raise NotFound("letter", letter) from None
        access.see(course.rights, course.place()).require()
        row = _waiting(connection, letter, case_id, number)
        if day(course.occurred_at) < day(row.created_at):
            message = f"{day(course.occurred_at)} is before the letter was written, {day(row.created_at)}"
            raise InvalidValue("sent_on", "before_written", message)
        _whole(course, letter, row)
        course.at(max(course.occurred_at, row.created_at))  # a day alone is known: not before it was written
        course.changes.update("outbox", number, state="delivered", delivered_at=course.occurred_at, error=None)
        told = {
            "document": number, "name": row.name, "to": row.recipient_role, "channel": row.channel,
            "sha256": row.sha256, "sent_at": course.occurred_at.isoformat(), "written_on": row.sent_on.isoformat(),
        }  # fmt: skip
        course.chain.add("letter_sent", told, path=row.path)
        if day(course.occurred_at) != row.sent_on:
            _correct_receipt(course, number, row)
        course.save()
        return Sent(case_id, number, day(course.occurred_at), row.sent_on)


def _whole(course: Course, letter: str, row: Row[*tuple[Any, ...]]) -> None:
    """A letter that lacks a part that the law requires does not leave, however it came to lack it."""
    process, _, number = row.version.rpartition("@")
    bundle = course.published.bundle(process, int(number))
    template, rules = bundle.letters.get((row.name, row.language)), bundle.manifest.letters.get(row.name)
    if template is not None and rules is not None and (missing := lacking(template, rules.requires, row.html)):
        raise LetterIncomplete(letter, missing)


def _correct_receipt(course: Course, number: int, row: Row[*tuple[Any, ...]]) -> None:
    """The letter left on another day than it says: its receipt, and what the case stored and counts from it."""
    party = next((party for party in course.file.parties if party["role"] == row.recipient_role), None)
    authority = party is not None and bool(party["authority"])
    sent_on = day(course.occurred_at)
    received_on = course.published.law.receipt(sent_on, row.channel, authority=authority)
    course.changes.update("documents", number, sent_on=sent_on, received_on=received_on)
    old = {"sent_on": row.sent_on.isoformat(), "received_on": row.received_on and row.received_on.isoformat()}
    new = {"sent_on": sent_on.isoformat(), "received_on": received_on.isoformat()}
    told = {"document": number, "name": row.name, "to": row.recipient_role, "old": old, "new": new}
    course.chain.add("receipt_corrected", told, path=row.path)
    if course.case["status"] == "open":
        channel = {"channel": row.channel}
        posted = Posted(row.path, old | channel, new | channel)
        course.apply(runner.refresh(course.definition, course.file.state or b"", course.situation(), posted))


def _read_id(letter: str) -> tuple[int, int]:
    case, _, number = letter.partition("-")
    if not (letter.isascii() and case.isdigit() and number.isdigit() and len(case) <= 18 and len(number) <= 9):
        raise NotFound("letter", letter)
    return int(case), int(number)


def _waiting(connection: Connection, letter: str, case_id: int, number: int) -> Row[*tuple[Any, ...]]:
    """The letter's row, locked against a sender that would take it now; it must wait still."""
    row = connection.execute(
        select(
            Outbox.state, Outbox.created_at, Outbox.delivered_at, Document.name, Document.recipient_role,
            Document.channel, Document.sha256, Document.sent_on, Document.received_on, Document.path, Document.html,
            Document.language, Document.version,
        )
        .join(Document, and_(Document.case_id == Outbox.case_id, Document.number == Outbox.number))
        .where(Outbox.case_id == case_id, Outbox.number == number, Outbox.kind == "letter")
        .with_for_update(of=Outbox)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound("letter", letter)
    if row.state != "pending":
        raise WrongState(f"letter {letter}", "already sent", "waiting to be sent", when=row.delivered_at)
    return row
