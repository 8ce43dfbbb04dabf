"""Customers and their parts in cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu, ytunnus

from tasks import access, trail
from tasks.actor import Actor
from tasks.commands.people import require_role
from tasks.course import Course
from tasks.db import Database
from tasks.documents import under_consent
from tasks.errors import InvalidValue, NotFound, Stale, WrongState
from tasks.models import Consent, Customer, Party
from tasks.moments import day, utc

KINDS = ("person", "organisation")
CHANNELS = ("letter", "e_notice", "proof", "handed_over")
ADDRESS = ("street", "postal_code", "city")
CHANGEABLE = ("name", "language", "channel", "email", "phone", "address", "protected", "authority")


def create_customer(
    database: Database, actor: Actor, *, kind: str, name: str, now: datetime, identity_code: str | None = None,
    business_id: str | None = None, language: str = "fi", channel: str = "letter", authority: bool = False,
    email: str | None = None, phone: str | None = None, address: Mapping[str, str] | None = None,
    protected: bool = False,
) -> int:  # fmt: skip
    """Add a person (identity code, 900–999 as well) or an organisation (business id); gives the id. InvalidValue."""
    if kind not in KINDS:
        raise InvalidValue("kind", "unknown", f"{kind!r}, expected one of {', '.join(KINDS)}")
    values = _changes({
        "language": language, "authority": authority, "email": email, "phone": phone, "protected": protected,
        "name": name, "channel": channel, "address": address or None,
    })  # fmt: skip
    values["identity_code"] = checked_identity(identity_code) if kind == "person" and identity_code else None
    values["business_id"] = checked_business(business_id) if kind == "organisation" and business_id else None
    try:
        with database.transaction() as connection:
            require_role(connection, actor, now, *access.REACHING)
            row = connection.execute(
                insert(Customer).values(kind=kind, created_at=utc(now), revision=1, **values).returning(Customer.id)
            )
            customer = int(row.scalar_one())
            trail.note(connection, actor, "customer_added", now, customer_id=customer, new={"kind": kind})
            return customer
    except IntegrityError as error:
        field = "identity_code" if kind == "person" else "business_id"
        raise InvalidValue(field, "taken", "another customer has this code already") from error


def update_customer(
    database: Database, actor: Actor, customer_id: int, *, changes: Mapping[str, Any], now: datetime,
    version: int | None = None, why: str = "",
) -> int:  # fmt: skip
    """Change a customer's contact data or protection, leaving a trail; gives the new version.

    Raises Stale, NotFound, InvalidValue, Forbidden.
    """
    values = _changes(changes)
    with database.transaction() as connection:
        require_role(connection, actor, now, *access.CASEWORK)
        columns = [getattr(Customer, name) for name in (*CHANGEABLE, "revision")]
        found = connection.execute(select(*columns).where(Customer.id == customer_id).with_for_update())
        row = found.mappings().one_or_none()
        if row is None:
            raise NotFound("customer", customer_id)
        before = {str(name): value for name, value in row.items()}
        revision = int(before["revision"])
        if version is not None and version != revision:
            raise Stale("another person", None, "customer")
        connection.execute(update(Customer).where(Customer.id == customer_id).values(revision=revision + 1, **values))
        after = {name: values.get(name, before[name]) for name in CHANGEABLE}
        trail.customer_changed(connection, actor, customer_id, before, after, now, why)
        return revision + 1


def _changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The new values in their own types; InvalidValue."""
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise InvalidValue(unknown[0], "unknown", f"expected one of {', '.join(CHANGEABLE)}")
    values = dict(changes)
    if "name" in values:
        values["name"] = _name(values["name"])
    if "channel" in values:
        values["channel"] = _channel(values["channel"])
    if "language" in values:
        values["language"] = _text("language", values["language"], 35)
    for name in ("email", "phone"):
        if values.get(name) is not None:
            values[name] = _text(name, values[name], 200)
    for name in ("protected", "authority"):
        if name in values and not isinstance(values[name], bool):
            raise InvalidValue(name, "type", "expected true or false")
    if values.get("address") is not None:
        values["address"] = _address(values["address"])
    return values


