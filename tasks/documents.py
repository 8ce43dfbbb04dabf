"""Letters: rendered once in the command's transaction, frozen as Document rows, and queued for sending."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.bundle import Bundle
from engine.letter import OWN_NAMES, render
from engine.result import Letter
from tasks.casefile import CaseFile, Row
from tasks.changes import Changes
from tasks.errors import WrongState
from tasks.history import Chain
from tasks.moments import day, read_day
from tasks.wording import filters

LETTER_LANGUAGES = ("fi", "sv")


def write_letter(
    letter: Letter, bundle: Bundle, label: str, file: CaseFile, changes: Changes, chain: Chain, number: int,
    case: Mapping[str, Any], sender: Mapping[str, Any], others: tuple[Bundle, ...],
    now: datetime, occurred_at: datetime,
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
    values = _seen(letter, bundle) | {
        "case": case,
        "recipient": {"name": party["name"], "address": _address(party), "language": language},
        "authority": _authority(file.place, language),
        "sender": sender,
        "letter": facts,
        "today": day(now),
    }
    html = render(bundle.letters[letter.name, language], values, filters(bundle, language, others))
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


def _seen(letter: Letter, bundle: Bundle) -> Row:
    """The case data that the recipient may see: the fields that process.toml lists for the letter."""
    allowed: Row = {}
    for path in (*bundle.manifest.letters[letter.name].fields, *bundle.manifest.letters[letter.name].consent):
        front, _, rest = path.partition(".")
        value = letter.data.get(front)
        if front in OWN_NAMES and front != "input":
            continue
        if rest in ("", "*"):
            allowed[front] = value
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
