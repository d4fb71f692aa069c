"""Signing in and being known again: sessions, keys, and the wait after wrong passwords."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from argon2.exceptions import VerificationError
from sqlalchemy import delete, func, insert, select, update

from audit.journal import Entry, append_in
from audit.records import RecordsError, lock, stamp
from audit.tables import API_KEYS, SESSIONS, SIGN_INS, USERS
from audit.users import HASHER, User, hashed, to_user

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from audit.records import Records

SESSION_HOURS: Final = 12
TRIES: Final = 5  # wrong passwords for one login …
WITHIN: Final = timedelta(minutes=15)  # … within this time, then wait


class WrongPasswordError(RecordsError):
    """Login and password do not belong together, or the login is unknown: never said which."""


class TooManyTriesError(RecordsError):
    """Too many wrong passwords; wait so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"Too many wrong passwords for this login. Try again in {seconds} seconds."
        )
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session; the token is shown here and never again."""

    user: User
    token: str
    expires_at: str


def sign_in(records: Records, login: str, password: str) -> SignedIn:
    """A new session, or an error that never says whether the login exists."""
    begun = records.clock()
    with records.write() as connection:  # the try is counted before the slow comparison
        lock(connection, f"sign in {login}")
        refuse_too_many(connection, login, begun)
        (tried,) = connection.execute(
            insert(SIGN_INS).values(login=login, at=stamp(begun), succeeded=0)
        ).inserted_primary_key or (0,)
        found = connection.execute(
            select(USERS).where(USERS.c.login == login, USERS.c.disabled_at.is_(None))
        ).first()
    if not holds(found.password_hash if found else None, password) or found is None:
        with records.write() as connection:
            append_in(connection, records.now(), Entry(login, "sign_in_refused", "session"))
        raise WrongPasswordError("Login and password do not belong together.")
    token, expires = secrets.token_urlsafe(32), stamp(begun + timedelta(hours=SESSION_HOURS))
    with records.write() as connection:
        connection.execute(update(SIGN_INS).where(SIGN_INS.c.id == tried).values(succeeded=1))
        connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < stamp(begun)))
        connection.execute(
            insert(SESSIONS).values(
                token_hash=hashed(token), user=found.id, made_at=stamp(begun), expires_at=expires
            )
        )
        append_in(connection, records.now(), Entry(login, "sign_in", "session"))
    return SignedIn(to_user(found), token, expires)


def refuse_too_many(connection: Connection, login: str, begun: datetime) -> None:
    """Raise when this login failed too often since its last success."""
    since = stamp(begun - WITHIN)
    succeeded = connection.execute(
        select(func.max(SIGN_INS.c.at)).where(SIGN_INS.c.login == login, SIGN_INS.c.succeeded == 1)
    ).scalar_one_or_none()
    failed = list(
        connection.execute(
            select(SIGN_INS.c.at)
            .where(SIGN_INS.c.login == login, SIGN_INS.c.succeeded == 0)
            .where(SIGN_INS.c.at > max(since, succeeded or since))
            .order_by(SIGN_INS.c.at.desc())
        ).scalars()
    )
    if len(failed) >= TRIES:
        free_at = datetime.fromisoformat(failed[TRIES - 1]) + WITHIN
        raise TooManyTriesError(max(1, int((free_at - begun).total_seconds())))


@cache
def nobody() -> str:
    """A hash that no password fits: an unknown login takes as long as a known one."""
    return HASHER.hash(secrets.token_urlsafe(32))


def holds(password_hash: str | None, password: str) -> bool:
    """Whether the password fits the hash, in the same time whether there is one or not."""
    try:
        return HASHER.verify(password_hash or nobody(), password) and password_hash is not None
    except VerificationError:
        return False


def by_session(records: Records, token: str) -> User | None:
    """The user of a session that has not expired."""
    with records.read() as connection:
        row = connection.execute(
            select(USERS)
            .join(SESSIONS, SESSIONS.c.user == USERS.c.id)
            .where(SESSIONS.c.token_hash == hashed(token), USERS.c.disabled_at.is_(None))
            .where(SESSIONS.c.expires_at > records.now())
        ).first()
    return to_user(row) if row else None


def by_key(records: Records, token: str) -> User | None:
    """The user of a key that is neither revoked nor expired."""
    with records.read() as connection:
        row = connection.execute(
            select(USERS, API_KEYS.c.expires_at)
            .join(API_KEYS, API_KEYS.c.user == USERS.c.id)
            .where(API_KEYS.c.key_hash == hashed(token), API_KEYS.c.revoked_at.is_(None))
            .where(USERS.c.disabled_at.is_(None))
        ).first()
    if row is None or (row.expires_at is not None and row.expires_at <= records.now()):
        return None
    return to_user(row)


def sign_out(records: Records, token: str) -> None:
    """End this session."""
    with records.write() as connection:
        connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == hashed(token)))