def add_party(
    database: Database, actor: Actor, case_id: int, *, role: str, customer_id: int, now: datetime,
    representative_id: int | None = None,
) -> int:  # fmt: skip
    """Add a customer to a case in a role of its process; gives the party's number."""
    with database.transaction() as connection:
        course = Course.open(connection, database, actor, case_id, now)
        course.require_open()
        access.see(course.rights, course.place()).require()
        wanted = course.bundle.manifest.parties.get(role)
        if wanted is None:
            raise InvalidValue("role", "unknown", f"expected one of {', '.join(course.bundle.manifest.parties)}")
        kind = connection.execute(select(Customer.kind).where(Customer.id == customer_id)).scalar_one_or_none()
        if kind is None:
            raise NotFound("customer", customer_id)
        if not wanted.fits(kind):
            raise InvalidValue("customer_id", "kind", f"a {kind}, expected a {wanted.kind}")
        if any(party["role"] == role and party["customer_id"] == customer_id for party in course.file.parties):
            raise InvalidValue("customer_id", "taken", "the customer has this role in the case already")
        if wanted.principal:
            raise InvalidValue("role", "principal", "a case has one principal customer, told at its start")
        other = next((party for party in course.file.parties if party["role"] == role), None)
        if other is not None and not wanted.several:
            message = f"the case has a party in the role {role!r} already, and the role takes one: end that one first"
            raise InvalidValue("role", "one_only", message, {"name": other["name"]})
        if representative_id is not None:
            _customer(connection, representative_id)
        number = course.next_number()
        course.changes.insert(
            "parties", number=number, role=role, customer_id=customer_id, representative_id=representative_id,
            principal=False, added_at=course.now,
        )  # fmt: skip
        told: dict[str, Any] = {"role": role, "customer": customer_id}
        course.chain.add("party_added", told | ({"representative": representative_id} if representative_id else {}))
        course.save()
        return number


def end_party(database: Database, actor: Actor, case_id: int, number: int, *, reason: str, now: datetime) -> None:
    """End the part of a customer who was added to a case in error; the history keeps it and why.

    The principal customer stays. Raises NotFound, WrongState, InvalidValue, Forbidden.
    """
    why = _text("reason", reason, 500)
    with database.transaction() as connection:
        course = Course.open(connection, database, actor, case_id, now)
        course.require_open()
        access.see(course.rights, course.place()).require()
        asked = select(Party.role, Party.customer_id, Party.principal, Party.ended_at)
        found = connection.execute(asked.where(Party.case_id == case_id, Party.number == number)).one_or_none()
        if found is None:
            raise NotFound("party", f"{case_id}-{number}")
        if found.ended_at is not None:
            raise WrongState(f"party {case_id}-{number}", "ended", "a party of the case")
        if found.principal:
            raise InvalidValue("number", "principal", "the principal customer stays for as long as the case")
        course.changes.update("parties", number, ended_at=course.now)
        course.chain.add("party_ended", {"role": found.role, "customer": found.customer_id, "reason": why})
        course.save()


def add_consent(
    database: Database, actor: Actor, customer_id: int, *, scope: str, from_on: date, now: datetime,
    to_on: date | None = None, case_id: int | None = None, fields: Sequence[str] | None = None,
    purpose: str = "", recipient: str | None = None,
) -> int:  # fmt: skip
    """Record a customer's consent: what it covers, what for, who may get it (a party role), its dates; gives its id.

    A consent for a case is of one of its parties, and stands in the history of the case. `fields` are of those that
    letters of the case name under `consent` (None: all of them). InvalidValue, Forbidden.
    """
    if to_on is not None and to_on < from_on:
        raise InvalidValue("to_on", "order", f"{to_on} is before {from_on}")
    scope = _text("scope", scope, 500)
    purpose = _text("purpose", purpose, 500) if purpose else ""
    if case_id is None and (fields or recipient):
        raise InvalidValue("case_id", "required", "fields and recipients are those of a case")
    with database.transaction() as connection:
        require_role(connection, actor, now, *access.CASEWORK)
        _customer(connection, customer_id)
        if case_id is not None:
            course = Course.open(connection, database, actor, case_id, now)
            access.see(course.rights, course.place()).require()
            if customer_id not in {party["customer_id"] for party in course.file.parties}:
                raise InvalidValue("customer_id", "unknown", "not a party of the case")
            _covered(course, fields, recipient)
            course.chain.add("consent_recorded", {"customer": customer_id})
            course.save()
        told = {"scope": scope, "from_on": str(from_on), "to_on": None if to_on is None else str(to_on)}
        told |= {name: value for name, value in (("purpose", purpose), ("recipient", recipient)) if value}
        trail.note(connection, actor, "consent_recorded", now, customer_id=customer_id, case_id=case_id, new=told)
        row = connection.execute(
            insert(Consent).values(
                customer_id=customer_id, case_id=case_id, scope=scope, from_on=from_on, to_on=to_on,
                fields=None if fields is None else list(fields), purpose=purpose or None, recipient=recipient,
                recorded_by=actor.user_id, recorded_at=utc(now),
            ).returning(Consent.id)
        )  # fmt: skip
        return int(row.scalar_one())


