"""A message from another system: its row, the one effect that it has, and what its sender is answered.

A message is a row of its own by (source, id), claimed in the transaction that gives it its effect: of two that come
at once one waits for the other and is answered the same. Who begins to wait looks for no early message, so that a
command stays two statements; the clock looks for the cases of early messages instead (decision 0010).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from forms.errors import FormError
from tasks import access, correlation
from tasks.actor import Actor
from tasks.commands.cases import Start, start_within
from tasks.commands.messages import receive, waiting
from tasks.correlation import Correlation
from tasks.course import Course
from tasks.db import Database
from tasks.errors import InvalidAnswers, InvalidValue, SameId, WrongState
from tasks.history import canonical, digest
from tasks.models import Message
from tasks.moments import day, iso, read_moment
from tasks.published import Published, published
from tasks.queries import reach

LONGEST = 200_000
"""bytes of one message's content"""
OPEN = ("early", "unplaced")
MARGIN = timedelta(minutes=2)
"""a command may commit this long after its `now`; an early message looks again at what began to wait since then"""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as its sender gives it: `id` is the sender's own and names it for ever; moments are aware."""

    name: str
    id: str
    payload: Mapping[str, Any]
    correlation: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    """the integration's name; the actor's when empty"""
    channel: str | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of a message: delivered, started, early (kept until `kept_until`) or unplaced (a person decides).

    `again` when the same message came before: then this is what was answered then.
    """

    message_id: int
    state: str
    reason: str = ""
    case_id: int | None = None
    case_number: str = ""
    opened: tuple[str, ...] = ()
    kept_until: datetime | None = None
    again: bool = False

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if self.state in ("delivered", "started"):
            return f"{self.state}: case {self.case_number}"
        if self.state == "early":
            until = self.kept_until.isoformat(timespec="minutes") if self.kept_until else ""
            return f"no case waits for it yet; it is kept until {until}"
        return f"{REASONS.get(self.reason, self.reason)}; a person decides"


REASONS = {
    "no_case": "there is no such case",
    "closed": "the case is closed",
    "never": "the case never waits for this message",
    "several": "several cases wait for it",
    "expired": "no case began to wait for it in time",
    "no_customer": "nobody here has the code that it names",
    "no_unit": "it names no unit for a new case",
    "invalid": "the case waited for it, but its content does not fit the form there",
    "forbidden": "its sender has no right to the case that waits for it",
    "failed": "it could not be delivered",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A message whose row is ours in this transaction."""

    id: int
    name: str
    source: str
    external_id: str
    said: Correlation
    payload: Mapping[str, Any]
    channel: str | None
    received_at: datetime
    occurred_at: datetime

    @property
    def told(self) -> dict[str, Any]:
        """What its event on a case tells of it."""
        return {"source": self.source, "external_id": self.external_id, "received_at": iso(self.received_at)}


def check(incoming: Incoming) -> None:
    """Refuse what no message can be; InvalidValue."""
    for name, text in (("name", incoming.name), ("id", incoming.id)):
        if not isinstance(text, str) or not 0 < len(text) <= 200 or not text.isprintable():
            raise InvalidValue(name, "text", "expected a text of 1 to 200 characters")
    if not isinstance(incoming.payload, Mapping):
        raise InvalidValue("payload", "object", "expected an object")
    if (size := len(_content(incoming))) > LONGEST:
        raise InvalidValue("payload", "size", f"the message has {size} bytes, at most {LONGEST} are taken")


def _content(incoming: Incoming) -> bytes:
    return canonical([incoming.name, incoming.correlation, incoming.payload, incoming.channel])


def claim(
    connection: Connection, actor: Actor, incoming: Incoming, source: str, now: datetime, occurred: datetime
) -> int | None:
    """Make the row of a new message; None when its id is known, also when another transaction just made it known."""
    salt = os.urandom(8).hex()
    values = {
        "source": source, "external_id": incoming.id, "name": incoming.name, "salt": salt,
        "digest": digest(salt, _content(incoming).decode()), "correlation": dict(incoming.correlation),
        "payload": dict(incoming.payload), "channel": incoming.channel, "state": "unplaced", "received_at": now,
        "occurred_at": occurred, "sent_by": actor.user_id,
    }  # fmt: skip
    new = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(Message).values(**values)
    made = new.on_conflict_do_nothing(index_elements=["source", "external_id"]).returning(Message.id)
    return connection.execute(made).scalar_one_or_none()


def again(connection: Connection, incoming: Incoming, source: str) -> Arrived:
    """What was answered when the same message came before; SameId when another one did."""
    known = (Message.source == source) & (Message.external_id == incoming.id)
    row = connection.execute(select(Message.salt, Message.digest, Message.answer).where(known)).one()
    if row.digest != digest(row.salt, _content(incoming).decode()):
        raise SameId(source, incoming.id)
    answer = dict(row.answer)
    kept_until = read_moment(answer.pop("kept_until"))
    return Arrived(**answer | {"opened": tuple(answer["opened"])}, kept_until=kept_until, again=True)


def place(connection: Connection, database: Database, actor: Actor, held: Held, now: datetime) -> Arrived | None:
    """Deliver to the one case that waits, or say that several do; None when none does."""
    versions = published(database).refresh(connection)
    for _ in range(3):  # a wait that ends while we look makes us look again
        found = correlation.waiting(connection, versions, held.name, held.said, held.payload)
        if len(found) > 1:
            return Arrived(held.id, "unplaced", "several")
        if not found:
            return None
        course = Course.open(connection, database, actor, found[0].case_id, now, held.occurred_at)
        try:
            course.require_open()
            wait = waiting(course, held.name, found[0].path)
        except WrongState:
            continue
        access.see(course.rights, course.place()).require()
        return deliver(course, wait, held, held.payload)
    return None


