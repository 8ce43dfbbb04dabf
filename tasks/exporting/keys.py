"""By what names cases, customers and people stand in an export: keys that only this export has, or their own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Protocol

DIGITS = 20
"""80 bits: among a million of one kind the chance that two share a key is one in a trillion"""


class Keys(Protocol):
    """What an export calls its cases, customers and people."""

    def case(self, id: int, number: str) -> str:
        """A case by its id and number."""

    def customer(self, id: int) -> str:
        """A customer by id."""

    def person(self, id: int) -> str:
        """Somebody who works here, by user id."""


class Pseudonyms:
    """Keyed hashes whose secret lives as long as the export is written: nobody can go back, two exports do not meet."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)
        self._people: dict[int, str] = {}
        """few people do many things"""

    def _key(self, kind: str, id: int) -> str:
        return f"{kind}-{hmac.new(self._secret, f'{kind}:{id}'.encode(), hashlib.sha256).hexdigest()[:DIGITS]}"

    def case(self, id: int, number: str) -> str:
        """A case by its id and number."""
        return self._key("case", id)

    def customer(self, id: int) -> str:
        """A customer by id."""
        return self._key("customer", id)

    def person(self, id: int) -> str:
        """Somebody who works here, by user id."""
        if id not in self._people:
            self._people[id] = self._key("person", id)
        return self._people[id]


class Plain:
    """Case numbers, customer numbers and user names as they are; `users` are the user names by id."""

    def __init__(self, users: Mapping[int, str]) -> None:
        self._users = users

    def case(self, id: int, number: str) -> str:
        """A case by its id and number."""
        return number

    def customer(self, id: int) -> str:
        """A customer by id."""
        return f"#{id}"

    def person(self, id: int) -> str:
        """Somebody who works here, by user id."""
        return self._users.get(id, "")