def _covered(course: Course, fields: Sequence[str] | None, recipient: str | None) -> None:
    """The case has letters that ask for these fields, and this party role; InvalidValue."""
    asked = under_consent(course.folder(part)[0] for part in _folders(course))
    if unknown := sorted(set(fields or ()) - set(asked)):
        raise InvalidValue("fields", "unknown", f"{unknown[0]!r}, expected of {', '.join(asked) or 'none'}")
    if recipient and recipient not in course.bundle.manifest.parties:
        raise InvalidValue("recipient", "unknown", f"expected one of {', '.join(course.bundle.manifest.parties)}")


def _folders(course: Course) -> tuple[str, ...]:
    edition = course.published.row(course.case["process"], course.case["version"])
    return edition.process, *edition.parts


def withdraw_consent(database: Database, actor: Actor, consent_id: int, *, now: datetime) -> None:
    """A consent holds no longer from today on; NotFound, WrongState when it has ended already, Forbidden."""
    with database.transaction() as connection:
        require_role(connection, actor, now, *access.CASEWORK)
        found = connection.execute(
            select(Consent.customer_id, Consent.case_id, Consent.to_on).where(Consent.id == consent_id)
        ).one_or_none()
        if found is None:
            raise NotFound("consent", consent_id)
        if found.to_on is not None and found.to_on < day(now):
            raise WrongState(f"consent {consent_id}", "ended", "in force")
        if found.case_id is not None:
            course = Course.open(connection, database, actor, found.case_id, now)
            access.see(course.rights, course.place()).require()
            course.chain.add("consent_withdrawn", {"customer": found.customer_id})
            course.save()
        # the day before is its last: what is written today no longer rests on it
        last = day(now) - timedelta(days=1)
        connection.execute(update(Consent).where(Consent.id == consent_id).values(to_on=last))
        trail.note(
            connection, actor, "consent_withdrawn", now, customer_id=found.customer_id, case_id=found.case_id,
            new={"to_on": str(last)},
        )  # fmt: skip


def _customer(connection: Connection, customer_id: int) -> None:
    """There is such a customer; NotFound."""
    if connection.execute(select(Customer.id).where(Customer.id == customer_id)).scalar_one_or_none() is None:
        raise NotFound("customer", customer_id)


def _name(name: Any) -> str:
    return _text("name", name, 200)


def _text(field: str, value: Any, longest: int) -> str:
    """A text of one line; the value itself never goes to the message, which may reach a log."""
    words = " ".join(value.split()) if isinstance(value, str) else ""
    if not 0 < len(words) <= longest:
        raise InvalidValue(field, "length", f"expected 1 to {longest} characters")
    if not words.isprintable():
        raise InvalidValue(field, "characters", "expected one line without control characters")
    return words


def _address(address: Any) -> dict[str, str]:
    if not isinstance(address, Mapping) or not set(address) <= set(ADDRESS):
        raise InvalidValue("address", "unknown", f"expected {', '.join(ADDRESS)}")
    return {name: _text(name, value, 200) for name, value in address.items()}


def _channel(channel: Any) -> str:
    if channel not in CHANNELS:
        raise InvalidValue("channel", "unknown", f"{channel!r}, expected one of {', '.join(CHANNELS)}")
    return str(channel)


def checked_identity(code: str) -> str:
    """A personal identity code as rows hold it; InvalidValue."""
    try:
        return str(hetu.validate(code.strip().upper(), allow_temporary=True))
    except ValidationError as error:
        # the code itself never goes to a message: messages reach logs
        raise InvalidValue("identity_code", "hetu", "not a Finnish personal identity code") from error


def checked_business(code: str) -> str:
    """A business id as rows hold it; InvalidValue."""
    try:
        return str(ytunnus.format(ytunnus.validate(code.strip())))
    except ValidationError as error:
        raise InvalidValue("business_id", "business_id", f"{code!r} is not a business id") from error
