"""Whose token this is, and which tokens there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, or_, select

from tasks.models import Token, User
from tasks.queries.people import Person, person
from tasks.queries.shape import columns, every


@dataclass(frozen=True, slots=True)
class Bearer:
    """An integration that came with a token in force."""

    token_id: int
    person: Person
    scopes: frozenset[str]
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as lists show it: never its secret."""

    id: int
    name: str
    scopes: Sequence[str]
    created_at: datetime
    created_by: str
    expires_on: date | None
    used_at: datetime | None
    revoked_at: datetime | None


def bearer(connection: Connection, hashed: str, on: date) -> Bearer | None:
    """The integration whose token has this hash; None when it is unknown, revoked, past its day or not active."""
    row = connection.execute(
        select(Token.id, Token.user_id, Token.scopes, Token.used_at).where(
            Token.hash == hashed, Token.revoked_at.is_(None), or_(Token.expires_on.is_(None), Token.expires_on >= on)
        )
    ).one_or_none()
    who = person(connection, row.user_id, on) if row else None
    return Bearer(row.id, who, frozenset(row.scopes), row.used_at) if row and who else None


def every_token(connection: Connection) -> tuple[TokenRow, ...]:
    """All tokens, the newest first."""
    statement = columns(TokenRow, Token, name=User.name).join(User, User.id == Token.user_id).order_by(Token.id.desc())
    return every(TokenRow, connection, statement)
