"""The journal: append-only, each entry holds the hash of the one before.

A chain alone cannot see that its tail was cut, so head and count are signed into a file outside.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select

from audit.records import lock
from audit.tables import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, RowMapping

    from audit.records import Records

FIRST: Final = "0" * 64
BATCH: Final = 5_000
KEY_BYTES: Final = 32
HASHED: Final = (
    "seq",
    "at",
    "who",
    "action",
    "resource",
    "subject",
    "purpose",
    "detail",
    "previous",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing somebody did or read."""

    who: str
    action: str
    resource: str
    subject: str | None = None
    purpose: str | None = None
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """Head and count of the journal at one moment, signed with a key kept elsewhere."""

    seq: int
    head: str
    at: str
    signature: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a walk along the whole chain found."""

    ok: bool
    entries: int
    anchored: int
    unprotected: int
    faults: tuple[str, ...]


def canonical(value: object) -> str:
    """One text for one JSON value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def hash_of(row: Mapping[str, Any] | RowMapping) -> str:
    """The hash that this row must carry."""
    return hashlib.sha256(canonical([row[name] for name in HASHED]).encode()).hexdigest()


def append(records: Records, entry: Entry) -> int:
    """Write one entry in a transaction of its own; its place in the chain."""
    with records.write() as connection:
        return append_in(connection, records.now(), entry)


def append_in(connection: Connection, at: str, entry: Entry) -> int:
    """Write one entry in a transaction that is already writing; its place in the chain."""
    lock(connection, "journal")
    last = connection.execute(
        select(JOURNAL.c.seq, JOURNAL.c.hash).order_by(JOURNAL.c.seq.desc()).limit(1)
    ).first()
    row: dict[str, Any] = {
        "seq": last.seq + 1 if last else 1,
        "at": at,
        "who": entry.who,
        "action": entry.action,
        "resource": entry.resource,
        "subject": entry.subject,
        "purpose": entry.purpose,
        "detail": canonical(dict(entry.detail or {})),
        "previous": last.hash if last else FIRST,
    }
    connection.execute(insert(JOURNAL).values(**row, hash=hash_of(row)))
    return int(row["seq"])


def entries(connection: Connection) -> Iterator[RowMapping]:
    """Every entry, oldest first, a batch at a time."""
    after = 0
    while True:
        rows = (
            connection.execute(
                select(JOURNAL).where(JOURNAL.c.seq > after).order_by(JOURNAL.c.seq).limit(BATCH)
            )
            .mappings()
            .all()
        )
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1]["seq"]


def key(file: Path) -> bytes:
    """The signing key; made at first use, readable by its owner alone."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = secrets.token_bytes(KEY_BYTES)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(made)
    try:
        os.link(fresh, file)  # fails where another process was first
    except FileExistsError:
        return file.read_bytes()
    finally:
        fresh.unlink()
    return made


def sign(secret: bytes, seq: int, head: str, at: str) -> str:
    """The signature over one anchor."""
    return hmac.new(secret, f"{seq}|{head}|{at}".encode(), hashlib.sha256).hexdigest()


def anchor(records: Records, *, key_file: Path, anchor_file: Path) -> Anchor | None:
    """Sign head and count onto the end of the anchor file; nothing while the journal is empty."""
    with records.read() as connection:
        last = connection.execute(
            select(JOURNAL.c.seq, JOURNAL.c.hash).order_by(JOURNAL.c.seq.desc()).limit(1)
        ).first()
    if last is None:
        return None
    at = records.now()
    made = Anchor(last.seq, last.hash, at, sign(key(key_file), last.seq, last.hash, at))
    anchor_file.parent.mkdir(parents=True, exist_ok=True)
    with anchor_file.open("a", encoding="utf-8") as out:
        out.write(canonical(asdict(made)) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return made


def verify(records: Records, *, key_file: Path, anchor_file: Path) -> Verified:
    """Walk the whole chain and hold it against every anchor."""
    anchors, faults = read_anchors(key_file, anchor_file)
    heads = {one.seq: one.head for one in anchors}
    count, previous = 0, FIRST
    with records.read() as connection:
        for row in entries(connection):
            count += 1
            faults += faults_of(row, count, previous, heads)
            count, previous = row["seq"], row["hash"]
        total = connection.execute(select(func.count()).select_from(JOURNAL)).scalar_one()
    anchored = max(heads, default=0)
    if anchored > count:
        faults.append(
            f"The journal ends at entry {count}; an anchor was signed at {anchored}: "
            f"{anchored - count} entries were cut off its end."
        )
    return Verified(not faults, total, anchored, max(0, count - anchored), tuple(faults))


def faults_of(row: RowMapping, due: int, previous: str, heads: Mapping[int, str]) -> list[str]:
    """What is wrong with one entry, given the one before it."""
    seq = row["seq"]
    faults = []
    if seq != due:
        faults.append(f"Entries {due} to {seq - 1} are missing.")
    if row["previous"] != previous:
        faults.append(f"Entry {seq} does not follow the entry before it.")
    if row["hash"] != hash_of(row):
        faults.append(f"Entry {seq} was changed after it was written.")
    if heads.get(seq, row["hash"]) != row["hash"]:
        faults.append(f"Entry {seq} is not the one that an anchor signed.")
    return faults


def read_anchors(key_file: Path, anchor_file: Path) -> tuple[list[Anchor], list[str]]:
    """The anchors whose signature holds, and a fault for every other line."""
    if not anchor_file.exists():
        return [], []
    secret = key(key_file)
    good, faults = [], []
    for number, line in enumerate(anchor_file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            one = Anchor(**json.loads(line))
        except (ValueError, TypeError):
            faults.append(f"{anchor_file.name}:{number}: not an anchor.")
            continue
        if hmac.compare_digest(one.signature, sign(secret, one.seq, one.head, one.at)):
            good.append(one)
        else:
            faults.append(f"{anchor_file.name}:{number}: its signature does not hold.")
    return good, faults
