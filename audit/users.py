"""Users: role, region and departments; of passwords and keys only hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from argon2 import PasswordHasher
from sqlalchemy import delete, insert, select, update

from audit.journal import Entry, append_in
from audit.records import RecordsError, lock, stamp
from audit.tables import API_KEYS, SESSIONS, USERS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from audit.records import Records

ROLES_FILE: Final = Path(__file__).with_name("roles.yaml")
HASHER: Final = PasswordHasher()
OPERATOR: Final = "command line"


@dataclass(frozen=True, slots=True)
class Role:
    """What a role may do, and how much of a class of sensitive items it sees."""

    id: str
    label: dict[str, str]
    may: frozenset[str]
    sees: dict[str, str]

    def sight(self, sensitivity: str | None) -> str:
        """How much of an item of this class is shown: value, truth or nothing."""
        return "value" if sensitivity is None else self.sees.get(sensitivity, self.sees["other"])


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can sign in. No region: the whole jurisdiction; no departments: all of them."""

    id: str
    login: str
    name: str
    role: str
    region: str | None
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """A user together with the regions under his own; None: the whole jurisdiction."""

    user: User
    regions: frozenset[str] | None

    def covers(self, region: str | None) -> bool:
        """Whether this region is one of his. Where a thing has none, the whole must be his."""
        return self.regions is None or region in self.regions

    def holds(self, department: str) -> bool:
        """Whether this department is one of his."""
        return not self.user.departments or department in self.user.departments

    def may(self, what: str) -> bool:
        """Whether his role may do this, written `resource:action`."""
        return what in roles()[self.user.role].may


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is said of a user who is to be added."""

    login: str
    name: str
    role: str
    region: str | None = None
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user made for the demonstration, with the password that is printed once."""

    login: str
    role: str
    password: str


@cache
def roles() -> dict[str, Role]:
    """Every role by id, in the order of the file."""
    read: dict[str, Any] = yaml.safe_load(ROLES_FILE.read_text(encoding="utf-8"))
    return {
        name: Role(name, row["label"], frozenset(row["may"]), row["sees"])
        for name, row in read.items()
    }


def hashed(token: str) -> str:
    """What is kept of a random token: it is too long to guess, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def to_user(row: Row[Any]) -> User:
    """The user in a row of the table."""
    return User(row.id, row.login, row.name, row.role, row.region, tuple(row.departments))


def add(records: Records, new: NewUser, *, by: str = OPERATOR) -> str:
    """Add a user; the random password, which is kept nowhere in clear."""
    if new.role not in roles():
        raise RecordsError(f"No role `{new.role}`. Roles: {', '.join(roles())}.")
    password = secrets.token_urlsafe(12)
    row = {
        **asdict(new),
        "id": secrets.token_hex(8),
        "departments": list(new.departments),
        "password_hash": HASHER.hash(password),
        "made_at": records.now(),
    }
    with records.write() as connection:
        lock(connection, "users")
        if connection.execute(select(USERS.c.id).where(USERS.c.login == new.login)).first():
            raise RecordsError(f"There is a user `{new.login}` already. Choose another login.")
        connection.execute(insert(USERS).values(**row))
        entry = Entry(by, "add", "user", new.login, detail=asdict(new))
        append_in(connection, records.now(), entry)
    return password


def new_password(records: Records, login: str, *, by: str = OPERATOR) -> str:
    """A new random password for this user; his sessions end."""
    password = secrets.token_urlsafe(12)
    fresh = HASHER.hash(password)
    with records.write() as connection:
        user = known(connection, login)
        connection.execute(update(USERS).where(USERS.c.id == user.id).values(password_hash=fresh))
        connection.execute(delete(SESSIONS).where(SESSIONS.c.user == user.id))
        append_in(connection, records.now(), Entry(by, "new_password", "user", login))
    return password


def disable(records: Records, login: str, *, by: str = OPERATOR) -> None:
    """Shut this user out at once: sessions and keys end."""
    with records.write() as connection:
        user, now = known(connection, login), records.now()
        connection.execute(update(USERS).where(USERS.c.id == user.id).values(disabled_at=now))
        connection.execute(delete(SESSIONS).where(SESSIONS.c.user == user.id))
        connection.execute(
            update(API_KEYS)
            .where(API_KEYS.c.user == user.id, API_KEYS.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )
        append_in(connection, now, Entry(by, "disable", "user", login))


def add_key(
    records: Records, login: str, label: str, *, days: int | None = None, by: str = OPERATOR
) -> str:
    """A new key for an integrator, shown here and never again."""
    token = f"ag_{secrets.token_urlsafe(32)}"
    until = stamp(records.clock() + timedelta(days=days)) if days else None
    with records.write() as connection:
        user = known(connection, login)
        connection.execute(
            insert(API_KEYS).values(
                key_hash=hashed(token),
                user=user.id,
                label=label,
                made_at=records.now(),
                expires_at=until,
            )
        )
        seen = {"label": label, "until": until}
        append_in(connection, records.now(), Entry(by, "add_key", "user", login, detail=seen))
    return token


def known(connection: Connection, login: str) -> Row[Any]:
    """The row of this login, or an error that names those there are."""
    row = connection.execute(select(USERS).where(USERS.c.login == login)).first()
    if row is None:
        logins = connection.execute(select(USERS.c.login).order_by(USERS.c.login)).scalars()
        raise RecordsError(f"No user `{login}`. Users: {', '.join(logins) or 'none yet'}.")
    return row


def everyone(records: Records) -> list[User]:
    """Every user who is not shut out, by login."""
    with records.read() as connection:
        rows = connection.execute(
            select(USERS).where(USERS.c.disabled_at.is_(None)).order_by(USERS.c.login)
        )
        return [to_user(row) for row in rows]


def make_demo_users(records: Records, *, region: str, township: str) -> list[DemoUser]:
    """One user of each kind the demonstration shows; those who exist already are left alone."""
    wanted = (
        NewUser("leader", "王县长", "leader", region),
        NewUser("inspector", "督查专员", "inspector", region),
        NewUser("civil-affairs", "民政经办", "handler", region, ("civil_affairs",)),
        NewUser("disability-federation", "残联经办", "handler", region, ("disability_federation",)),
        NewUser("medical-insurance", "医保经办", "handler", region, ("medical_insurance",)),
        NewUser("township", "乡镇经办", "township", township),
        NewUser("auditor", "审计", "auditor", region),
    )
    there = {user.login for user in everyone(records)}
    return [
        DemoUser(new.login, new.role, add(records, new)) for new in wanted if new.login not in there
    ]
