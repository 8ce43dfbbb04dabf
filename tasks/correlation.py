"""Which case a message is for: what its sender says of it, against what waits (engine.correlation, process-folder.md).

All that is said must agree: the case's number or id, its process, parties by their role and code, and the message's
key. A message is read only; deciding what becomes of it is tasks.commands.arrivals'.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from engine.correlation import KEPT, MessageRules, message_key
from engine.law import LAW
from engine.timer import Length
from tasks.commands.customers import checked_business, checked_identity
from tasks.errors import InvalidValue
from tasks.models import Case, Customer, Message, Party, Subscription, Unit
from tasks.published import Edited, Published

CODES = {"identity_code": checked_identity, "business_id": checked_business}
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Correlation:
    """What a sender says of the case: its number or id, process, unit code, parties' codes by role, key properties."""

    case: str = ""
    process: str = ""
    unit: str = ""
    parties: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keys: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One wait of one case that a message could be for."""

    case_id: int
    case_number: str
    process: str
    path: str
    unit_id: int


def read(given: Mapping[str, Any]) -> Correlation:
    """Read `{case, process, unit, parties: {role: {identity_code | business_id}}, keys}`; InvalidValue."""
    if not isinstance(given, Mapping):
        raise InvalidValue("correlation", "object", "expected an object")
    if unknown := sorted(set(given) - {"case", "process", "unit", "parties", "keys"}):
        raise InvalidValue(f"correlation/{unknown[0]}", "unknown", "expected case, process, unit, parties or keys")
    parties, keys = given.get("parties") or {}, given.get("keys") or {}
    if not isinstance(parties, Mapping) or not isinstance(keys, Mapping):
        raise InvalidValue("correlation", "object", "parties and keys are objects")
    return Correlation(
        case=_text(given, "case"),
        process=_text(given, "process"),
        unit=_text(given, "unit"),
        parties={str(role): _codes(str(role), codes) for role, codes in parties.items()},
        keys=dict(keys),
    )


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int)) or len(str(value)) > 200:
        raise InvalidValue(f"correlation/{name}", "text", "expected a text")
    return str(value).strip()


def _codes(role: str, codes: Any) -> Mapping[str, str]:
    wanted = isinstance(codes, Mapping) and len(codes) == 1 and codes.keys() <= CODES.keys()
    if not wanted or not all(isinstance(code, str) and 0 < len(code) <= 20 for code in codes.values()):
        raise InvalidValue(f"correlation/parties/{role}", "code", "expected one identity_code or business_id")
    return {name: CODES[name](code) for name, code in codes.items()}


def folders(versions: Published, message: str) -> tuple[Edited, ...]:
    """The newest version of every process that starts with the message or waits for it, itself or in a part."""
    found = []
    for process in dict.fromkeys(row.process for row in versions.rows if row.kind == "process"):
        newest = versions.newest(process)
        if newest is not None and message in versions.definition(process, newest.number).messages:
            found.append(newest)
    return tuple(found)


def starting(versions: Published, message: str, process: str, on: date, roles: Collection[str] = ()) -> tuple[str, ...]:
    """The processes in force on a day that a message starts; only `process` when it is given.

    Of several those that know every role that the sender names, where there are such: all that is said must agree.
    """
    found = {}
    for name in dict.fromkeys(row.process for row in versions.rows if row.kind == "process"):
        edition = versions.taking(name, on) if process in ("", name) else None
        manifest = versions.bundle(name, edition.number).manifest if edition is not None else None
        if manifest is not None and message in manifest.start_messages:
            found[name] = set(roles) <= set(manifest.parties)
    return tuple(name for name in found if found[name]) or tuple(found)


def _rules(versions: Published, message: str) -> dict[str, tuple[MessageRules, Mapping[str, Any]]]:
    """By content hash: what each published folder says of the message, and the form that it gives it."""
    found = {}
    for row in versions.rows:
        bundle = versions.bundle(row.process, row.number)
        if message in bundle.forms and row.kind != LAW:
            found[row.hash] = (bundle.manifest.messages.get(message) or MessageRules(), bundle.forms[message])
    return found


def kept(versions: Published, message: str, on: date) -> Length:
    """How long an early message is kept: the longest that a folder in whose newest version it stands says."""
    lengths = []
    for row in {row.process: row for row in versions.rows if row.kind != LAW}.values():
        bundle = versions.bundle(row.process, row.number)
        rules = bundle.manifest.messages.get(message)
        if rules is None and message in bundle.forms:
            lengths.append(KEPT)
        elif rules is not None and rules.keep_parameter:
            lengths.append(_parameter(versions, row.process, rules.keep_parameter, on))
        elif rules is not None:
            lengths.append(rules.keep)
    return max(lengths, key=lambda length: (length.months * 31 + length.days, length.seconds), default=KEPT)


def _parameter(versions: Published, process: str, name: str, on: date) -> Length:
    law = versions.law
    bundle = law.newest(process)
    parameter = (bundle.parameters if bundle else {}).get(name)
    national = law.newest(LAW)
    parameter = parameter or (national.parameters if national else {}).get(name)
    number = int(str(law.parameter(process, name, on)))
    unit = parameter.unit if parameter else "days"
    return Length(months=number) if unit == "months" else Length(days=number * (7 if unit == "weeks" else 1))


def customers(connection: Connection, said: Correlation) -> dict[str, int | None]:
    """The customer of each party that the sender names; None where nobody has the code."""
    found: dict[str, int | None] = {}
    for role, codes in said.parties.items():
        ((column, code),) = codes.items()
        ids = select(Customer.id).where(Customer.__table__.c[column] == code)
        found[role] = connection.execute(ids).scalar_one_or_none()
    return found


def unit(connection: Connection, code: str) -> int | None:
    """The unit that the sender names, by its code; None when it names none. InvalidValue."""
    if not code:
        return None
    found = connection.execute(select(Unit.id).where(Unit.code == code)).scalar_one_or_none()
    if found is None:
        raise InvalidValue("correlation/unit", "unknown", f"there is no unit {code}")
    return int(found)


def case(connection: Connection, said: Correlation) -> Any:
    """The case row (id, process, version, unit_id, status) that the sender names; None when there is no such case."""
    columns = (Case.id, Case.process, Case.version, Case.unit_id, Case.status)
    return connection.execute(select(*columns).where(_is_case(said.case))).one_or_none()


def _is_case(named: str) -> ColumnElement[bool]:
    plain = named.isascii() and named.isdigit() and len(named) < 19
    return Case.id == int(named) if plain else Case.number == named.upper()


def waiting(
    connection: Connection, versions: Published, message: str, said: Correlation, payload: Mapping[str, Any]
) -> tuple[Waiting, ...]:
    """The waits that a message could be for; InvalidValue when its sender says nothing that tells cases apart."""
    parties = customers(connection, said)
    rules = _rules(versions, message).values()
    keys = {key for each, form in rules if (key := message_key(each, form, payload, said.keys)) is not None}
    if not (said.case or parties or keys):
        expected = "expected a case, a party's code" + (" or its key" if any(each.keys for each, _ in rules) else "")
        raise InvalidValue("correlation", "required", f"nothing says whose {message} this is; {expected}")
    if None in parties.values():
        return ()
    found = _waits(message, said, parties, keys)
    return tuple(Waiting(*row) for row in connection.execute(found.limit(MOST_FOUND)))


def _waits(message: str, said: Correlation, parties: Mapping[str, int | None], keys: set[str]) -> Any:
    columns = (Case.id, Case.number, Case.process, Subscription.path, Case.unit_id)
    found = select(*columns).join(Subscription, Subscription.case_id == Case.id)
    found = found.where(Subscription.message == message, Case.status == "open")
    if said.case:
        found = found.where(_is_case(said.case))
    if said.process:
        found = found.where(Case.process == said.process)
    for role, customer in parties.items():
        found = found.where(
            exists().where(
                Party.case_id == Case.id, Party.role == role, Party.customer_id == customer, Party.ended_at.is_(None)
            )
        )
    if keys:
        listed = Subscription.key.in_(sorted(keys))
        keyless = Subscription.key.is_(None)
        found = found.where(or_(listed, keyless) if said.case or parties else listed)
    return found.order_by(Case.id, Subscription.number)


def early(connection: Connection, now: datetime, limit: int) -> list[int]:
    """The early messages that a case may have begun to wait for since they looked, and those whose time is over."""
    begun = exists().where(
        Subscription.message == Message.name,
        Subscription.opened_at >= Message.looked_at,
        or_(Message.case_id.is_(None), Subscription.case_id == Message.case_id),
    )
    found = select(Message.id).where(Message.state == "early", or_(Message.expires_at <= now, begun))
    return list(connection.execute(found.order_by(Message.looked_at, Message.id).limit(limit)).scalars())