def deliver(course: Course, wait: Mapping[str, Any], held: Held, answers: Mapping[str, Any]) -> Arrived:
    """Deliver to one wait of a locked case."""
    done = receive(course, dict(wait), answers, channel=held.channel, source=held.source, told=held.told)
    return Arrived(held.id, "delivered", "", done.case_id, course.case["number"], done.opened)


def keep(connection: Connection, database: Database, actor: Actor, held: Held, now: datetime) -> Arrived:
    """What becomes of a message that no case waits for: it starts a case, is kept, or waits for a person."""
    versions = published(database).refresh(connection)
    folders = correlation.folders(versions, held.name)
    if not folders:
        raise InvalidValue("name", "unknown", f"no published process knows the message {held.name}")
    if held.said.case:
        row = correlation.case(connection, held.said)
        if row is None:
            return Arrived(held.id, "unplaced", "no_case")
        if row.status != "open":
            return Arrived(held.id, "unplaced", "closed")
        if held.name not in versions.definition(row.process, row.version).messages:
            return Arrived(held.id, "unplaced", "never")
    elif processes := correlation.starting(
        versions, held.name, held.said.process, day(held.occurred_at), held.said.parties
    ):
        return _start(connection, database, actor, held, processes, now)
    _fits(versions, held)
    until = correlation.kept(versions, held.name, day(now)).after(held.received_at)
    return Arrived(held.id, "early", "", kept_until=until)


def _fits(versions: Published, held: Held) -> None:
    """Refuse what no form of this message could take, whichever case it is for; InvalidAnswers."""
    faults = None
    for row in {row.process: row for row in versions.rows}.values():
        form = versions.form(row.process, row.number, held.name)
        if form is None:
            continue
        faults = form.faults(held.payload, day(held.occurred_at))
        if not faults:
            return
    if faults:
        raise InvalidAnswers(FormError(faults))


def _start(
    connection: Connection, database: Database, actor: Actor, held: Held, processes: tuple[str, ...], now: datetime
) -> Arrived:
    if len(processes) > 1:
        expected = f"{held.name} starts {', '.join(processes)}; expected the process"
        raise InvalidValue("correlation/process", "required", expected)
    parties = correlation.customers(connection, held.said)
    if None in parties.values():
        return Arrived(held.id, "unplaced", "no_customer")
    unit = correlation.unit(connection, held.said.unit) or _own_unit(connection, actor, now)
    if unit is None:
        return Arrived(held.id, "unplaced", "no_unit")
    known = {role: customer for role, customer in parties.items() if customer is not None}
    return begin(connection, database, actor, held, Start(
        processes[0], held.name, held.payload, known, unit, held.channel, held.source,
    ), now)  # fmt: skip


def begin(connection: Connection, database: Database, actor: Actor, held: Held, start: Start, now: datetime) -> Arrived:
    """Start a case with a message."""
    started = start_within(connection, database, actor, start, now, held.occurred_at)
    return Arrived(held.id, "started", "", started.case_id, started.number, started.task_ids)


def _own_unit(connection: Connection, actor: Actor, now: datetime) -> int | None:
    """The only unit that the sender's roles reach."""
    if actor.user_id is None:
        return None
    roles = reach.rights(connection, actor.user_id, day(now)).roles
    units = {unit for role in roles for unit in role.units or ()}
    return units.pop() if len(units) == 1 else None


def settle(
    connection: Connection, held: Held, arrived: Arrived, actor: Actor, now: datetime, *, first: bool = False
) -> Arrived:
    """Write what became of a message; one that has its case leaves its content there and keeps none."""
    named = correlation.case(connection, held.said) if held.said.case else None
    unit = named.unit_id if named is not None else correlation.unit(connection, held.said.unit)
    case = arrived.case_id or (named.id if named is not None else None)
    values: dict[str, Any] = {
        "state": arrived.state, "reason": arrived.reason or None, "case_id": case, "looked_at": now - MARGIN,
        "process": held.said.process or None, "unit_id": unit,
    }  # fmt: skip
    if first:
        told = asdict(arrived)
        del told["again"]
        kept_until = arrived.kept_until
        values |= {"answer": told | {"kept_until": iso(kept_until) if kept_until else None}, "expires_at": kept_until}
    if arrived.state not in OPEN:
        values |= {"payload": None, "correlation": None, "settled_at": now, "settled_by": actor.name}
    connection.execute(update(Message).where(Message.id == held.id).values(**values))
    return arrived


def row_of(connection: Connection, id: int, *, skip_locked: bool = False) -> Any:
    """A message's row, locked; None when there is none, or it is skipped."""
    table = Message.__table__
    found = table.select().where(table.c.id == id).with_for_update(skip_locked=skip_locked)
    return connection.execute(found).one_or_none()


def held(row: Any) -> Held:
    """A message as its row has it."""
    said = correlation.read(row.correlation or {})
    return Held(
        row.id, row.name, row.source, row.external_id, said, row.payload or {}, row.channel, row.received_at,
        row.occurred_at,
    )  # fmt: skip
