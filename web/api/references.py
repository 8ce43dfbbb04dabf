"""What a request names: customers, units, people and processes, found or refused with the place where they stand."""

from __future__ import annotations

from typing import Any

from flask import request

from engine.manifest import Manifest
from tasks.commands.customers import create_customer
from tasks.errors import InvalidValue
from tasks.queries import customer as customers
from tasks.queries import people
from web import current, sight
from web.api.bearer import scoped

LONGEST_KEY = 200


def unit(named: int | str) -> int:
    """The id of a unit given by id or code."""
    if isinstance(named, int) or named.isdigit():
        return int(named)
    with current.database().read() as connection:
        found = people.unit_id(connection, named)
    if found is None:
        raise InvalidValue("unit", "unknown", f"there is no unit {named!r}")
    return found


def person(named: int | str, field: str) -> int:
    """The id of a person given by id or user name."""
    if isinstance(named, int):
        return named
    with current.database().read() as connection:
        found = people.user_id(connection, named)
    if found is None:
        raise InvalidValue(field, "unknown", f"there is no active user {named!r}")
    return found


def customer(named: int | dict[str, Any], field: str) -> int:
    """The id of a customer given by id or code; added when nobody has the code, a name is given and the token may."""
    if isinstance(named, int):
        return named
    codes = {kind: named[kind] for kind in ("identity_code", "business_id") if named.get(kind)}
    if len(codes) != 1:
        raise InvalidValue(field, "code", "expected either an identity_code or a business_id")
    with current.database().read() as connection:
        found = customers.by_code(connection, **codes)
    if found is not None:
        return found
    if "name" not in named or not scoped("customers:add"):
        raise InvalidValue(
            field, "unknown", "nobody has this code; with a name and the scope customers:add it would be added"
        )
    kind = "person" if "identity_code" in codes else "organisation"
    try:
        return create_customer(current.database(), current.actor(), kind=kind, now=current.now(), **named)
    except InvalidValue as error:
        raise InvalidValue(f"{field}/{error.field}", error.code, str(error), error.params) from error


def manifest(process: str, version: int | None) -> Manifest:
    """process.toml of a version, or of the newest one."""
    published = sight.published()
    row = published.newest(process) if version is None else published.row(process, version)
    if row is None:
        raise InvalidValue("process", "unknown", f"there is no process {process!r}")
    return published.bundle(process, row.number).manifest


def only_message(found: Manifest) -> str:
    """The message that starts a process where there is only one."""
    if len(found.start_messages) != 1:
        names = ", ".join(found.start_messages) or "none"
        raise InvalidValue("message", "required", f"{found.id} is started by {names}: say which")
    return found.start_messages[0]


def idempotency_key() -> str | None:
    """The key under which the same request again has no further effect."""
    given = request.headers.get("Idempotency-Key", "").strip()
    if len(given) > LONGEST_KEY:
        raise InvalidValue("Idempotency-Key", "length", f"{len(given)} characters, expected at most {LONGEST_KEY}")
    return given or None
