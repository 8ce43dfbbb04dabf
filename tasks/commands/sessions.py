"""Signing in and out: a row per signed-in browser, known by the hash of its cookie, so that it can be ended here."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, text, update

from tasks.db import Database
from tasks.models import LoginAttempt, Session, User
from tasks.passwords import matches

# A session's last use is written at most this often, so that reading a page does not mean a write.
SEEN_EVERY = timedelta(minutes=1)
ATTEMPTS_COUNT_FOR = timedelta(minutes=15)


def session_id(token: str) -> str:
    """The row's id for the cookie's token; a stolen table signs nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_password(database: Database, name: str, password: str) -> int | None:
    """The id of the active person with this name and password, or None."""
    with database.read() as connection:
        row = connection.execute(
            select(User.id, User.password_hash).where(User.name == name, User.active)
        ).one_or_none()
    right = matches(row.password_hash if row else None, password)
    return int(row.id) if row and right else None


def attempt(database: Database, limits: Sequence[tuple[str, int]], now: datetime) -> list[int] | None:
    """Count an attempt to sign in before the password is heard; None when one of the keys has had its `limit`.

    Gives the ids of the counted rows for `succeeded`. The rows are shared by all processes and hold hashes only;
    one attempt is counted at a time, so that many sent at once are not heard more often than one by one.
    """
    since = now - ATTEMPTS_COUNT_FOR
    with database.transaction() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("LOCK TABLE login_attempts IN EXCLUSIVE MODE"))
        connection.execute(delete(LoginAttempt).where(LoginAttempt.at <= since))
        rows = []
        for key, limit in limits:
            hashed = hashlib.sha256(key.encode()).hexdigest()
            counted = select(func.count()).select_from(LoginAttempt).where(LoginAttempt.key == hashed)
            if connection.execute(counted).scalar_one() >= limit:
                return None
            rows.append({"key": hashed, "at": now})
        return list(connection.execute(insert(LoginAttempt).returning(LoginAttempt.id), rows).scalars())


def succeeded(database: Database, name_key: str, attempts: Sequence[int]) -> None:
    """Forget the failures under this name, and that this attempt was made; those of the address stay."""
    hashed = hashlib.sha256(name_key.encode()).hexdigest()
    with database.transaction() as connection:
        connection.execute(delete(LoginAttempt).where(LoginAttempt.key == hashed))
        connection.execute(delete(LoginAttempt).where(LoginAttempt.id.in_(attempts)))


def sign_in(database: Database, user_id: int, *, hours: int, now: datetime) -> str:
    """Open a session for `hours` at most and return the token for the cookie. Expired sessions are swept."""
    token = secrets.token_urlsafe(32)
    with database.transaction() as connection:
        connection.execute(delete(Session).where(Session.expires_at <= now))
        connection.execute(
            insert(Session).values(
                id=session_id(token),
                user_id=user_id,
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=hours),
            )
        )
    return token


def seen(database: Database, session: str, seen_at: datetime, now: datetime) -> None:
    """Note that the session is in use, at most once a minute."""
    if now - seen_at < SEEN_EVERY:
        return
    with database.transaction() as connection:
        connection.execute(update(Session).where(Session.id == session).values(seen_at=now))


def sign_out(database: Database, token: str) -> None:
    """End the session of this cookie."""
    with database.transaction() as connection:
        connection.execute(delete(Session).where(Session.id == session_id(token)))


def sign_out_everywhere(database: Database, user_id: int) -> int:
    """End every session of a person; returns how many there were."""
    with database.transaction() as connection:
        return connection.execute(delete(Session).where(Session.user_id == user_id)).rowcount
