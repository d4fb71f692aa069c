"""The records: what people did, in SQLite by default, in PostgreSQL by URL."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

MIGRATIONS: Final = Path(__file__).parent / "migrations"
WAIT_SECONDS: Final = 30
MIGRATE_ONE_AT_A_TIME: Final = threading.Lock()  # Alembic's context is one per process


class RecordsError(Exception):
    """What was asked of the records cannot be done; the text names the way out."""


@contextmanager
def told() -> Iterator[None]:
    """What the database cannot do now, in words: it is full, locked, or does not answer.

    Raises:
        RecordsError: where trying again can help; nothing of the transaction is kept.
    """
    try:
        yield
    except OperationalError as fault:
        says = str(fault.orig).splitlines()[0] if str(fault.orig) else type(fault).__name__
        raise RecordsError(
            f"The records: {says}. Nothing of it is kept: look whether there is room on its disk "
            "and whether its server answers, then try again."
        ) from fault


def utc_now() -> datetime:
    """The present moment, with its zone."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, always with microseconds, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Records:
    """One open database of records and the clock it is stamped by."""

    engine: Engine
    clock: Callable[[], datetime] = field(default=utc_now)

    def now(self) -> str:
        """The stamp of this moment."""
        return stamp(self.clock())

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only looks."""
        with told(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that changes; SQLite takes the write lock at its start."""
        writing = self.engine.execution_options(writes=True)
        with told(), writing.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def open_records(url: str, *, clock: Callable[[], datetime] = utc_now) -> Records:
    """The records at this URL, brought to the present shape."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            raise RecordsError(
                "Records need a file or a server: an SQLite database in memory is one per thread. "
                "Use sqlite:///PATH or postgresql+psycopg://…"
            )
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
        prepare_sqlite(engine)
    else:
        engine = create_engine(url, pool_pre_ping=True)
    records = Records(engine, clock)
    migrate(records)
    return records


def prepare_sqlite(engine: Engine) -> None:
    """Have SQLite keep a write-ahead log, and let us say ourselves how a transaction begins."""

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 — sqlite3 or any driver like it
        connection.isolation_level = None  # the driver would begin late, and deferred
        for pragma in ("journal_mode=WAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        # Deferred transactions that read and then write lose their place under load.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def migrate(records: Records) -> None:
    """Run every migration that this database lacks."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with MIGRATE_ONE_AT_A_TIME, records.write() as connection:
        lock(connection, "migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def lock(connection: Connection, name: str) -> None:
    """Hold this name until the transaction ends; SQLite holds the whole file already."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:key)"), {"key": crc32(name.encode())}
        )
