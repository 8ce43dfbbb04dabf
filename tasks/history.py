"""The history of a case: events chained by hash, and the check that nobody changed them.

hash = sha256(previous ‖ sequence ‖ facts ‖ digest), digest = sha256(salt ‖ payload). Erasure removes payload and salt
and keeps the digest, so the chain still holds (formats.md 25). The case row keeps the length and the last hash, so
a cut tail is seen too.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, text

from tasks.actor import Actor
from tasks.changes import Changes
from tasks.db import Database
from tasks.moments import iso, read_moment


def canonical(value: Any) -> bytes:
    """JSON bytes that do not depend on the order of keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(salt: str, payload: Any) -> str:
    """The digest of a salted payload, hex."""
    return hashlib.sha256(salt.encode() + canonical(payload)).hexdigest()


def chain(previous: str, number: int, facts: tuple[Any, ...], payload_digest: str) -> str:
    """The hash of one event, hex."""
    return hashlib.sha256(canonical([previous, number, facts, payload_digest])).hexdigest()


class Chain:
    """Appends events to one case within a command; `count` and `hash` go back to the case row."""

    def __init__(
        self, changes: Changes, actor: Actor, now: datetime, occurred_at: datetime, count: int, hash: str
    ) -> None:
        self.changes = changes
        self.actor = actor
        self.now = now
        self.occurred_at = occurred_at
        self.count = count
        self.hash = hash

    def add(self, kind: str, payload: Mapping[str, Any], *, path: str | None = None, task: int | None = None) -> int:
        """Add an event; gives its sequence number."""
        self.count += 1
        salt = os.urandom(8).hex()
        payload_digest = digest(salt, payload)
        at, occurred = iso(self.now), iso(self.occurred_at)
        actor = self.actor
        facts = (kind, at, occurred, actor.user_id, actor.name, actor.via, path, task)
        self.hash = chain(self.hash, self.count, facts, payload_digest)
        self.changes.insert(
            "events", number=self.count, kind=kind, at=at, occurred_at=occurred, actor_id=actor.user_id,
            actor=actor.name, via=actor.via, path=path, task_number=task, payload=payload, salt=salt,
            digest=payload_digest, hash=self.hash,
        )  # fmt: skip
        return self.count


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold: the case, the event's sequence number and what is wrong."""

    case_id: int
    case_number: str
    event: int
    problem: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How many cases and events were checked, and where the chain breaks."""

    cases: int
    events: int
    breaks: tuple[Break, ...]


def verify(database: Database, case_id: int | None = None) -> Verified:
    """Check the chain of every case (or of one): each event's digest and hash, the answers, and the tail."""
    breaks: list[Break] = []
    cases = events = 0
    only = " WHERE id = :case" if case_id is not None else ""
    with database.read() as connection:
        heads = connection.execute(
            text(f"SELECT id, number, event_count, event_hash FROM cases{only} ORDER BY id"),
            {"case": case_id} if only else {},
        ).all()
        for head in heads:
            rows = connection.execute(_EVENTS, {"case": head.id}).all()
            answers = {row.number: _json(row.data) for row in connection.execute(_ANSWERS, {"case": head.id})}
            cases, events = cases + 1, events + len(rows)
            breaks += [Break(head.id, head.number, number, problem) for number, problem in _broken(head, rows, answers)]
    return Verified(cases, events, tuple(breaks))


_EVENTS = text(
    "SELECT number, kind, at, occurred_at, actor_id, actor, via, path, task_number, payload, salt, digest, hash"
    " FROM events WHERE case_id = :case ORDER BY number"
)
_ANSWERS = text("SELECT number, data FROM answers WHERE case_id = :case")


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, (str, bytes)) else value


def _broken(head: Row[Any], rows: Any, answers: Mapping[int, Any]) -> Iterator[tuple[int, str]]:
    previous = ""
    for expected, row in enumerate(rows, 1):
        if row.number != expected:
            yield expected, f"event {expected} is missing"
            return
        payload = _json(row.payload)
        if row.salt is not None and digest(row.salt, payload) != row.digest:
            yield row.number, "the payload was changed"
        moments = [iso(at) for at in (read_moment(row.at), read_moment(row.occurred_at)) if at]
        facts = (row.kind, *moments, row.actor_id, row.actor, row.via, row.path, row.task_number)
        if chain(previous, row.number, facts, row.digest) != row.hash:
            yield row.number, "the hash does not follow from the event before it"
        answer = payload.get("answer") if isinstance(payload, dict) else None
        if answer is not None and not _same(answers.get(answer), payload.get("answer_sha256")):
            yield row.number, f"answer {answer} was changed"
        previous = row.hash
    if (len(rows), previous) != (head.event_count, head.event_hash):
        yield len(rows) + 1, f"the case has {head.event_count} events, {len(rows)} are left or the last was replaced"


def _same(answer: Any, expected: Any) -> bool:
    """An answer that was erased (null) keeps the chain whole."""
    return answer is None or answer_digest(answer) == expected


def answer_digest(data: Any) -> str:
    """sha256 of an answer's data, hex; it stands in the salted payload of its event."""
    return hashlib.sha256(canonical(data)).hexdigest()
