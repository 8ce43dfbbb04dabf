"""Letters: rendered once in the command's transaction, frozen as Document rows, and queued for sending."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from engine.bundle import Bundle
from engine.letter import OWN_NAMES, LetterError, lacking, render
from engine.products import sent as sent_product
from engine.result import Letter
from engine.said import say
from tasks.casefile import CaseFile, Row
from tasks.changes import Changes
from tasks.errors import WrongState
from tasks.history import Chain
from tasks.models import Consent
from tasks.moments import day, read_day
from tasks.wording import filters

LETTER_LANGUAGES = ("fi", "sv")


def write_letter(
    letter: Letter, bundle: Bundle, label: str, file: CaseFile, changes: Changes, chain: Chain, number: int,
    case: Mapping[str, Any], sender: Mapping[str, Any], others: tuple[Bundle, ...],
    now: datetime, occurred_at: datetime, consented: frozenset[str],
) -> None:  # fmt: skip
    """Render a letter of the pinned `bundle` to its recipient and store it with its hash; queue it in the outbox.

    Raises WrongState when the case has no such party, LetterError when the data lacks what the letter prints.
    """
    party = next((party for party in file.parties if party["role"] == letter.to), None)
    if party is None:
        raise WrongState(
            f"letter {letter.name}", f"without a recipient: no party {letter.to!r}", "a party in that role"
        )
    language = party["language"] if party["language"] in LETTER_LANGUAGES else "fi"
    sent = _mapping(letter.facts or letter.data.get(letter.element))
    facts = {
        "sent_on": read_day(sent.get("sent_on")) or day(occurred_at),
        "received_on": read_day(sent.get("received_on")),
        "channel": str(sent.get("channel") or party["channel"]),
    }
    values = _seen(letter, bundle, consented) | {
        "case": case,
        "recipient": {"name": party["name"], "address": _address(party), "language": language},
        "authority": _authority(file.place, language),
        "sender": sender,
        "letter": facts,
        "today": day(now),
    }
    template = bundle.letters[letter.name, language]
    html = render(template, values, filters(bundle, language, others))
    if missing := lacking(template, bundle.manifest.letters[letter.name].requires, html):
        names = " and ".join(missing)
        raise LetterError(
            say("{file}: the letter would lack {names}, which it must have", file=template.file, names=names)
        )
    facts["product"] = sent_product(bundle.manifest.products, letter.element)
    _store(letter, label, party, language, html, facts, changes, chain, number, now)


def _store(
    letter: Letter, label: str, party: Row, language: str, html: str, facts: Mapping[str, Any], changes: Changes,
    chain: Chain, number: int, now: datetime,
) -> None:  # fmt: skip
    sha256, channel = hashlib.sha256(html.encode()).hexdigest(), facts["channel"]
    changes.insert(
        "documents", number=number, process=letter.process, version=label, element=letter.element, path=letter.path,
        name=letter.name, language=language, recipient_role=letter.to, recipient_id=party["customer_id"], html=html,
        sha256=sha256, created_at=now, **facts,
    )  # fmt: skip
    payload = {"document": number, "channel": channel}
    changes.insert("outbox", number=number, kind="letter", payload=payload, created_at=now, next_at=now)
    told = payload | {"name": letter.name, "to": letter.to, "sha256": sha256}
    chain.add("letter_written", told, path=letter.path)


def under_consent(bundles: Iterable[Bundle]) -> tuple[str, ...]:
    """The data that letters of these folders print on a consent only: "permit:application.reason"."""
    found = {
        f"{bundle.process}:{path}": None
        for bundle in bundles
        for rules in bundle.manifest.letters.values()
        for path in rules.consent
    }
    return tuple(found)


def consented(
    connection: Connection, letter: Letter, bundle: Bundle, file: CaseFile, on: date
) -> frozenset[str]:  # fmt: skip
    """What of the paths under `consent` the letter may print: a party's consent for it is in force on the day.

    Health data go to an employer or a provider only with the customer's specified written consent (380/2023 116 and
    118 § 3). A person who is the principal customer reads the own data without one.
    """
    asked = frozenset(bundle.manifest.letters[letter.name].consent)
    if not asked:
        return asked
    party = next((party for party in file.parties if party["role"] == letter.to), None)
    if party is not None and party["principal"] and party["kind"] == "person":
        return asked
    # a party that was added in error has ended: what was recorded of it no longer counts
    others = {each["customer_id"] for each in file.parties} - {party["customer_id"] if party is not None else 0}
    found = select(Consent.fields).where(
        Consent.case_id == file.case["id"],
        Consent.from_on <= on,
        or_(Consent.to_on.is_(None), Consent.to_on >= on),
        or_(Consent.recipient.is_(None), Consent.recipient == letter.to),
        Consent.customer_id.in_(others),
    )
    given = connection.execute(found).scalars().all()
    return frozenset(path for path in asked if any(_covers(fields, f"{letter.process}:{path}") for fields in given))


def _covers(fields: Any, path: str) -> bool:
    return fields is None or path in fields


def _seen(letter: Letter, bundle: Bundle, consented: frozenset[str]) -> Row:
    """The case data that the recipient may see: the fields that process.toml lists for the letter."""
    allowed: Row = {}
    rules = bundle.manifest.letters[letter.name]
    withheld = tuple(path for path in rules.consent if path not in consented)
    for path in (*(field for field in rules.fields if field not in withheld), *sorted(consented)):
        front, _, rest = path.partition(".")
        value = letter.data.get(front)
        if front in OWN_NAMES:
            continue
        if rest in ("", "*"):
            hidden = {path.partition(".")[2] for path in withheld if path.partition(".")[0] == front}
            whole = _mapping(value) if hidden else {}
            allowed[front] = {name: whole[name] for name in whole if name not in hidden} if hidden else value
        elif isinstance(value, Mapping):
            allowed.setdefault(front, {})[rest] = value.get(rest)
    return allowed


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _address(party: Row) -> str:
    """The address in lines; a protected one is never printed."""
    address = _mapping(party.get("address"))
    if party["protected"] or not address:
        return ""
    town = " ".join(str(address.get(name) or "") for name in ("postal_code", "city")).strip()
    return "\n".join(line for line in (str(address.get("street") or ""), town) if line)


def _authority(place: Row, language: str) -> Row:
    contact = _mapping(place.get("contact"))
    names = _mapping(place.get("area_name"))
    details = {name: contact.get(name) or "" for name in ("address", "phone", "email", "office_hours")}
    return {"name": names.get(language) or names.get("fi") or "", **details}
