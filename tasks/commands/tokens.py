"""Tokens: the keys with which integrations call the API, each with its scopes; only the hash of one is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update

from tasks import trail
from tasks.actor import Actor
from tasks.commands.people import require_role
from tasks.db import Database
from tasks.errors import InvalidValue, NotFound
from tasks.models import Token, User, UserRole
from tasks.moments import day, utc

SCOPES = (
    "processes:read", "processes:propose", "publish", "customers:add", "cases:read", "cases:start", "cases:cancel",
    "tasks:read", "tasks:work", "tasks:assign", "messages:send", "figures:read",
)  # fmt: skip
"""What a token may do; docs/api.md says it in words."""
# So that a scanner of leaked secrets knows one when it sees it.
PREFIX = "asiavirta_"
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token: its row's id and the secret, which is shown once and never again."""

    id: int
    secret: str


def token_hash(secret: str) -> str:
    """What the table holds of a secret: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_token(
    database: Database, actor: Actor, *, user_id: int, scopes: Sequence[str], now: datetime,
    expires_on: date | None = None,
) -> Issued:  # fmt: skip
    """Give an integration a token; an operator's act. InvalidValue, NotFound, Forbidden."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        said = repr(unknown[0]) if unknown else "no scope"
        raise InvalidValue("scopes", "unknown", f"{said}, expected some of {', '.join(SCOPES)}")
    if expires_on is not None and expires_on < day(now):
        raise InvalidValue("expires_on", "past", f"{expires_on} is past; expected today or later")
    secret = PREFIX + secrets.token_urlsafe(32)
    with database.transaction() as connection:
        require_role(connection, actor, now, "operator")
        roles = select(UserRole.role).join(User, User.id == UserRole.user_id).where(User.id == user_id, User.active)
        if "integration" not in connection.execute(roles).scalars().all():
            raise NotFound("integration", user_id)
        row = connection.execute(
            insert(Token)
            .values(
                user_id=user_id, hash=token_hash(secret), scopes=sorted(set(scopes)), created_at=utc(now),
                created_by=actor.name, expires_on=expires_on,
            )
            .returning(Token.id)
        ).scalar_one()  # fmt: skip
        told = {"tokens": int(row), "user_id": user_id, "scopes": ", ".join(sorted(set(scopes)))}
        trail.note(connection, actor, "rights_changed", now, new=told)
        return Issued(int(row), secret)


def revoke_token(database: Database, actor: Actor, token_id: int, *, now: datetime) -> None:
    """Let a token open nothing any more, from this moment on; NotFound when there is none in force."""
    with database.transaction() as connection:
        require_role(connection, actor, now, "operator")
        in_force = (Token.id == token_id, Token.revoked_at.is_(None))
        if connection.execute(update(Token).where(*in_force).values(revoked_at=utc(now))).rowcount != 1:
            raise NotFound("token", token_id)
        trail.note(connection, actor, "rights_changed", now, old={"tokens": token_id})


def token_used(database: Database, token_id: int, used_at: datetime | None, now: datetime) -> None:
    """Note that a token is in use, at most once a minute: reading must not mean a write each time."""
    if used_at is not None and now - used_at < USED_EVERY:
        return
    with database.transaction() as connection:
        connection.execute(update(Token).where(Token.id == token_id).values(used_at=utc(now)))
